"""The ratings of the Explore page as a facet: buttons that choose one unbroken range."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from rag.query import NO_RATING
from ui import state
from ui.explore_chips import span_words

if TYPE_CHECKING:
    from rag.facets_columns import Bin

_BUTTONS = "rating_buttons"


def facet(bins: Sequence["Bin[float]"], unrated: int | None) -> None:
    """Draw the ratings, lowest first, and what has none; what is chosen of them is always one unbroken range.

    Args:
        bins: what each would leave.
        unrated: reviews without a rating that are left; None where every review of the library has one.
    """
    held = st.session_state.get(state.RATING)
    chosen = [] if held is None else in_range(bins, *held)
    none = [] if unrated is None else [len(bins)]
    st.session_state[_BUTTONS] = chosen + (none if st.session_state.get(state.UNRATED) else [])

    def words(place: int) -> str:
        if place == len(bins):
            return f"{NO_RATING} :gray[({unrated:,})]"
        return f"{span_words(bins[place].low, bins[place].high)} ★ :gray[({bins[place].count:,})]"

    st.pills(
        "Rating",
        [*range(len(bins)), *none],
        selection_mode="multi",
        key=_BUTTONS,
        format_func=words,
        on_change=_rated,
        args=(tuple((found.low, found.high) for found in bins), held),
        wrap=True,
    )


def in_range(bins: Sequence["Bin[float]"], low: float, high: float) -> list[int]:
    """Return the places of the bins that lie in a range."""
    return [place for place, found in enumerate(bins) if low <= found.low and found.high <= high]


def _rated(bins: Sequence[tuple[float, float]], held: tuple[float, float] | None) -> None:
    """Take the rating buttons over as a range, and whether reviews without one count (a callback)."""
    picked = [place for place in st.session_state[_BUTTONS] if place < len(bins)]
    st.session_state[state.UNRATED] = len(picked) < len(st.session_state[_BUTTONS])
    before = [] if held is None else [n for n, (low, high) in enumerate(bins) if held[0] <= low and high <= held[1]]
    span = unbroken(before, picked, len(bins), all_is_none=not st.session_state[state.UNRATED])
    st.session_state[state.RATING] = None if span is None else (bins[span[0]][0], bins[span[1]][1])


def unbroken(
    before: Sequence[int], now: Sequence[int], bins: int, *, all_is_none: bool = True
) -> tuple[int, int] | None:
    """Return the first and last bin of the range meant by a click; None for none, and for all where that is no filter.

    A bin that is added stretches the range to it; one taken from the middle leaves the longer side.

    >>> unbroken([0], [0, 2], 5), unbroken([0, 1, 2, 3], [0, 2, 3], 5), unbroken([1], [], 5)
    ((0, 2), (2, 3), None)
    """
    gone = set(before) - set(now)
    if gone and now:
        cut = gone.pop()
        below, above = [place for place in now if place < cut], [place for place in now if place > cut]
        now = max(below, above, key=len)
    if not now or (all_is_none and (min(now), max(now)) == (0, bins - 1)):
        return None
    return min(now), max(now)
