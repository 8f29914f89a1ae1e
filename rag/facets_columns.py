"""The columns behind the facets: small integers in memory, counted with one bincount each.

A facet is either a choice among values (`Coded`) or a range of numbers in bins (`Binned`). Both keep one code a review,
as small as the number of values allows, and one code more for the reviews that have none.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from rag.filtering import Columns
from rag.index_vectors import Mask, Rows

MOST_RATINGS, RATING_BINS = 11, 10
"""Up to so many different ratings have a bin each; more are put into bins of equal width."""

Edge = TypeVar("Edge", float, datetime.date)


@dataclass(frozen=True)
class Bin(Generic[Edge]):
    """Values from `low` to `high`, both included, and how many reviews have one."""

    low: Edge
    high: Edge
    count: int


@dataclass(frozen=True, eq=False)
class Coded:
    """(n,) codes into `values`; a code of len(values) means none."""

    codes: NDArray[Any]
    values: tuple[str, ...]

    def counts(self, rows: Mask | None) -> dict[str, int]:
        """Return value -> reviews, most first; "" stands for none, where there is any value at all."""
        counted = _bincount(self.codes, len(self.values), rows)[: len(self.values) + bool(self.values)]
        order = np.lexsort((np.arange(len(counted)), -counted))
        names = (*self.values, "")
        return {names[place]: int(counted[place]) for place in order if counted[place]}

    def mask(self, chosen: Sequence[str]) -> Mask:
        """Return which reviews have one of the values; "" stands for none."""
        wanted = np.array([value in set(chosen) for value in (*self.values, "")])
        passed: Mask = wanted[self.codes]
        return passed


@dataclass(frozen=True, eq=False)
class Binned(Generic[Edge]):
    """(n,) numbers (NaN for none), the bin of each (len(bins) for none), and the bins."""

    numbers: NDArray[np.floating[Any]]
    codes: NDArray[Any]
    bins: tuple[tuple[Edge, Edge], ...]

    def counts(self, rows: Mask | None) -> tuple[tuple[Bin[Edge], ...], int]:
        """Return the bins, and how many reviews have no number."""
        *counted, unknown = _bincount(self.codes, len(self.bins), rows).tolist()
        return tuple(Bin(low, high, n) for (low, high), n in zip(self.bins, counted, strict=True)), unknown

    def mask(self, low: float | None, high: float | None, unknown: bool) -> Mask:
        """Return which reviews lie in the range, where one is given, or have no number, where those are asked for."""
        passed: Mask = np.isnan(self.numbers) if unknown else np.zeros(len(self.numbers), np.bool_)
        if low is not None or high is not None:
            with np.errstate(invalid="ignore"):
                above = self.numbers >= (-np.inf if low is None else low)
                passed |= above & (self.numbers <= (np.inf if high is None else high))
        return passed


def _bincount(codes: NDArray[Any], values: int, rows: Mask | None) -> NDArray[np.int64]:
    """Return how many reviews have each code; the last count is of those that have none."""
    return np.bincount(codes if rows is None else codes[rows], minlength=values + 1)


def smallest(codes: Sequence[int] | NDArray[Any], values: int) -> NDArray[Any]:
    """Return codes in as few bytes as so many values and one more need."""
    return np.asarray(codes).astype(np.min_scalar_type(values))


def coded(columns: Columns, name: str, labels: tuple[str, ...], rows: slice | Rows) -> Coded:
    """Take a column over: its values in the order of the alphabet, a code more for none."""
    if labels:
        return Coded({"sentiment": columns.read_sentiments, "emotion": columns.read_emotions}[name][rows], labels)
    codes, values = columns.sorted_codes(name)
    chosen = codes[rows]
    return Coded(smallest(np.where(chosen < 0, len(values), chosen), len(values)), values)


def binned_ratings(given: NDArray[np.float32]) -> Binned[float]:
    """Put ratings into a bin each, or into RATING_BINS where there are more than MOST_RATINGS."""
    ratings = _as_written(given)
    known = np.unique(ratings[~np.isnan(ratings)])
    bins = np.arange(len(known))
    if len(known) > MOST_RATINGS:  # a bin reaches from its lowest to its highest rating, so that bins never overlap
        cuts = np.linspace(known[0], known[-1], RATING_BINS + 1)[1:-1]
        _, bins = np.unique(np.searchsorted(cuts, known, side="right"), return_inverse=True)
    edges = [(float(own[0]), float(own[-1])) for own in (known[bins == place] for place in np.unique(bins))]
    codes = np.append(bins, len(edges))[np.searchsorted(known, ratings)]
    codes[np.isnan(ratings)] = len(edges)
    return Binned(ratings, smallest(codes, len(edges)), tuple(edges))


def _as_written(ratings: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return ratings as the numbers that people wrote: 4.3, not 4.300000190734863."""
    known, places = np.unique(ratings, return_inverse=True)
    return np.array([float(str(rating)) for rating in known], np.float64)[places]
