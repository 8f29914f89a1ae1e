"""Reviews that were picked out on the Understand page (a theme, a part of the map) and are looked at in Explore."""

from typing import TYPE_CHECKING

import streamlit as st

from rag.query import Chosen
from ui import import_libraries, session, state
from ui.plain import plain
from ui.understand_work import identity

if TYPE_CHECKING:
    from rag.index_vectors import Rows
    from rag.library import Library

_CHOSEN = "chosen_reviews"


def open_in_explore(library: "Library", name: str, rows: "Rows", words: str) -> None:
    """Go to Explore, where only these reviews are searched, with these words as the question."""
    st.session_state[_CHOSEN] = (identity(library), Chosen.of(name, rows))
    state.ask(words=words)
    import_libraries.open_in_explore(session.library_name())


def restriction(library: "Library") -> Chosen | None:
    """Return the chosen reviews of this library, saying that only they are searched; None where there are none."""
    owner, chosen = st.session_state.get(_CHOSEN, (None, None))
    if chosen is None or owner != identity(library):
        return None
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="chosen"):
        st.markdown(
            f"Only the **{len(chosen.rows):,}** reviews of **{plain(chosen.name)}** are searched.", width="content"
        )
        st.button("Search all reviews", type="tertiary", key="chosen_all", on_click=clear)
    picked: Chosen = chosen
    return picked


def clear() -> None:
    """Look at all reviews again (a callback)."""
    st.session_state.pop(_CHOSEN, None)
