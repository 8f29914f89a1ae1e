"""How shares change over time, and where a change is more than chance.

A series is the share of the reviews of each period that have something: a theme, an emotion, a sentiment. A change is
found with the temporal scan statistic (Kulldorff 1997, https://doi.org/10.1080/03610929708831995): over all runs of
periods, the one whose share differs most from that of the other periods (likelihood ratio of two binomials). Its
p-value comes from shuffling the reviews over the periods, which counts in that so many runs were looked at. Where every
period holds many reviews the shuffles are draws from the normal limit, which is the same for all series; further
changes are looked for in what is left (Zhang, Assunção & Kulldorff 2010). Over all series p-values are corrected with
Benjamini and Hochberg (1995) and marked where the corrected one is at most ALPHA.

Does not handle: seasons (a December that is like every December is a change), trends slower than the span,
two rises close to each other (they may be told as one).
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import ceil, erfc, sqrt
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from rag.themes_intervals import corrected

Unit = Literal["week", "month", "quarter", "year"]
Kind = Literal["theme", "emotion", "sentiment"]
Counts = NDArray[np.int64]

ALPHA = 0.02
SHUFFLES = 3_000
DRAWS, MANY = 10_000, 20.0
"""Draws from the normal limit, and how many reviews of a series (and others) each period must expect for it."""
_BLOCK = 100
_ENOUGH_EXCEEDANCES = 10
"""When so many shuffles were as extreme, the p-value is known well enough (Besag & Clifford 1991)."""
FEWEST_PERIODS, FEWEST_IN_PERIOD = 4, 5
"""Periods with fewer reviews are left out: one review is no share."""
SHARE_OF_FULLEST = 0.01
"""So are, beside full ones, those with less than this share of the fullest: their shares would only swing."""
FEWEST_REVIEWS = 12
MOST_CHANGES = 3
_SEED = 11


@dataclass(frozen=True)
class Change:
    """From period `start` up to, not with, `end` the share is `inside`; in the other periods it is `outside`.

    Attributes:
        p: of the scan statistic; q: after the correction for all series.
    """

    start: int
    end: int
    inside: float
    outside: float
    p: float
    q: float


@dataclass(frozen=True, eq=False)
class Series:
    """What one line shows: (periods,) reviews that have it."""

    kind: Kind
    name: str
    counts: Counts
    changes: tuple[Change, ...] = field(default=())


@dataclass(frozen=True, eq=False)
class Trends:
    """All lines: the first day of each period, its reviews, the series.

    Attributes:
        tested: how many series were tested for changes (those with enough reviews).
        least: periods with fewer reviews were left out.
    """

    unit: Unit
    starts: tuple[datetime.date, ...]
    totals: Counts
    series: tuple[Series, ...]
    tested: int
    least: int = FEWEST_IN_PERIOD


def unit_of(first: datetime.date, last: datetime.date) -> Unit:
    """Return the period that divides a span into some five to forty.

    >>> unit_of(datetime.date(2025, 1, 1), datetime.date(2025, 12, 31))
    'month'
    """
    days = (last - first).days
    return "week" if days <= 200 else "month" if days <= 1_200 else "quarter" if days <= 4_000 else "year"


def periods(days: NDArray[np.datetime64], unit: Unit) -> tuple[Counts, tuple[datetime.date, ...]]:
    """Return the period of each day (no NaT) and the first day of every period, empty ones included."""
    if unit == "week":
        monday = (days.astype("datetime64[D]").astype(np.int64) + 3) // 7
        numbers = monday - monday.min()
        starts = (np.arange(numbers.max() + 1) + monday.min()) * 7 - 3
        return numbers, tuple(starts.astype("datetime64[D]").tolist())
    months = {"month": 1, "quarter": 3, "year": 12}[unit]
    whole = days.astype("datetime64[M]").astype(np.int64) // months
    numbers = whole - whole.min()
    starts = (np.arange(numbers.max() + 1) + whole.min()) * months
    return numbers, tuple(starts.astype("datetime64[M]").astype("datetime64[D]").tolist())


def trends(
    days: NDArray[np.datetime64],
    codes: Mapping[Kind, tuple[tuple[str, ...], NDArray[Any]]],
    unit: Unit | None = None,
) -> Trends | None:
    """Count every series per period and mark its changes; None if fewer than FEWEST_PERIODS have enough reviews.

    Args:
        days: (n,) datetime64[D]; reviews without a date (NaT) are left out.
        codes: kind -> names, and for each review the place of its own in them (-1: none).
        unit: the period; None chooses by the span.
    """
    dated = ~np.isnat(days)
    if not dated.any():
        return None
    known = days[dated]
    unit = unit or unit_of(*_most_of(known))
    numbers, starts = periods(known, unit)
    totals = np.bincount(numbers, minlength=len(starts))
    least = _least(totals)
    enough = totals >= least
    if int(enough.sum()) < FEWEST_PERIODS:
        return None
    shown = slice(int(enough.argmax()), len(enough) - int(enough[::-1].argmax()))
    series = [
        Series(kind, name, np.where(enough, row, 0)[shown])
        for kind, (names, places) in codes.items()
        for name, row in zip(names, _per_period(numbers, places[dated], len(starts), len(names)), strict=True)
    ]
    totals = np.where(enough, totals, 0)[shown]
    marked, tested = _mark(series, totals)
    return Trends(unit, starts[shown], totals, tuple(marked), tested, least)


def _least(totals: Counts) -> int:
    """Return how many reviews a period needs to be shown."""
    least = max(FEWEST_IN_PERIOD, ceil(SHARE_OF_FULLEST * int(totals.max())))
    return least if int((totals >= least).sum()) >= FEWEST_PERIODS else FEWEST_IN_PERIOD


def _most_of(days: NDArray[np.datetime64]) -> tuple[datetime.date, datetime.date]:
    """Return the span of all but the first and the last hundredth of the days."""
    ordered = np.sort(days)
    return ordered[len(days) // 100].item(), ordered[-1 - len(days) // 100].item()


def _per_period(numbers: Counts, places: NDArray[Any], periods_: int, names: int) -> Counts:
    has = places >= 0
    flat = np.bincount(places[has].astype(np.int64) * periods_ + numbers[has], minlength=names * periods_)
    return flat.reshape(names, periods_)


def _mark(series: list[Series], totals: Counts) -> tuple[list[Series], int]:
    """Scan every series, then keep the changes that hold after the correction over all of them."""
    scan = Scan(totals)
    tested = [n for n, line in enumerate(series) if _testable(line.counts, totals)]
    first = {n: scan.strongest(series[n].counts) for n in tested}
    q_of = dict(zip(tested, corrected([change.p for change in first.values()]), strict=True))
    accepted = [first[n].p for n in tested if q_of[n] <= ALPHA]
    limit = max(accepted, default=0.0)
    marked = []
    for n, line in enumerate(series):
        changes = _all_changes(line.counts, totals, first[n], q_of[n], limit) if n in q_of and q_of[n] <= ALPHA else []
        marked.append(Series(line.kind, line.name, line.counts, tuple(sorted(changes, key=lambda c: c.start))))
    return marked, len(tested)


def _testable(counts: Counts, totals: Counts) -> bool:
    number = int(counts.sum())
    return FEWEST_REVIEWS <= number <= int(totals.sum()) - FEWEST_REVIEWS


def _all_changes(counts: Counts, totals: Counts, first: Change, q: float, limit: float) -> list[Change]:
    """Return the first change, and those found in what remains when the found ones are cut out."""
    found = [Change(first.start, first.end, first.inside, first.outside, first.p, q)]
    left = np.ones(len(totals), bool)
    while len(found) < MOST_CHANGES:
        left[found[-1].start : found[-1].end] = False
        kept = np.flatnonzero(left)
        if int((totals[kept] > 0).sum()) < FEWEST_PERIODS or not _testable(counts[kept], totals[kept]):
            break
        change = Scan(totals[kept]).strongest(counts[kept])
        if change.p > limit:
            break
        start, end = int(kept[change.start]), int(kept[change.end - 1]) + 1
        if not left[start:end].all():  # the run would go over one that was cut out
            break
        found.append(Change(start, end, change.inside, change.outside, change.p, max(q, change.p * q / first.p)))
    return found


class Scan:
    """The scan statistic over one row of totals."""

    def __init__(self, totals: Counts) -> None:
        self.totals = totals.astype(np.int64)
        number = len(totals)
        runs = [(i, j) for i in range(number) for j in range(i + 1, number + 1) if j - i < number]
        sums = np.concatenate([[0], np.cumsum(self.totals)])
        inside = np.array([sums[j] - sums[i] for i, j in runs])
        useful = (inside > 0) & (inside < sums[-1])
        self._starts, self._ends = (np.array(ends)[useful] for ends in zip(*runs, strict=True))
        self._inside = inside[useful]
        self._all = int(sums[-1])
        self._smallest = int(self.totals[self.totals > 0].min())
        self._logs = _x_log_x(self._all)

    def strongest(self, counts: Counts) -> Change:
        """Return the run that differs most, with its p-value (q is not known yet)."""
        ratios = self._ratios(counts[None])[0]
        best = int(ratios.argmax())
        start, end, size = int(self._starts[best]), int(self._ends[best]), int(self._inside[best])
        hits, total = int(counts[start:end].sum()), int(counts.sum())
        p = self._p(float(ratios[best]), total)
        return Change(start, end, hits / size, (total - hits) / (self._all - size), p, 1.0)

    def _ratios(self, counts: Counts) -> NDArray[np.float64]:
        """Return (n, runs) log-likelihood ratios of (n, periods) counts."""
        sums = np.concatenate([np.zeros((len(counts), 1), np.int64), np.cumsum(counts, axis=1)], axis=1)
        hits = sums[:, self._ends] - sums[:, self._starts]
        rest = sums[:, -1:] - hits
        outside = self._all - self._inside
        logs = self._logs
        with_split = logs[hits] + logs[self._inside - hits] - logs[self._inside]
        with_split += logs[rest] + logs[outside - rest] - logs[outside]
        total = sums[:, -1:]
        together = logs[total] + logs[self._all - total] - logs[self._all]
        ratios: NDArray[np.float64] = with_split - together
        return ratios

    @cached_property
    def _limit(self) -> NDArray[np.float32]:
        """The largest ratio of each of DRAWS rows of normal counts without any change, ascending."""
        random = np.random.default_rng(_SEED)
        shares = (self.totals / self._all).astype(np.float32)
        inside = (self._inside / self._all).astype(np.float32)
        factors = 1 / np.sqrt(2 * inside * (1 - inside))
        found = np.empty(DRAWS, np.float32)
        sums = np.zeros((_BLOCK, len(shares) + 1), np.float32)
        for first in range(0, DRAWS, _BLOCK):
            drawn = random.standard_normal((_BLOCK, len(shares)), np.float32) * np.sqrt(shares)
            drawn -= drawn.sum(axis=1, keepdims=True) * shares  # their sum is given
            np.cumsum(drawn, axis=1, out=sums[:, 1:])
            gaps = np.take(sums, self._ends, axis=1) - np.take(sums, self._starts, axis=1)
            found[first : first + _BLOCK] = np.abs(gaps * factors).max(axis=1) ** 2
        return np.sort(found)

    def _p(self, found: float, total: int) -> float:
        """Return the share of shuffles that are at least as extreme; for the clearest ones Bonferroni's bound."""
        bound = len(self._inside) * erfc(sqrt(max(found, 0.0)))  # of chi squared with one degree of freedom
        if bound < 1 / SHUFFLES / 10:
            return bound
        if min(total, self._all - total) * self._smallest >= MANY * self._all:
            return (DRAWS - int(np.searchsorted(self._limit, found - 1e-9)) + 1) / (DRAWS + 1)
        random, extreme, done = np.random.default_rng(_SEED), 0, 0
        while done < SHUFFLES and extreme < _ENOUGH_EXCEEDANCES:
            shuffled = random.multivariate_hypergeometric(self.totals, total, size=_BLOCK, method="marginals")
            extreme += int((self._ratios(shuffled).max(axis=1) >= found - 1e-9).sum())
            done += _BLOCK
        return (extreme + 1) / (done + 1)


def _x_log_x(most: int) -> NDArray[np.float64]:
    """Return x log x for 0 .. most."""
    numbers = np.arange(most + 1, dtype=np.float64)
    numbers[1:] *= np.log(numbers[1:])
    return numbers
