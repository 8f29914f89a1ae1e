"""Intervals (95 %) for shares, net sentiment and differences, and the correction for many comparisons."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

Z95 = 1.959964


@dataclass(frozen=True)
class Interval:
    """An estimate with its 95 % interval."""

    value: float
    low: float
    high: float

    @property
    def excludes_nought(self) -> bool:
        return self.low > 0 or self.high < 0


def share(count: float, total: float) -> Interval:
    """Return a share with Wilson's interval (1927).

    >>> share(10, 100)
    Interval(value=0.1, low=0.05522..., high=0.17436...)
    """
    if total <= 0:
        return Interval(0.0, 0.0, 1.0)
    value, square = count / total, Z95**2 / total
    middle = (value + square / 2) / (1 + square)
    half = Z95 * sqrt(value * (1 - value) / total + square / (4 * total)) / (1 + square)
    return Interval(value, max(middle - half, 0.0), min(middle + half, 1.0))


def net_sentiment(positive: float, negative: float, total: float) -> Interval:
    """Return the share of positive less that of negative reviews, in [-1, 1].

    The interval is the normal one of a difference of two classes of one multinomial, with half a review added to each
    of the three classes (Agresti & Min 2005), so that it holds for few reviews, too.
    """
    if total <= 0:
        return Interval(0.0, -1.0, 1.0)
    more, less = (positive + 0.5) / (total + 1.5), (negative + 0.5) / (total + 1.5)
    half = Z95 * sqrt((more + less - (more - less) ** 2) / (total + 1.5))
    value = (positive - negative) / total
    return Interval(value, max(min(more - less - half, value), -1.0), min(max(more - less + half, value), 1.0))


def difference(left: float, left_total: float, right: float, right_total: float) -> Interval:
    """Return left share less right share with Newcombe's interval (1998, method 10)."""
    one, two = share(left, left_total), share(right, right_total)
    value = one.value - two.value
    low = value - sqrt((one.value - one.low) ** 2 + (two.high - two.value) ** 2)
    high = value + sqrt((one.high - one.value) ** 2 + (two.value - two.low) ** 2)
    return Interval(value, low, high)


def mean(values: NDArray[np.floating]) -> Interval | None:
    """Return the mean with Student's interval; None for fewer than two numbers."""
    from scipy.stats import t

    if len(values) < 2:
        return None
    value = float(values.mean(dtype=np.float64))
    half = float(t.ppf(0.975, len(values) - 1)) * float(values.std(ddof=1, dtype=np.float64)) / sqrt(len(values))
    return Interval(value, value - half, value + half)


def impact(inside: NDArray[np.floating], outside: NDArray[np.floating]) -> Interval | None:
    """Return the mean of all numbers less the mean of those outside: what the inside ones do to the mean.

    It equals share of inside x (mean inside - mean outside); the interval is Welch's for that difference, scaled by the
    share. None for fewer than two numbers on either side.
    """
    from scipy.stats import t

    here, there = len(inside), len(outside)
    if min(here, there) < 2:
        return None
    portion = here / (here + there)
    inside, outside = inside.astype(np.float64), outside.astype(np.float64)
    gap = float(inside.mean() - outside.mean())
    one, two = (float(values.var(ddof=1)) / len(values) for values in (inside, outside))
    spread = sqrt(one + two)
    freedom = (one + two) ** 2 / (one**2 / (here - 1) + two**2 / (there - 1)) if spread > 0 else 1.0
    half = float(t.ppf(0.975, freedom)) * spread
    return Interval(portion * gap, portion * (gap - half), portion * (gap + half))


def corrected(probabilities: Sequence[float]) -> list[float]:
    """Return Benjamini and Hochberg's (1995) adjusted p-values."""
    from scipy.stats import false_discovery_control

    return [float(q) for q in false_discovery_control(list(probabilities))] if len(probabilities) else []
