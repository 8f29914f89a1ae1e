"""Two sets of reviews side by side: two products, two periods, two emotions, and in what they differ.

Shares are compared with the two-proportion z-test (pooled; Fisher's exact test where a cell is expected to hold fewer
than five), intervals are Newcombe's (1998), and p-values are corrected over all rows of a comparison with Benjamini and
Hochberg (1995).
"""

from dataclasses import dataclass, replace
from math import sqrt
from typing import Literal

import numpy as np

from backends.contracts import FACE_EMOTIONS, SENTIMENTS
from errors import QuestionError
from rag import themes_intervals
from rag.index_vectors import Rows
from rag.themes import Themes
from rag.themes_facts import Facts
from rag.themes_intervals import Interval

ALPHA = 0.05
_FEWEST_EXPECTED = 5


@dataclass(frozen=True)
class Side:
    """One side: its name, rows, and what they are like as a whole.

    Attributes:
        net, emotions: of the reviews that were read; unread: the others, which are not English.
    """

    name: str
    size: int
    net: Interval
    emotions: dict[str, float]
    rating: Interval | None
    unread: int = 0

    @property
    def read(self) -> int:
        """How many reviews were read."""
        return self.size - self.unread


@dataclass(frozen=True)
class Difference:
    """A theme or an emotion, its reviews on either side, and left share less right share.

    Attributes:
        theme: its number, or -1 for an emotion.
        p: of the test; q: corrected over the rows of the comparison.
    """

    kind: Literal["theme", "emotion"]
    name: str
    theme: int
    left: int
    right: int
    gap: Interval
    p: float
    q: float

    @property
    def significant(self) -> bool:
        return self.q <= ALPHA


@dataclass(frozen=True)
class Comparison:
    """Both sides, and the rows that differ: largest difference first within each kind.

    Attributes:
        net: difference of net sentiment, left less right.
    """

    left: Side
    right: Side
    net: Interval
    differences: tuple[Difference, ...]

    def of(self, kind: Literal["theme", "emotion"]) -> tuple[Difference, ...]:
        """Return the rows of one kind."""
        return tuple(row for row in self.differences if row.kind == kind)


def compare(
    left: tuple[str, Rows], right: tuple[str, Rows], facts: Facts, themes: Themes | None, emotions: bool = True
) -> Comparison:
    """Compare two sets of reviews.

    Args:
        left, right: name and rows; no review may be on both sides.
        themes: None leaves themes out. emotions: False leaves the emotions out of the tests (they are what was chosen).

    Raises:
        QuestionError: a side is empty, or the sides overlap.
    """
    for name, rows in (left, right):
        if not len(rows):
            raise QuestionError(f"There are no reviews for “{name}”. Choose something else, or loosen the filters.")
    if len(np.intersect1d(left[1], right[1], assume_unique=True)):
        raise QuestionError("Some reviews are on both sides. Choose two that have none in common.")
    one, two = _side(*left, facts), _side(*right, facts)
    found: list[Difference] = []
    if themes is not None:
        place = themes.place.astype(np.int64)
        found += _rows("theme", themes.names, place[left[1]], place[right[1]])
    if emotions and one.read and two.read:
        here, there = (codes[codes >= 0] for codes in (facts.emotion[left[1]], facts.emotion[right[1]]))
        found += _rows("emotion", FACE_EMOTIONS, here, there)
    adjusted = themes_intervals.corrected([row.p for row in found])
    told = [replace(row, q=q) for row, q in zip(found, adjusted, strict=True)]
    return Comparison(one, two, _net_gap(one, two), tuple(sorted(told, key=lambda row: -abs(row.gap.value))))


def _side(name: str, rows: Rows, facts: Facts) -> Side:
    read = rows[facts.read[rows]]
    sentiments = np.bincount(facts.sentiment[read], minlength=len(SENTIMENTS))
    emotions = np.bincount(facts.emotion[read], minlength=len(FACE_EMOTIONS)) / max(len(read), 1)
    rating = facts.rating[rows]
    return Side(
        name,
        len(rows),
        themes_intervals.net_sentiment(float(sentiments[2]), float(sentiments[0]), len(read)),
        dict(zip(FACE_EMOTIONS, emotions.tolist(), strict=True)),
        themes_intervals.mean(rating[~np.isnan(rating)]),
        len(rows) - len(read),
    )


def _net_gap(one: Side, two: Side) -> Interval:
    """Combine both intervals (the square-and-add of Newcombe's method 10)."""
    value = one.net.value - two.net.value
    low = sqrt((one.net.value - one.net.low) ** 2 + (two.net.high - two.net.value) ** 2)
    high = sqrt((one.net.high - one.net.value) ** 2 + (two.net.value - two.net.low) ** 2)
    return Interval(value, value - low, value + high)


def _rows(kind: Literal["theme", "emotion"], names: tuple[str, ...], left: Rows, right: Rows) -> list[Difference]:
    here = np.bincount(left[left >= 0], minlength=len(names)).tolist()
    there = np.bincount(right[right >= 0], minlength=len(names)).tolist()
    return [
        Difference(
            kind,
            name,
            number if kind == "theme" else -1,
            one,
            two,
            themes_intervals.difference(one, len(left), two, len(right)),
            two_proportions(one, len(left), two, len(right)),
            1.0,
        )
        for number, (name, one, two) in enumerate(zip(names, here, there, strict=True))
        if one + two
    ]


def two_proportions(left: int, left_total: int, right: int, right_total: int) -> float:
    """Return the two-sided p-value that two shares are the same."""
    from scipy.stats import fisher_exact, norm

    pooled = (left + right) / (left_total + right_total)
    expected = min(left_total, right_total) * min(pooled, 1 - pooled)
    if expected < _FEWEST_EXPECTED:
        table = [[left, left_total - left], [right, right_total - right]]
        return float(fisher_exact(table).pvalue)
    spread = sqrt(pooled * (1 - pooled) * (1 / left_total + 1 / right_total))
    return float(2 * norm.sf(abs(left / left_total - right / right_total) / spread))
