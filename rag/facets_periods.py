"""Days put into periods of the calendar for the facets: days, weeks, months, quarters or years."""

import datetime
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from rag.facets_columns import Binned, smallest

MOST_PERIODS = 36
_SPANS_DAYS = (("day", 1), ("week", 7), ("month", 31), ("quarter", 92), ("year", 366))


def binned_days(days: NDArray[np.int32]) -> tuple[Binned[datetime.date], str]:
    """Put days (0 for none) into at most about MOST_PERIODS periods; return them and the name of the period."""
    known = days > 0
    numbers = np.where(known, days, np.float32(np.nan)).astype(np.float32)
    if not known.any():
        return Binned(numbers, np.zeros(len(days), np.uint8), ()), ""
    first, last = (datetime.date.fromordinal(int(end)) for end in (days[known].min(), days[known].max()))
    span = (last - first).days + 1
    period = next((name for name, length in _SPANS_DAYS if span <= length * MOST_PERIODS), "year")
    starts = [_PERIOD_STARTS[period](first)]
    while (following := _following(starts[-1], period)) <= last:
        starts.append(following)
    ends = [*(start - datetime.timedelta(days=1) for start in starts[1:]), _before(_following(starts[-1], period))]
    codes = np.searchsorted(np.array([start.toordinal() for start in starts]), days, side="right") - 1
    codes[~known] = len(starts)
    return Binned(numbers, smallest(codes, len(starts)), tuple(zip(starts, ends, strict=True))), period


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
