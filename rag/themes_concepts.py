"""What reviews speak of, told from their words: words that mean the same kind of thing, used in the same surroundings.

Each frequent noun, adjective or verb has a place in the space of the embedder: that of the word itself, moved towards
the mean of the reviews that use it (the more of them, the further). Average-link clustering of these places gives
concepts ("refund, fee, billed, price"; "wool, cotton, itchy"), as in aspect extraction by attention (He et al. 2017,
https://doi.org/10.18653/v1/P17-1036), without training. A concept is worth a theme where many reviews use its words
and these reviews are alike beyond that (mean cosine of every two of them): words that stand anywhere ("however",
"left") group nothing. The themes are chosen one by one, each for the reviews that those before it leave.

Does not handle: languages other than English (endings and filler words stay).
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backends.contracts import FloatArray
from rag.themes_phrases import NUMBERS, VAGUE, Kind, Kinds
from rag.themes_values import property_of, with_their_names
from rag.words import STOPWORDS, stem, words

FEWEST, FEWEST_SHARE, MOST_SHARE = 3, 0.003, 0.6
"""Reviews that use a word that may be part of a concept: so many, and shares of all."""
MOST_WORDS = 1_500
SURROUNDINGS, SURROUNDINGS_PRIOR = 3.0, 10.0
"""How far the surroundings of a word move it, and how many reviews it takes to move it half as far."""
ALIKE = 0.23
"""Mean cosine between the words of two concepts up from which these are one."""
LEAST_COHESION, LEAST_SHARE = 0.005, 0.015
"""Mean cosine of the reviews of a concept, and share of all reviews that use its words."""
OWN_COUNTS = 0.6
"""What a word loses that always follows "my" or "our" ("my arm"): it is the reviewer's, not the seller's."""
COHESION_POWER = 0.75
"""How much the cohesion of a concept counts beside its reach."""
KIND_COUNTS: Mapping[Kind, float] = {"noun": 1.0, "adjective": 0.8, "verb": 0.5, "adverb": 0.0}
"""What the score of a concept is multiplied by, in the mean over its words."""
VALUES_COUNT = 0.3
"""What a colour, a size or a unit counts, in the score of a concept and in a review: most who write "a green light" do
not write about colours."""
AGAIN = 0.5
"""What a review counts for a theme for each theme before it that it belongs to."""
_SHORTEST = 2

Embed = Callable[[list[str]], FloatArray]
"""Texts -> (n, d) unit vectors."""


@dataclass(frozen=True, eq=False)
class Concepts:
    """What themes are made from, the most telling first.

    Attributes:
        weights: stem -> how much a review that uses it speaks of the concept, for each concept.
        centres: (c, d) unit rows: the mean of the reviews that use its words.
    """

    weights: tuple[Mapping[str, float], ...]
    centres: FloatArray

    def __len__(self) -> int:
        return len(self.weights)


class Vocabulary:
    """The words of some reviews that may be part of a concept: in which reviews they are, and how they are written."""

    def __init__(self, texts: Sequence[str]) -> None:
        kinds, written = Kinds(), dict[str, Counter[str]]()
        self.held: list[set[str]] = []
        for text in texts:
            kinds.read(text)
            held = set()
            for word in telling(text):
                written.setdefault(key := stem(word), Counter())[word] += 1
                held.add(key)
            self.held.append(held)
        self.counts = Counter(key for held in self.held for key in held)
        least, most = max(FEWEST, FEWEST_SHARE * len(texts)), MOST_SHARE * len(texts)
        self.form = {
            key: _commonest(written[key]) for key, count in self.counts.items() if least <= count <= max(most, FEWEST)
        }
        self.kind = {key: kinds.of(form) for key, form in self.form.items()}
        self.own = {key: kinds.own(form) for key, form in self.form.items()}
        found = [key for key, form in self.form.items() if form not in VAGUE and self.kind[key] != "adverb"]
        self.words = sorted(found, key=lambda key: (-self.counts[key], key))[:MOST_WORDS]

    def reviews_of(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return pairs of review and place in `words`, one for each word of a review."""
        place = {key: number for number, key in enumerate(self.words)}
        pairs = [(row, place[key]) for row, held in enumerate(self.held) for key in sorted(held) if key in place]
        both = np.array(pairs, np.int64).reshape(-1, 2)
        return both[:, 0], both[:, 1]


def _commonest(forms: Counter[str]) -> str:
    return min(forms, key=lambda form: (-forms[form], form))


def telling(text: str) -> Iterator[str]:
    """Yield the words of a text that may tell what it is about, without a possessive ending."""
    for word in words(text):
        word = word.removesuffix("'s")
        if len(word) >= _SHORTEST and word not in STOPWORDS and word not in NUMBERS:
            yield word


