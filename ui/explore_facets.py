"""Filters of the Explore page as facets: every value with the number of reviews it would leave, one click to narrow.

Folded away until they are wanted; the filters in use stand above as chips (ui.explore_chips).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st
from streamlit.elements.lib.grid_container import GridContainer

from rag.query import Chosen, Filters
from ui import explore_chips, explore_dates, explore_ratings, state
from ui.explore_chips import category_name, emotion_name, language_name, product_name, sentiment_name
from ui.plain import in_its_own_direction, plain
from ui.short_names import short_names

if TYPE_CHECKING:
    from rag.facets import Counts, FacetTable

SHOWN_VALUES = 8
"""Values of a facet that are buttons; the others are found in a box."""
ALL_SHOWN = 12
"""Up to so many values are all buttons."""
FINDABLE_VALUES = 2_000
LONGEST_NAME = 30


def panel(table: "FacetTable", picked: Chosen | None = None) -> tuple[Filters, "Counts"]:
    """Draw the filters in use and the facets; return the filters and what they leave.

    `picked` are reviews picked out elsewhere: only they count.
    """
    chosen = replace(state.filters(), chosen=picked)
    counts = table.counts(chosen)
    if explore_chips.chips(chosen):
        explore_chips.show(chosen, counts.matching, table.rows)
    with st.expander("Filters", icon=":material/tune:", key="filters"):
        st.caption("The number beside a value says how many reviews it leaves, given your other filters.")
        grid = st.grid(2, min_column_width=300, gap="medium")
        whole = table.whole
        _choice(grid, "Product", state.PRODUCTS, counts.choices["products"], whole.products, product_name)
        _choice(grid, "Category", state.CATEGORIES, counts.choices["categories"], whole.categories, category_name)
        if len(counts.ratings) + bool(whole.unrated) > 1 and counts.ratings:
            with grid.cell():
                explore_ratings.facet(counts.ratings, counts.unrated if whole.unrated else None)
        _choice(grid, "Sentiment", state.SENTIMENT, counts.choices["sentiments"], whole.sentiments, sentiment_name)
        _choice(grid, "Strongest emotion", state.FEELING, counts.choices["emotions"], whole.emotions, emotion_name)
        if len(whole.languages) > 1:
            _choice(grid, "Language", state.LANGUAGES, counts.choices["languages"], whole.languages, language_name)
        if table.has_near_duplicates:
            with grid.cell():
                st.toggle("Hide near-duplicates", key=state.NEAR, help="Reviews that nearly repeat an earlier one.")
        if whole.dates:
            with grid.cell(column_span="all"):
                explore_dates.facet(counts, whole.dates, chosen, undated=bool(whole.undated))
    return chosen, counts


def _choice(
    grid: GridContainer,
    title: str,
    key: str,
    left: Mapping[str, int],
    whole: Mapping[str, int],
    words: Callable[[str], str] = str,
) -> None:
    """Draw one facet: the most frequent values as buttons, the others in a box; nothing where there is no choice."""
    if len(whole) < 2:
        return
    chosen = [value for value in st.session_state.get(key) or () if value in whole]
    st.session_state[key] = chosen
    shown = shown_values(chosen, left)
    short = short_names([words(value) for value in shown], LONGEST_NAME)

    def told(value: str) -> str:
        return f"{in_its_own_direction(plain(short[words(value)]))} :gray[({left.get(value, 0):,})]"

    with grid.cell():
        st.pills(
            title,
            shown,
            selection_mode="multi",
            key=key,
            persist_state="session",
            format_func=lambda value: (
                f"{in_its_own_direction(plain(short[words(value)]))} :gray[({left.get(value, 0):,})]"
            ),
            wrap=True,
        )
        others = [value for value in left if value not in shown][:FINDABLE_VALUES]
        if others:
            box = f"more_{key}"
            st.session_state[box] = None
            st.selectbox(
                f"Find another {title.lower()}",
                others,
                key=box,
                format_func=lambda value: f"{in_its_own_direction(words(value))} ({left[value]:,})",
                placeholder=f"Find one of {len(left) - len(shown):,} more …",
                label_visibility="collapsed",
                on_change=_found,
                args=(key, box),
            )


def shown_values(chosen: Sequence[str], left: Mapping[str, int]) -> list[str]:
    """Return the values that are buttons: the most frequent ones that are left, whatever is chosen, and at the end ""
    for the reviews that have none."""
    named = [value for value in left if value]
    first = named[: SHOWN_VALUES if len(left) > ALL_SHOWN else None]
    last = [""] if "" in left or "" in chosen else []
    return first + [value for value in chosen if value and value not in first] + last


def _found(key: str, box: str) -> None:
    """Choose what was found in a box (a callback)."""
    if st.session_state[box] is not None:
        state.add(key, st.session_state[box])
