"""What leaves Moodlens as a file: CSV that spreadsheets open safely (rag.export_cells), and (from rag.report) the
report of an answer.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import TextIO

from rag.explore import Answer
from rag.export_cells import FORMULA_STARTS, HIT_COLUMNS, REVIEW_COLUMNS, Cell, safe_cell
from rag.hits import Hit
from rag.report import report_html
from rag.report_markdown import report_markdown
from rag.reviews import Review
from rag.table import Rejected

__all__ = [
    "FORMULA_STARTS",
    "REVIEW_COLUMNS",
    "Cell",
    "hits_csv",
    "rejected_csv",
    "report_html",
    "report_markdown",
    "reviews_csv",
    "safe_cell",
    "table_csv",
    "write_reviews_csv",
]

_BOM = "\ufeff"
REJECTED_COLUMNS = ("row", "reason", "beginning")


def table_csv(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return a CSV file: UTF-8 with byte order mark (so that Excel sees the encoding), CRLF, safe cells."""
    buffer = io.StringIO()
    buffer.write(_BOM)
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow([safe_cell(name) for name in columns])
    writer.writerows([safe_cell(value) for value in row] for row in rows)
    return buffer.getvalue().encode("utf-8", "replace")


def hits_csv(answer: Answer) -> bytes:
    """Return the hits of an answer, best first, with everything that was read in them: nothing in other languages."""
    return table_csv(HIT_COLUMNS, (_hit_row(rank, hit) for rank, hit in enumerate(answer.hits, start=1)))


def _hit_row(rank: int, hit: Hit) -> list[Cell]:
    review = hit.review
    return [
        rank,
        *_review_row(review)[:-1],
        hit.language,
        hit.emotion,
        None if hit.foreign else _rounded(hit.face_emotions.max()),
        None if hit.match is None or hit.foreign else _rounded(hit.match),
        _rounded(hit.similarity),
        hit.sentiment_label,
        None if hit.foreign else _rounded(hit.toxicity),
        review.channel,
    ]


def _rounded(value: float) -> float:
    return round(float(value), 4)


def reviews_csv(reviews: Iterable[Review]) -> bytes:
    """Return reviews as a file that can be imported again."""
    return table_csv(REVIEW_COLUMNS, map(_review_row, reviews))


def write_reviews_csv(reviews: Iterable[Review], out: TextIO) -> None:
    """Write the same file line by line, whatever the number of reviews; `out` is open with newline=""."""
    out.write(_BOM)
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(REVIEW_COLUMNS)
    writer.writerows([safe_cell(value) for value in _review_row(review)] for review in reviews)


def _review_row(review: Review) -> list[Cell]:
    return [
        review.id,
        review.product,
        review.category,
        review.date.isoformat() if review.date else None,
        _number(review.rating),
        review.title,
        review.text,
        review.channel,
    ]


def _number(value: float | None) -> float | int | None:
    return int(value) if value is not None and value.is_integer() else value


def rejected_csv(rejected: Iterable[Rejected]) -> bytes:
    """Return the rows that could not be used, with the reason for each."""
    return table_csv(REJECTED_COLUMNS, ([item.row, item.reason, item.excerpt] for item in rejected))