def find(texts: Sequence[str], points: FloatArray, embed: Embed, most: int) -> Concepts:
    """Return up to `most` concepts of some reviews; none where their words tell nothing.

    Args:
        texts: of the reviews.
        points: (n, d) unit rows, what is said in each, less what all say.
        embed: gives words as vectors.
    """
    said = Vocabulary(texts)
    nothing = Concepts((), np.empty((0, points.shape[1]), np.float32))
    if len(said.words) < 2:
        return nothing
    reviews, held = said.reviews_of()
    usage = _usage(reviews, held, len(texts), len(said.words))
    labels = _clustered(_places(said, usage @ (points - points.mean(axis=0)), embed))
    labels = with_their_names(said.words, labels)
    chosen = _chosen(said, labels, usage, points - points.mean(axis=0), most)
    if not chosen:
        return nothing
    weights, centres = [], []
    for members in chosen:
        told = [said.words[word] for word in members]
        weights.append({key: log(len(texts) / said.counts[key]) * _counts(said.form[key]) for key in told})
        centres.append(unit(np.asarray(usage[members].sum(axis=0)).ravel().astype(np.float32) @ points))
    return Concepts(tuple(weights), np.stack(centres).astype(np.float32))


def _counts(word: str) -> float:
    return VALUES_COUNT if property_of(word) else 1.0


def _usage(reviews: NDArray[np.int64], held: NDArray[np.int64], count: int, width: int) -> Any:
    """Return the (words, reviews) sparse matrix of ones."""
    from scipy.sparse import csr_matrix

    return csr_matrix((np.ones(len(held), np.float32), (held, reviews)), shape=(width, count))


def _places(said: Vocabulary, sums: FloatArray, embed: Embed) -> FloatArray:
    meant = embed([said.form[key] for key in said.words])
    meant = unit(meant - meant.mean(axis=0))
    used = np.array([said.counts[key] for key in said.words], np.float32)
    return unit(meant + SURROUNDINGS * sums / (used + SURROUNDINGS_PRIOR)[:, None])


def _clustered(places: FloatArray) -> NDArray[np.int64]:
    from scipy.cluster.hierarchy import fcluster, linkage

    labels: NDArray[np.int64] = fcluster(linkage(places, "average", metric="cosine"), 1 - ALIKE, "distance") - 1
    return labels


def _chosen(
    said: Vocabulary, labels: NDArray[np.int64], usage: Any, points: FloatArray, most: int
) -> list[NDArray[np.int64]]:
    """Return the words (places in `said.words`) of the concepts that make the best themes, best first."""
    count = usage.shape[1]
    concepts, reviews, worth = [], [], []
    lengths = np.einsum("nd,nd->n", points, points)
    for label in range(int(labels.max()) + 1):
        members = np.flatnonzero(labels == label)
        rows = np.unique(usage[members].indices)
        if len(rows) < max(LEAST_SHARE * count, FEWEST):
            continue
        total = points[rows].sum(axis=0)
        cohesion = float(total @ total - lengths[rows].sum()) / (len(rows) * (len(rows) - 1))
        if cohesion < LEAST_COHESION:
            continue
        used = np.array([said.counts[said.words[word]] for word in members], float)
        told = [said.words[word] for word in members]
        kinds = np.array([
            KIND_COUNTS[said.kind[key]] * (1 - OWN_COUNTS * said.own[key]) * _counts(said.form[key]) for key in told
        ])  # fmt: skip
        concepts.append(members)
        reviews.append(rows)
        worth.append(cohesion**COHESION_POWER * float(kinds @ used / used.sum()))
    found: list[NDArray[np.int64]] = []
    left, open_ = np.ones(count), set(range(len(concepts)))
    while open_ and len(found) < most:
        best = max(open_, key=lambda number: (worth[number] * left[reviews[number]].sum(), -number))
        open_.remove(best)
        found.append(concepts[best])
        left[reviews[best]] *= AGAIN
    return found


def unit(vectors: FloatArray) -> FloatArray:
    """Return vectors scaled to length 1."""
    scaled: FloatArray = vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-6)
    return scaled.astype(np.float32)


class Hits:
    """How strongly the words of a text speak for each concept."""

    def __init__(self, concepts: Concepts) -> None:
        self._of: dict[str, list[tuple[int, float]]] = {}
        for number, weights in enumerate(concepts.weights):
            for key, weight in weights.items():
                self._of.setdefault(key, []).append((number, weight))
        self._width = len(concepts)

    def read(self, texts: Collection[str]) -> FloatArray:
        """Return (n, concepts): the weights of the words that occur, summed."""
        found = np.zeros((len(texts), self._width), np.float32)
        for row, text in zip(found, texts, strict=True):
            for key in {stem(word) for word in telling(text)}:
                for number, weight in self._of.get(key, ()):
                    row[number] += weight
        return found
