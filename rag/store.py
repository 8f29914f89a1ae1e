"""Reviews in SQLite: written once in chunks, then read by row, id or filter. All values are bound, never pasted.

A review's row number is its place in the vector index and in every array beside it.
"""

import datetime
import itertools
import os
import sqlite3
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backends.contracts import SENTIMENTS
from errors import LibraryDamaged, LibraryError, QuestionError
from rag.index import Rows
from rag.query import Filters
from rag.reviews import Review

SCHEMA_VERSION = 1
_SCHEMA = """
CREATE TABLE reviews (
    row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, text TEXT NOT NULL, title TEXT NOT NULL, product TEXT NOT NULL,
    category TEXT NOT NULL, date TEXT, rating REAL, channel TEXT NOT NULL,
    sentiment INTEGER NOT NULL, emotion INTEGER NOT NULL
) STRICT;
CREATE TABLE words (word TEXT PRIMARY KEY, reviews INTEGER NOT NULL) STRICT, WITHOUT ROWID;
"""
_INDEXES = "".join(
    f"CREATE INDEX by_{column} ON reviews ({column});"
    for column in ("product", "category", "rating", "date", "sentiment", "emotion")
)
_FIELDS = "id, text, title, product, category, date, rating, channel"
COLUMNS = {"rating": "float32", "date": "datetime64[D]", "product": "object", "category": "object"}
FACETS = ("product", "category", "sentiment", "emotion")


