"""A map of a library: a place in the plane for each review, near those that say the same.

t-SNE (van der Maaten & Hinton 2008, by openTSNE) of some landmark reviews, started from their first two principal
components so that far things stay far (Kobak & Berens 2019, https://doi.org/10.1038/s41467-019-13056-x); every other
review is placed among the landmarks it is nearest to. Like the themes, the map looks at what is said about a product:
each product's mean is taken away first. Only SHOWN reviews have a place, spread evenly over the library.

Does not handle: distances on the map between far groups; they mean little in any map of many dimensions.
"""

from dataclasses import dataclass

import faiss
import numpy as np
from numpy.typing import NDArray

from backends.contracts import FloatArray
from errors import LibraryError
from rag import themes_cache
from rag.index_vectors import Rows
from rag.opened import Library
from rag.themes import FEWEST_REVIEWS, Tell
from rag.themes_cluster import Centring
from rag.themes_facts import Facts

VERSION = 2
LANDMARKS, SHOWN = 3_000, 20_000
_FILE = "atlas"
_COMPONENTS, _NEIGHBOURS, _PERPLEXITY, _SEED = 40, 5, 30, 3
_STEPS = (250, 400)
"""Iterations with exaggerated and with true attraction."""


@dataclass(frozen=True, eq=False)
class Atlas:
    """Rows that have a place (ascending), and the places: (m, 2) float32, spread over about [-1, 1]."""

    rows: Rows
    places: FloatArray

    def among(self, rows: Rows | None) -> NDArray[np.int64]:
        """Return which of the places belong to these reviews (None: all)."""
        if rows is None:
            return np.arange(len(self.rows))
        return np.flatnonzero(np.isin(self.rows, rows, assume_unique=True))


def find(library: Library, facts: Facts, tell: Tell | None = None) -> Atlas:
    """Return the map of a library: the one kept beside it, else drawn now and kept.

    Raises:
        LibraryError: it has fewer than FEWEST_REVIEWS reviews.
    """
    if len(library) < FEWEST_REVIEWS:
        raise LibraryError(f"A map needs at least {FEWEST_REVIEWS} reviews; this library has {len(library)}.")
    if kept := themes_cache.read(library, _FILE, VERSION):
        return Atlas(kept[0]["rows"], kept[0]["places"])
    say = tell or (lambda _what, _done: None)
    say("reading the reviews", 0.0)
    rows = library.alive[evenly(len(library), SHOWN)]
    given = library.index.vectors(rows), facts.product[rows], np.asarray(library.emotions[rows])
    points = Centring(*given)(*given)
    atlas = Atlas(rows, draw(points, say))
    themes_cache.write(library, _FILE, VERSION, {"rows": atlas.rows, "places": atlas.places}, None)
    return atlas


def evenly(count: int, most: int) -> Rows:
    """Return up to `most` of `count` rows, spread evenly."""
    return np.unique(np.linspace(0, count - 1, min(count, most)).astype(np.int64))


def draw(points: FloatArray, tell: Tell) -> FloatArray:
    """Return (n, 2) places of (n, d) unit vectors."""
    chosen = evenly(len(points), LANDMARKS)
    landmarks = _landmarks(points[chosen], tell)
    places = _between(points, points[chosen], landmarks)
    places[chosen] = landmarks
    tell("drawing the map", 1.0)
    return lying(places)


def lying(places: FloatArray) -> FloatArray:
    """Return places turned so that they spread most from left to right, most of them within [-1, 1]."""
    moved = places - np.median(places, axis=0)
    _, axes = np.linalg.eigh(moved.T @ moved)
    turned = moved @ axes[:, ::-1]
    reach = max(float(np.quantile(np.abs(turned), 0.99)), 1e-9)
    scaled: FloatArray = (turned / reach).astype(np.float32)
    return scaled


def _landmarks(points: FloatArray, tell: Tell) -> FloatArray:
    from openTSNE import TSNEEmbedding, affinity
    from sklearn.decomposition import PCA

    tell("drawing the map", 0.1)
    components = min(_COMPONENTS, *points.shape)
    reduced = PCA(components, svd_solver="randomized", random_state=_SEED).fit_transform(points)
    start = reduced[:, :2] / max(float(np.std(reduced[:, 0])), 1e-9) * 1e-4
    nearby = affinity.PerplexityBasedNN(
        reduced, min(_PERPLEXITY, max((len(points) - 1) // 3, 2)), method="exact", random_state=_SEED, n_jobs=1
    )
    embedding = TSNEEmbedding(start, nearby, negative_gradient_method="bh", n_jobs=1, random_state=_SEED)
    told = 0
    for steps, exaggeration in zip(_STEPS, (12, 1), strict=True):
        for _ in range(0, steps, 50):
            momentum = 0.5 if exaggeration > 1 else 0.8
            embedding = embedding.optimize(50, exaggeration=exaggeration, momentum=momentum)
            told += 50
            tell("drawing the map", 0.1 + 0.8 * told / sum(_STEPS))
    places: FloatArray = np.asarray(embedding, np.float32)
    return places


def _between(points: FloatArray, landmarks: FloatArray, places: FloatArray) -> FloatArray:
    """Place points at the mean of their nearest landmarks, nearer ones counting more (weights: cosine to the 8th)."""
    index = faiss.IndexFlatIP(points.shape[1])
    index.add(np.ascontiguousarray(landmarks))
    cosines, nearest = index.search(np.ascontiguousarray(points), min(_NEIGHBOURS, len(landmarks)))
    weights = np.maximum(cosines, 1e-3) ** 8
    weights /= weights.sum(axis=1, keepdims=True)
    mixed: FloatArray = np.einsum("nk,nkd->nd", weights, places[nearest]).astype(np.float32)
    return mixed
