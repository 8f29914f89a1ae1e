"""A small answer with every awkward thing in it, for tests of what leaves the app."""

import datetime

import numpy as np

from backends.contracts import FACE_EMOTIONS, GOEMOTIONS, SENTIMENTS, CitedSentence, FloatArray, Summary
from rag.explore import Answer
from rag.hits import Hit
from rag.query import Filters, Query
from rag.reviews import Review

ATTACK = '<script>alert("1")</script>'


def one_hot(label: str, labels: tuple[str, ...], value: float) -> FloatArray:
    """Return shares over the labels: `value` for one, the rest spread evenly."""
    shares = np.full(len(labels), (1 - value) / (len(labels) - 1), np.float32)
    shares[labels.index(label)] = value
    return shares


def hit(review: Review, emotion: str, sentiment: str, similarity: float = 0.5, language: str = "en") -> Hit:
    return Hit(
        review=review,
        similarity=similarity,
        match=0.75,
        score=1.0,
        emotions=np.zeros(len(GOEMOTIONS), np.float32),
        face_emotions=one_hot(emotion, FACE_EMOTIONS, 0.75),
        sentiment=one_hot(sentiment, SENTIMENTS, 0.5),
        toxicity=0.125,
        language=language,
    )


def answer() -> Answer:
    """Two hits: a formula, markup, a right-to-left text, an id with a space; a summary that cites both and a third."""
    first = Review(
        "a 1", "=HYPERLINK(\"x\") it broke\nafter *two* days 😡", title=ATTACK, product="Kettle & Co", category="Home",
        date=datetime.date(2024, 2, 29), rating=1.0, channel="web",
    )  # fmt: skip
    second = Review("b", "המוצר נשבר אחרי יום. " + ATTACK, product="-2+3", rating=2.5)
    return Answer(
        query=Query("What <b>broke</b>?", "angry", Filters(products=("Kettle & Co", "-2+3"), min_rating=1)),
        hits=(hit(first, "angry", "negative"), hit(second, "sad", "negative", -0.25, "he")),
        summary=Summary(
            (
                CitedSentence("Kettles break <fast>.", ("a 1", "b")),
                CitedSentence("One was replaced.", ("elsewhere",)),
            ),
            "extractive",
        ),
        matching=14,
        sentiment_mix={"negative": 1.0},
        emotion_mix={"angry": 1.0},
        unread=1,
        models={"text_emotion": "minilm", "summarizer": "extractive"},
        seconds={"embedding": 0.012, "total": 0.034},
    )
