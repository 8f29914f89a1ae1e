"""Cells as people write them -> dates and ratings. Each distinct cell is read once, so whole columns are fast."""

import datetime
import re
import warnings
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, TypeVar

_Value = TypeVar("_Value")

_YEAR_FIRST = re.compile(r"\D{0,3}((?:19|20)\d{2})\D{1,3}(\d{1,2})\D{1,3}(\d{1,2})(?!\d)")
_YEAR_LAST = re.compile(r"\D{0,3}(\d{1,2})[\s./-]{1,2}(\d{1,2})[\s,./-]{1,2}((?:19|20)\d{2}|\d{2})(?!\d)")
_COMPACT = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})")
_SECONDS = re.compile(r"(\d{9,10}|\d{13}|\d{16})(?:\.\d+)?")
_EXCEL_DAY = re.compile(r"[34]\d{4}(?:\.\d+)?")
_NAMED_MONTH = re.compile(r".*[^\W\d_]{3}.*(19|20)\d{2}.*", re.DOTALL)
_ZONE = re.compile(r"\s[+-]\d{2}:?\d{2}\b|\s\([A-Z]+\)$")
_REVIEWED_ON = re.compile(r"^reviewed in .* on ", re.IGNORECASE)
_LONGEST_DATE = 100
_EXCEL_EPOCH = datetime.date(1899, 12, 30)

_STARS = re.compile(r"[★⭐🌟]")
_NUMBER = re.compile(
    r"(?:[^\W\d_]{1,12}[:\s]{0,3})?([+-]?\d+(?:[.,]\d+)?)"
    r"(?:\s*(?:/|out of|von|of|sur|de|di|su|из)\s*\d+)?\s{0,2}[^\d\s]{0,12}"
)
_LEFT_OVER = ",; "
_WORDS = {"one": 1.0, "two": 2.0, "three": 3.0, "four": 4.0, "five": 5.0}


class Dates(NamedTuple):
    """One date or None per cell, and how dates such as 03/04/2020 were read ("" where there are none)."""

    values: list[datetime.date | None]
    order: str


class DayOrder:
    """Collects which of day and month comes first in a column of dates, also over several parts of it."""

    def __init__(self) -> None:
        self._pairs = self._day_first = self._month_first = 0

    def look_at(self, cells: Iterable[str]) -> None:
        """Count the cells that allow only one reading."""
        for cell in cells:
            if found := _YEAR_LAST.match(cell.strip()):
                first, second = int(found[1]), int(found[2])
                self._pairs += 1
                self._day_first += first > 12 >= second
                self._month_first += second > 12 >= first

    @property
    def is_day_first(self) -> bool:
        """The day, unless more cells speak for the month."""
        return self._day_first >= self._month_first

    @property
    def words(self) -> str:
        """How such dates are read; "" where there are none."""
        if not self._pairs:
            return ""
        order = "day first" if self.is_day_first else "month first"
        return order if self._day_first or self._month_first else f"{order} (the file does not show which)"


def read_dates(cells: Sequence[str], order: DayOrder | None = None) -> Dates:
    """Read a column of dates as usually written: ISO, 31/12/2024, 12/31/24, "Jan 5, 2024", Unix time, Excel day.

    Whether the day or the month comes first is decided once for the column, by its cells that allow only one reading;
    without any, the day comes first. The date is the one written, in the writer's own time zone.

    Args:
        order: what was found out about the whole column, if `cells` are only a part of it.
    """
    distinct = {cell: cell.strip() for cell in dict.fromkeys(cells)}
    if order is None:
        order = DayOrder()
        order.look_at(distinct.values())
    day_first = order.is_day_first
    known: dict[str, datetime.date | None] = {}
    named: list[str] = []
    for cell, text in distinct.items():
        known[cell] = _numeric_date(text, day_first)
        if known[cell] is None and len(text) < _LONGEST_DATE and _NAMED_MONTH.fullmatch(text):
            named.append(cell)
    known.update(_named_months(named, day_first))
    return Dates([known[cell] for cell in cells], order.words)


def _numeric_date(text: str, day_first: bool) -> datetime.date | None:
    if found := _YEAR_FIRST.match(text) or _COMPACT.fullmatch(text):
        return _date(int(found[1]), int(found[2]), int(found[3]))
    if found := _YEAR_LAST.match(text):
        first, second, year = int(found[1]), int(found[2]), int(found[3])
        year += 2000 if year < 70 else 1900 if year < 100 else 0
        day, month = (first, second) if day_first else (second, first)
        return _date(year, month, day) or _date(year, day, month)
    if found := _SECONDS.fullmatch(text):
        seconds = int(found[1]) / {13: 1e3, 16: 1e6}.get(len(found[1]), 1)
        return datetime.datetime.fromtimestamp(seconds, datetime.UTC).date()
    if _EXCEL_DAY.fullmatch(text):
        return _EXCEL_EPOCH + datetime.timedelta(days=int(float(text)))
    return None


def _date(year: int, month: int, day: int) -> datetime.date | None:
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None


def _named_months(cells: list[str], day_first: bool) -> dict[str, datetime.date | None]:
    import pandas as pd

    texts = [_ZONE.sub("", _REVIEWED_ON.sub("", cell.strip())) for cell in cells]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of names of time zones, which do not change the date as written
        column = pd.Series(texts, dtype=object)
        parsed = pd.to_datetime(column, format="mixed", dayfirst=day_first, errors="coerce", utc=True)
    return {
        cell: None if pd.isna(value) or not 1970 <= value.year <= 2100 else value.date()
        for cell, value in zip(cells, parsed, strict=True)
    }


def read_ratings(cells: Sequence[str]) -> list[float | None]:
    """Read a column of ratings: 4, "4,5", "4/5", "5 stars", "★★★☆☆", "80 %"; the scale stays that of the file.

    >>> read_ratings(["4,5", "4/5", "★★★★", "5 stars", "n/a"])
    [4.5, 4.0, 4.0, 5.0, None]
    """
    return _each_once(_rating, cells)


def _rating(cell: str) -> float | None:
    text = cell.strip()
    if len(text) > 60:
        return None
    if stars := len(_STARS.findall(text)):
        return float(stars)
    if found := _NUMBER.fullmatch(text):
        return float(found[1].replace(",", "."))
    return _WORDS.get(text.casefold().removesuffix("stars").removesuffix("star").strip())


def tidy_name(cell: str) -> str:
    """Return the name of a product or category without what exports of shops leave in it: line breaks, the same name
    twice, commas for fields that were empty.

    >>> tidy_name("Echo (White),,,\\r\\nEcho (White),,,"), tidy_name("Kettle,  red"), tidy_name("Echo,,,\\nCase,,")
    ('Echo (White)', 'Kettle, red', 'Echo / Case')
    """
    parts = (" ".join(line.split()).rstrip(_LEFT_OVER) for line in cell.splitlines())
    return " / ".join(dict.fromkeys(part for part in (_without_half_a_quote(part) for part in parts) if part))


def _without_half_a_quote(name: str) -> str:
    return name.removesuffix('"').rstrip(_LEFT_OVER) if name.count('"') == 1 else name


def _each_once(read: Callable[[str], _Value], cells: Sequence[str]) -> list[_Value]:
    known = {cell: read(cell) for cell in dict.fromkeys(cells)}
    return [known[cell] for cell in cells]
