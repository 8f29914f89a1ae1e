"""Facets: how many reviews each value of a filter would leave, given all the other filters.

The count beside a product says how many reviews of it are left once every filter but the one on products is applied:
a value that is not chosen shows what choosing it would add (Hearst 2006, "Design recommendations for hierarchical
faceted search interfaces"). Each facet is one column of small integers in memory, made once per library: one byte a
review for up to 254 values. A count is then one bincount per facet.

    table = facet_table(library)
    counts = table.counts(Filters(sentiments=("negative",)))
    counts.choices["products"]      # {"Aurora Kettle": 12, "Brio Lamp": 3}, most first
    counts.dates                    # one Bin per month: first and last day, number of reviews

Does not handle: facets over the hits of a question (they are over all reviews that pass the filters).
"""

import datetime
import threading
import weakref
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from backends.contracts import FACE_EMOTIONS, SENTIMENTS
from rag.filtering import Columns
from rag.index_vectors import Rows
from rag.opened import Facets, Library
from rag.query import Filters

CHOICES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "products": ("product", ()),
    "categories": ("category", ()),
    "languages": ("language", ()),
    "sentiments": ("sentiment", SENTIMENTS),
    "emotions": ("emotion", FACE_EMOTIONS),
}
"""Field of Filters -> its column and, where the column holds positions, the names they stand for."""
MOST_RATINGS, RATING_BINS = 11, 10
"""Up to so many different ratings have a bin each; more are put into bins of equal width."""
MOST_PERIODS = 36
_SPANS_DAYS = (("day", 1), ("week", 7), ("month", 31), ("quarter", 92), ("year", 366))

Mask = NDArray[np.bool_]
Edge = TypeVar("Edge", float, datetime.date)


@dataclass(frozen=True)
class Bin(Generic[Edge]):
    """Values from `low` to `high`, both included, and how many reviews have one."""

    low: Edge
    high: Edge
    count: int


@dataclass(frozen=True)
class Counts:
    """What each filter would leave.

    Attributes:
        matching: reviews that pass all filters.
        choices: field of Filters -> value -> reviews, most first; values that no review has any more are left out.
        ratings, dates: the bins of the whole library in order, with nought where nothing is left.
        period: "day", "week", "month", "quarter" or "year": what a bin of `dates` spans ("" without dates).
    """

    matching: int
    choices: dict[str, dict[str, int]]
    ratings: tuple[Bin[float], ...]
    dates: tuple[Bin[datetime.date], ...]
    period: str


@dataclass(frozen=True, eq=False)
class _Coded:
    """(n,) codes into `values`; a code of len(values) means none."""

    codes: NDArray[Any]
    values: tuple[str, ...]

    def counts(self, rows: Mask | None) -> dict[str, int]:
        counted = _bincount(self.codes, len(self.values), rows)
        order = np.lexsort((np.arange(len(counted)), -counted))
        return {self.values[place]: int(counted[place]) for place in order if counted[place]}

    def mask(self, chosen: Sequence[str]) -> Mask:
        wanted = np.zeros(len(self.values) + 1, bool)
        wanted[[place for place, value in enumerate(self.values) if value in set(chosen)]] = True
        passed: Mask = wanted[self.codes]
        return passed


@dataclass(frozen=True, eq=False)
class _Binned(Generic[Edge]):
    """(n,) numbers (NaN for none), the bin of each, and the bins."""

    numbers: NDArray[np.floating[Any]]
    codes: NDArray[Any]
    bins: tuple[tuple[Edge, Edge], ...]

    def counts(self, rows: Mask | None) -> tuple[Bin[Edge], ...]:
        counted = _bincount(self.codes, len(self.bins), rows)
        return tuple(Bin(low, high, int(count)) for (low, high), count in zip(self.bins, counted, strict=True))

    def mask(self, low: float | None, high: float | None) -> Mask:
        with np.errstate(invalid="ignore"):
            above = self.numbers >= (-np.inf if low is None else low)
            passed: Mask = above & (self.numbers <= (np.inf if high is None else high))
        return passed


