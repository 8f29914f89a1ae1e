"""Whether a sentence of a summary is backed by the reviews it cites: quoted word for word, or close in meaning.

A quotation (`product: “sentence”`) is backed if those very words stand in a review it cites. Any other sentence is
backed if one sentence of a cited review is near enough in meaning: a cosine of at least BACKED between MiniLM vectors
(evidence: `python -m benchmarks.support`).
Does not handle: negation (“it leaks” and “it does not leak” are close), numbers that differ.
"""

import re
from collections.abc import Sequence

import numpy as np

from backends.contracts import CitedSentence, Embedder, FloatArray
from backends.sentences import split

BACKED = 0.55
"""Cosine between a sentence and the nearest one it cites from which it counts as said there."""
_QUOTATION = re.compile(r"^(?:.*?: )?“(?P<words>.+)”$", re.DOTALL)


def quoted(sentence: str) -> str | None:
    """Return the words that a sentence quotes; None if it is no quotation.

    >>> quoted("Aurora Kettle: “It leaks.”"), quoted("Kettles leak.")
    ('It leaks.', None)
    """
    found = _QUOTATION.match(sentence)
    return found["words"] if found else None


def is_verbatim(sentence: str, texts: Sequence[str]) -> bool:
    """Return whether a sentence quotes words that stand in one of the texts."""
    words = quoted(sentence)
    return words is not None and any(words in text for text in texts)


def nearness(sentence: str, texts: Sequence[str], embedder: Embedder) -> float:
    """Return the cosine between a sentence and the nearest sentence of the texts; -1 without any."""
    said = [text[start:end] for text in texts for start, end in split(text)]
    if not said:
        return -1.0
    vectors: FloatArray = embedder.embed([sentence, *said])
    return float(np.max(vectors[1:] @ vectors[0]))


def is_backed(sentence: CitedSentence, texts: Sequence[str], embedder: Embedder) -> bool:
    """Return whether a sentence is backed by the texts it cites; a quotation must stand there word for word."""
    if quoted(sentence.text) is not None:
        return is_verbatim(sentence.text, texts)
    return nearness(sentence.text, texts, embedder) >= BACKED
