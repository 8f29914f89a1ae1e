"""Lines -> rows of CSV-like files. Python's csv module parses; this file finds the delimiter and goes on after broken
quotes. Does not handle: delimiters of more than one character, comment lines."""

import csv
import io
import itertools
import re
from collections import Counter, deque
from collections.abc import Iterator
from typing import NamedTuple

from errors import ReviewFileError
from rag.columns import is_known_name
from rag.export_cells import is_exported, original_cell
from rag.heading import LOOKED_AT, SENTENCE_ENDS, find_heading, place_of_names
from rag.table import Found, Rejected, Row, check_columns, counted, reject
from settings import Settings

DELIMITERS = (",", ";", "\t", "|")
_WHOLE_LINE = "\x1f"
_SAMPLE_CHARACTERS = 65_536
_DOUBTFUL = 0.5
"""Share of rows of one width, above which the rows above the names of the columns are taken for titles."""
_ALMOST_ALL = 0.9
_LONGEST_FIELD = 1 << 24
"""Characters; a quote that is open for longer was never meant to be one."""


class Dialect(NamedTuple):
    """How fields are separated; `escape` is a backslash in files that write a quote as backslash quote."""

    delimiter: str
    escape: str | None


def find_dialect(sample: str, preferred: str = "", *, whole: bool = True) -> Dialect:
    """Find the delimiter under which most rows are as wide as the header; `preferred` wins a draw.

    Args:
        sample: the beginning of the file.
        whole: whether that is all of it; else its last row may be cut short.
    """
    best, best_score = Dialect(",", None), (0.0, 0, False)
    for delimiter in DELIMITERS:
        for escape in (None, "\\") if '\\"' in sample else (None,):
            score = (*_fit(sample, Dialect(delimiter, escape), whole=whole), delimiter == preferred)
            if score > best_score:
                best, best_score = Dialect(delimiter, escape), score
    titled, titled_score = _below_titles(sample, preferred, whole=whole)
    if titled_score > (_DOUBTFUL, 1, False) and titled_score[:2] >= best_score[:2] and titled_score[1] > best_score[1]:
        return titled
    if best_score[1] > 1 and not _is_prose(sample, best, best_score[0], whole=whole):
        return best
    widths = {len(row) for row in _sample_rows(sample, Dialect(",", None), whole=True) if row}
    return Dialect("," if widths <= {1} else _WHOLE_LINE, None)


def _is_prose(sample: str, dialect: Dialect, share: float, *, whole: bool) -> bool:
    """Whether the delimiter is punctuation of sentences, one a line: no names of columns, a space behind it, and rows
    of many widths or a first one that ends as sentences do."""
    rows = [row for row in _sample_rows(sample, dialect, whole=whole) if any(map(str.strip, row))]
    if not rows or any(map(is_known_name, rows[0])):
        return False
    behind = [cell for row in rows for cell in row[1:] if cell]
    spaced = sum(cell.startswith(" ") for cell in behind)
    is_uneven = share < _ALMOST_ALL or rows[0][-1].rstrip().endswith(SENTENCE_ENDS)
    return bool(behind) and spaced >= _ALMOST_ALL * len(behind) and is_uneven


def _below_titles(sample: str, preferred: str, *, whole: bool) -> tuple[Dialect, tuple[float, int, bool]]:
    """Return the delimiter under which there are titles above the names of the columns, and how well it fits: the share
    of rows that are as wide as most, and that width."""
    best, best_score = Dialect(",", None), (0.0, 0, False)
    for delimiter in DELIMITERS:
        dialect = Dialect(delimiter, "\\" if '\\"' in sample else None)
        rows = [row for row in _sample_rows(sample, dialect, whole=whole) if any(map(str.strip, row))]
        if place := place_of_names(rows[:LOOKED_AT]):
            widths = Counter(len(row) for row in rows[place + 1 :])
            width, count = widths.most_common(1)[0]
            if (score := (count / widths.total(), width, delimiter == preferred)) > best_score:
                best, best_score = dialect, score
    return best, best_score


