"""How to ask on the Explore page: words, an emotion, filters, the library."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, cast

import streamlit as st
from streamlit.elements.lib.grid_container import GridContainer

from emotion.labels import FACE_EMOTIONS, SENTIMENTS
from emotion.language import NAMES, detect, is_foreign
from rag.query import MAX_QUESTION_CHARACTERS, Filters
from ui import session, state, theme

if TYPE_CHECKING:
    from rag.library import Facets, Library

EXAMPLES = (
    "What broke after a few weeks?",
    "Who was helped quickly by the support team?",
    "Deliveries that came late",
    "Is it worth the money?",
)


def library_selector() -> None:
    """Let the visitor choose among the libraries; shown only where there are several."""
    own = [info.name for info in session.own_libraries()]
    if not own:
        return
    st.session_state["library_choice"] = session.library_name()
    st.selectbox(
        "Reviews to search",
        [None, *own],
        format_func=lambda name: "The reviews that come with Moodlens" if name is None else name,
        key="library_choice",
        on_change=_library_chosen,
        width=360,
    )


def _library_chosen() -> None:
    session.set_library(st.session_state["library_choice"])
    state.clear_filters()


def words_box() -> str:
    """Draw the box for words and return what stands in it."""
    words = st.text_input(
        "Ask in your own words",
        key=state.WORDS,
        persist_state="session",
        max_chars=MAX_QUESTION_CHARACTERS,
        placeholder="Deliveries that came late …",
        icon=":material/search:",
    )
    if words and is_foreign(language := detect([words])[0]):
        st.caption(f"This looks {NAMES[language]}. Moodlens reads English: ask in English for better answers.")
    return words or ""


def emotion_chips(label: str) -> str | None:
    """Draw the seven emotions, one click each, and return the chosen one."""
    return st.pills(
        label,
        FACE_EMOTIONS,
        format_func=theme.label,
        key=state.EMOTION,
        persist_state="session",
        wrap=True,
    )


def filter_panel(library: "Library", facets: "Facets") -> Filters:
    """Draw the filters that this library can have, folded away, and return those in use."""
    with st.expander("Filters", icon=":material/tune:", key="filters"):
        grid = st.grid(2, min_column_width=260)
        products = _names(grid, "Product", state.PRODUCTS, facets.products)
        categories = _names(grid, "Category", state.CATEGORIES, facets.categories)
        low, high = _rating(grid, facets.ratings)
        since = _date(grid, "From", state.SINCE, facets.dates)
        until = _date(grid, "Until", state.UNTIL, facets.dates)
        with grid.cell(column_span="all"):
            sentiments = st.pills(
                "Sentiment",
                SENTIMENTS,
                selection_mode="multi",
                key=state.SENTIMENT,
                persist_state="session",
                format_func=theme.sentiment_label,
                wrap=True,
            )
    chosen = Filters(products, categories, low, high, since, until, tuple(sentiments))
    if chosen.active:
        _in_use(library, chosen)
    return chosen


def _in_use(library: "Library", chosen: Filters) -> None:
    number = state.count(chosen)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(
            f"{number} filter{'s' if number > 1 else ''} in use: "
            f"{library.count(chosen):,} of {len(library):,} reviews are searched.",
            width="content",
        )
        st.button("Clear filters", type="tertiary", key="clear", on_click=state.clear_filters)


def _names(grid: GridContainer, title: str, key: str, counts: Mapping[str, int]) -> tuple[str, ...]:
    names = sorted(name for name in counts if name)
    if not names:
        return ()
    return tuple(grid.multiselect(title, names, key=key, persist_state="session", placeholder="all"))


def _rating(grid: GridContainer, scale: tuple[float, float] | None) -> tuple[float, float] | tuple[None, None]:
    if scale is None or scale[0] == scale[1]:
        return None, None
    step = 1.0 if all(float(end).is_integer() for end in scale) else 0.1
    st.session_state.setdefault(state.RATING, scale)
    with grid.cell(column_span="all"):
        given = st.slider("Rating", *scale, step=step, format="%g", key=state.RATING, persist_state="session")
    chosen = cast("tuple[float, float]", given)  # a range, since the state holds one
    return (None, None) if chosen == scale else chosen


def _date(grid: GridContainer, title: str, key: str, span: tuple[date, date] | None) -> date | None:
    if span is None:
        return None
    first, last = span
    return grid.date_input(
        title, None, min_value=first, max_value=last, key=key, persist_state="session", format="YYYY-MM-DD"
    )
