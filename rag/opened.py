"""An open library: its reviews, vectors and tags, ready to be searched. Reading only; may be shared by threads."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import model_utils
from backends.contracts import FACE_EMOTIONS, GOEMOTIONS, SENTIMENTS, FloatArray, StoredSentence
from errors import LibraryDamaged
from rag import manifest as manifests
from rag.arrays import read_rows
from rag.index import METRIC, Rows, VectorIndex
from rag.manifest import Manifest
from rag.query import Filters
from rag.reviews import Review
from rag.store import Store
from settings import Settings, from_environment

STORE_FILE = "reviews.sqlite"
INDEX_FILE = "vectors.faiss"
BACKGROUND_ROWS = 1_000


@dataclass(frozen=True)
class ArrayFile:
    """One .npy file of a library: a row per review (or per sentence); width 0 means one number a row."""

    name: str
    width: int
    dtype: type[np.generic]


EMOTIONS = ArrayFile("emotions.npy", len(GOEMOTIONS), np.float32)
FEELINGS = ArrayFile("feelings.npy", len(FACE_EMOTIONS), np.float32)
SENTIMENT = ArrayFile("sentiments.npy", len(SENTIMENTS), np.float32)
TOXICITY = ArrayFile("toxicity.npy", 0, np.float32)
FINGERPRINTS = ArrayFile("fingerprints.npy", 0, np.int64)
SENTENCE_SPANS = ArrayFile("sentence_spans.npy", 3, np.int32)
SENTENCE_EMOTIONS = ArrayFile("sentence_emotions.npy", len(GOEMOTIONS), np.float16)
SENTENCE_VECTORS = "sentence_vectors.npy"


@dataclass(frozen=True)
class Facets:
    """What can be filtered by: values with the number of reviews that have them, and ranges."""

    products: dict[str, int]
    categories: dict[str, int]
    ratings: tuple[float, float] | None
    dates: tuple[datetime.date, datetime.date] | None
    sentiments: dict[str, int]
    emotions: dict[str, int]


class Library:
    """A set of reviews with everything that import found out about them.

    Attributes:
        emotions: (n, 28) probabilities in the order of GOEMOTIONS.
        feelings: (n, 7) shares in the order of FACE_EMOTIONS.
        sentiments: (n, 3) in the order of SENTIMENTS.
        toxicity: (n,).
        fingerprints: (n,) equal for texts of the same words in the same order.
        index: the (n, dimension) unit vectors.
    """

    def __init__(self, folder: Path, settings: Settings) -> None:
        """Open a library; see `open_library`."""
        self.folder, self.manifest, self.settings = folder, manifests.read(folder), settings
        self.name, count = self.manifest.name, self.manifest.count
        _check_embedder(self.manifest)
        manifests.check_files(folder, self.manifest)
        self.index = VectorIndex(folder / INDEX_FILE, count, self.manifest.dimension)
        self.emotions: FloatArray = _read(folder, EMOTIONS, count)
        self.feelings: FloatArray = _read(folder, FEELINGS, count)
        self.sentiments: FloatArray = _read(folder, SENTIMENT, count)
        self.toxicity: FloatArray = _read(folder, TOXICITY, count)
        self.fingerprints: NDArray[np.int64] = _read(folder, FINGERPRINTS, count)
        self._spans: NDArray[np.int32] = _read(folder, SENTENCE_SPANS, self.manifest.sentences)
        self._sentence_emotions = _read(folder, SENTENCE_EMOTIONS, self.manifest.sentences)
        self._sentence_vectors = read_rows(folder / SENTENCE_VECTORS, self.manifest.sentences, self.manifest.dimension)
        self.store = Store(folder / STORE_FILE, count)
        self._background: FloatArray | None = None

    def __len__(self) -> int:
        return self.manifest.count

    def get(self, ids: Sequence[str]) -> list[Review]:
        """Return the reviews with these ids, in the order asked; unknown ids are left out."""
        return self.store.by_id(ids)

    def count(self, filters: Filters) -> int:
        """Return how many reviews pass the filters."""
        if filters.chosen is not None:
            return len(_matching(self.store, filters))
        return self.store.count(filters) if filters.active else len(self)

    def matching(self, filters: Filters) -> Rows | None:
        """Return the rows that pass the filters, ascending; None when nothing is filtered."""
        return _matching(self.store, filters) if filters.active else None

    def facets(self) -> Facets:
        """Return every value and range the filters can be set to, most frequent first."""
        lowest, highest, first, last = self.store.ranges()
        return Facets(
            products=dict(self.store.facet("product")),
            categories=dict(self.store.facet("category")),
            ratings=None if lowest is None else (lowest, highest),
            dates=None if first is None else (datetime.date.fromisoformat(first), datetime.date.fromisoformat(last)),
            sentiments={SENTIMENTS[value]: n for value, n in self.store.facet("sentiment")},
            emotions={FACE_EMOTIONS[value]: n for value, n in self.store.facet("emotion")},
        )

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
            rows = np.unique(np.linspace(0, len(self) - 1, min(len(self), BACKGROUND_ROWS)).astype(np.int64))
            self._background = self.index.vectors(rows)
        return self._background

    def close(self) -> None:
        """Let go of the files; the library cannot be used afterwards."""
        self.store.close()


def open_library(folder: Path, settings: Settings | None = None) -> Library:
    """Open an imported library after checking that its parts belong together.

    Raises:
        LibraryNotFound: there is none in this folder.
        LibraryDamaged: manifest, index, reviews and models do not fit; the message says what.
    """
    return Library(folder, settings or from_environment())


def _matching(store: Store, filters: Filters) -> Rows:
    if filters.chosen is None:
        return store.matching(filters)
    others = replace(filters, chosen=None)
    rows = filters.chosen.rows
    return np.intersect1d(rows, store.matching(others), assume_unique=True) if others.active else rows


def _read(folder: Path, file: ArrayFile, rows: int) -> NDArray[Any]:
    return read_rows(folder / file.name, rows, file.width)


def _check_embedder(manifest: Manifest) -> None:
    if manifest.metric != METRIC:
        raise LibraryDamaged(
            f"The library uses the metric {manifest.metric!r}, this version {METRIC!r}. Import it again."
        )
    now = manifests.identity(model_utils.card("embedder", manifest.embedder))
    if now != manifest.embedder_identity:
        raise LibraryDamaged(
            f"The library {manifest.name!r} was built with another version of the embedder {manifest.embedder}; "
            "its vectors cannot be compared with new ones. Import the reviews again."
        )
