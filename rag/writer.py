"""The files of a library while they grow: a chunk is on the disk and acknowledged as a whole, or it never was."""

import itertools
import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backends.contracts import TextScores
from emotion.labels import review_emotions
from errors import LibraryError
from rag import filtering, layout, lexical_postings, schema
from rag import manifest as manifests
from rag.annotate import SentenceTags
from rag.arrays import RowAppender
from rag.digests import same_key
from rag.index_ann import FOLDER as INDEX_FOLDER
from rag.layout import REVIEW_ARRAYS, SENTENCE_ARRAYS, ArrayFile
from rag.manifest import Manifest
from rag.reviews import Review
from rag.store import columns_of
from rag.values import tidy_name
from rag.words import fingerprint, stems

SENTENCES_UP_TO = 5_000
"""Rows whose sentences are embedded at import as well; for later ones a summary does it when it needs them."""


def create(folder: Path, manifest: Manifest) -> None:
    """Make an empty library in a folder that exists and is empty, and push it to the disk."""
    connection = schema.create(folder)
    manifests.write(connection, manifest)
    connection.close()
    for file in (*REVIEW_ARRAYS, *SENTENCE_ARRAYS):
        with RowAppender(folder, file, manifest.dimension, 0) as array:
            array.sync()


class LibraryWriter:
    """Append to a library; use as a context manager, which closes the files. The caller holds `rag.lock.writing`.

        with LibraryWriter(folder) as writer, writer.chunk():
            writer.append(reviews, scores, sentences)

    Attributes:
        count, sentences: rows of the arrays, with those of the chunk that is being written.
        connection: for what belongs into the same transaction.
    """

    def __init__(self, folder: Path) -> None:
        """Open a library and cut off what a writer that died left behind its last commit."""
        manifests.check_folder(folder)
        self._stack, self._folder = ExitStack(), folder
        self.connection = schema.connect_writing(folder)
        self._stack.callback(self.connection.close)
        try:
            self.manifest = manifests.read_from(self.connection)
            self.count, self.sentences = self.manifest.count, self.manifest.sentences
            self._arrays = {file.name: self._open(folder, file) for file in (*REVIEW_ARRAYS, *SENTENCE_ARRAYS)}
        except BaseException:
            self._stack.close()
            raise
        self._words: Counter[str] = Counter()
        self._failed = self._renamed = False

    def _open(self, folder: Path, file: ArrayFile) -> RowAppender:
        rows = self.sentences if file in SENTENCE_ARRAYS else self.count
        return self._stack.enter_context(RowAppender(folder, file, self.manifest.dimension, rows))

    def chunk(self) -> "_Chunk":
        """Return a context manager: what happens inside is committed as a whole, or not at all after an error."""
        return _Chunk(self)

    def append(
        self,
        reviews: Sequence[Review],
        scores: TextScores,
        sentences: SentenceTags | None = None,
        languages: Sequence[str] | None = None,
    ) -> range:
        """Add reviews with what was read in them, inside a chunk; return their rows.

        Args:
            reviews: n reviews, whose ids no living review has.
            scores: of their n texts.
            sentences: of the same reviews; None keeps none.
            languages: ISO 639-1 code of each text, "und" where there is too little to tell; None leaves all empty.

        Raises:
            LibraryError: two living reviews would have the same id.
            OSError: the disk is full; the chunk is not kept.
        """
        rows = range(self.count, self.count + len(reviews))
        feelings = review_emotions(scores.emotions, scores.sentiments)
        values = zip(
            rows,
            map(columns_of, reviews),
            scores.sentiments.argmax(axis=1).tolist(),
            feelings.argmax(axis=1).tolist(),
            languages or itertools.repeat(""),
            map(same_key, reviews),
            strict=False,
        )
        try:
            self.connection.executemany(
                f"INSERT INTO reviews VALUES ({', '.join('?' * 12)}, 1, NULL, 1, ?)",
                [
                    (row, *fields, mood, feeling, language, same)
                    for row, fields, mood, feeling, language, same in values
                ],
            )
        except sqlite3.IntegrityError as error:
            raise LibraryError("Two reviews have the same id. Choose another id column, or none.") from error
        self._append_arrays(reviews, scores, feelings, sentences)
        self._words.update(itertools.chain.from_iterable(stems(review.text) for review in reviews))
        return rows

    def forget_words(self, text: str) -> None:
        """Take the words of a review that is replaced or removed out of the counts."""
        self._words.subtract(stems(text))

    def tidy_names(self, row: int, same: bytes) -> None:
        """Tidy the names of product and category of a review; `same` is what it shares with others from now on."""
        product, category = self.connection.execute(
            "SELECT product, category FROM reviews WHERE row = ?", (row,)
        ).fetchone()
        names = tidy_name(product), tidy_name(category)
        self.connection.execute(
            "UPDATE reviews SET product = ?, category = ?, same = ? WHERE row = ?", (*names, same, row)
        )
        self._renamed = True

    def erase_dead(self) -> None:
        """Take the words of replaced and removed reviews off the disk, the word index too; their rows stay empty."""
        erased = self.connection.execute(
            "UPDATE reviews SET text = '', title = '' WHERE alive = 0 AND (text <> '' OR title <> '')"
        )
        if erased.rowcount:  # FTS5 keeps the words of what is deleted until it rewrites its index
            self.connection.execute("INSERT INTO review_words (review_words) VALUES ('optimize')")
            self._forget(path for _, _, path in lexical_postings.files(self._folder / INDEX_FOLDER))

    def _forget(self, files: Iterable[Path]) -> None:
        """Delete files of the index that say what is true no more."""
        for path in files:
            with suppress(OSError):  # Windows: somebody reads it; the next index takes its place
                path.unlink(missing_ok=True)

    def _append_arrays(
        self, reviews: Sequence[Review], scores: TextScores, feelings: NDArray[Any], tags: SentenceTags | None
    ) -> None:
        blocks: dict[ArrayFile, NDArray[Any]] = {
            layout.VECTORS: scores.embeddings,
            layout.EMOTIONS: scores.emotions,
            layout.FEELINGS: feelings,
            layout.SENTIMENT: scores.sentiments,
            layout.TOXICITY: scores.toxicity,
            layout.FINGERPRINTS: np.array([fingerprint(review.text) for review in reviews], np.int64),
        }
        if tags is not None:
            blocks[layout.SENTENCE_SPANS] = tags.spans + np.array([self.count, 0, 0], np.int32)
            blocks[layout.SENTENCE_EMOTIONS] = tags.emotions
            blocks[layout.SENTENCE_VECTORS] = tags.vectors
        checksums = {file.name: self._arrays[file.name].append(block) for file, block in blocks.items()}
        sentences = 0 if tags is None else len(tags.spans)
        self.connection.execute(
            "INSERT INTO chunks VALUES (?, ?, ?, ?, ?)",
            (self.count, len(reviews), self.sentences, sentences, json.dumps(checksums)),
        )
        self.count += len(reviews)
        self.sentences += sentences

    def begin(self) -> None:
        if self._failed:
            raise LibraryError("An earlier chunk could not be written. Open the library again to go on.")
        self.connection.execute("BEGIN IMMEDIATE")

    def commit(self) -> None:
        if self.count > self.manifest.count:
            for array in self._arrays.values():
                array.sync()
        words = "INSERT INTO words VALUES (?, ?) ON CONFLICT DO UPDATE SET reviews = reviews + excluded.reviews"
        self.connection.executemany(words, [(word, change) for word, change in self._words.items() if change])
        fewer = [(word,) for word, change in self._words.items() if change < 0]
        self.connection.executemany("DELETE FROM words WHERE word = ? AND reviews <= 0", fewer)
        self.connection.execute(
            "UPDATE state SET committed = ?, sentences = ?, generation = generation + 1", (self.count, self.sentences)
        )
        if self._renamed:  # the names in the columns to filter by are those from before
            self._forget(path for _, _, path in filtering.files(self._folder / INDEX_FOLDER))
        self.connection.execute("COMMIT")
        self._words.clear()
        self._renamed = False
        told = {"count": self.count, "sentences": self.sentences, "generation": self.manifest.generation + 1}
        self.manifest = self.manifest.model_copy(update=told)

    def roll_back(self) -> None:
        """Undo the chunk. What it added to the arrays stays behind the count, so nothing may be appended any more."""
        self._failed = True
        if self.connection.in_transaction:
            self.connection.execute("ROLLBACK")

    def __enter__(self) -> "LibraryWriter":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.__exit__(kind, error, trace)


class _Chunk:
    def __init__(self, writer: LibraryWriter) -> None:
        self._writer = writer

    def __enter__(self) -> None:
        self._writer.begin()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self._writer.roll_back()
            return
        try:
            self._writer.commit()
        except BaseException:
            self._writer.roll_back()
            raise
