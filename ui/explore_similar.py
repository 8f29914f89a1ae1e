"""More like one review: the reviews nearest to one that was found, in a dialog, with what they share."""

from typing import TYPE_CHECKING

import streamlit as st

from rag.query import Filters
from rag.reviews import Review
from ui import session, widgets
from ui.plain import plain

if TYPE_CHECKING:
    from rag.hits import Hit

SHOWN = 6


def button(hit: "Hit", number: int, filters: Filters) -> None:
    """Draw the button below a hit; it names the hit by its number, for who hears the buttons without the cards."""
    if st.button(f"More like review {number}", type="tertiary", key=f"like_{number}", icon=":material/account_tree:"):
        show(hit.review, filters)


@st.dialog("More like this", width="medium")
def show(review: Review, filters: Filters) -> None:
    """Search the nearest reviews within the filters in use and show why each is here."""
    from rag.highlight import shared
    from rag.search import more_like

    library = session.library()
    hits = more_like(review.id, library, SHOWN, filters)
    st.markdown(f"> {plain(beginning(review.text))}")
    if not hits:
        st.markdown("No other review passes the filters in use. Close this and clear them to see similar ones.")
        return
    within = " within your filters" if filters.active else ""
    st.caption(
        f"The most similar reviews{within}, nearest first. Similarity compares what they mean: "
        "1 is the same, 0 unrelated. Marked words stand in both."
    )
    for number, hit in enumerate(hits, 1):
        spans = shared(hit.review.text, review.text)
        widgets.hit_card(hit, number, spans, anchor="similar", query=beginning(review.text))


def beginning(text: str, most: int = 200) -> str:
    """Return a text in one line, cut at a word where it is long."""
    line = " ".join(text.split())
    if len(line) > most:
        line = line[:most].rsplit(" ", 1)[0] + " …"
    return line
