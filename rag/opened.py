"""An open library: its reviews, vectors and tags, ready to be searched. Reading only; may be shared by threads.

It shows what was committed when it was opened. A writer may go on meanwhile: open the library again to see more.
"""

import os
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import model_utils
from backends.contracts import FloatArray
from backends.passage import StoredSentence
from emotion.labels import share_of_words
from errors import LibraryDamaged
from rag import facet_values, filtering, index_upgrade, layout, schema
from rag import manifest as manifests
from rag.arrays import read_ahead, read_rows, release
from rag.filtering import Columns
from rag.index import METRIC, VectorIndex
from rag.index_ann import EXACT_UP_TO
from rag.index_ann import FOLDER as INDEX_FOLDER
from rag.index_vectors import Mask, Rows
from rag.layout import SENTENCE_ARRAYS, ArrayFile
from rag.lexical import Lexicon
from rag.manifest import Manifest
from rag.query import Filters
from rag.reviews import Review
from rag.store import Store
from settings import Settings, from_environment

BACKGROUND_ROWS = 1_000


class Library:
    """A set of reviews with everything that import found out about them.

    Rows are places in the arrays, 0 to `rows` - 1. A review that was replaced or removed keeps its row, but is found by
    no filter, no facet and no search: `matching` leaves it out and `len` does not count it.

    Attributes:
        emotions: (rows, 28) probabilities in the order of GOEMOTIONS.
        feelings: (rows, 7) shares in the order of FACE_EMOTIONS.
        sentiments: (rows, 3) in the order of SENTIMENTS.
        toxicity: (rows,).
        fingerprints: (rows,) equal for texts of the same words in the same order.
        index: the (rows, dimension) unit vectors.
        lexicon: the words of the reviews.
        store: the reviews in SQLite; `store.dead` are the rows of replaced and removed ones.
        manifest: what the library is, and the generation of it that was opened.
    """

    def __init__(self, folder: Path, settings: Settings) -> None:
        """Open a library; see `open_library`."""
        self.folder, self.settings, self.store = folder, settings, Store(folder)
        self.manifest = self.store.manifest
        self.name, self.rows = self.manifest.name, self.manifest.count
        try:
            _check_embedder(self.manifest)
            self.index = VectorIndex(folder, self.rows, self.manifest.dimension)
            self.emotions: FloatArray = self._read(layout.EMOTIONS)
            self.feelings: FloatArray = self._read(layout.FEELINGS)
            self.sentiments: FloatArray = self._read(layout.SENTIMENT)
            self.toxicity: FloatArray = self._read(layout.TOXICITY)
            self.fingerprints: NDArray[np.int64] = self._read(layout.FINGERPRINTS)
            self._spans: NDArray[np.int32] = self._read(layout.SENTENCE_SPANS)
            self._sentence_emotions = self._read(layout.SENTENCE_EMOTIONS)
            self._sentence_vectors = self._read(layout.SENTENCE_VECTORS)
            identity, words = self.index.file.identity, schema.connect_reading(folder)
            self.lexicon = Lexicon(words, folder / INDEX_FOLDER, self.rows, identity)
        except BaseException:
            self.store.close()
            raise
        if self.rows > EXACT_UP_TO:
            read_ahead([folder / layout.VECTORS.name, *sorted((folder / INDEX_FOLDER).glob("*-*"))])
        self._background: FloatArray | None = None
        self._feelings: dict[str, FloatArray] = {}
        self._upgrade: index_upgrade.Upgrade | None = None
        self._closed = False

    def _read(self, file: ArrayFile) -> NDArray[Any]:
        rows = self.manifest.sentences if file in SENTENCE_ARRAYS else self.rows
        return read_rows(self.folder, file, self.manifest.dimension, rows)

    def __len__(self) -> int:
        return self.rows - len(self.store.dead)

    @property
    def alive(self) -> Rows:
        """The rows of the reviews that count, ascending."""
        return np.setdiff1d(np.arange(self.rows), self.store.dead, assume_unique=True)

    def get(self, ids: Sequence[str]) -> list[Review]:
        """Return the reviews with these ids, in the order asked; unknown ids are left out."""
        return self.store.by_id(ids)

    def count(self, filters: Filters) -> int:
        """Return how many reviews pass the filters."""
        allowed = self.allowed(filters)
        return self.rows if allowed is None else int(np.count_nonzero(allowed))

    def matching(self, filters: Filters) -> Rows | None:
        """Return the rows that pass the filters, ascending; None when that is every row there is."""
        allowed = self.allowed(filters)
        return None if allowed is None else np.flatnonzero(allowed)

    def allowed(self, filters: Filters) -> Mask | None:
        """Return (rows,) which rows pass the filters; None when that is every row there is."""
        if not filters.active and not len(self.store.dead):
            return None
        passing = self.columns.passing(filters) if filters.active else np.ones(self.rows, np.bool_)
        passing[self.store.dead] = False
        if filters.hide_near_duplicates:
            passing[self.store.near()] = False
        if filters.chosen is not None:
            passing &= filtering.mask_of(filters.chosen.rows[filters.chosen.rows < self.rows], self.rows)
        return passing

    @cached_property
    def columns(self) -> Columns:
        """What can be filtered by; read when it is first needed."""
        kept = filtering.newest(self.folder / INDEX_FOLDER, self.rows, self.index.file.identity)
        covered = 0 if kept is None else len(kept)
        if kept is not None and covered == self.rows:
            return kept
        return Columns.read(self.store.filter_columns(covered, self.rows), self.rows, kept)

    def feeling(self, emotion: str) -> FloatArray:
        """Return (rows,) how strongly each row's words show one of FACE_EMOTIONS (0: not read), side by side in memory.

        It ranks; what a review's emotions are is told by `feelings`.
        """
        if emotion not in self._feelings:
            shares = share_of_words(emotion, self.feelings, self.sentiments)
            shares[self.columns.unread] = 0.0
            self._feelings[emotion] = shares
            release(self.feelings)
            release(self.sentiments)
        return self._feelings[emotion]

    def release(self) -> None:
        """Let go of the memory of what was read of the arrays of tags; they stay readable."""
        for tags in (self.emotions, self.feelings, self.sentiments, self.toxicity, self.fingerprints):
            release(tags)

    def upgrade(self) -> index_upgrade.Upgrade | None:
        """Begin to index the library anew in the background if it has grown enough; searches go on meanwhile."""
        covered = min(self.index.covered, self.lexicon.covered)
        if self._upgrade is None and index_upgrade.is_due(self.rows, covered):
            self._upgrade = index_upgrade.Upgrade(self.folder, self.refresh)
        return self._upgrade

    def refresh(self) -> None:
        """Take the index files that were made since."""
        if not self._closed:
            self.index.refresh()
            self.lexicon.refresh()

    def facets(self) -> facet_values.Facets:
        """Return every value and range the filters can be set to, most frequent first."""
        return facet_values.of(self.store)

    def sentences(self, row: int) -> tuple[StoredSentence, ...]:
        """Return what import kept of the sentences of one review; empty if it kept none."""
        first, after = np.searchsorted(self._spans[:, 0], [row, row + 1])
        return tuple(
            StoredSentence(
                start=int(self._spans[place, 1]),
                end=int(self._spans[place, 2]),
                vector=np.asarray(self._sentence_vectors[place], np.float32),
                emotions=np.asarray(self._sentence_emotions[place], np.float32),
            )
            for place in range(int(first), int(after))
        )

    def background(self) -> FloatArray:
        """Return up to BACKGROUND_ROWS vectors spread evenly over the library: what a similarity is judged against."""
        if self._background is None:
            places = np.unique(np.linspace(0, len(self) - 1, min(len(self), BACKGROUND_ROWS)).astype(np.int64))
            self._background = self.index.vectors(self.alive[places])
        return self._background

    def close(self) -> None:
        """Let go of the files; the library cannot be used afterwards. Vectors stay open while a search reads them."""
        self._closed = True
        self.store.close()
        self.lexicon.close()


def open_library(folder: Path, settings: Settings | None = None) -> Library:
    """Open an imported library after checking that its parts belong together.

    Raises:
        LibraryNotFound: there is none in this folder.
        LibraryDamaged: arrays, reviews and models do not fit; the message says what.
    """
    opened = Library(folder, settings or from_environment())
    if os.access(folder, os.W_OK):
        opened.upgrade()
    return opened


def _check_embedder(manifest: Manifest) -> None:
    if manifest.metric != METRIC:
        raise LibraryDamaged(
            f"The library uses the metric {manifest.metric!r}, this version {METRIC!r}. Import it again."
        )
    if not manifests.same_vectors(manifest.embedder_identity, model_utils.card("embedder", manifest.embedder)):
        raise LibraryDamaged(
            f"The library {manifest.name!r} was built with another version of the embedder {manifest.embedder}; "
            "its vectors cannot be compared with new ones. Import the reviews again."
        )
