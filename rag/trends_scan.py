"""Where the share of a series changes: the temporal scan statistic.

Over all runs of periods, the one whose share differs most from that of the other periods (likelihood ratio of two
binomials; Kulldorff 1997, https://doi.org/10.1080/03610929708831995). Its p-value comes from shuffling the reviews over
the periods, which counts in that so many runs were looked at. Where every period holds many reviews the shuffles are
draws from the normal limit, which is the same for all series; further changes are looked for in what is left (Zhang,
Assunção & Kulldorff 2010).

    Scan(totals).strongest(counts)    # Change(start=3, end=6, inside=0.4, outside=0.1, p=0.0003, q=1.0)

Does not handle: two rises close to each other (they may be told as one).
"""

from dataclasses import dataclass
from functools import cached_property
from math import erfc, sqrt

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]

SHUFFLES = 3_000
DRAWS, MANY = 10_000, 20.0
"""Draws from the normal limit, and how many reviews of a series (and others) each period must expect for it."""
_BLOCK = 100
_ENOUGH_EXCEEDANCES = 10
"""When so many shuffles were as extreme, the p-value is known well enough (Besag & Clifford 1991)."""
FEWEST_PERIODS, FEWEST_REVIEWS, MOST_CHANGES = 4, 12, 3
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


def testable(counts: Counts, totals: Counts) -> bool:
    """Return whether a series has, and leaves to the others, enough reviews to be tested."""
    number = int(counts.sum())
    return FEWEST_REVIEWS <= number <= int(totals.sum()) - FEWEST_REVIEWS


def all_changes(counts: Counts, totals: Counts, first: Change, q: float, limit: float) -> list[Change]:
    """Return the first change, and those found in what remains when the found ones are cut out.

    Args:
        counts, totals: (periods,) of a series, and all reviews.
        first: the strongest change; q: its p-value after the correction over all series.
        limit: largest p-value of a further change.
    """
    found = [Change(first.start, first.end, first.inside, first.outside, first.p, q)]
    left = np.ones(len(totals), bool)
    while len(found) < MOST_CHANGES:
        left[found[-1].start : found[-1].end] = False
        kept = np.flatnonzero(left)
        if int((totals[kept] > 0).sum()) < FEWEST_PERIODS or not testable(counts[kept], totals[kept]):
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
