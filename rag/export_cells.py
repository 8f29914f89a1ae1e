"""The cells of exported CSV files: guarded, so that no spreadsheet runs them, and read back exactly as they were.

A cell that a spreadsheet would take for a formula gets an apostrophe in front, so that opening a file of other people's
words never runs anything (https://owasp.org/www-community/attacks/CSV_Injection). So does one that already begins with
apostrophes before such a sign: then every guard can be told from an apostrophe that somebody wrote, and importing an
exported file takes away the guards and nothing else.
Does not handle: files of other programs, in which nobody knows who put an apostrophe; their cells stay as they are.
"""

import re
from collections.abc import Sequence

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
REVIEW_COLUMNS = ("id", "product", "category", "date", "rating", "title", "text", "channel")
HIT_COLUMNS = (
    "rank", "id", "product", "category", "date", "rating", "title", "text", "language", "emotion", "emotion share",
    "match", "similarity", "sentiment", "toxicity", "channel",
)  # fmt: skip
THEME_COLUMNS = ("id", "text", "title", "product", "date", "rating", "emotion", "sentiment", "theme")
"""The reviews of a theme or of a part of the map."""

_TOLD_BY = (REVIEW_COLUMNS, HIT_COLUMNS[:8], THEME_COLUMNS)
"""How the headers of exported reviews begin, of those written before as well."""
_FORMULA = re.compile(f"'*[{re.escape(''.join(FORMULA_STARTS))}]")

Cell = str | int | float | None


def safe_cell(value: Cell) -> str:
    """Return a cell as text that no spreadsheet runs; numbers stay numbers, None is empty.

    >>> safe_cell("=1+1"), safe_cell("'=1+1"), safe_cell("'tis"), safe_cell(-0.5), safe_cell(None)
    ("'=1+1", "''=1+1", "'tis", '-0.5', '')
    """
    if value is None:
        return ""
    if not isinstance(value, str):
        return str(value)
    return "'" + value if _FORMULA.match(value) else value


def original_cell(cell: str) -> str:
    """Return what `safe_cell` was given: the guard is taken away where there is one.

    >>> original_cell("'=1+1"), original_cell("''=1+1"), original_cell("'tis"), original_cell("-0.5")
    ('=1+1', "'=1+1", "'tis", '-0.5')
    """
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def is_exported(header: Sequence[str]) -> bool:
    """Whether a CSV file with this header is one that Moodlens wrote, whose cells are guarded."""
    names = tuple(name.strip() for name in header)
    return any(names[: len(columns)] == columns for columns in _TOLD_BY)
