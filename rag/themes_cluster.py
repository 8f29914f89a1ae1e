"""Groups reviews by what they say: spherical k-means on their embeddings, the number of groups chosen from the data.

Embeddings of reviews are most alike when they speak of the same product, or are written in the same mood, so each
product's mean and what the 28 emotion scores foretell (ridge regression) are taken away first; what remains is what
they speak about, praised or blamed. The number of groups is the largest one that people can still survey (it grows
with the root of the number of reviews) and whose mean silhouette (cosine; Rousseeuw 1987) is not clearly below the
best: where the data fall into a few clear groups those are found, and where they shade into each other, as real
reviews do, the cut is as fine as is useful.

Does not handle: reviews that speak of several things (each belongs to the group it is nearest to).
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from backends.contracts import FloatArray
from rag.index_vectors import Rows

SEED = 7
TRAIN_ROWS, CHOOSE_ROWS = 25_000, 5_000
"""Reviews that the groups are learnt from, and those that their number is chosen with; all are placed afterwards."""
BLOCK_ROWS = 20_000
SILHOUETTE_ROWS = 2_000
FEWEST_THEMES, MOST_THEMES = 6, 20
THEMES_PER_ROOT = 2.2
"""Bounds of what people can survey; clear groups may be fewer."""
WORSE_SHARE, WORSE = 0.15, 0.035
"""How far below the best silhouette counts as clearly below: relative, and at least so much."""
FAR_DEVIATIONS = 5.0
"""How many robust standard deviations below the median similarity a review counts as belonging nowhere."""
_PRODUCT_PRIOR = 10.0
_EMOTION_PRIOR = 5.0
_REVIEWS_PER_EMOTION = 10
"""With fewer reviews for each of the 28 emotions in the sample, what these foretell cannot be told from chance."""
_FEWEST_OF_A_PRODUCT = 5
_ITERATIONS, _STARTS = 20, 2

Read = Callable[[Rows], FloatArray]
"""Rows -> their (n, dimension) unit vectors."""


@dataclass(frozen=True, eq=False)
class Groups:
    """Where every review belongs.

    Attributes:
        place: (n,) int16, the group of each review, largest group first; -1 for those that are far from all.
        similarity: (n,) float32, cosine to the centre of the nearest group.
        centres: (groups, d) unit rows, in the space of vectors less `mean` (d,).
        silhouettes: number of groups tried -> mean silhouette.
    """

    place: NDArray[np.int16]
    similarity: FloatArray
    centres: FloatArray
    mean: FloatArray
    silhouettes: dict[int, float]

    @property
    def count(self) -> int:
        return int(self.place.max()) + 1 if len(self.place) else 0


class Centring:
    """Takes away from a vector the mean of its product and what its emotions foretell.

    Products with few reviews share the mean of all.
    """

    def __init__(self, vectors: FloatArray, products: NDArray[np.int64], emotions: FloatArray) -> None:
        """Learn from a sample: (n, d) unit vectors, (n,) product numbers (-1: none), (n, 28) emotion scores."""
        self.mean = vectors.mean(axis=0)
        numbers, inverse, counts = np.unique(products, return_inverse=True, return_counts=True)
        self._known = numbers[(counts >= _FEWEST_OF_A_PRODUCT) & (numbers >= 0)]
        self._offsets = np.zeros((len(self._known) + 1, vectors.shape[1]), np.float32)
        for place, number in enumerate(self._known):
            chosen = vectors[inverse == int(np.searchsorted(numbers, number))] - self.mean
            self._offsets[place] = chosen.sum(axis=0) / (len(chosen) + _PRODUCT_PRIOR)
        self._usual = emotions.mean(axis=0)
        self._foretold = np.zeros((emotions.shape[1], vectors.shape[1]), np.float32)
        if len(vectors) >= _REVIEWS_PER_EMOTION * emotions.shape[1]:
            self._foretold = self._learnt(vectors, products, emotions)

    def _learnt(self, vectors: FloatArray, products: NDArray[np.int64], emotions: FloatArray) -> FloatArray:
        """Return the (28, d) slopes of a ridge regression of vectors on emotions."""
        unusual = emotions - self._usual
        weighed = unusual.T @ unusual + _EMOTION_PRIOR * np.eye(unusual.shape[1], dtype=np.float32)
        slopes: FloatArray = np.linalg.solve(weighed, unusual.T @ self._less_product(vectors, products))
        return slopes.astype(np.float32)

    def __call__(self, vectors: FloatArray, products: NDArray[np.int64], emotions: FloatArray) -> FloatArray:
        """Return (n, d) unit rows."""
        moved = self._less_product(vectors, products) - (emotions - self._usual) @ self._foretold
        lengths = np.linalg.norm(moved, axis=1, keepdims=True)
        unit: FloatArray = (moved / np.maximum(lengths, 1e-6)).astype(np.float32)
        return unit

    def _less_product(self, vectors: FloatArray, products: NDArray[np.int64]) -> FloatArray:
        where = np.searchsorted(self._known, products)
        inside = np.minimum(where, max(len(self._known) - 1, 0))
        found = (self._known[inside] == products) if len(self._known) else np.zeros(len(products), bool)
        less: FloatArray = vectors - self.mean - self._offsets[np.where(found, where, len(self._known))]
        return less


def group(read: Read, products: NDArray[np.int64], emotions: FloatArray, tell: Callable[[float], None]) -> Groups:
    """Group all reviews; the same input gives the same groups.

    Args:
        read: gives the vectors of rows.
        products: (n,) number of each review's product, -1 for none.
        emotions: (n, 28) scores; may be a memory map.
        tell: called with the share of the work that is done.
    """
    count = len(products)
    sample = np.unique(np.linspace(0, count - 1, min(count, TRAIN_ROWS)).astype(np.int64))
    centring = Centring(vectors := read(sample), products[sample], emotions[sample])
    points = centring(vectors, products[sample], emotions[sample])
    tell(0.1)
    centres, silhouettes = _best(points, lambda share: tell(0.1 + 0.5 * share))
    place, similarity = np.empty(count, np.int64), np.empty(count, np.float32)
    for start in range(0, count, BLOCK_ROWS):
        rows = np.arange(start, min(start + BLOCK_ROWS, count), dtype=np.int64)
        cosines = centring(read(rows), products[rows], emotions[rows]) @ centres.T
        place[rows], similarity[rows] = cosines.argmax(axis=1), cosines.max(axis=1)
        tell(0.6 + 0.4 * (int(rows[-1]) + 1) / count)
    order, final = _largest_first(place, _far(similarity))
    return Groups(final, similarity, centres[order], centring.mean, silhouettes)


def merged(groups: Groups, into: NDArray[np.int64]) -> Groups:
    """Return the groups with some made one: `into` gives for each group the one it becomes part of."""
    place = np.where(groups.place < 0, -1, into[groups.place]).astype(np.int64)
    order, final = _largest_first(np.maximum(place, 0), place < 0)
    sums = np.zeros_like(groups.centres)
    np.add.at(sums, into, groups.centres)
    centres = sums[order] / np.linalg.norm(sums[order], axis=1, keepdims=True)
    return Groups(final, groups.similarity, centres, groups.mean, groups.silhouettes)


def _best(points: FloatArray, tell: Callable[[float], None]) -> tuple[FloatArray, dict[int, float]]:
    from sklearn.metrics import silhouette_score

    few = points[np.random.default_rng(SEED).permutation(len(points))[:CHOOSE_ROWS]]
    sample = few[:SILHOUETTE_ROWS]
    scores: dict[int, float] = {}
    sizes = candidates(len(points))
    for number, size in enumerate(sizes):
        labels = (sample @ _k_means(few, size).T).argmax(axis=1)
        if len(np.unique(labels)) > 1:
            scores[size] = float(silhouette_score(sample, labels, metric="cosine"))
        tell(0.7 * (number + 1) / len(sizes))
    if not scores:  # all reviews say the same
        return points[:1], scores
    return _k_means(points, choose(scores)), scores


def candidates(count: int) -> list[int]:
    """Return the numbers of groups to try for so many reviews.

    >>> candidates(40)[-1], candidates(700)[-1], candidates(3_000)[-1], candidates(1_000_000)[-1]
    (6, 7, 14, 20)
    """
    most = min(max(round(sqrt(count) / THEMES_PER_ROOT), FEWEST_THEMES), MOST_THEMES, max(count // 4, 2))
    return [size for size in range(2, most + 1) if size <= FEWEST_THEMES or (most - size) % 3 == 0]


def choose(silhouettes: dict[int, float]) -> int:
    """Return the largest number of groups whose silhouette is not clearly below the best.

    >>> choose({2: 0.30, 3: 0.90, 4: 0.70}), choose({2: 0.08, 8: 0.056, 14: 0.053})
    (3, 14)
    """
    best = max(silhouettes.values())
    least = best - max(WORSE, WORSE_SHARE * best)
    return max(size for size, score in silhouettes.items() if score >= least)


def _k_means(points: FloatArray, size: int) -> FloatArray:
    make: Any = faiss.Kmeans
    model = make(
        points.shape[1], size, niter=_ITERATIONS, nredo=_STARTS, spherical=True, seed=SEED,
        min_points_per_centroid=1, max_points_per_centroid=len(points),
    )  # fmt: skip
    model.train(np.ascontiguousarray(points))
    centres: FloatArray = model.centroids
    return centres


def _far(similarity: FloatArray) -> NDArray[np.bool_]:
    middle = float(np.median(similarity))
    spread = 1.4826 * float(np.median(np.abs(similarity - middle)))
    far: NDArray[np.bool_] = similarity < middle - FAR_DEVIATIONS * spread
    return far if spread > 0 else np.zeros(len(similarity), bool)


def _largest_first(place: NDArray[np.int64], far: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int16]]:
    """Return the groups that are not empty, largest first, and the place of every review in that order."""
    sizes = np.bincount(place[~far], minlength=int(place.max()) + 1)
    order = np.argsort(-sizes, kind="stable")[: int((sizes > 0).sum())]
    new = np.full(len(sizes), -1, np.int16)
    new[order] = np.arange(len(order), dtype=np.int16)
    return order, np.where(far, np.int16(-1), new[place]).astype(np.int16)
