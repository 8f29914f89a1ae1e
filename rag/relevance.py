"""Whether a library answers a question at all, and which hits are about it.

Two kinds of evidence are added: how near the nearest hit is (a cosine), and what is known of the question's meaningful
words: how many of them one hit uses, and how many the library knows at all. So "battery dies too fast" is answered
although no review is very near, and a near miss about something this library never speaks of is not. The weights and
the threshold were chosen on one set of questions and judged on another (`python -m benchmarks.relevance`).
Does not handle: other languages than English in the words (the cosine alone decides there); very large libraries, which
know every word and have something near to anything.
"""

from collections.abc import Sequence

from rag.hits import Hit
from rag.opened import Library
from rag.query import Query
from rag.words import stems

IN_ONE_HIT, IN_THE_LIBRARY = 0.10, 0.10
"""What it is worth, on the scale of a cosine, that one hit uses all words of the question, and that the library
does."""
ANSWERED = 0.445
"""Evidence from which a question counts as answered."""
RELEVANT_SIMILARITY = 0.25
"""Cosine from which, in an answered question, a hit counts as being about it."""
RELEVANT_MATCH = 0.25
"""Share of the asked emotion from which a review counts as carrying it."""


def evidence(similarity: float, in_one: float, in_library: float) -> float:
    """Return how much speaks for a question being answered, on the scale of a cosine.

    Args:
        similarity: cosine of the nearest hit.
        in_one: largest share of the question's words that one hit uses; in_library: share that the library knows.
    """
    return similarity + IN_ONE_HIT * in_one + IN_THE_LIBRARY * in_library


def evidence_of(query: Query, hits: Sequence[Hit], library: Library) -> float:
    """Return the evidence that these hits of a library give; -1 without any."""
    if not hits:
        return -1.0
    asked = query.asked
    share = 1 / len(asked) if asked else 0.0
    used = max(len(asked & _words(hit)) for hit in hits)
    known = len(library.store.word_counts(sorted(asked)))
    return evidence(max(hit.similarity for hit in hits), used * share, known * share)


def _words(hit: Hit) -> set[str]:
    return stems(f"{hit.review.title} {hit.review.text}")


def about_the_words(query: Query, hits: Sequence[Hit], library: Library) -> list[Hit]:
    """Return the hits that are about the words of the question; none if the words are not answered at all.

    A hit is, if it is near enough or uses every word that says what is asked about, in any form. An emotion or
    a product that says all that is asked is answered by all.
    """
    if query.is_given:
        return list(hits)
    asked = query.asked
    literal = [bool(asked) and asked <= _words(hit) for hit in hits]
    if not any(literal) and evidence_of(query, hits, library) < ANSWERED:
        return []
    return [hit for hit, same in zip(hits, literal, strict=True) if same or hit.similarity >= RELEVANT_SIMILARITY]


def relevant(query: Query, hits: Sequence[Hit], library: Library) -> list[Hit]:
    """Return the hits that a summary may rest on: about the words, and carrying the emotion."""
    return [hit for hit in about_the_words(query, hits, library) if hit.match is None or hit.match >= RELEVANT_MATCH]