def _sample_rows(sample: str, dialect: Dialect, *, whole: bool) -> list[list[str]]:
    csv.field_size_limit(_LONGEST_FIELD)
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


def _records(lines: Iterator[str], dialect: Dialect) -> Iterator[_Record]:
    """Yield the records; where a quote is broken, that line alone is read leniently and parsing goes on below it."""
    again: deque[str] = deque()
    taken: list[str] = []

    def next_lines() -> Iterator[str]:
        while (line := again.popleft() if again else next(lines, None)) is not None:
            taken.append(line)
            yield line

    csv.field_size_limit(_LONGEST_FIELD)
    while True:
        reader = csv.reader(next_lines(), delimiter=dialect.delimiter, escapechar=dialect.escape, strict=True)
        try:
            for fields in reader:
                taken.clear()
                yield _Record(fields, repaired=False)
            return
        except csv.Error:
            again.extendleft(reversed(taken[1:]))
            broken = taken[0]
            taken.clear()
        yield _Record(_lenient(broken, dialect), repaired=True)


def _lenient(line: str, dialect: Dialect) -> list[str]:
    line = line.rstrip("\r\n")
    return next(csv.reader([line], delimiter=dialect.delimiter, escapechar=dialect.escape), [])


def read_delimited(lines: Iterator[str], preferred: str, found: Found, settings: Settings) -> Iterator[Row | Rejected]:
    """Yield the rows of CSV-like text, line ends included; `found.delimiter` is "" where each line is one cell.

    Raises:
        ReviewFileError: too many columns or rows, or nothing in it.
    """
    begun = list(itertools.islice(lines, 1))
    if begun and (match := re.fullmatch(r"sep=(.)\r?\n?", begun[0])):
        begun, preferred = [], match[1]
    characters = sum(map(len, begun))
    while characters < _SAMPLE_CHARACTERS and (line := next(lines, None)) is not None:
        begun.append(line)
        characters += len(line)
    dialect = find_dialect("".join(begun)[:_SAMPLE_CHARACTERS], preferred, whole=characters <= _SAMPLE_CHARACTERS)
    found.delimiter = "" if dialect.delimiter == _WHOLE_LINE else dialect.delimiter
    found.format = "TSV" if dialect.delimiter == "\t" else "CSV"
    yield from _collect(_records(itertools.chain(begun, lines), dialect), found, settings)


def _collect(records: Iterator[_Record], found: Found, settings: Settings) -> Iterator[Row | Rejected]:
    filled = ((number, record) for number, record in enumerate(records, 1) if any(map(str.strip, record.fields)))
    begun = list(itertools.islice(filled, LOOKED_AT))
    if not begun:
        raise ReviewFileError("The file holds nothing but blank lines. Choose a file with reviews in it.")
    heading = find_heading([record.fields for _, record in begun])
    header = found.header = heading.names
    found.notes += heading.notes
    check_columns(len(header), settings)
    repaired, guarded = 0, is_exported(header)
    for number, record in itertools.chain(begun[heading.first :], filled):
        fields = record.fields
        if len(fields) > len(header) and not any(fields[len(header) :]):
            fields = fields[: len(header)]
        if len(fields) == len(header):
            repaired += record.repaired
            if guarded:
                fields = [original_cell(cell) for cell in fields]
            yield found.row(number, fields, settings)
        else:
            reason = _width_reason(len(fields), len(header), repaired=record.repaired)
            yield reject(number, reason, ", ".join(fields))
    if repaired:
        found.notes.append(f"Broken quotes in {counted(repaired, 'row')}: read up to the end of the line.")


def _width_reason(found: int, expected: int, *, repaired: bool) -> str:
    fields = f"{counted(found, 'field')} where the header has {expected:,}"
    if repaired:
        return f"A quote is opened or closed in the wrong place ({fields}). Write a quote inside a text twice."
    if found > expected:
        return f"{fields}. Put texts that contain the delimiter into quotes."
    return f"{fields}. Fill in the missing cells or leave them empty between delimiters."
