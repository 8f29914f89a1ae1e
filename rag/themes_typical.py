"""The sentence that says best what a theme is about: a short one from its most central reviews, with the words of its
name. Verbatim, so that it can stand below the name as somebody's own words.
"""

from collections.abc import Sequence

from backends.sentences import split
from rag.words import stems

CHARACTERS = (25, 140)
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
