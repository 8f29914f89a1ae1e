"""Facets: how many reviews each value of a filter would leave, given all the other filters.

The count beside a product says how many reviews of it are left once every filter but the one on products is applied:
a value that is not chosen shows what choosing it would add (Hearst 2006, "Design recommendations for hierarchical
faceted search interfaces"). Each facet is one column of small integers in memory, made once per library: one byte a
review for up to 254 values. A count is then one bincount per facet.

    table = facet_table(library)
    counts = table.counts(Filters(sentiments=("negative",)))
    counts.choices["products"]      # {"Aurora Kettle": 12, "Brio Lamp": 3}, most first
    counts.dates                    # one Bin per month: first and last day, number of reviews
    counts.unrated                  # reviews without a rating

Does not handle: facets over the hits of a question (they are over all reviews that pass the filters).
"""

import datetime
import threading
import weakref
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from backends.contracts import FACE_EMOTIONS, SENTIMENTS
from rag.facet_values import Facets
from rag.facets_columns import Bin, binned_ratings, coded
from rag.facets_periods import binned_days
from rag.filtering import Columns
from rag.index_vectors import Mask, Rows
from rag.opened import Library
from rag.query import Filters

CHOICES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "products": ("product", ()),
    "categories": ("category", ()),
    "languages": ("language", ()),
    "sentiments": ("sentiment", SENTIMENTS),
    "emotions": ("emotion", FACE_EMOTIONS),
}
"""Field of Filters -> its column and, where the column holds positions, the names they stand for."""


@dataclass(frozen=True)
class Counts:
    """What each filter would leave.

    Attributes:
        matching: reviews that pass all filters.
        choices: field of Filters -> value -> reviews, most first; values that no review has any more are left out,
            "" stands for reviews without a value where others have one, among moods for those that were not read.
        ratings, dates: the bins of the whole library in order, with nought where nothing is left.
        period: "day", "week", "month", "quarter" or "year": what a bin of `dates` spans ("" without dates).
        unrated, undated: reviews without a rating, without a date.
    """

    matching: int
    choices: dict[str, dict[str, int]]
    ratings: tuple[Bin[float], ...]
    dates: tuple[Bin[datetime.date], ...]
    period: str
    unrated: int = 0
    undated: int = 0


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
        self._choices = {field: coded(columns, name, labels, rows) for field, (name, labels) in CHOICES.items()}
        self._ratings = binned_ratings(columns.ratings[rows])
        self._dates, self._period = binned_days(columns.days[rows])
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

        ratings, unrated = self._ratings.counts(without("rating"))
        dates, undated = self._dates.counts(without("date"))
        return Counts(
            matching=self.rows - int(np.count_nonzero(failed)),
            choices={name: column.counts(without(name)) for name, column in self._choices.items()},
            ratings=ratings,
            dates=dates,
            period=self._period,
            unrated=unrated,
            undated=undated,
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
            unrated=everything.unrated,
            undated=everything.undated,
        )

    def _masks(self, filters: Filters) -> dict[str, Mask]:
        """Return the reviews that pass each filter in use."""
        chosen = {name: getattr(filters, name) for name in self._choices}
        masks = {name: self._choices[name].mask(values) for name, values in chosen.items() if values}
        low, high, unrated = filters.min_rating, filters.max_rating, filters.unrated
        if low is not None or high is not None or unrated:
            masks["rating"] = self._ratings.mask(low, high, unrated)
        since, until = (float(day.toordinal()) if day else None for day in (filters.since, filters.until))
        if since is not None or until is not None or filters.undated:
            masks["date"] = self._dates.mask(since, until, filters.undated)
        if filters.hide_near_duplicates:
            masks["near"] = ~self._near
        if filters.chosen is not None:
            masks["chosen"] = np.isin(self._numbers, filters.chosen.rows, assume_unique=True)
        return masks


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
