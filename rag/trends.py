"""How shares change over time, and where a change is more than chance.

A series is the share of the reviews of each period that have something: a theme, an emotion, a sentiment. Changes are
found with a scan statistic (rag.trends_scan). Over all series p-values are corrected with Benjamini and Hochberg (1995)
and marked where the corrected one is at most ALPHA.

Does not handle: seasons (a December that is like every December is a change), trends slower than the span.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import ceil
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from rag.themes_intervals import corrected
from rag.trends_scan import FEWEST_PERIODS, Change, Counts, Scan, all_changes, testable

Unit = Literal["week", "month", "quarter", "year"]
Kind = Literal["theme", "emotion", "sentiment"]

ALPHA = 0.02
FEWEST_IN_PERIOD = 5
"""Periods with fewer reviews are left out: one review is no share."""
SHARE_OF_FULLEST = 0.01
"""So are, beside full ones, those with less than this share of the fullest: their shares would only swing."""


@dataclass(frozen=True, eq=False)
class Series:
    """What one line shows: (periods,) reviews that have it, of (periods,) `totals`, 0 where there are too few."""

    kind: Kind
    name: str
    counts: Counts
    totals: Counts
    changes: tuple[Change, ...] = field(default=())


@dataclass(frozen=True, eq=False)
class Trends:
    """All lines: the first day of each period, its reviews, the series.

    Attributes:
        totals: all reviews of each period; those of a series leave out what was not read.
        tested: how many series were tested for changes (those with enough reviews).
        least: periods with fewer reviews were left out.
        unread: reviews of these periods that lines of emotions and sentiments leave out.
    """

    unit: Unit
    starts: tuple[datetime.date, ...]
    totals: Counts
    series: tuple[Series, ...]
    tested: int
    least: int = FEWEST_IN_PERIOD
    unread: int = 0


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
    read: NDArray[np.bool_] | None = None,
) -> Trends | None:
    """Count every series per period and mark its changes; None if fewer than FEWEST_PERIODS have enough reviews.

    Args:
        days: (n,) datetime64[D]; reviews without a date (NaT) are left out.
        codes: kind -> names, and for each review the place of its own in them (-1: none).
        unit: the period; None chooses by the span.
        read: (n,) which reviews shares of emotions and sentiments are of; None for all.
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
    totals = np.where(enough, totals, 0)
    told = totals if read is None else np.bincount(numbers[read[dated]], minlength=len(starts)) * enough
    unread = int((totals - told).sum())
    series: list[Series] = []
    for kind, (names, places) in codes.items():
        of = totals if kind == "theme" else np.where(told >= least, told, 0)
        rows = _per_period(numbers, places[dated], len(starts), len(names))
        series += [
            Series(kind, name, np.where(of > 0, row, 0)[shown], of[shown])
            for name, row in zip(names, rows, strict=True)
        ]
    marked, tested = _mark(series)
    return Trends(unit, starts[shown], totals[shown], tuple(marked), tested, least, unread)


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


def _mark(series: list[Series]) -> tuple[list[Series], int]:
    """Scan every series, then keep the changes that hold after the correction over all of them."""
    scans: dict[bytes, Scan] = {}
    tested = [n for n, line in enumerate(series) if _is_long(line.totals) and testable(line.counts, line.totals)]
    for totals in (series[n].totals for n in tested):
        if totals.tobytes() not in scans:
            scans[totals.tobytes()] = Scan(totals)
    first = {n: scans[series[n].totals.tobytes()].strongest(series[n].counts) for n in tested}
    q_of = dict(zip(tested, corrected([change.p for change in first.values()]), strict=True))
    accepted = [first[n].p for n in tested if q_of[n] <= ALPHA]
    limit = max(accepted, default=0.0)
    marked = []
    for n, line in enumerate(series):
        holds = n in q_of and q_of[n] <= ALPHA
        changes = all_changes(line.counts, line.totals, first[n], q_of[n], limit) if holds else []
        marked.append(replace(line, changes=tuple(sorted(changes, key=lambda c: c.start))))
    return marked, len(tested)


def _is_long(totals: Counts) -> bool:
    return int((totals > 0).sum()) >= FEWEST_PERIODS
