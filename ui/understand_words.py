"""Numbers of the Understand page in words: shares, differences, intervals, periods."""

import datetime
from typing import TYPE_CHECKING

from emotion.language import NOT_ENGLISH
from ui.cards import percent

if TYPE_CHECKING:
    from rag.compare import Comparison, Side
    from rag.themes import ThemeFigures
    from rag.themes_intervals import Interval
    from rag.trends import Series, Trends
    from rag.trends_scan import Change

MINUS = "−"


def points(value: float) -> str:
    """Return net sentiment or a difference of shares in percentage points: `+12`, `−3`, `0`."""
    number = round(100 * value)
    return f"+{number}" if number > 0 else f"{MINUS}{-number}" if number < 0 else "0"


def points_interval(interval: "Interval") -> str:
    """Return `+12 (+5 to +19)`."""
    return f"{points(interval.value)} ({points(interval.low)} to {points(interval.high)})"


def net_gap(found: "Comparison", left: str, right: str) -> str:
    """Return a sentence that says which of two sides has the higher net sentiment, and how sure that is.

    The gap is the one between the whole points that are shown of each side.
    """
    gap = found.net
    span = f"95\xa0%: {points(gap.low)} to {points(gap.high)}"
    number = round(100 * found.left.net.value) - round(100 * found.right.net.value)
    if not number:
        return f"{left[:1].upper()}{left[1:]} and {right} have the same net sentiment (difference, {span})."
    sure = "" if gap.excludes_nought else " This may be chance."
    by = f"{abs(number)} point{'' if abs(number) == 1 else 's'} {'higher' if number > 0 else 'lower'}"
    return f"The net sentiment of {left} is {by} than that of {right} ({span}).{sure}"


def net(shown: "ThemeFigures | Side") -> str:
    """Return `net +12`, or that none of the reviews was read."""
    return f"net {points(shown.net.value)}" if shown.unread < shown.size else NOT_ENGLISH


_SMALL = 0.05
_CLEAR = 0.02
"""Shares that differ by so much are told in whole percentages."""


def stars(value: float) -> str:
    """Return a difference of ratings: `+0.12`, with three decimals where it is small: `+0.012`."""
    text = f"{abs(value):.{2 if abs(value) >= _SMALL else 3}f}"
    return "0.00" if not float(text) else f"+{text}" if value > 0 else f"{MINUS}{text}"


def stars_interval(interval: "Interval") -> str:
    """Return `+0.12 (+0.05 to +0.19)`."""
    return f"{stars(interval.value)} ({stars(interval.low)} to {stars(interval.high)})"


def probability(p: float) -> str:
    """Return a p-value: `0.012`, `< 0.001`."""
    return "< 0.001" if p < 0.001 else f"= {p:.3f}"


def two_shares(one: float, two: float) -> tuple[str, str]:
    """Return two shares in percent, with a decimal each where whole percentages would hardly tell them apart.

    >>> two_shares(0.47, 0.25), two_shares(0.012, 0.004)
    (('47\\xa0%', '25\\xa0%'), ('1.2\\xa0%', '0.4\\xa0%'))
    """
    if abs(one - two) >= _CLEAR:
        return percent(one), percent(two)
    return f"{one:.1%}".replace("%", "\N{NO-BREAK SPACE}%"), f"{two:.1%}".replace("%", "\N{NO-BREAK SPACE}%")


def period(start: datetime.date, unit: str) -> str:
    """Return the name of a period: `July 2025`, `week of 7 July 2025`, `3rd quarter 2025`, `2025`."""
    if unit == "week":
        return f"week of {start.day} {start:%B %Y}"
    if unit == "quarter":
        return f"{('1st', '2nd', '3rd', '4th')[(start.month - 1) // 3]} quarter {start.year}"
    return f"{start:%B %Y}" if unit == "month" else str(start.year)


def change(found: "Change", trends: "Trends") -> str:
    """Return a change as a sentence part: `since July 2025: 47 % instead of 25 %`."""
    last = len(trends.starts)
    name = [period(start, trends.unit) for start in trends.starts]
    here, there = two_shares(found.inside, found.outside)
    if found.start == 0:
        return f"since {name[found.end]}: {there} instead of {here}"
    if found.end == last:
        return f"since {name[found.start]}: {here} instead of {there}"
    if found.end == found.start + 1:
        return f"in {name[found.start]}: {here} instead of {there}"
    return f"{name[found.start]} to {name[found.end - 1]}: {here} instead of {there}"


def mark(found: "Change") -> tuple[int, bool]:
    """Return the period at which a change is marked and whether the share rises there."""
    return (found.start, found.inside > found.outside) if found.start else (found.end, found.outside > found.inside)


def why(found: "Change", tested: int) -> str:
    """Return which test found a change."""
    return (
        f"scan statistic (Kulldorff 1997), corrected for {tested} lines with Benjamini–Hochberg: "
        f"p {probability(found.q)}"
    )


def describe(series: "Series", trends: "Trends") -> str:
    """Return a line as a sentence, for readers who do not see it."""
    shares = [n / total for n, total in zip(series.counts.tolist(), series.totals.tolist(), strict=True) if total]
    told = "; ".join(change(found, trends) for found in series.changes) or "no significant change"
    return f"{series.name}: between {percent(min(shares))} and {percent(max(shares))} of the reviews; {told}."
