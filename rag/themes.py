"""The words that set some reviews apart from the rest of their library.

Weighted log-odds with the library as the informative Dirichlet prior (Monroe, Colaresi & Quinn 2008, "Fightin' Words",
https://doi.org/10.1093/pan/mpn018), over the number of reviews that contain a word: a rare word in one review does not
win over a common one in many.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import log, sqrt

from rag.opened import Library
from rag.search import Hit
from rag.words import surface

PRIOR_REVIEWS = 50.0
"""How many reviews the prior weighs."""


@dataclass(frozen=True)
class ThemeWord:
    """A word, in how many hits and in how many reviews of the library it occurs, and its z-score."""

    word: str
    hits: int
    reviews: int
    z: float


def characteristic_words(hits: Sequence[Hit], library: Library, most: int = 8) -> list[ThemeWord]:
    """Return the words most characteristic of the hits, strongest first; only words that at least two hits share."""
    forms: dict[str, Counter[str]] = {}
    for hit in hits:
        for stemmed, word in surface(hit.review.text).items():
            forms.setdefault(stemmed, Counter())[word] += 1
    shared = {stemmed: sum(words.values()) for stemmed, words in forms.items() if sum(words.values()) >= 2}
    everywhere = library.store.word_counts(list(shared))
    ranked = [
        ThemeWord(
            word=forms[stemmed].most_common(1)[0][0],
            hits=count,
            reviews=max(everywhere.get(stemmed, 0), count),
            z=z_score(count, len(hits), max(everywhere.get(stemmed, 0), count), len(library)),
        )
        for stemmed, count in shared.items()
    ]
    return sorted((word for word in ranked if word.z > 0), key=lambda word: (-word.z, word.word))[:most]


def z_score(hits_with: int, hits: int, reviews_with: int, reviews: int) -> float:
    """Return the z-score of a word's log-odds among the hits against the other reviews, with the library as prior."""
    prior = PRIOR_REVIEWS * reviews_with / max(reviews, 1)
    prior_without = PRIOR_REVIEWS - prior
    with_here, without_here = hits_with + prior, hits - hits_with + prior_without
    with_there = max(reviews_with - hits_with, 0) + prior
    without_there = max(reviews - hits - (reviews_with - hits_with), 0) + prior_without
    if min(with_here, without_here, with_there, without_there) <= 0:
        return 0.0
    difference = log(with_here / without_here) - log(with_there / without_there)
    return difference / sqrt(1 / with_here + 1 / with_there)
