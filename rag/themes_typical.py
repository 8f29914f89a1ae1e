"""What says best what a theme is about: reviews to quote, and a sentence to stand below its name, both verbatim.

The sentence is a short one from the most central reviews that holds the words of the name.
"""

from collections.abc import Sequence

from backends.sentences import split
from rag.reviews import Review
from rag.words import stems

CHARACTERS = (25, 140)
QUOTE_CHARACTERS = (40, 420)
SAME_WORDS = 0.7
"""Share of the words of two reviews from which on one nearly repeats the other."""
LOOKED_AT = 40
"""Reviews, nearest to the centre of the theme first, whose sentences are looked at."""


def typical(texts: Sequence[str], name: Sequence[Sequence[str]]) -> str:
    """Return a sentence of the first texts that holds most phrases of the name, the earliest one; "" if none fits.

    Args:
        texts: of the theme, nearest to its centre first.
        name: the stems of each phrase of the name, the strongest first.
    """
    best, found = 0.0, ""
    wanted = [({word for word in phrase if word}, 1 / place) for place, phrase in enumerate(name, 1)]
    for text in texts[:LOOKED_AT]:
        for start, end in split(text):
            sentence = " ".join(text[start:end].split())
            if not CHARACTERS[0] <= len(sentence) <= CHARACTERS[1]:
                continue
            said = stems(sentence)
            score = sum(weight * len(phrase & said) / len(phrase) for phrase, weight in wanted)
            if score > best or not found:
                best, found = score, sentence
    return found


def different(reviews: Sequence[Review], most: int) -> list[Review]:
    """Return the first reviews that share less than SAME_WORDS of their words with each one before; others last."""
    kept: list[tuple[Review, set[str]]] = []
    repeating: list[Review] = []
    for review in reviews:
        said = stems(review.text)
        if all(len(said & other) < SAME_WORDS * max(len(said | other), 1) for _, other in kept):
            kept.append((review, said))
        else:
            repeating.append(review)
    return [*(review for review, _ in kept), *repeating][:most]


def readable(reviews: Sequence[Review]) -> list[Review]:
    """Return reviews with those first that are neither too short nor too long to be quoted."""
    low, high = QUOTE_CHARACTERS
    return sorted(reviews, key=lambda review: not low <= len(review.text) <= high)
