"""What leaves Moodlens as a file: CSV that spreadsheets open safely, and (from rag.report) the report of an answer.

A cell that a spreadsheet would take for a formula gets an apostrophe in front, so that opening a file of other people's
words never runs anything (https://owasp.org/www-community/attacks/CSV_Injection).
"""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import TextIO

from rag.explore import Answer
from rag.hits import Hit
from rag.report import report_html
from rag.report_markdown import report_markdown
from rag.reviews import Review
from rag.table import Rejected

__all__ = ["hits_csv", "rejected_csv", "report_html", "report_markdown", "reviews_csv", "safe_cell"]

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_BOM = "\ufeff"

HIT_COLUMNS = (
    "rank", "id", "product", "category", "date", "rating", "title", "text", "emotion", "emotion share", "match",
    "similarity", "sentiment", "toxicity", "channel",
)  # fmt: skip
REVIEW_COLUMNS = ("id", "product", "category", "date", "rating", "title", "text", "channel")
REJECTED_COLUMNS = ("row", "reason", "beginning")

Cell = str | int | float | None


def safe_cell(value: Cell) -> str:
    """Return a cell as text that no spreadsheet runs; numbers stay numbers, None is empty.

    >>> safe_cell("=1+1"), safe_cell(-0.5), safe_cell(None)
    ("'=1+1", '-0.5', '')
    """
    if value is None:
        return ""
    if not isinstance(value, str):
        return str(value)
    return "'" + value if value.startswith(FORMULA_STARTS) else value


def table_csv(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return a CSV file: UTF-8 with byte order mark (so that Excel sees the encoding), CRLF, safe cells."""
    buffer = io.StringIO()
    buffer.write(_BOM)
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow([safe_cell(name) for name in columns])
    writer.writerows([safe_cell(value) for value in row] for row in rows)
    return buffer.getvalue().encode("utf-8", "replace")


def hits_csv(answer: Answer) -> bytes:
    """Return the hits of an answer, best first, with everything that was read in them."""
    return table_csv(HIT_COLUMNS, (_hit_row(rank, hit) for rank, hit in enumerate(answer.hits, start=1)))


def _hit_row(rank: int, hit: Hit) -> list[Cell]:
    review = hit.review
    return [
        rank,
        *_review_row(review)[:-1],
        hit.emotion,
        _rounded(hit.face_emotions.max()),
        None if hit.match is None else _rounded(hit.match),
        _rounded(hit.similarity),
        hit.sentiment_label,
        _rounded(hit.toxicity),
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
