"""Groups reviews by what they say: each is placed with the concept that its words and its embedding speak for most.

Embeddings of reviews are most alike when they speak of the same product, or are written in the same mood, so each
product's mean and what the 28 emotion scores foretell (ridge regression) are taken away first; what remains is what
they speak about, praised or blamed. The concepts (rag.themes_concepts) are learnt from a sample; a review's score for
each is the cosine to the centre of the reviews that use its words, and what these words weigh in the review. Reviews
that use none of the words belong to a concept only where they are as near to its centre as those that do; the others
belong nowhere, or, where they judge, to a group of their own.

Does not handle: reviews that speak of several things (each belongs to the group that it speaks of most).
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from backends.contracts import FloatArray
from rag import themes_concepts
from rag.index_vectors import Rows
from rag.themes_concepts import Embed, Hits, unit
from rag.themes_phrases import JUDGING
from rag.words import words

TRAIN_ROWS, BLOCK_ROWS = 25_000, 10_000
"""Reviews that the groups are learnt from; all are placed afterwards, so many at a time."""
FEWEST_THEMES, MOST_THEMES = 6, 20
THEMES_PER_ROOT = 1.35
"""Bounds of what people can survey; fewer where fewer concepts hold together."""
WORDS_COUNT, WORDS_HALF = 0.5, 3.0
"""The most that words add to a cosine, and how much they weigh where they add half of it."""
_ROUNDS = 2
"""How often the centres are learnt from the reviews that were placed."""
NEAR_SHARE = 0.25
"""A review without any word of a concept belongs to it if it is nearer than this share of those that have one."""
IMPRESSIONS_SHARE = 0.03
"""Reviews of no concept that only judge are a group if they are so many."""
_PRODUCT_PRIOR = 10.0
_EMOTION_PRIOR = 5.0
_REVIEWS_PER_EMOTION = 10
"""With fewer reviews for each of the 28 emotions in the sample, what these foretell cannot be told from chance."""
_FEWEST_OF_A_PRODUCT = 5


@dataclass(frozen=True, eq=False)
class Source:
    """The reviews to group, by place 0 to count - 1.

    Attributes:
        texts: gives the texts of places; vectors: their (n, dimension) unit vectors.
        products: (count,) number of each review's product, -1 for none.
        emotions: (count, 28) scores; may be a memory map.
        known: (count,) which reviews are in the language that concepts can be learnt from.
    """

    texts: Callable[[Rows], list[str]]
    vectors: Callable[[Rows], FloatArray]
    products: NDArray[np.int64]
    emotions: FloatArray
    known: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Groups:
    """Where every review belongs.

    Attributes:
        place: (n,) int16, the group of each review, largest group first; -1 for those that belong nowhere.
        similarity: (n,) float32, how much a review speaks of its group: cosine to its centre, and up to WORDS_COUNT.
        centres: (groups, d) unit rows, in the space of vectors less `mean` (d,).
        stems: the words of the concept of each group; empty for the one of reviews that only judge.
    """

    place: NDArray[np.int16]
    similarity: FloatArray
    centres: FloatArray
    mean: FloatArray
    stems: tuple[frozenset[str], ...]

    @property
    def count(self) -> int:
        return len(self.stems)


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


def group(source: Source, embed: Embed, tell: Callable[[float], None]) -> Groups:
    """Group all reviews; the same input gives the same groups.

    Args:
        source: the reviews.
        embed: gives words as vectors.
        tell: called with the share of the work that is done.
    """
    count = len(source.products)
    sample = _sample(source.known)
    centring = Centring(vectors := source.vectors(sample), source.products[sample], source.emotions[sample])
    points = centring(vectors, source.products[sample], source.emotions[sample])
    texts = source.texts(sample)
    tell(0.1)
    concepts = themes_concepts.find(texts, points, embed, most_themes(count))
    tell(0.4)
    if not len(concepts):
        everything = np.zeros(count, np.int64)
        return _groups(everything, np.ones(count, np.float32), centring, [_mean(points)], [frozenset()])
    hits = Hits(concepts)
    centres, floors = _learnt(points, hits.read(texts), concepts.centres)
    tell(0.5)
    place, similarity = np.empty(count, np.int64), np.empty(count, np.float32)
    for start in range(0, count, BLOCK_ROWS):
        rows = np.arange(start, min(start + BLOCK_ROWS, count), dtype=np.int64)
        texts = source.texts(rows)
        moved = centring(source.vectors(rows), source.products[rows], source.emotions[rows])
        place[rows], similarity[rows] = _placed(moved @ centres.T, hits.read(texts), floors)
        for row in rows[place[rows] < 0].tolist():
            if not JUDGING.isdisjoint(words(texts[row - start])):
                place[row] = len(concepts)
        tell(0.5 + 0.5 * (int(rows[-1]) + 1) / count)
    judging = place == len(concepts)
    stems = [frozenset(weights) for weights in concepts.weights]
    if judging.sum() < IMPRESSIONS_SHARE * count:
        place[judging] = -1
        return _groups(place, similarity, centring, list(centres), stems)
    return _groups(place, similarity, centring, [*centres, _mean(centres)], [*stems, frozenset()])


def most_themes(count: int) -> int:
    """Return the most themes to look for in so many reviews.

    >>> most_themes(40), most_themes(700), most_themes(1_000_000)
    (6, 20, 20)
    """
    return min(max(round(sqrt(count) / THEMES_PER_ROOT), FEWEST_THEMES), MOST_THEMES)


def _sample(known: NDArray[np.bool_]) -> Rows:
    """Return up to TRAIN_ROWS places, spread evenly over those in a known language (over all where these are few)."""
    rows = np.flatnonzero(known) if 2 * known.sum() >= len(known) else np.arange(len(known))
    return rows[np.unique(np.linspace(0, len(rows) - 1, min(len(rows), TRAIN_ROWS)).astype(np.int64))]


def _scores(cosines: FloatArray, hits: FloatArray) -> FloatArray:
    scores: FloatArray = cosines + WORDS_COUNT * hits / (hits + WORDS_HALF)
    return scores


def _learnt(points: FloatArray, hits: FloatArray, centres: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the centres of the reviews that each concept gets, and how near those are that use none of its words."""
    for _ in range(_ROUNDS):
        place = _scores(points @ centres.T, hits).argmax(axis=1)
        speaking = hits[np.arange(len(hits)), place] > 0
        means = [points[speaking & (place == number)].sum(axis=0) for number in range(len(centres))]
        centres = unit(np.stack(means) + 1e-3 * centres)
    cosines = points @ centres.T
    place = _scores(cosines, hits).argmax(axis=1)
    floors = np.ones(len(centres), np.float32)
    for number in range(len(centres)):
        inside = cosines[(place == number) & (hits[:, number] > 0), number]
        if len(inside):
            floors[number] = np.quantile(inside, NEAR_SHARE)
    return centres, floors


