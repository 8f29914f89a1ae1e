"""Which reviews hold a word and how much it weighs there: straight from FTS5, or from a file made of it.

The file `postings-<M>-<identity>.sqlite` covers the first M rows of a library: one line per word with its rows (int32)
and weights (float16). It is made in the background, put in place in one step, and may be deleted at any time.
"""

import os
import re
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from backends.contracts import FloatArray
from rag.index_vectors import Rows

K1, B = 1.2, 0.75
"""BM25: how soon repeating a word stops to count, and how much long texts are discounted. SQLite's own values."""
_NAME = re.compile(r"postings-(\d+)-([0-9a-f]{16})\.sqlite")
Query = Callable[[str, Sequence[Any]], list[tuple[Any, ...]]]


class Postings(NamedTuple):
    """The n rows that hold a word, ascending, and the weight of the word in each before its idf."""

    rows: Rows
    weights: FloatArray

    def followed_by(self, later: "Postings") -> "Postings":
        """Return both, one after the other."""
        if not len(later.rows):
            return self
        return Postings(np.concatenate([self.rows, later.rows]), np.concatenate([self.weights, later.weights]))


def numbers(joined: str | None) -> Rows:
    """Return the whole numbers of a text of numbers and spaces."""
    if not joined:
        return np.empty(0, np.int64)
    return np.fromstring(joined, np.int64, sep=" ")


def weighed(occurrences: Rows, norms: FloatArray, first: int = 0) -> Postings:
    """Return the postings of a word from the row of each of its occurrences, ascending.

    Args:
        norms: of the rows from `first` on; occurrences in other rows are left out.
    """
    inside = occurrences[slice(*np.searchsorted(occurrences, [first, first + len(norms)]))]
    starts = np.flatnonzero(np.diff(inside, prepend=-1))
    times = np.diff(starts, append=len(inside)).astype(np.float32)
    rows = inside[starts]
    return Postings(rows, times * np.float32(K1 + 1) / (times + norms[rows - first]))


def norms(query: Query, first: int, count: int, mean: float | None = None) -> tuple[FloatArray, float]:
    """Return k1 (1 - b + b length / mean length) of the rows from `first` to before `count`, and the mean length.

    Lengths are in words as FTS5 counts them; `mean` is measured over these rows where it is not given.
    """
    lengths = np.zeros(count - first, np.float32)
    found = query("SELECT id, sz FROM review_words_docsize WHERE id >= ? AND id < ?", [first, count])
    for row, sizes in found:
        lengths[row - first] = sum(_varints(sizes))
    measured = mean or float(lengths.sum()) / max(len(found), 1) or 1.0
    return np.asarray(K1 * (1 - B + B * lengths / measured), np.float32), measured


def _varints(blob: bytes) -> list[int]:
    """Return the numbers of a text of SQLite varints (https://www.sqlite.org/fileformat2.html#varint), below 2^28."""
    found, value = [], 0
    for byte in blob:
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            found.append(value)
            value = 0
    return found


class PostingsFile:
    """A postings file; reading is guarded by whoever uses it."""

    def __init__(self, path: Path, count: int) -> None:
        self.path, self.count = path, count
        uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        self._connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
        found = self._connection.execute("SELECT count, terms, mean_length FROM info").fetchone()
        last = self._connection.execute("SELECT max(rowid) FROM terms").fetchone()
        if found is None or found[0] != count or (last[0] or 0) != found[1]:
            raise sqlite3.DatabaseError("not the file that its name says")
        self.mean_length = float(found[2])

    def read(self, term: str) -> Postings:
        """Return the postings of a word.

        Raises:
            sqlite3.DatabaseError: the file is damaged.
        """
        found = self._connection.execute("SELECT rows, weights FROM terms WHERE term = ?", [term]).fetchone()
        if found is None:
            return Postings(np.empty(0, np.int64), np.empty(0, np.float32))
        return Postings(np.frombuffer(found[0], "<i4").astype(np.int64), np.frombuffer(found[1], "<f2").astype("f4"))


def build(query: Query, stream: Callable[[str], Any], folder: Path, count: int, identity: str) -> Path:
    """Write the postings of the first `count` rows in one step; memory stays at the postings of one word.

    Args:
        query: runs SQL on the library; stream: runs SQL and returns an iterator of its rows.
    """
    folder.mkdir(exist_ok=True)
    path = folder / f"postings-{count}-{identity}.sqlite"
    unfinished = folder / f".{path.name}.{os.getpid()}"
    unfinished.unlink(missing_ok=True)
    file = sqlite3.connect(unfinished, isolation_level=None)
    file.executescript(
        "PRAGMA page_size = 16384; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
        "CREATE TABLE terms (term TEXT NOT NULL, rows BLOB NOT NULL, weights BLOB NOT NULL) STRICT;"
        "CREATE TABLE info (count INTEGER NOT NULL, terms INTEGER NOT NULL, mean_length REAL NOT NULL) STRICT;"
    )
    file.execute("BEGIN")
    scales, mean = norms(query, 0, count)
    terms = 0
    for term, joined in stream("SELECT term, group_concat(doc, ' ') FROM review_terms GROUP BY term"):
        rows, weights = weighed(numbers(joined), scales)
        if len(rows):
            blobs = rows.astype("<i4").tobytes(), weights.astype("<f2").tobytes()
            file.execute("INSERT INTO terms VALUES (?, ?, ?)", (term, *blobs))
            terms += 1
    file.execute("INSERT INTO info VALUES (?, ?, ?)", (count, terms, mean))
    file.execute("CREATE UNIQUE INDEX by_term ON terms (term)")
    file.execute("COMMIT")
    file.close()
    with unfinished.open("rb+") as written:
        os.fsync(written.fileno())
    unfinished.replace(path)
    return path


def newest(folder: Path, count: int, identity: Callable[[int], str]) -> PostingsFile | None:
    """Return the file that covers most of the first `count` rows; None if none fits and can be read."""
    for covered, told, path in sorted(files(folder), reverse=True):
        if covered <= count and told == identity(covered):
            try:
                return PostingsFile(path, covered)
            except sqlite3.DatabaseError:
                continue
    return None


def files(folder: Path) -> list[tuple[int, str, Path]]:
    """Return (rows covered, identity, path) of every postings file."""
    named = [(_NAME.fullmatch(path.name), path) for path in folder.glob("postings-*.sqlite")]
    return [(int(match[1]), match[2], path) for match, path in named if match]


__all__ = ["K1", "B", "Postings", "PostingsFile", "build", "newest", "norms", "numbers", "weighed"]