class FacetTable:
    """The facets of n reviews, in memory: about 20 bytes a review.

    Attributes:
        whole: every value and range of the library, most frequent first.
    """

    def __init__(self, columns: Columns, numbers: Rows | None = None, near: Rows | None = None) -> None:
        """Make a table.

        Args:
            columns: of a library.
            numbers: (n,) the rows of them that count, ascending; all by default.
            near: rows of those that nearly repeat another one.
        """
        self._numbers = np.arange(len(columns)) if numbers is None else numbers
        self._near = np.isin(self._numbers, near) if near is not None else np.zeros(len(self._numbers), np.bool_)
        rows = slice(None) if len(self._numbers) == len(columns) else self._numbers
        self._choices = {field: _coded(columns, name, labels, rows) for field, (name, labels) in CHOICES.items()}
        self._ratings = _binned_ratings(_as_written(columns.ratings[rows]))
        days = columns.days[rows].astype(np.float32)
        self._dates, self._period = _binned_days(np.where(days > 0, days, np.float32(np.nan)))
        self.rows = len(self._numbers)
        self.whole = self._facets()

    @property
    def has_near_duplicates(self) -> bool:
        return bool(self._near.any())

    def counts(self, filters: Filters) -> Counts:
        """Return the counts of every facet under all filters but its own."""
        masks = self._masks(filters)
        failed = np.zeros(self.rows, np.uint8)
        for mask in masks.values():
            failed += ~mask

        def without(name: str) -> Mask | None:
            """Return the reviews that pass every other filter: those that fail none, or this one alone."""
            if not masks:
                return None
            passed: Mask = failed == (~masks[name] if name in masks else 0)
            return passed

        return Counts(
            matching=self.rows - int(np.count_nonzero(failed)),
            choices={name: column.counts(without(name)) for name, column in self._choices.items()},
            ratings=self._ratings.counts(without("rating")),
            dates=self._dates.counts(without("date")),
            period=self._period,
        )

    def _facets(self) -> Facets:
        everything = self.counts(Filters())
        days = self._dates.numbers[~np.isnan(self._dates.numbers)]
        ends = None
        if len(days):
            first, last = (datetime.date.fromordinal(int(end)) for end in (days.min(), days.max()))
            ends = first, last
        return Facets(
            **{name: everything.choices.get(name, {}) for name in CHOICES},
            ratings=(everything.ratings[0].low, everything.ratings[-1].high) if everything.ratings else None,
            dates=ends,
        )

    def _masks(self, filters: Filters) -> dict[str, Mask]:
        """Return the reviews that pass each filter in use."""
        chosen = {name: getattr(filters, name) for name in self._choices}
        masks = {name: self._choices[name].mask(values) for name, values in chosen.items() if values}
        if filters.min_rating is not None or filters.max_rating is not None:
            masks["rating"] = self._ratings.mask(filters.min_rating, filters.max_rating)
        if filters.since is not None or filters.until is not None:
            since = float(filters.since.toordinal()) if filters.since else None
            until = float(filters.until.toordinal()) if filters.until else None
            masks["date"] = self._dates.mask(since, until)
        if filters.hide_near_duplicates:
            masks["near"] = ~self._near
        if filters.chosen is not None:
            masks["chosen"] = np.isin(self._numbers, filters.chosen.rows, assume_unique=True)
        return masks


def _bincount(codes: NDArray[Any], values: int, rows: Mask | None) -> NDArray[np.int64]:
    return np.bincount(codes if rows is None else codes[rows], minlength=values + 1)[:values]


def _smallest(codes: Sequence[int] | NDArray[Any], values: int) -> NDArray[Any]:
    return np.asarray(codes).astype(np.min_scalar_type(values))


