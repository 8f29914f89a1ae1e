"""The files of a library: one SQLite database, and beside it arrays of one row per review or per sentence.

    reviews.sqlite            the single source of truth: reviews, and how many rows of every array are good
    vectors.f16               (n, dimension) unit vectors
    emotions.f32 ...          (n, 28), feelings (n, 7), sentiments (n, 3), toxicity (n,), fingerprints (n,)
    sentence_spans.i32 ...    (m, 3) row of the review, start, end; sentence_emotions (m, 28), sentence_vectors

Arrays are raw little-endian rows without a header, only ever appended to. A chunk of reviews is written in this order:
rows to the end of every array, the arrays pushed to the disk, then one SQLite transaction that adds the reviews and
raises the counts. Whatever lies behind the counts is not part of the library: readers map the arrays up to it, and the
next writer cuts it off. So a process that dies at any moment leaves a library of exactly the reviews it acknowledged.
"""

from dataclasses import dataclass

import numpy as np

from backends.contracts import FACE_EMOTIONS, GOEMOTIONS, SENTIMENTS

FORMAT = 2
"""Format 1 was a set of .npy files with a manifest.json of their hashes."""
STORE_FILE = "reviews.sqlite"
OLD_MANIFEST = "manifest.json"


@dataclass(frozen=True)
class ArrayFile:
    """One array of a library: a row per review (or per sentence); width 0 means one number a row.

    `width` None stands for the dimension of the embedder.
    """

    name: str
    width: int | None
    dtype: str

    def numbers(self, dimension: int) -> int:
        """Return the width, 0 for one number a row."""
        return dimension if self.width is None else self.width

    def row_bytes(self, dimension: int) -> int:
        """Return how many bytes one row takes."""
        return max(1, self.numbers(dimension)) * np.dtype(self.dtype).itemsize


VECTORS = ArrayFile("vectors.f16", None, "<f2")
EMOTIONS = ArrayFile("emotions.f32", len(GOEMOTIONS), "<f4")
FEELINGS = ArrayFile("feelings.f32", len(FACE_EMOTIONS), "<f4")
SENTIMENT = ArrayFile("sentiments.f32", len(SENTIMENTS), "<f4")
TOXICITY = ArrayFile("toxicity.f32", 0, "<f4")
FINGERPRINTS = ArrayFile("fingerprints.i64", 0, "<i8")
SENTENCE_SPANS = ArrayFile("sentence_spans.i32", 3, "<i4")
SENTENCE_EMOTIONS = ArrayFile("sentence_emotions.f16", len(GOEMOTIONS), "<f2")
SENTENCE_VECTORS = ArrayFile("sentence_vectors.f16", None, "<f2")

REVIEW_ARRAYS = (VECTORS, EMOTIONS, FEELINGS, SENTIMENT, TOXICITY, FINGERPRINTS)
SENTENCE_ARRAYS = (SENTENCE_SPANS, SENTENCE_EMOTIONS, SENTENCE_VECTORS)
