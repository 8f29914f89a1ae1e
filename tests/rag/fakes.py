"""Models a person can check by hand: a text is its bag of words, an emotion is the word for it.

The embedding of a text counts its words in DIMENSION slots (a word's slot is its crc32), scaled to length 1. An
emotion's probability is 0.9 where its GoEmotions label, or a word that starts with it, occurs, else 0.02. A text is
positive if it says "good", negative if it says "bad", else neutral.
"""

import zlib
from collections.abc import Sequence
from functools import partial

import numpy as np

from backends.contracts import (
    GOEMOTIONS,
    SENTIMENTS,
    Availability,
    CitedSentence,
    FloatArray,
    JointReader,
    ModelCard,
    Summary,
    Task,
    TextScores,
)
from backends.passage import Passage
from settings import Settings

DIMENSION = 64


def embedding(text: str) -> FloatArray:
    """Return the (DIMENSION,) unit bag of words of a text."""
    vector = np.zeros(DIMENSION, np.float32)
    for word in text.lower().split():
        vector[zlib.crc32(word.strip(".,!?;:").encode()) % DIMENSION] += 1
    return vector / (np.linalg.norm(vector) or 1.0)


def _rows(rows: list[FloatArray], width: int) -> FloatArray:
    return np.array(rows, np.float32).reshape(-1, width)


class BagOfWords:
    """All four text tasks; `joint` is itself when `is_joint`."""

    def __init__(self, task: Task, reader: JointReader | None = None) -> None:
        self.card = card(task)
        self.joint = reader
        self.calls = 0

    def embed(self, texts: Sequence[str]) -> FloatArray:
        self.calls += 1
        return _rows([embedding(text) for text in texts], DIMENSION)


class FakeEmotions(BagOfWords):
    def score(self, texts: Sequence[str]) -> FloatArray:
        self.calls += 1
        return emotions(texts)


class FakeSentiment(BagOfWords):
    def score(self, texts: Sequence[str]) -> FloatArray:
        self.calls += 1
        return sentiments(texts)


class FakeToxicity(BagOfWords):
    def score(self, texts: Sequence[str]) -> FloatArray:
        self.calls += 1
        return toxicity(texts)


class FakeJoint:
    def __init__(self) -> None:
        self.calls = 0

    def read(self, texts: Sequence[str]) -> TextScores:
        self.calls += 1
        vectors = _rows([embedding(text) for text in texts], DIMENSION)
        return TextScores(vectors, emotions(texts), sentiments(texts), toxicity(texts))


class FirstWords:
    """A summarizer that repeats the first three words of each review."""

    def __init__(self) -> None:
        self.card = card("summarizer")

    def summarize(self, question: str, reviews: Sequence[Passage]) -> Summary:
        del question
        return Summary(
            tuple(CitedSentence(" ".join(review.text.split()[:3]), (review.id,)) for review in reviews), self.card.name
        )


def emotions(texts: Sequence[str]) -> FloatArray:
    """Return (n, 28)."""
    rows = [
        np.array([0.9 if any(w.startswith(label) for w in text.lower().split()) else 0.02 for label in GOEMOTIONS])
        for text in texts
    ]
    return _rows(rows, len(GOEMOTIONS))


def sentiments(texts: Sequence[str]) -> FloatArray:
    """Return (n, 3)."""
    labels = ["positive" if "good" in text else "negative" if "bad" in text else "neutral" for text in texts]
    return _rows(
        [np.array([0.8 if name == label else 0.1 for name in SENTIMENTS]) for label in labels], len(SENTIMENTS)
    )


def toxicity(texts: Sequence[str]) -> FloatArray:
    """Return (n,)."""
    return np.array([0.9 if "damn" in text else 0.1 for text in texts], np.float32)


def card(task: Task, revision: str = "1") -> ModelCard:
    """Return the card of the fake of a task."""
    return ModelCard(
        task=task,
        name=f"fake-{task}",
        profile="embedded",
        title="fake",
        source="tests",
        licence_weights="MIT",
        licence_data="none",
        load=partial(_load, task=task),
        available=_ready,
        revision=revision,
    )


def cards() -> tuple[ModelCard, ...]:
    """Return the cards of every fake."""
    return tuple(card(task) for task in ("embedder", "text_emotion", "sentiment", "toxicity", "summarizer"))


def _ready(_settings: Settings) -> Availability:
    return Availability(True, "always there")


def _load(_settings: Settings, *, task: Task) -> object:
    kinds = {"text_emotion": FakeEmotions, "sentiment": FakeSentiment, "toxicity": FakeToxicity}
    return FirstWords() if task == "summarizer" else kinds.get(task, BagOfWords)(task)
