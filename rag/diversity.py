"""Hits that are not each other's copies, and say more than the same: the last step of a search."""

import numpy as np
from numpy.typing import NDArray

from backends.contracts import FloatArray
from rag.index_vectors import Rows

RELEVANCE_SHARE = 0.8
"""Relevance against novelty in maximal marginal relevance; 1 would be relevance alone."""
SAME_COSINE = 0.95
"""Two reviews at least this alike are one hit."""


def without_duplicates(vectors: FloatArray, fingerprints: NDArray[np.int64]) -> Rows:
    """Return the places, in order, that are neither the same text as a place before them nor nearly."""
    alike = (vectors @ vectors.T >= SAME_COSINE) | (fingerprints[:, None] == fingerprints[None])
    if not np.triu(alike, 1).any():
        return np.arange(len(vectors))
    kept: list[int] = []
    for place in range(len(vectors)):
        if not alike[place, kept].any():
            kept.append(place)
    return np.array(kept, np.int64)


def most_relevant_and_new(scores: FloatArray, vectors: FloatArray, k: int) -> Rows:
    """Choose up to k places by maximal marginal relevance, in the order they were chosen.

    Args:
        scores: (n,) relevance on any scale; stretched to [0, 1] here.
        vectors: (n, d) unit rows, whose cosines say how alike two candidates are.
    """
    span = float(scores.max() - scores.min()) or 1.0
    relevance = RELEVANCE_SHARE * (scores - scores.min()) / span
    nearest = np.zeros(len(scores), np.float32)
    open_places = np.ones(len(scores), bool)
    chosen: list[int] = []
    for _ in range(min(k, len(scores))):
        gain = np.where(open_places, relevance - (1 - RELEVANCE_SHARE) * nearest, -np.inf)
        best = int(gain.argmax())
        chosen.append(best)
        open_places[best] = False
        nearest = np.maximum(nearest, vectors @ vectors[best])
    return np.array(chosen, np.int64)
