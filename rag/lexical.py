"""Search by words: SQLite's FTS5 holds the words of every review, BM25 ranks those that share some with a question.

FTS_SCHEMA belongs to the tables of a library: its triggers keep the words in step with the reviews inside the writer's
own transaction, so there is nothing to repair after a crash. Scores equal SQLite's own bm25() (Robertson & Zaragoza,
2009, https://doi.org/10.1561/1500000019; k1 = 1.2, b = 0.75), but are summed here with numpy over the postings of the
words: filters count before the best are taken, and a word that stands in a third of a million reviews costs
milliseconds, not half a second. Large libraries read the postings from a file made in the background
(rag/lexical_postings.py).

Does not handle: word parts in languages written without spaces; there a run of letters is one word, and a question's
word finds what begins with it.
"""

import json
import re
import sqlite3
import threading
import unicodedata
from collections import OrderedDict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from backends.contracts import FloatArray
from errors import LibraryDamaged
from rag import lexical_postings
from rag.index_vectors import Mask, Rows, best_of
from rag.lexical_postings import K1, B, Postings

_TOKENIZE = "porter unicode61 remove_diacritics 2"
FTS_SCHEMA = f"""
CREATE VIRTUAL TABLE review_words USING fts5 (
    title, text, content='reviews', content_rowid='row', tokenize='{_TOKENIZE}'
);
CREATE VIRTUAL TABLE review_terms USING fts5vocab (review_words, instance);
CREATE TRIGGER words_of_new AFTER INSERT ON reviews BEGIN
    INSERT INTO review_words (rowid, title, text) VALUES (new.row, new.title, new.text);
END;
CREATE TRIGGER words_of_replaced AFTER UPDATE OF alive ON reviews WHEN old.alive = 1 AND new.alive = 0 BEGIN
    INSERT INTO review_words (review_words, rowid, title, text) VALUES ('delete', old.row, old.title, old.text);
END;
CREATE TRIGGER words_of_deleted AFTER DELETE ON reviews WHEN old.alive = 1 BEGIN
    INSERT INTO review_words (review_words, rowid, title, text) VALUES ('delete', old.row, old.title, old.text);
END;
"""
"""Run it in the transaction that creates the table `reviews` (row, title, text, alive)."""

MOST_READ, MOST_TERMS = 64, 32
"""Words of a long question that are looked up, from its beginning, and the rarest of these, which count."""
_CACHED_POSTINGS = 3_000_000
"""Postings that are kept in memory for the next question: 36 MB."""
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_SMALLEST_IDF = 1e-6
_NOT_LETTERS = re.compile(r"[\W_]+")
_READ_AT_ONCE = 5_000
_TEXTS = (
    "SELECT row, title, CASE WHEN text LIKE ? THEN NULL ELSE text END FROM json_each(?) AS asked "
    "CROSS JOIN reviews ON row = asked.value"
)
"""Titles and texts of rows; no text where SQLite itself finds the words in it, which spares most of the reading."""


