"""Read the reviews of a library by row or id, as one commit left them. All values are bound, never pasted.

A review's row number is its place in the vector index and in every array beside it. A store sees the rows that were
committed when it was opened; a writer goes on meanwhile and neither waits for the other. What an import replaces or
removes later leaves filters and facets at once; it can be read by its row until that import ends, which erases it.
"""

import datetime
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from errors import LibraryDamaged
from rag import filtering, schema
from rag import manifest as manifests
from rag.index_vectors import Rows
from rag.reviews import Review

FIELDS = "id, text, title, product, category, date, rating, channel"
FACETS = ("product", "category", "sentiment", "emotion", "language")
_LIVING = "WHERE alive = 1 AND row < ?"
_STREAMED = 1_000
_COLUMNS_STREAMED = 50_000


class Store:
    """Read the reviews of a library; may be shared by threads.

    Attributes:
        manifest: what the library is, as of the commit that this store sees.
        dead: the rows of it, ascending, whose reviews were replaced or removed before.
    """

    def __init__(self, folder: Path) -> None:
        """Open for reading only.

        Raises:
            LibraryNotFound: there is no library in this folder.
            LibraryDamaged: not a library of this format.
        """
        manifests.check_folder(folder)
        self._lock = threading.Lock()
        try:
            self._connection = schema.connect_reading(folder)
        except sqlite3.DatabaseError as error:
            raise LibraryDamaged("The reviews of the library cannot be read. Import them again.") from error
        try:
            self._connection.execute("BEGIN")  # manifest and dead rows of the same commit
            self.manifest = manifests.read_from(self._connection)
            dead = self._connection.execute(
                "SELECT row FROM reviews WHERE alive = 0 AND row < ? ORDER BY row", [self.manifest.count]
            ).fetchall()
            self._connection.execute("COMMIT")
        except BaseException as error:
            self._connection.close()
            if isinstance(error, sqlite3.DatabaseError):
                raise LibraryDamaged("The reviews of the library cannot be read. Import them again.") from error
            raise
        self.dead: Rows = np.fromiter((row for (row,) in dead), np.int64, len(dead))

    def by_row(self, rows: Sequence[int]) -> list[Review]:
        """Return the reviews of these rows, in the order asked."""
        places = ", ".join("?" * len(rows))
        found = self._all(f"SELECT row, {FIELDS} FROM reviews WHERE row IN ({places})", [int(row) for row in rows])
        reviews = {row: as_review(values) for row, *values in found}
        return [reviews[row] for row in rows if row in reviews]

    def languages(self, rows: Sequence[int]) -> dict[int, str]:
        """Return the language of each of these rows as import told it; "" where it was not asked."""
        places = ", ".join("?" * len(rows))
        return dict(self._all(f"SELECT row, language FROM reviews WHERE row IN ({places})", [int(row) for row in rows]))

    def by_id(self, ids: Sequence[str]) -> list[Review]:
        """Return the reviews with these ids, in the order asked; unknown ids are left out."""
        rows = self.rows_of(ids)
        return self.by_row([rows[review_id] for review_id in ids if review_id in rows])

    def rows_of(self, ids: Sequence[str]) -> dict[str, int]:
        """Return the row number of each known id; one whose review was gone before is not known."""
        found = self._rows_of(ids, "alive = 1")
        if gone := [review_id for review_id in dict.fromkeys(ids) if review_id not in found]:
            before = set(self.dead.tolist())
            replaced = self._rows_of(gone, "alive = 0").items()  # since this store was opened
            found |= {review_id: row for review_id, row in replaced if row not in before}
        return found

    def _rows_of(self, ids: Sequence[str], state: str) -> dict[str, int]:
        where = f"{state} AND row < ? AND id IN ({', '.join('?' * len(ids))})"
        return dict(self._all(f"SELECT id, row FROM reviews WHERE {where} ORDER BY row", [self.manifest.count, *ids]))

    def stream(self) -> Iterator[Review]:
        """Yield the reviews that count by row, a block at a time, whatever their number."""
        sql = f"SELECT row, {FIELDS} FROM reviews {_LIVING} AND row > ? ORDER BY row LIMIT {_STREAMED}"
        last = -1
        while block := self._all(sql, [self.manifest.count, last]):
            yield from (as_review(fields) for _, *fields in block)
            last = block[-1][0]

    def filter_columns(self, first: int, count: int) -> Iterator[tuple[Any, ...]]:
        """Yield what rag.filtering.Columns keeps of the rows from `first` to before `count`."""
        for start in range(first, count, _COLUMNS_STREAMED):
            yield from self._all(filtering.SQL, [start, min(start + _COLUMNS_STREAMED, count)])

    def near(self) -> Rows:
        """Return the rows, ascending, that nearly repeat an earlier review."""
        found = self._all("SELECT row FROM reviews WHERE near IS NOT NULL AND row < ?", [self.manifest.count])
        return np.sort(np.fromiter((row for (row,) in found), np.int64, len(found)))

    def facet(self, column: str, without: Sequence[str] = ()) -> list[tuple[Any, int]]:
        """Return (value, reviews) of one of FACETS, most frequent first; "" are the reviews without one, if others
        have one.

        Args:
            without: languages whose reviews are not counted.
        """
        if column not in FACETS:
            raise ValueError(f"no facet {column!r}")
        counted = f"SELECT {column}, count(*) AS n FROM reviews {_LIVING}"
        found = self._all(f"{counted} GROUP BY {column} ORDER BY n DESC, {column}", [self.manifest.count])
        if without:  # counted apart and taken away: two walks along an index instead of one through every review
            some = f"{counted} AND language IN ({', '.join('?' * len(without))}) GROUP BY {column}"
            fewer = dict(self._all(some, [self.manifest.count, *without]))
            found = [(value, count - fewer.get(value, 0)) for value, count in found]
        return [] if [value for value, _ in found] == [""] else found

    def ranges(self) -> tuple[Any, Any, Any, Any, int, int]:
        """Return the lowest and highest rating and the first and last date (ISO), None where there are none, and how
        many reviews have no rating and no date."""
        missing = "count(*) - count(rating), count(*) - count(date)"
        sql = f"SELECT min(rating), max(rating), min(date), max(date), {missing} FROM reviews {_LIVING}"
        lowest, highest, first, last, unrated, undated = self._all(sql, [self.manifest.count])[0]
        return lowest, highest, first, last, unrated, undated

    def word_counts(self, words: Sequence[str]) -> dict[str, int]:
        """Return in how many reviews each word occurs."""
        places = ", ".join("?" * len(words))
        return dict(self._all(f"SELECT word, reviews FROM words WHERE word IN ({places})", list(words)))

    def close(self) -> None:
        """Let go of the file; the store cannot be used afterwards."""
        with self._lock:
            self._connection.close()

    def _all(self, sql: str, values: list[Any]) -> list[tuple[Any, ...]]:
        try:
            with self._lock:
                return self._connection.execute(sql, values).fetchall()
        except sqlite3.DatabaseError as error:
            raise LibraryDamaged(
                "The reviews of the library can no longer be read. Open or import it again."
            ) from error


def columns_of(review: Review) -> tuple[str | float | None, ...]:
    """Return the columns of a review in the order of FIELDS."""
    day = review.date.isoformat() if review.date else None
    given = (review.id, review.text, review.title, review.product, review.category)
    return *given, day, review.rating, review.channel


def as_review(values: Sequence[Any]) -> Review:
    """Return the review whose columns are these, in the order of FIELDS."""
    id_, text, title, product, category, date, rating, channel = values
    day = datetime.date.fromisoformat(date) if date else None
    return Review(id_, text, title, product, category, day, rating, channel)