class StoreWriter:
    """Write the reviews of a new library; use as a context manager, which closes the file."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.executescript(f"PRAGMA user_version = {SCHEMA_VERSION};" + _SCHEMA)
        self.rows = 0

    def append(self, reviews: Sequence[Review], sentiments: Sequence[int], emotions: Sequence[int]) -> None:
        """Add reviews with their strongest sentiment and emotion (positions in SENTIMENTS and FACE_EMOTIONS).

        Raises:
            LibraryError: two reviews have the same id.
        """
        rows = itertools.count(self.rows)
        values = [
            (row, *_values(review), int(sentiment), int(emotion))
            for row, review, sentiment, emotion in zip(rows, reviews, sentiments, emotions, strict=False)
        ]
        try:
            with self._connection:
                self._connection.executemany(f"INSERT INTO reviews VALUES ({', '.join('?' * 11)})", values)
        except sqlite3.IntegrityError as error:
            raise LibraryError("Two reviews have the same id. Choose another id column, or none.") from error
        self.rows += len(reviews)

    def finish(self, words: Iterable[tuple[str, int]]) -> None:
        """Store in how many reviews each word occurs, build the indexes and move everything into one file."""
        with self._connection:
            self._connection.executemany("INSERT INTO words VALUES (?, ?)", words)
        self._connection.executescript(_INDEXES)
        self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def __enter__(self) -> "StoreWriter":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()


class Store:
    """Read the reviews of a library; may be shared by threads."""

    def __init__(self, path: Path, count: int) -> None:
        """Open for reading only.

        Raises:
            LibraryDamaged: not a file of this schema with `count` reviews.
        """
        self._lock = threading.Lock()
        try:
            mode = "mode=ro" if os.access(path.parent, os.W_OK) else "mode=ro&immutable=1"
            self._connection = sqlite3.connect(f"{path.absolute().as_uri()}?{mode}", uri=True, check_same_thread=False)
            version = self._connection.execute("PRAGMA user_version").fetchone()[0]
            found = self._connection.execute("SELECT count(*) FROM reviews").fetchone()[0]
        except sqlite3.DatabaseError as error:
            raise LibraryDamaged("The reviews of the library cannot be read. Import them again.") from error
        if (version, found) != (SCHEMA_VERSION, count):
            raise LibraryDamaged(
                f"The library holds {found:,} reviews (schema {version}) where its manifest says {count:,} "
                f"(schema {SCHEMA_VERSION}). Import the reviews again."
            )

    def by_row(self, rows: Sequence[int]) -> list[Review]:
        """Return the reviews of these rows, in the order asked."""
        return self._ordered("row", [int(row) for row in rows])

    def by_id(self, ids: Sequence[str]) -> list[Review]:
        """Return the reviews with these ids, in the order asked; unknown ids are left out."""
        return self._ordered("id", list(ids))

    def rows_of(self, ids: Sequence[str]) -> dict[str, int]:
        """Return the row number of each known id."""
        sql = f"SELECT id, row FROM reviews WHERE id IN ({', '.join('?' * len(ids))})"
        return dict(self._all(sql, list(ids)))

    def matching(self, filters: Filters) -> Rows:
        """Return the rows that pass the filters, ascending."""
        where, values = _where(filters)
        found = self._all(f"SELECT row FROM reviews{where} ORDER BY row", values)
        return np.fromiter((row for (row,) in found), np.int64, len(found))

    def count(self, filters: Filters) -> int:
        """Return how many reviews pass the filters."""
        where, values = _where(filters)
        return int(self._all(f"SELECT count(*) FROM reviews{where}", values)[0][0])

    def columns(self, names: Sequence[str]) -> dict[str, NDArray[Any]]:
        """Return whole columns, a value per row: rating as float32 (NaN: none), date as days (NaT: none), else text."""
        if unknown := set(names) - set(COLUMNS):
            raise ValueError(f"no columns {sorted(unknown)}")
        found = self._all(f"SELECT {', '.join(names)} FROM reviews ORDER BY row", [])
        values = zip(*found, strict=True) if found else ((),) * len(names)
        return {name: np.array(column, COLUMNS[name]) for name, column in zip(names, values, strict=True)}

    def facet(self, column: str) -> list[tuple[Any, int]]:
        """Return (value, reviews) of one of FACETS, most frequent first; empty values are left out."""
        if column not in FACETS:
            raise ValueError(f"no facet {column!r}")
        counted = f"SELECT {column}, count(*) AS n FROM reviews WHERE {column} <> '' GROUP BY {column}"
        return self._all(f"{counted} ORDER BY n DESC, {column}", [])

    def ranges(self) -> tuple[Any, Any, Any, Any]:
        """Return the lowest and highest rating and the first and last date (ISO); None where there are none."""
        sql = "SELECT min(rating), max(rating), min(date), max(date) FROM reviews"
        lowest, highest, first, last = self._all(sql, [])[0]
        return lowest, highest, first, last

    def word_counts(self, words: Sequence[str]) -> dict[str, int]:
        """Return in how many reviews each word occurs."""
        places = ", ".join("?" * len(words))
        return dict(self._all(f"SELECT word, reviews FROM words WHERE word IN ({places})", list(words)))

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def _ordered(self, column: str, keys: Sequence[str | int]) -> list[Review]:
        places = ", ".join("?" * len(keys))
        found = self._all(f"SELECT {column}, {_FIELDS} FROM reviews WHERE {column} IN ({places})", list(keys))
        reviews = {key: _review(values) for key, *values in found}
        return [reviews[key] for key in keys if key in reviews]

    def _all(self, sql: str, values: list[Any]) -> list[tuple[Any, ...]]:
        try:
            with self._lock:
                return self._connection.execute(sql, values).fetchall()
        except sqlite3.DatabaseError as error:
            raise LibraryDamaged(
                "The reviews of the library can no longer be read. Open or import it again."
            ) from error


def _values(review: Review) -> tuple[str | float | None, ...]:
    """Return the columns of a review in the order of _FIELDS."""
    day = review.date.isoformat() if review.date else None
    given = (review.id, review.text, review.title, review.product, review.category)
    return *given, day, review.rating, review.channel


def _review(values: Sequence[Any]) -> Review:
    id_, text, title, product, category, date, rating, channel = values
    day = datetime.date.fromisoformat(date) if date else None
    return Review(id_, text, title, product, category, day, rating, channel)


def _where(filters: Filters) -> tuple[str, list[Any]]:
    """Return the WHERE clause and its values. A review without a rating or date fails a filter on it."""
    if unknown := set(filters.sentiments) - set(SENTIMENTS):
        raise QuestionError(f"{unknown.pop()!r} is not one of the sentiments {', '.join(SENTIMENTS)}.")
    sentiments = tuple(SENTIMENTS.index(label) for label in filters.sentiments)
    chosen: list[tuple[str, Sequence[Any]]] = [
        ("product", filters.products),
        ("category", filters.categories),
        ("sentiment", sentiments),
    ]
    terms = [(f"{column} IN ({', '.join('?' * len(values))})", list(values)) for column, values in chosen if values]
    limits: list[tuple[str, Any]] = [
        ("rating >= ?", filters.min_rating),
        ("rating <= ?", filters.max_rating),
        ("date >= ?", filters.since and filters.since.isoformat()),
        ("date <= ?", filters.until and filters.until.isoformat()),
    ]
    terms += [(term, [value]) for term, value in limits if value is not None]
    if not terms:
        return "", []
    return " WHERE " + " AND ".join(term for term, _ in terms), [value for _, values in terms for value in values]
