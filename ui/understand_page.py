"""Understand: what the reviews are about, how that changes, what differs, and a map to wander in."""

from typing import TYPE_CHECKING

import streamlit as st

from ui import explore_chips, explore_facets, explore_inputs, explore_page, state, widgets

if TYPE_CHECKING:
    from rag.index_vectors import Rows
    from ui.understand_work import Understood

THEMES, TRENDS, COMPARE, MAP = "Themes", "Trends", "Compare", "Map"
TABS = (THEMES, TRENDS, COMPARE, MAP)
TAB = "understand_tab"


def render() -> None:
    """Draw the page."""
    st.title("What are your reviews about?", anchor=False)
    st.markdown("The themes people write about, how each feels, what changes over time, and where two groups differ.")
    library = explore_page.open_library()
    table = explore_page.facets(library)
    state.read(table.whole)
    explore_inputs.library_selector("Reviews to look at")
    filters, _ = explore_facets.panel(table)
    state.write(state.View(st.session_state.get(state.EMOTION), st.session_state.get(state.WORDS) or "", filters))
    from rag.themes import FEWEST_REVIEWS
    from ui import understand_work

    if len(library) < FEWEST_REVIEWS:
        widgets.empty_state(
            "Too few reviews to find themes",
            f"This library holds {len(library)}; {FEWEST_REVIEWS} are the least that themes can be found in. "
            "Import more under **Your reviews**.",
        )
        return
    seen = understand_work.understood(library)
    rows = library.matching(filters)
    if rows is not None and not len(rows):
        explore_chips.nothing_left(filters, table)
        return
    _tabs(seen, rows)
    widgets.model_line(dict(library.manifest.models))


def _tabs(seen: "Understood", rows: "Rows | None") -> None:
    from ui import understand_compare, understand_map, understand_themes, understand_trends

    draw = (understand_themes.show, understand_trends.show, understand_compare.show, understand_map.show)
    for tab, show in zip(st.tabs(TABS, key=TAB, on_change="rerun"), draw, strict=True):
        if tab.open:
            with tab:
                show(seen, rows)
