"""Where reviews disagree: how many speak well of what was asked and how many complain, each with its own words.

Only sentences that mention the subject count, and a review counts once: with a side if every clear sentence of it about
the subject is on that side, with neither if it says both or nothing clear. No majority is guessed from a whole review's
mood: somebody may love a kettle and complain about its lid.

The subject is the word of the question that most of the reviews use, words of judgement left out ("battery" in
"battery dies too fast"). Does not handle: subjects named by other words than the question's (charge for battery);
irony.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

import model_utils
from backends.contracts import SENTIMENTS, FloatArray, SentimentModel
from backends.sentences import split
from rag.hits import Hit
from rag.query import Query
from rag.words import STOPWORDS, spans, stem, stems, surface
from settings import Settings

CLEAR = 0.7
"""Probability from which a sentence takes a side."""
FEWEST = 3
"""Reviews that must take a side before there is anything to compare."""
JUDGEMENT = frozenset(
    stem(word)
    for word in """good great nice excellent amazing awesome best better perfect fine fast quick quickly slow slowly
    easy easily hard difficult cheap expensive worth money bad worse worst poor terrible awful horrible broken break
    breaks broke die dies died dead fail fails failed stop stops stopped work works worked working love loves hate hates
    happy sad angry annoying annoyed disappointed disappointing wrong late early hurt hurts problem problems issue
    issues complain complaint complaints praise opinion review reviews right useful useless recommend buy bought small
    large big tight loose long short""".split()
)
"""Stems that judge a thing or say what it did: they are no subject that praise and complaint could be about."""


@dataclass(frozen=True)
class Voice:
    """One review's words about the subject: text[start:end] of the review `id`."""

    id: str
    text: str
    probability: float


@dataclass(frozen=True)
class Disagreement:
    """Reviews that speak well of `subject` and reviews that complain, surest words first; no review is in both."""

    subject: str
    praise: tuple[Voice, ...]
    complaints: tuple[Voice, ...]

    @property
    def words(self) -> str:
        """The counts in words, for example `On “battery”: 3 reviews praise, 1 complains.`"""
        good, bad = len(self.praise), len(self.complaints)
        praises = f"{good} {'review praises' if good == 1 else 'reviews praise'}"
        return f"On “{self.subject}”: {praises}, {bad} {'complains' if bad == 1 else 'complain'}."


def disagreement(query: Query, hits: Sequence[Hit], settings: Settings) -> Disagreement | None:
    """Return both sides of what was asked; None where there is one side, no subject, or too little to compare.

    Args:
        hits: those that are about the question (`Told.rests_on`).

    Raises:
        ModelError: the sentiment model cannot be had.
    """
    asked = subject(query, hits)
    if asked is None:
        return None
    said = [(hit, text) for hit in hits for text in mentions(hit.review.text, asked[0])]
    if len({hit.review.id for hit, _ in said}) < FEWEST:
        return None
    model: SentimentModel = model_utils.load("sentiment", settings=settings)
    return compare(asked[1], [(hit.review.id, text) for hit, text in said], model.score([text for _, text in said]))


def subject(query: Query, hits: Sequence[Hit]) -> tuple[str, str] | None:
    """Return the stem of the question that most hits use, and the word for it; None if fewer than FEWEST share one."""
    forms = surface(query.own_words)
    counts = Counter(found for hit in hits for found in stems(hit.review.text) & set(forms) if found not in JUDGEMENT)
    if not counts:
        return None
    best = min(counts, key=lambda found: (-counts[found], list(forms).index(found)))
    return (best, forms[best]) if counts[best] >= FEWEST else None


def mentions(text: str, stemmed: str) -> list[str]:
    """Return the sentences of a text that use a word of this stem, as they stand there."""
    sentences = (text[start:end] for start, end in split(text))
    return [
        sentence
        for sentence in sentences
        if any(stem(word) == stemmed for _, _, word in spans(sentence) if word not in STOPWORDS)
    ]


def compare(word: str, said: Sequence[tuple[str, str]], scores: FloatArray) -> Disagreement | None:
    """Sort reviews by the side that their sentences take.

    Args:
        said: (review id, sentence) pairs.
        scores: (n, 3) probabilities of SENTIMENTS, one row for each pair.
    """
    voices: dict[str, dict[str, Voice]] = {}
    for (review_id, text), row in zip(said, scores, strict=True):
        side, probability = SENTIMENTS[int(np.argmax(row))], float(np.max(row))
        if side == "neutral" or probability < CLEAR:
            continue
        sides = voices.setdefault(review_id, {})
        if side not in sides or probability > sides[side].probability:
            sides[side] = Voice(review_id, text, probability)
    decided = [sides for sides in voices.values() if len(sides) == 1]
    praise, complaints = (
        tuple(sorted((sides[side] for sides in decided if side in sides), key=lambda voice: -voice.probability))
        for side in ("positive", "negative")
    )
    if not praise or not complaints or len(praise) + len(complaints) < FEWEST:
        return None
    return Disagreement(word, praise, complaints)