def _coded(columns: Columns, name: str, labels: tuple[str, ...], rows: slice | Rows) -> _Coded:
    """Take a column over: its values in the order of the alphabet, a code more for none."""
    if labels:
        return _Coded({"sentiment": columns.sentiments, "emotion": columns.emotions}[name][rows], labels)
    codes, values = columns.sorted_codes(name)
    chosen = codes[rows]
    return _Coded(_smallest(np.where(chosen < 0, len(values), chosen), len(values)), values)


def _as_written(ratings: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return ratings as the numbers that people wrote: 4.3, not 4.300000190734863."""
    known, places = np.unique(ratings, return_inverse=True)
    return np.array([float(str(rating)) for rating in known], np.float64)[places]


def _binned_ratings(ratings: NDArray[np.float64]) -> _Binned[float]:
    known = np.unique(ratings[~np.isnan(ratings)])
    bins = np.arange(len(known))
    if len(known) > MOST_RATINGS:  # a bin reaches from its lowest to its highest rating, so that bins never overlap
        cuts = np.linspace(known[0], known[-1], RATING_BINS + 1)[1:-1]
        _, bins = np.unique(np.searchsorted(cuts, known, side="right"), return_inverse=True)
    edges = [(float(own[0]), float(own[-1])) for own in (known[bins == place] for place in np.unique(bins))]
    codes = np.append(bins, len(edges))[np.searchsorted(known, ratings)]
    codes[np.isnan(ratings)] = len(edges)
    return _Binned(ratings, _smallest(codes, len(edges)), tuple(edges))


def _binned_days(days: NDArray[np.float32]) -> tuple[_Binned[datetime.date], str]:
    """Put days into at most about MOST_PERIODS days, weeks, months, quarters or years."""
    known = ~np.isnan(days)
    if not known.any():
        return _Binned(days, np.zeros(len(days), np.uint8), ()), ""
    first, last = (datetime.date.fromordinal(int(end)) for end in (days[known].min(), days[known].max()))
    span = (last - first).days + 1
    period = next((name for name, length in _SPANS_DAYS if span <= length * MOST_PERIODS), "year")
    starts = [_PERIOD_STARTS[period](first)]
    while (following := _following(starts[-1], period)) <= last:
        starts.append(following)
    ends = [*(start - datetime.timedelta(days=1) for start in starts[1:]), _before(_following(starts[-1], period))]
    codes = np.searchsorted(np.array([start.toordinal() for start in starts]), days, side="right") - 1
    codes[~known] = len(starts)
    return _Binned(days, _smallest(codes, len(starts)), tuple(zip(starts, ends, strict=True))), period


def _before(day: datetime.date) -> datetime.date:
    return day - datetime.timedelta(days=1)


_PERIOD_STARTS: Mapping[str, Callable[[datetime.date], datetime.date]] = {
    "day": lambda day: day,
    "week": lambda day: day - datetime.timedelta(days=day.weekday()),
    "month": lambda day: day.replace(day=1),
    "quarter": lambda day: day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1),
    "year": lambda day: day.replace(month=1, day=1),
}
_STEPS_DAYS: Mapping[str, int] = {"day": 1, "week": 7, "month": 31, "quarter": 100, "year": 366}


def _following(start: datetime.date, period: str) -> datetime.date:
    """Return the start of the next period: a step that surely leaves this one, then back to its start."""
    return _PERIOD_STARTS[period](start + datetime.timedelta(days=_STEPS_DAYS[period]))


_tables: "weakref.WeakKeyDictionary[Library, tuple[object, FacetTable]]" = weakref.WeakKeyDictionary()
_reading = threading.Lock()


def facet_table(library: Library) -> FacetTable:
    """Return the facets of a library, read once for each state of it (its manifest).

    Raises:
        LibraryDamaged: the reviews can no longer be read.
    """
    with _reading:
        state, table = _tables.get(library, (None, None))
        if table is None or state != library.manifest:
            table = FacetTable(library.columns, library.alive, library.store.near())
            _tables[library] = (library.manifest, table)
        return table
