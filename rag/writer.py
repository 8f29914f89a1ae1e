"""The files of a library while they grow, chunk by chunk."""

import itertools
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

import numpy as np

from backends.contracts import TextScores
from emotion.labels import to_face_emotions
from rag import opened
from rag.annotate import Annotator
from rag.arrays import RowWriter
from rag.index import IndexWriter
from rag.opened import ArrayFile
from rag.reviews import Review
from rag.store import StoreWriter
from rag.words import fingerprint, stems

SENTENCES_UP_TO = 5_000
"""Reviews whose sentences are embedded at import as well; for later ones a summary does it when it needs them."""


class LibraryWriter:
    """Use as a context manager, which closes the files.

    Attributes:
        count, sentences, dimension: reviews and sentences written so far, numbers per vector.
    """

    def __init__(self, folder: Path) -> None:
        self._folder, self._stack = folder, ExitStack()
        self._store = self._stack.enter_context(StoreWriter(folder / opened.STORE_FILE))
        self._arrays: dict[str, RowWriter] = {}
        self._index: IndexWriter | None = None
        self._words: Counter[str] = Counter()
        self.count = self.sentences = self.dimension = 0

    def append(self, reviews: Sequence[Review], annotator: Annotator) -> None:
        """Tag a chunk and write it."""
        scores = annotator.read([review.text for review in reviews])
        if self._index is None:
            self._open(scores.embeddings.shape[1])
        self._append_scores(reviews, scores)
        if self.count < SENTENCES_UP_TO:
            tags = annotator.read_sentences(reviews)
            self._arrays[opened.SENTENCE_SPANS.name].append(tags.spans + np.array([self.count, 0, 0], np.int32))
            self._arrays[opened.SENTENCE_EMOTIONS.name].append(tags.emotions)
            self._arrays[opened.SENTENCE_VECTORS].append(tags.vectors)
            self.sentences += len(tags.spans)
        self._words.update(itertools.chain.from_iterable(stems(review.text) for review in reviews))
        self.count += len(reviews)

    def finish(self) -> None:
        """Write what can only be written at the end."""
        assert self._index is not None
        self._index.write(self._folder / opened.INDEX_FILE)
        self._store.finish(self._words.items())

    def _open(self, dimension: int) -> None:
        self.dimension, self._index = dimension, IndexWriter(dimension)
        files = (opened.EMOTIONS, opened.FEELINGS, opened.SENTIMENT, opened.TOXICITY, opened.FINGERPRINTS)
        sentences = (opened.SENTENCE_SPANS, opened.SENTENCE_EMOTIONS)
        for file in (*files, *sentences, ArrayFile(opened.SENTENCE_VECTORS, dimension, np.float16)):
            writer = RowWriter(self._folder / file.name, file.width, file.dtype)
            self._arrays[file.name] = self._stack.enter_context(writer)

    def _append_scores(self, reviews: Sequence[Review], scores: TextScores) -> None:
        assert self._index is not None
        feelings = to_face_emotions(scores.emotions)
        self._store.append(reviews, scores.sentiments.argmax(axis=1).tolist(), feelings.argmax(axis=1).tolist())
        self._index.append(scores.embeddings)
        self._arrays[opened.EMOTIONS.name].append(scores.emotions)
        self._arrays[opened.FEELINGS.name].append(feelings)
        self._arrays[opened.SENTIMENT.name].append(scores.sentiments)
        self._arrays[opened.TOXICITY.name].append(scores.toxicity)
        fingerprints = [fingerprint(review.text) for review in reviews]
        self._arrays[opened.FINGERPRINTS.name].append(np.array(fingerprints, np.int64))

    def __enter__(self) -> "LibraryWriter":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.__exit__(kind, error, trace)
