"""Which of the first rows of a table names its columns: most often the first, but reports put titles above the names
and units below them, and some files have no names at all.

Does not handle: names in two rows that belong together ("Guest" above "Name"); the fuller row counts.
"""

import re
from collections import Counter
from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

from rag.columns import is_known_name, plain_name
from rag.table import counted, excerpt
from rag.values import says_nothing

LOOKED_AT = 30
"""Rows that are not blank, from the first on, by which this is decided."""
_MOST_ABOVE, _MOST_BELOW, _COMPARED = 15, 2, 20
_LONGEST_NAME = 80
_SENTENCE_WORDS = 4
SENTENCE_ENDS = (".", "!", "?", "…", "。", "\uff01", "\uff1f")
_DATA_CELL = re.compile(r"[+-]?\d+([.,]\d+)?|\d{4}-\d{2}-\d{2}.*|https?://.*")
_UNIT = re.compile(
    r"\(.*\)|\[.*\]|\{.*\}|<.*>|\d+\s?(?:-|–|to|bis)\s?\d+|(?:out )?(?:of|von|/)\s?\d+"
    r"|[dmyjt]{1,4}(?:[./ -][dmyjt]{1,4}){1,2}|(?:free )?text|string|date|number|integer|points|stars|%",
    re.IGNORECASE | re.DOTALL,
)
_SURVEY = re.compile(
    r"(how|what|which|why|where|when|would|will|do|did|does|is|are|was|were|any|please)\b.*\b(you|your|we|us|our)\b.*\?",
    re.IGNORECASE | re.DOTALL,
)
"""A question to whoever answers, as exports of surveys have it above the answers."""
_FEWEST_ROWS, _ALMOST_ALL = 3, 0.9

Cells = Sequence[str]


class Heading(NamedTuple):
    """The names of the columns (`column 1`, ... where the file has none), the place of the first row of data among the
    rows that were looked at, and what there is to say about it in the user's words."""

    names: list[str]
    first: int
    notes: list[str]


def find_heading(rows: Sequence[Cells]) -> Heading:
    """Find the names of the columns among the first rows of a table, and where its data begin.

    Args:
        rows: the first LOOKED_AT rows, at least one, without those that are blank.
    """
    place = place_of_names(rows)
    if place == 0 and _reads_as_review(rows[0], rows[1:]):
        names = [f"column {number}" for number in range(1, len(rows[0]) + 1)]
        return Heading(names, 0, ["The file has no column names; its first row was read as a review."])
    first = place + 1
    while first <= place + _MOST_BELOW and first < len(rows) and _repeats_or_measures(rows[first], rows[place]):
        first += 1
    names, note = _completed(list(rows[place]), rows[first:])
    told = [_left_out(rows[:place], "above"), _left_out(rows[place + 1 : first], "right below"), note, _doubt(names)]
    return Heading(names, first, [words for words in told if words])


def place_of_names(rows: Sequence[Cells]) -> int:
    """Return the place of the first row that is filled as widely as most rows below it and reads like names, where the
    rows above it are narrower; 0 where nothing speaks for a later row."""
    filled = [len(_filled(row)) for row in rows]
    for place in range(1, min(_MOST_ABOVE + 1, len(rows) - 1)):
        row, above, below = rows[place], rows[:place], rows[place + 1 : place + 1 + _COMPARED]
        known = _known(row)
        are_names = known >= max(2, filled[place] / 2)
        typical = median(filled[place + 1 : place + 1 + _COMPARED])
        if filled[place] < max(2, typical / 2 if are_names else typical):
            continue
        if _has_data(row) and 2 * known < filled[place]:
            break
        known_above = max(map(_known, above))
        is_titled = known_above == 0 or 2 * max(filled[:place]) <= filled[place]
        if filled[place] > max(filled[:place]) and not _recurs(row, below):
            if known > known_above and (are_names or known_above == 0):
                return place
            if is_titled and _is_unlike(row, below):
                return place
        elif place == 1 and known > known_above and are_names:
            return place
    return 0


def _reads_as_review(row: Cells, below: Sequence[Cells]) -> bool:
    """Whether the first row is no heading: it holds numbers or sentences, or says what a row below it says as well."""
    known = _known(row)
    if max(len(one) for one in (row, *below)) == 1:
        text = row[0].strip()
        is_sentence = text.endswith(SENTENCE_ENDS) or (len(text.split()) >= _SENTENCE_WORDS and text[-1:] != ":")
        has_letters = any(map(str.isalpha, text))
        if _SURVEY.fullmatch(text) and text not in _column(below, 0):
            return False
        return not known and (is_sentence or _has_data(row) or not has_letters or text in _column(below, 0))
    if known:
        return _has_data(row) and _recurs(row, below)
    return _has_data(row) or _recurs(row, below)


