"""Text -> rows of CSV-like files. Python's csv module parses; this file finds the delimiter and goes on after broken
quotes. Does not handle: delimiters of more than one character, comment lines."""

import csv
import io
import re
from collections.abc import Iterator
from typing import NamedTuple

from errors import ReviewFileError
from rag.columns import is_known_name
from rag.table import Rows, check_columns, counted
from settings import Settings

DELIMITERS = (",", ";", "\t", "|")
_WHOLE_LINE = "\x1f"
_SAMPLE_CHARACTERS = 65_536
_DATA_CELL = re.compile(r"[+-]?\d+([.,]\d+)?|\d{4}-\d{2}-\d{2}.*|https?://.*")
_LONGEST_NAME = 80


class Dialect(NamedTuple):
    """How fields are separated; `escape` is a backslash in files that write a quote as backslash quote."""

    delimiter: str
    escape: str | None


def find_dialect(text: str, preferred: str = "") -> Dialect:
    """Find the delimiter under which most rows are as wide as the header; `preferred` wins a draw."""
    sample = text[:_SAMPLE_CHARACTERS]
    best, best_score = Dialect(",", None), (0.0, 0, False)
    for delimiter in DELIMITERS:
        for escape in (None, "\\") if '\\"' in sample else (None,):
            score = (*_fit(sample, Dialect(delimiter, escape), whole=len(text) <= len(sample)), delimiter == preferred)
            if score > best_score:
                best, best_score = Dialect(delimiter, escape), score
    if best_score[1] > 1:
        return best
    widths = {len(row) for row in _sample_rows(sample, Dialect(",", None), whole=True) if row}
    return Dialect("," if widths <= {1} else _WHOLE_LINE, None)


def _sample_rows(sample: str, dialect: Dialect, *, whole: bool) -> list[list[str]]:
    csv.field_size_limit(max(csv.field_size_limit(), len(sample)))
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=dialect.delimiter, escapechar=dialect.escape)
    rows = list(reader)
    return rows if whole or len(rows) < 2 else rows[:-1]


def _fit(sample: str, dialect: Dialect, *, whole: bool) -> tuple[float, int]:
    """Return the share of rows as wide as the first, and that width; (0, 1) if the first is one field."""
    rows = [row for row in _sample_rows(sample, dialect, whole=whole) if row]
    width = len(rows[0]) if rows else 1
    if width == 1:
        return 0.0, 1
    fitting = sum(len(row) == width for row in rows[1:])
    return max(0.01, round(fitting / len(rows[1:]), 2)) if rows[1:] else 0.5, width


class _Record(NamedTuple):
    fields: list[str]
    repaired: bool


def _records(lines: list[str], dialect: Dialect) -> Iterator[_Record]:
    """Yield the records; where a quote is broken, that line alone is read leniently and parsing goes on below it."""
    start = 0
    while start < len(lines):
        rest = (lines[position] for position in range(start, len(lines)))
        reader = csv.reader(rest, delimiter=dialect.delimiter, escapechar=dialect.escape, strict=True)
        consumed = 0
        try:
            for fields in reader:
                consumed = reader.line_num
                yield _Record(fields, repaired=False)
            return
        except csv.Error:
            start += consumed
        yield _Record(_lenient(lines[start], dialect), repaired=True)
        start += 1


def _lenient(line: str, dialect: Dialect) -> list[str]:
    line = line.rstrip("\r\n")
    return next(csv.reader([line], delimiter=dialect.delimiter, escapechar=dialect.escape), [])


def read_delimited(text: str, preferred: str, settings: Settings) -> tuple[Rows, str]:
    """Return the rows of CSV-like text and its delimiter ("" where each line is one cell).

    Raises:
        ReviewFileError: too many columns or rows, or nothing in it.
    """
    first, _, below = text.partition("\n")
    if match := re.fullmatch(r"sep=(.)\r?", first):
        text, preferred = below, match[1]
    dialect = find_dialect(text, preferred)
    csv.field_size_limit(max(csv.field_size_limit(), len(text)))
    rows = _collect(_records(list(io.StringIO(text, newline="")), dialect), settings)
    return rows, "" if dialect.delimiter == _WHOLE_LINE else dialect.delimiter


def _collect(records: Iterator[_Record], settings: Settings) -> Rows:
    header, number = next(((r.fields, n) for n, r in enumerate(records, 1) if any(map(str.strip, r.fields))), ([], 0))
    if not header:
        raise ReviewFileError("The file holds nothing but blank lines. Choose a file with reviews in it.")
    check_columns(len(header), settings)
    rows = Rows(header)
    if _looks_like_data(header):
        rows.header = [f"column {position}" for position in range(1, len(header) + 1)]
        rows.notes.append("The file has no column names; its first row was read as a review.")
        rows.add(number, header, settings)
    repaired = 0
    for number, record in enumerate(records, number + 1):  # noqa: B020 - goes on counting from the header
        fields = record.fields
        if not any(fields) or not any(map(str.strip, fields)):
            continue
        if len(fields) > len(header) and not any(fields[len(header) :]):
            fields = fields[: len(header)]
        if len(fields) == len(header):
            repaired += record.repaired
            rows.add(number, fields, settings)
        else:
            rows.reject(number, _width_reason(len(fields), len(header), repaired=record.repaired), ", ".join(fields))
    if repaired:
        rows.notes.append(f"Broken quotes in {counted(repaired, 'row')}: read up to the end of the line.")
    return rows


def _looks_like_data(header: list[str]) -> bool:
    cells = [cell.strip() for cell in header]
    if any(is_known_name(cell) for cell in cells):
        return False
    return any(len(cell) > _LONGEST_NAME or _DATA_CELL.fullmatch(cell) for cell in cells)


def _width_reason(found: int, expected: int, *, repaired: bool) -> str:
    fields = f"{counted(found, 'field')} where the header has {expected:,}"
    if repaired:
        return f"A quote is opened or closed in the wrong place ({fields}). Write a quote inside a text twice."
    if found > expected:
        return f"{fields}. Put texts that contain the delimiter into quotes."
    return f"{fields}. Fill in the missing cells or leave them empty between delimiters."