class Lexicon:
    """The words of the first `count` rows of a library; may be shared by threads."""

    def __init__(
        self, connection: sqlite3.Connection, folder: Path, count: int, identity: Callable[[int], str]
    ) -> None:
        """Take a connection for reading (closed with the lexicon) and the postings file, if one fits.

        Args:
            folder: where the postings file is, or will be.
            identity: what tells the first n rows from any others (VectorFile.identity); a file must bear it.
        """
        self._connection, self._folder, self.count = connection, folder, count
        self._lock = threading.Lock()
        self._tokens = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
        self._tokens.executescript(
            f"CREATE VIRTUAL TABLE asked USING fts5 (text, tokenize='{_TOKENIZE}');"
            "CREATE VIRTUAL TABLE terms USING fts5vocab (asked, instance);"
        )
        self._cache: OrderedDict[str, Postings] = OrderedDict()
        self._norms: FloatArray | None = None
        self._identity = identity
        self._file = lexical_postings.newest(folder, count, identity)

    @property
    def covered(self) -> int:
        """How many rows the postings file covers; 0 without one."""
        return 0 if self._file is None else self._file.count

    def refresh(self) -> None:
        """Take a postings file that was made since."""
        file = lexical_postings.newest(self._folder, self.count, self._identity)
        with self._lock:
            if file is not None and file.count > self.covered:
                self._file, self._norms = file, None
                self._cache.clear()

    def terms(self, text: str) -> list[str]:
        """Return the words of a text as they are stored: lower case, without accents and endings, in order."""
        with self._lock:
            self._tokens.execute("DELETE FROM asked")
            self._tokens.execute("INSERT INTO asked VALUES (?)", [text.replace("\0", " ")])
            return [term for (term,) in self._tokens.execute("SELECT term FROM terms ORDER BY offset")]

    def best(self, text: str, k: int, allowed: Mask | None = None) -> tuple[Rows, FloatArray]:
        """Return the k rows that fit the words of a text best and their BM25, best first; only rows that hold one.

        Args:
            allowed: (count,) which rows may be found; None allows all.
        """
        scores = self.scores(list(dict.fromkeys(self.terms(text))))
        if allowed is not None:
            scores *= allowed
        return best_of(scores, k)

    def scores(self, terms: Sequence[str]) -> FloatArray:
        """Return the (count,) BM25 of every row for some stored words; 0 where none of them occurs."""
        scores = np.zeros(self.count, np.float32)
        for rows, weights in self._rarest(terms):
            scores[rows] += weights * np.float32(self.idf(len(rows)))
        return scores

    def scale(self, terms: Sequence[str]) -> float:
        """Return the BM25 of a review of average length that holds each of these stored words once; 0 for no words."""
        return sum(self.idf(len(postings.rows)) for postings in self._rarest(terms))

    def idf(self, reviews: int) -> float:
        """Return how much a word tells that occurs in so many reviews."""
        return max(float(np.log((self.count - reviews + 0.5) / (reviews + 0.5))), _SMALLEST_IDF)

    def postings(self, term: str) -> Postings:
        """Return the rows that hold a stored word, ascending, and their weights before idf."""
        with self._lock:
            if term in self._cache:
                self._cache.move_to_end(term)
                return self._cache[term]
            found = self._read(term)
            self._cache[term] = found
            while sum(len(kept.rows) for kept in self._cache.values()) > _CACHED_POSTINGS and len(self._cache) > 1:
                self._cache.popitem(last=False)
            return found

    def holding(self, phrase: str) -> Rows:
        """Return the rows whose title or text holds these words side by side, ascending; none for no words.

        A word stands for all of its forms, as it is stored: "love it" finds "loves it" too.
        """
        quoted = '"' + phrase.replace("\0", " ").replace('"', '""') + '"'
        if _UNSPACED.search(phrase):
            quoted += " *"
        if not self.terms(phrase):
            return np.empty(0, np.int64)
        with self._lock:
            return self._matching(quoted)

    def holding_as_typed(self, phrase: str, among: Mask | None = None) -> Rows:
        """Return those of `holding` that say the phrase in these very words, whatever stands between them.

        Case and accents do not count. In languages written without spaces nothing is stored by its ending, so there it
        is the same. The texts are read for it: half a second for a phrase of 100,000 reviews.

        Args:
            among: (count,) the rows that are asked about; None stands for all.
        """
        rows = self.holding(phrase)
        rows = rows if among is None else rows[among[rows]]
        if not len(rows) or _UNSPACED.search(phrase):
            return rows
        words = _NOT_LETTERS.sub(" ", _folded(phrase)).split()
        said, plainly = _said(words), f"% {' '.join(words)} %"
        kept: list[int] = []
        for start in range(0, len(rows), _READ_AT_ONCE):
            some = json.dumps(rows[start : start + _READ_AT_ONCE].tolist())
            with self._lock:
                found = self._query(_TEXTS, [plainly, some])
            kept += [row for row, *parts in found if parts[1] is None or any(said.search(_folded(p)) for p in parts)]
        return np.array(kept, np.int64)

    def close(self) -> None:
        """Let go of the files."""
        with self._lock:
            self._connection.close()
            self._tokens.close()

    def _rarest(self, terms: Sequence[str]) -> list[Postings]:
        found = [self.postings(term) for term in terms[:MOST_READ]]
        return sorted(found, key=lambda postings: len(postings.rows))[:MOST_TERMS]

    def _read(self, term: str) -> Postings:
        if _UNSPACED.search(term):
            rows = self._matching(f'"{term}" *')
            return Postings(rows, np.ones(len(rows), np.float32))  # as if once in a text of average length
        kept = Postings(np.empty(0, np.int64), np.empty(0, np.float32))
        try:
            if self._file is not None:
                kept = self._file.read(term)
        except sqlite3.DatabaseError:  # the file was damaged or deleted: everything is in the library itself
            self._file = self._norms = None
        return kept if self.covered == self.count else kept.followed_by(self._behind_the_file(term))

    def _behind_the_file(self, term: str) -> Postings:
        first = self.covered
        if self._norms is None:
            mean = None if self._file is None else self._file.mean_length
            self._norms = lexical_postings.norms(self._query, first, self.count, mean)[0]
        found = self._query("SELECT group_concat(doc, ' ') FROM review_terms WHERE term = ?", [term])
        return lexical_postings.weighed(lexical_postings.numbers(found[0][0]), self._norms, first)

    def _matching(self, expression: str) -> Rows:
        sql = "SELECT group_concat(rowid, ' ') FROM review_words WHERE review_words MATCH ?"
        rows = lexical_postings.numbers(self._query(sql, [expression])[0][0])
        return rows[rows < self.count]

    def _query(self, sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        try:
            return self._connection.execute(sql, values).fetchall()
        except sqlite3.DatabaseError as error:
            raise LibraryDamaged("The words of the library can no longer be read. Open or import it again.") from error


def _said(words: Sequence[str]) -> re.Pattern[str]:
    """Return a pattern of words side by side; it begins with letters, which `re` finds fastest."""
    first, *others = map(re.escape, words)
    behind = "".join(rf"[\W_]+{word}" for word in others)
    return re.compile(rf"{first}(?<![^\W_]{first}){behind}(?![^\W_])")


def _folded(text: str) -> str:
    """Return a text in small letters without accents, as words are stored but for their endings."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


__all__ = ["FTS_SCHEMA", "K1", "B", "Lexicon"]