def _filled(row: Cells) -> list[str]:
    return [cell.strip() for cell in row if cell.strip()]


def _known(row: Cells) -> int:
    return sum(is_known_name(cell) for cell in _filled(row))


def _is_data(cell: str) -> bool:
    """Whether a cell is a number, a date, an address or a sentence. Questions are not: surveys have them as names."""
    is_sentence = len(cell.split()) >= _SENTENCE_WORDS and cell.endswith(SENTENCE_ENDS) and not cell.endswith("?")
    return is_sentence or len(cell) > _LONGEST_NAME or _DATA_CELL.fullmatch(cell) is not None


def _has_data(row: Cells) -> bool:
    return any(map(_is_data, _filled(row)))


def _column(rows: Sequence[Cells], place: int) -> list[str]:
    return [cell for row in rows if place < len(row) and (cell := row[place].strip())]


def _recurs(row: Cells, below: Sequence[Cells]) -> bool:
    """Whether a cell stands again further down in its column, as the name of a column does not; a repeated heading
    aside."""
    others = [one for one in below if list(one) != list(row)]
    return any(cell.strip() in _column(others, place) for place, cell in enumerate(row) if cell.strip())


def _is_unlike(row: Cells, below: Sequence[Cells]) -> bool:
    """Whether most cells of a column are data and the one in this row is not, so that it may be the column's name."""
    if len(_filled(row)) <= 2:
        return False
    columns = [_column(below, place) for place, cell in enumerate(row) if cell.strip()]
    return any(2 * sum(map(_is_data, column)) > len(column) for column in columns)


def _repeats_or_measures(row: Cells, names: Cells) -> bool:
    """Whether a row right below the names holds the units of the columns, or names them once more in other words."""
    told = [cell for cell in _filled(row) if not says_nothing(cell)]
    if len(told) <= 1:
        return False
    if all(_UNIT.fullmatch(cell) for cell in told):
        return True
    again = {plain_name(name) for name in _filled(names)}
    alike = sum(is_known_name(cell) or plain_name(cell) in again for cell in told)
    return alike >= max(2, len(told) / 2) and not any(_DATA_CELL.fullmatch(cell) for cell in told)


def _completed(names: list[str], below: Sequence[Cells]) -> tuple[list[str], str]:
    """Add a blank name for each column that almost all rows have beyond the names, and say so.

    Where one name is missing and the first column counts the rows, it is the first that has none: tables with row names
    are written so (R's write.table).
    """
    widths = [len(row) - next((n for n, cell in enumerate(reversed(row)) if cell.strip()), len(row)) for row in below]
    width, rows = Counter(widths).most_common(1)[0] if widths else (0, 0)
    known = len(names)
    if width <= known or len(widths) < _FEWEST_ROWS or rows < _ALMOST_ALL * len(widths):
        return names, ""
    if 2 * sum(row[known].startswith(" ") for row in below if len(row) > known) > rows:
        return names, ""  # commas of a text that is not in quotes
    blank = [""] * (width - known)
    is_first = width == known + 1 and _counts([row[0].strip() for row in below])
    numbers = [1] if is_first else range(known + 1, width + 1)
    made_up = ", ".join(f"“column {number}”" for number in numbers)
    return (
        blank + names if is_first else names + blank,
        f"Only {known:,} of {width:,} columns have a name; the rest: {made_up}.",
    )


def _doubt(names: list[str]) -> str:
    """Say which words were taken for the name of a single column, where nobody knows such a name."""
    if len(names) > 1 or is_known_name(names[0]):
        return ""
    return (
        f"The first line, “{names[0].strip()}”, was taken for the name of the column. If it is a review, write "
        "“review” in a line above it."
    )


def _counts(cells: Sequence[str]) -> bool:
    return any([*cells] == [str(number) for number in range(start, start + len(cells))] for start in (0, 1))


def _left_out(rows: Sequence[Cells], where: str) -> str:
    if not rows:
        return ""
    was = "was" if len(rows) == 1 else "were"
    said = excerpt(", ".join(cell for row in rows for cell in _filled(row)))
    return f"{counted(len(rows), 'row')} {where} the column names {was} left out: “{said}”."
