"""A whole set of reviews as one file: everything that passes the filters, with every tag and its probability.

    exported = export(library, Filters(products=("Aurora Kettle",)), Path("kettle.xlsx"))
    exported.rows, exported.notes

CSV, Excel and Parquet are written in chunks, so memory stays flat however large the set is; the HTML report
(rag.report_set) holds charts over the whole set and a sample of its reviews. A file appears under its name only when
it is complete. Cells that a spreadsheet would take for formulas are neutralised: in CSV by an apostrophe in front, in
Excel by being text with the "quote prefix" mark, which leaves the words as they are.
"""

import contextlib
import csv
import datetime
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from backends.contracts import FACE_EMOTIONS, GOEMOTIONS, SENTIMENTS
from emotion.language import NOT_ENGLISH
from errors import ReviewFileError
from rag.export_cells import REVIEW_COLUMNS, safe_cell
from rag.opened import Library
from rag.query import Filters
from rag.reviews import Review

CHUNK = 1_000
DIGITS = 4
TAG_COLUMNS = (
    "language",
    "sentiment",
    *(f"sentiment_{label}" for label in SENTIMENTS),
    "emotion",
    *(f"emotion_{label}" for label in FACE_EMOTIONS),
    *(f"goemotions_{label}" for label in GOEMOTIONS),
    "toxicity",
)
COLUMNS = (*REVIEW_COLUMNS, *TAG_COLUMNS)
"""Columns of every table: the review as it can be imported again, then its tags with their probabilities.

Of a review in another language than English the labels are NOT_ENGLISH and the probabilities are missing."""

Value = str | float | int | datetime.date | None
Row = tuple[Value, ...]
Scores = np.ndarray[Any, Any]
Tell = Callable[[int, int], None]
_UNREAD: Row = (
    NOT_ENGLISH,
    *(None for _ in SENTIMENTS),
    NOT_ENGLISH,
    *(None for _ in (*FACE_EMOTIONS, *GOEMOTIONS)),
    None,
)
"""What stands in TAG_COLUMNS behind the language of a review that was not read."""


@dataclass(frozen=True)
class Exported:
    """How many reviews a file holds, and what its reader should know."""

    rows: int
    notes: tuple[str, ...] = ()


class Writer(Protocol):
    """Takes the rows of a table in chunks; `finish` completes the file and returns notes for its reader; `close` lets
    go of it, complete or not."""

    def write(self, rows: Sequence[Row]) -> None: ...

    def finish(self) -> tuple[str, ...]: ...

    def close(self) -> None: ...


def export(library: Library, filters: Filters, path: Path, tell: Tell | None = None) -> Exported:
    """Write every review that passes the filters, in the order of the library.

    Args:
        path: ends in .csv, .xlsx, .parquet or .html, which says what to write; a file of that name is replaced.
        tell: called with (reviews written, reviews in all) after every chunk.

    Raises:
        ReviewFileError: another ending, nothing to write, or the file cannot be written.
        QuestionError: a filter names something that does not exist.
        LibraryDamaged: the reviews can no longer be read.
    """
    make = _writers().get(path.suffix.lower())
    if make is None and path.suffix.lower() != ".html":
        raise ReviewFileError(f"{path} should end in .csv, .xlsx, .parquet or .html, which says what to write.")
    allowed = library.matching(filters)
    rows = np.arange(len(library)) if allowed is None else allowed
    if not len(rows):
        raise ReviewFileError("No review passes these filters, so there is nothing to write. Loosen one of them.")
    unfinished = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
    try:
        if make is None:
            from rag.report_set import report_set_html

            unfinished.write_text(report_set_html(library, filters), "utf-8")
            exported = Exported(len(rows))
        else:
            exported = _table(make(unfinished), library, rows, tell)
        unfinished.replace(path)
    except OSError as error:
        raise ReviewFileError(f"The file {path} cannot be written: {error.strerror or error}.") from error
    finally:
        unfinished.unlink(missing_ok=True)
    return exported


def _table(writer: Writer, library: Library, rows: np.ndarray[Any, Any], tell: Tell | None) -> Exported:
    done = 0
    with contextlib.closing(writer):
        for chunk in table_rows(library, rows):
            writer.write(chunk)
            done += len(chunk)
            if tell is not None:
                tell(done, len(rows))
        return Exported(done, writer.finish())


def table_rows(library: Library, rows: np.ndarray[Any, Any]) -> Iterator[list[Row]]:
    """Give the rows of the table (values of COLUMNS) for these rows of a library, in chunks."""
    for start in range(0, len(rows), CHUNK):
        places = rows[start : start + CHUNK]
        reviews, unread = library.store.by_row(places.tolist()), library.columns.unread[places]
        spoken = library.store.languages(places.tolist())
        sentiments, feelings = (np.asarray(values[places]) for values in (library.sentiments, library.feelings))
        emotions, toxicity = np.asarray(library.emotions[places]), np.asarray(library.toxicity[places])
        yield [
            (
                *_given(review),
                spoken[int(places[n])],
                *(_UNREAD if unread[n] else _labels(sentiments[n], feelings[n], emotions[n], float(toxicity[n]))),
            )
            for n, review in enumerate(reviews)
        ]


def _given(review: Review) -> Row:
    """Return the values of REVIEW_COLUMNS."""
    named = (review.id, review.product, review.category, review.date, review.rating)
    return (*named, review.title, review.text, review.channel)


def _labels(sentiments: Scores, feelings: Scores, emotions: Scores, toxicity: float) -> Row:
    """Return the values of LABEL_COLUMNS of a review that was read."""
    sentiment, emotion = SENTIMENTS[int(sentiments.argmax())], FACE_EMOTIONS[int(feelings.argmax())]
    shares = _rounded(feelings)
    return (sentiment, *_rounded(sentiments), emotion, *shares, *_rounded(emotions), round(toxicity, DIGITS))


def _rounded(values: Scores) -> list[float]:
    return [round(value, DIGITS) for value in values.tolist()]


def _writers() -> Mapping[str, Callable[[Path], Writer]]:
    from rag.export_excel import Excel
    from rag.export_parquet import Parquet

    return {".csv": Csv, ".xlsx": Excel, ".parquet": Parquet}


class Csv:
    """UTF-8 with byte order mark (so that Excel sees the encoding), CRLF, safe cells."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("w", encoding="utf-8-sig", errors="replace", newline="")
        self._writer = csv.writer(self._file, lineterminator="\r\n")
        self._writer.writerow(COLUMNS)

    def write(self, rows: Sequence[Row]) -> None:
        """Append rows."""
        self._writer.writerows([_csv_cell(value) for value in row] for row in rows)

    def finish(self) -> tuple[str, ...]:
        """Nothing is left to do."""
        return ()

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def _csv_cell(value: Value) -> str:
    if isinstance(value, datetime.date):
        return value.isoformat()
    return safe_cell(int(value) if isinstance(value, float) and value.is_integer() else value)