def _placed(cosines: FloatArray, hits: FloatArray, floors: FloatArray) -> tuple[NDArray[np.int64], FloatArray]:
    scores = _scores(np.where((hits > 0) | (cosines >= floors), cosines, -2.0), hits)
    best = scores.max(axis=1)
    return np.where(best > -1.5, scores.argmax(axis=1), -1), np.where(best > -1.5, best, cosines.max(axis=1))


def _mean(points: FloatArray) -> FloatArray:
    mean: FloatArray = points.mean(axis=0)
    return mean


def _groups(
    place: NDArray[np.int64],
    similarity: FloatArray,
    centring: Centring,
    centres: list[FloatArray],
    stems: list[frozenset[str]],
) -> Groups:
    """Return the groups that are not empty, largest first."""
    sizes = np.bincount(place[place >= 0], minlength=len(stems))
    order = np.argsort(-sizes, kind="stable")[: int((sizes > 0).sum())]
    new = np.full(len(sizes) + 1, -1, np.int16)
    new[order] = np.arange(len(order), dtype=np.int16)
    kept = tuple(stems[number] for number in order)
    return Groups(new[place], similarity, unit(np.stack(centres))[order], centring.mean, kept)


def merged(groups: Groups, into: NDArray[np.int64]) -> Groups:
    """Return the groups with some made one: `into` gives for each group the one it becomes part of."""
    place = np.where(groups.place < 0, -1, into[groups.place])
    sizes = np.bincount(place[place >= 0], minlength=groups.count)
    order = np.argsort(-sizes, kind="stable")[: int((sizes > 0).sum())]
    new = np.full(groups.count + 1, -1, np.int16)
    new[order] = np.arange(len(order), dtype=np.int16)
    sums = np.zeros_like(groups.centres)
    np.add.at(sums, into, groups.centres)
    stems = tuple(
        frozenset(word for number in np.flatnonzero(into == target) for word in groups.stems[number])
        for target in order
    )
    return Groups(new[place], groups.similarity, unit(sums[order]), groups.mean, stems)
