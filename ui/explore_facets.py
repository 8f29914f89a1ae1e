"""Filters of the Explore page as facets: every value with the number of reviews it would leave, one click to narrow.

Folded away until they are wanted; the filters in use stand above as chips, each with its own way out.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import streamlit as st
from streamlit.elements.lib.grid_container import GridContainer

from emotion import language
from rag.query import Chosen, Filters
from ui import explore_dates, state, theme
from ui.plain import plain
from ui.short_names import short_names, shortened

if TYPE_CHECKING:
    from rag.facets import Bin, Counts, FacetTable

SHOWN_VALUES = 8
"""Values of a facet that are buttons; the others are found in a box."""
ALL_SHOWN = 12
"""Up to so many values are all buttons."""
FINDABLE_VALUES = 2_000
LONGEST_NAME = 30
LONGEST_CHIP = 40
_RATING_BUTTONS = "rating_buttons"


@dataclass(frozen=True)
class Chip:
    """A filter in use: its words, the key of its widget, and the value of it that goes ("" for all of it)."""

    words: str
    key: str
    value: str = ""


def chips(chosen: Filters) -> list[Chip]:
    """Return the filters in use, one chip for each value.

    >>> [chip.words for chip in chips(Filters(products=("Kettle",), min_rating=1, max_rating=2))]
    ['Kettle', '1 to 2 ★']
    """
    found = [
        Chip(words(value), key, value)
        for key, values, words in (
            (state.PRODUCTS, chosen.products, str),
            (state.CATEGORIES, chosen.categories, str),
            (state.SENTIMENT, chosen.sentiments, theme.sentiment_label),
            (state.FEELING, chosen.emotions, theme.label),
            (state.LANGUAGES, chosen.languages, language_name),
        )
        for value in values
    ]
    if chosen.min_rating is not None and chosen.max_rating is not None:
        found.append(Chip(f"{_span(chosen.min_rating, chosen.max_rating)} ★", state.RATING))
    found += [Chip(f"from {explore_dates.day(chosen.since)}", state.SINCE)] if chosen.since else []
    found += [Chip(f"until {explore_dates.day(chosen.until)}", state.UNTIL)] if chosen.until else []
    found += [Chip("near-duplicates hidden", state.NEAR)] if chosen.hide_near_duplicates else []
    return found


def panel(table: "FacetTable", picked: Chosen | None = None) -> tuple[Filters, "Counts"]:
    """Draw the filters in use and the facets; return the filters and what they leave.

    `picked` are reviews picked out elsewhere: only they count.
    """
    chosen = replace(state.filters(), chosen=picked)
    counts = table.counts(chosen)
    if chips(chosen):
        _in_use(chosen, counts.matching, table.rows)
    with st.expander("Filters", icon=":material/tune:", key="filters"):
        st.caption("The number beside a value says how many reviews it leaves, given your other filters.")
        grid = st.grid(2, min_column_width=300, gap="medium")
        whole = table.whole
        _choice(grid, "Product", state.PRODUCTS, counts.choices["products"], whole.products)
        _choice(grid, "Category", state.CATEGORIES, counts.choices["categories"], whole.categories)
        _ratings(grid, counts.ratings)
        _choice(
            grid, "Sentiment", state.SENTIMENT, counts.choices["sentiments"], whole.sentiments, theme.sentiment_label
        )
        _choice(grid, "Strongest emotion", state.FEELING, counts.choices["emotions"], whole.emotions, theme.label)
        if len(whole.languages) > 1:
            _choice(grid, "Language", state.LANGUAGES, counts.choices["languages"], whole.languages, language_name)
        if table.has_near_duplicates:
            with grid.cell():
                st.toggle("Hide near-duplicates", key=state.NEAR, help="Reviews that nearly repeat an earlier one.")
        if whole.dates:
            with grid.cell(column_span="all"):
                explore_dates.facet(counts.dates, counts.period, whole.dates, chosen)
    return chosen, counts


def _in_use(chosen: Filters, matching: int, total: int) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="chips"):
        st.caption(f"**{matching:,}** of {total:,} reviews are searched:", width="content")
        for chip in chips(chosen):
            st.button(
                plain(shortened(chip.words, LONGEST_CHIP)),
                key=f"chip_{chip.key}_{chip.value}",
                help=f"Take this filter away: {plain(chip.words)}",
                icon=":material/close:",
                icon_position="right",
                on_click=state.drop,
                args=(chip.key, chip.value),
            )
        st.button("Clear all", type="tertiary", key="clear", on_click=state.clear_filters)


def nothing_left(chosen: Filters, table: "FacetTable") -> None:
    """Say that no review fits the filters, and offer for each one what taking it away would bring back."""
    with st.container(border=True, gap="small"):
        st.markdown("#### No review fits these filters", anchors=False)
        freed = [(chip, table.counts(without(chosen, chip)).matching) for chip in chips(chosen)]
        useful = sorted((pair for pair in freed if pair[1]), key=lambda pair: -pair[1])
        st.markdown("Take one away:" if useful else "Loosen them, or clear them to search all reviews.")
        with st.container(horizontal=True, gap="xsmall"):
            for chip, count in useful[:SHOWN_VALUES]:
                st.button(
                    f"Without {plain(shortened(chip.words, LONGEST_CHIP))} :gray[({count:,})]",
                    key=f"free_{chip.key}_{chip.value}",
                    on_click=state.drop,
                    args=(chip.key, chip.value),
                )
            st.button("Clear all filters", type="tertiary", key="clear_all", on_click=state.clear_filters)


def without(chosen: Filters, chip: Chip) -> Filters:
    """Return the filters as they are once a chip is gone."""
    fields: Mapping[str, dict[str, object]] = {
        state.PRODUCTS: {"products": tuple(name for name in chosen.products if name != chip.value)},
        state.CATEGORIES: {"categories": tuple(name for name in chosen.categories if name != chip.value)},
        state.SENTIMENT: {"sentiments": tuple(name for name in chosen.sentiments if name != chip.value)},
        state.FEELING: {"emotions": tuple(name for name in chosen.emotions if name != chip.value)},
        state.LANGUAGES: {"languages": tuple(name for name in chosen.languages if name != chip.value)},
        state.NEAR: {"hide_near_duplicates": False},
        state.RATING: {"min_rating": None, "max_rating": None},
        state.SINCE: {"since": None},
        state.UNTIL: {"until": None},
    }
    return Filters(**{**vars(chosen), **fields[chip.key]})


def language_name(code: str) -> str:
    """Return the name of a language for its code; the code itself where it has none here."""
    return "too short to tell" if code == language.UNDETERMINED else language.NAMES.get(code, code)


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
    with grid.cell():
        st.pills(
            title,
            shown,
            selection_mode="multi",
            key=key,
            persist_state="session",
            format_func=lambda value: f"{plain(short[words(value)])} :gray[({left.get(value, 0):,})]",
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
                format_func=lambda value: f"{words(value)} ({left[value]:,})",
                placeholder=f"Find one of {len(left) - len(shown):,} more …",
                label_visibility="collapsed",
                on_change=_found,
                args=(key, box),
            )


def shown_values(chosen: Sequence[str], left: Mapping[str, int]) -> list[str]:
    """Return the values that are buttons: the most frequent ones that are left, and whatever is chosen."""
    first = list(left)[: SHOWN_VALUES if len(left) > ALL_SHOWN else None]
    return first + [value for value in chosen if value not in first]


def _found(key: str, box: str) -> None:
    """Choose what was found in a box (a callback)."""
    if st.session_state[box] is not None:
        state.add(key, st.session_state[box])


def _ratings(grid: GridContainer, bins: Sequence["Bin[float]"]) -> None:
    """Draw the ratings, lowest first; what is chosen is always one unbroken range."""
    if len(bins) < 2:
        return
    held = st.session_state.get(state.RATING)
    st.session_state[_RATING_BUTTONS] = [] if held is None else in_range(bins, *held)
    with grid.cell():
        st.pills(
            "Rating",
            list(range(len(bins))),
            selection_mode="multi",
            key=_RATING_BUTTONS,
            format_func=lambda place: f"{_span(bins[place].low, bins[place].high)} ★ :gray[({bins[place].count:,})]",
            on_change=_rated,
            args=(tuple((found.low, found.high) for found in bins), held),
            wrap=True,
        )


def in_range(bins: Sequence["Bin[float]"], low: float, high: float) -> list[int]:
    """Return the places of the bins that lie in a range."""
    return [place for place, found in enumerate(bins) if low <= found.low and found.high <= high]


def _rated(bins: Sequence[tuple[float, float]], held: tuple[float, float] | None) -> None:
    """Take the rating buttons over as a range (a callback)."""
    before = [] if held is None else [n for n, (low, high) in enumerate(bins) if held[0] <= low and high <= held[1]]
    span = unbroken(before, st.session_state[_RATING_BUTTONS], len(bins))
    st.session_state[state.RATING] = None if span is None else (bins[span[0]][0], bins[span[1]][1])


def unbroken(before: Sequence[int], now: Sequence[int], bins: int) -> tuple[int, int] | None:
    """Return the first and last bin of the range meant by a click; None for all or none.

    A bin that is added stretches the range to it; one taken from the middle leaves the longer side.

    >>> unbroken([0], [0, 2], 5), unbroken([0, 1, 2, 3], [0, 2, 3], 5), unbroken([1], [], 5)
    ((0, 2), (2, 3), None)
    """
    gone = set(before) - set(now)
    if gone and now:
        cut = gone.pop()
        below, above = [place for place in now if place < cut], [place for place in now if place > cut]
        now = max(below, above, key=len)
    if not now or (min(now), max(now)) == (0, bins - 1):
        return None
    return min(now), max(now)


def _span(low: float, high: float) -> str:
    return f"{low:g}" if low == high else f"{low:g} to {high:g}"
