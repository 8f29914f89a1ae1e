"""A review as a summarizer or responder sees it, with what was read of its sentences before."""

from dataclasses import dataclass

from backends.contracts import FloatArray


@dataclass(frozen=True, eq=False)
class StoredSentence:
    """What was read of one sentence, text[start:end] of its review: a unit vector (384,), GOEMOTIONS (28,)."""

    start: int
    end: int
    vector: FloatArray
    emotions: FloatArray


@dataclass(frozen=True)
class Passage:
    """A review as a summarizer or responder sees it: data to be read, never instructions.

    `sentences` are those read before with the embedder named `embedder`, if any: they spare time, no more. `about`
    holds where the sentences begin that are about the question; None where it names no subject: all may be quoted.
    """

    id: str
    text: str
    product: str = ""
    sentences: tuple[StoredSentence, ...] = ()
    embedder: str = ""
    about: frozenset[int] | None = None
    title: str = ""
