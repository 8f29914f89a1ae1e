"""What a review file is before its columns are understood: a table of text, and the rows that could not be read."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from errors import ReviewFileError
from settings import Settings

if TYPE_CHECKING:
    import pandas as pd  # the app starts without it: only an import needs it

EXCERPT_CHARACTERS = 120


@dataclass(frozen=True)
class Rejected:
    """A row that cannot be used. `row` counts from 1 as a spreadsheet does: a header is row 1 (for JSON Lines the line,
    for Parquet and JSON arrays the record)."""

    row: int
    reason: str
    excerpt: str


@dataclass(frozen=True, eq=False)
class Table:
    """A review file as text: every cell of `frame` is a string (empty where the file has nothing), its index holds the
    row numbers of the file. `notes` say in the user's words what was found or repaired on the way."""

    frame: "pd.DataFrame"
    format: str
    encoding: str = ""
    delimiter: str = ""
    notes: tuple[str, ...] = ()
    rejected: tuple[Rejected, ...] = ()


class Row(NamedTuple):
    """A row of a file: its number, and a cell for each name of the header; cells may be missing at the end."""

    number: int
    cells: list[str]


@dataclass
class Found:
    """What a reader of one format finds out while it goes through a file. `header` is complete once the first row is
    yielded, but for JSON, which may name more columns later; `width` is that of the widest row so far."""

    format: str = ""
    encoding: str = ""
    delimiter: str = ""
    header: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    rows: int = 0
    width: int = 0

    @property
    def names(self) -> list[str]:
        """The name of every column so far: those of the header, and made-up ones where rows are wider."""
        return unique_names([*self.header, *[""] * (self.width - len(self.header))])

    def row(self, number: int, cells: list[str], settings: Settings) -> Row:
        """Count a row and return it.

        Raises:
            ReviewFileError: the file has more rows than the settings allow.
        """
        if self.rows >= settings.max_rows:
            raise too_many_rows(settings)
        self.rows += 1
        self.width = max(self.width, len(cells))
        return Row(number, cells)


def reject(number: int, reason: str, content: str) -> Rejected:
    """Return a row that cannot be used, with its beginning."""
    return Rejected(number, reason, excerpt(content))


def as_frame(names: list[str], rows: Sequence[Row], rejected: Sequence[Rejected]) -> "pd.DataFrame":
    """Return the rows as strings, indexed by their row numbers.

    Args:
        names: of the columns (`Found.names`), one for each cell of the widest row.

    Raises:
        ReviewFileError: there is a header and nothing below it, or nothing that can be used.
    """
    import pandas as pd

    if not rows and rejected:
        first = rejected[0]
        raise ReviewFileError(
            f"No row can be used ({counted(len(rejected), 'row')} tried). Row {first.row:,}: {first.reason}"
        )
    if not rows:
        raise ReviewFileError("The file has column names but no rows below them. Choose a file with reviews in it.")
    filled = [row.cells + [""] * (len(names) - len(row.cells)) for row in rows]
    return pd.DataFrame(filled, columns=names, index=pd.Index([row.number for row in rows]), dtype="str")


def excerpt(content: str) -> str:
    """Return the beginning of a text on one line, short enough for a table.

    >>> excerpt("two\\nlines")
    'two lines'
    """
    line = " ".join(content[: EXCERPT_CHARACTERS * 2].split())
    return line if len(line) <= EXCERPT_CHARACTERS else line[: EXCERPT_CHARACTERS - 1].rstrip() + "…"


def counted(count: int, thing: str) -> str:
    """Return a number with its noun.

    >>> counted(1, "row"), counted(2000, "row")
    ('1 row', '2,000 rows')
    """
    return f"{count:,} {thing}" if count == 1 else f"{count:,} {thing}s"


def unique_names(header: Sequence[str]) -> list[str]:
    """Name every column once: blank names become their position, repeated ones get a number.

    >>> unique_names(["text", "", "text"])
    ['text', 'column 2', 'text (2)']
    """
    names: list[str] = []
    taken: set[str] = set()
    for position, raw in enumerate(header, start=1):
        base = " ".join(raw.split()) or f"column {position}"
        name, number = base, 1
        while name in taken:
            number += 1
            name = f"{base} ({number})"
        taken.add(name)
        names.append(name)
    return names


def check_columns(count: int, settings: Settings) -> None:
    """Refuse a table that is too wide, before anything else of it is read.

    Raises:
        ReviewFileError: there are more columns than the settings allow.
    """
    if count > settings.max_columns:
        raise ReviewFileError(
            f"The file has {count:,} columns; up to {settings.max_columns:,} are allowed. "
            "Keep the columns that matter, such as text, rating and date, and try again."
        )


def check_bytes(count: int, settings: Settings, what: str = "The file") -> None:
    """Refuse what is too large to be read.

    Raises:
        ReviewFileError: there are more bytes than the settings allow.
    """
    if count > settings.max_file_megabytes * 1e6:
        raise ReviewFileError(
            f"{what} has {count / 1e6:,.0f} MB; up to {settings.max_file_megabytes:,.0f} MB are allowed. "
            "Split it into smaller files and import them one after the other."
        )


def too_many_rows(settings: Settings) -> ReviewFileError:
    """Return the error for a file with more rows than the settings allow."""
    return ReviewFileError(
        f"The file has more than {settings.max_rows:,} rows, which is the limit. "
        "Split it into smaller files and import them one after the other."
    )


def without_surrogates(text: str) -> str:
    """Replace halves of surrogate pairs, which no encoding can store, by the replacement character."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
