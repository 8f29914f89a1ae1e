"""Whether the ids of a file are those of other reviews in the library: order numbers that return, rows counted anew.

A changed row takes the place of the review with its id. That is right for ids of reviews; of a column that was only
guessed to hold them it would cost reviews that the file says nothing about.
"""

import itertools
from contextlib import closing
from pathlib import Path

from rag import schema
from rag.importing import Source
from rag.layout import STORE_FILE
from rag.ledger import Record

LOOKED_AT = 1_000
"""Records of a file, from its first on, that are compared."""


def taken_by_others(folder: Path, source: Source) -> tuple[int, int]:
    """Count the ids of a file's first records that the library knows, and those of them that stand for another review:
    with another text, another date (or none) and another title (or none).

    Returns:
        How many are of others, and how many are known.
    """
    if not (folder / STORE_FILE).exists():
        return 0, 0
    known = others = 0
    with closing(schema.connect_reading(folder)) as connection:
        for record in itertools.islice(source.records(), LOOKED_AT):
            if not isinstance(record, Record) or not record.given_id:
                continue
            sql = (
                "SELECT records.content, text, title, date FROM records JOIN reviews ON reviews.row = records.row"
                " WHERE key = ?"
            )
            found = connection.execute(sql, (record.key,)).fetchone()
            if found:
                known += 1
                others += found[0] != record.content and not _is_same(record, *found[1:])
    return others, known


def _is_same(record: Record, text: str, title: str, date: str | None) -> bool:
    review = record.review
    same_day = review.date is not None and review.date.isoformat() == date
    return same_day or (bool(title) and review.title == title) or review.text.casefold() == text.casefold()
