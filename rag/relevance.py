"""Whether a library answers a question at all, and which hits are about it.

Two kinds of evidence are added: how near the nearest hits are (cosines), and what is known of the question's meaningful
words: how many of them one hit uses, and how many the library knows at all. One near review may be chance, three are
not; and the more reviews there are to choose from, the nearer the nearest is to anything, so the evidence is weighed
against their number. So "battery dies too fast" is answered although no review is very near, and "running shoes" is not
among 34,000 reviews of tablets. The weights and the threshold were chosen on some lists of questions and judged on
others (`python -m benchmarks.relevance`).
Does not handle: other languages than English in the words (the cosines alone decide there); everyday words in another
sense (a mattress in a review of earphones).
"""

import math
from collections.abc import Sequence

from rag.hits import Hit
from rag.opened import Library
from rag.query import Query
from rag.words import stems

NEAREST = 3
"""Hits whose mean cosine says how near the library comes to a question."""
ALONE = 0.06
"""How much less than its cosine one near hit counts that stands alone."""
IN_ONE_HIT, IN_THE_LIBRARY = 0.15, 0.10
"""What it is worth, on the scale of a cosine, that one hit uses all words of the question, and that the library
does."""
TENFOLD, MEASURED_ON = 0.10, 700
"""What ten times as many reviews take away, from MEASURED_ON reviews on: with fewer nothing was measured."""
ANSWERED = 0.455
"""Evidence from which a question counts as answered."""
RELEVANT_SIMILARITY = 0.25
"""Cosine from which, in an answered question, a hit counts as being about it."""
RELEVANT_MATCH = 0.25
"""Share of the asked emotion from which a review counts as carrying it."""


def evidence(similarities: Sequence[float], in_one: float, in_library: float, reviews: int) -> float:
    """Return how much speaks for a question being answered, on the scale of a cosine.

    Args:
        similarities: cosines of the hits, at least one, in any order.
        in_one: largest share of the question's words that one hit uses; in_library: share that the library knows.
        reviews: among how many the hits were looked for.

    >>> round(evidence([0.2, 0.5, 0.4, 0.3], 1.0, 0.5, 700), 3), round(evidence([0.5, 0.1], 0.0, 0.0, 7_000), 3)
    (0.64, 0.34)
    """
    nearest = sorted(similarities, reverse=True)[:NEAREST]
    near = max(sum(nearest) / len(nearest), nearest[0] - ALONE)
    chance = TENFOLD * max(0.0, math.log10(max(reviews, 1) / MEASURED_ON))
    return near + IN_ONE_HIT * in_one + IN_THE_LIBRARY * in_library - chance


def evidence_of(query: Query, hits: Sequence[Hit], library: Library, among: int | None = None) -> float:
    """Return the evidence that these hits give; -1 without any.

    Args:
        among: how many reviews of the library they were looked for in; None for all.
    """
    if not hits:
        return -1.0
    asked = query.asked
    share = 1 / len(asked) if asked else 0.0
    used = max(len(asked & _words(hit)) for hit in hits)
    known = len(library.store.word_counts(sorted(asked)))
    reviews = len(library) if among is None else among
    return evidence([hit.similarity for hit in hits], used * share, known * share, reviews)


def _words(hit: Hit) -> set[str]:
    return stems(f"{hit.review.title} {hit.review.text}")


def about_the_words(query: Query, hits: Sequence[Hit], library: Library, among: int | None = None) -> list[Hit]:
    """Return the hits that are about the words of the question; none if the words are not answered at all.

    A hit is, if it is near enough or uses every word that says what is asked about, in any form. An emotion or
    a product that says all that is asked is answered by all.

    Args:
        among: as in `evidence_of`.
    """
    if query.is_given:
        return list(hits)
    asked = query.asked
    literal = [bool(asked) and asked <= _words(hit) for hit in hits]
    if not any(literal) and evidence_of(query, hits, library, among) < ANSWERED:
        return []
    return [hit for hit, same in zip(hits, literal, strict=True) if same or hit.similarity >= RELEVANT_SIMILARITY]


def relevant(query: Query, hits: Sequence[Hit], library: Library, among: int | None = None) -> list[Hit]:
    """Return the hits that a summary may rest on: about the words, and carrying the emotion."""
    about = about_the_words(query, hits, library, among)
    return [hit for hit in about if hit.match is None or hit.match >= RELEVANT_MATCH]
