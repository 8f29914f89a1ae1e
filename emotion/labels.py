"""The seven emotions of the face model, the 28 of the text model, and the one mapping between them."""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from backends.contracts import FACE_EMOTIONS, GOEMOTIONS, SENTIMENTS, FloatArray

__all__ = [
    "EKMAN_GROUPS", "EMOJI", "FACE_EMOTIONS", "GOEMOTIONS", "SENTIMENTS", "review_emotions", "share_of_words",
    "to_face_emotions",
]  # fmt: skip

EKMAN_GROUPS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "angry": ("anger", "annoyance", "disapproval"),
        "disgust": ("disgust",),
        "fear": ("fear", "nervousness"),
        "happy": (
            "joy", "amusement", "approval", "excitement", "gratitude", "love", "optimism", "relief", "pride",
            "admiration", "desire", "caring",
        ),
        "neutral": ("neutral",),
        "sad": ("sadness", "disappointment", "embarrassment", "grief", "remorse"),
        "surprise": ("surprise", "realization", "confusion", "curiosity"),
    }
)  # fmt: skip
"""GoEmotions labels of each face emotion: the Ekman grouping published with the data set
(google-research/goemotions, ekman_mapping.json), under the names of the FER2013 classes."""

EMOJI: Mapping[str, str] = MappingProxyType(
    {
        "angry": "😠",
        "disgust": "🤢",
        "fear": "😨",
        "happy": "😊",
        "neutral": "😐",
        "sad": "😢",
        "surprise": "😮",
    }
)

_LEAST_NEUTRAL = 0.01
"""So that a text in which nothing but neutral was found stays neutral."""


def to_face_emotions(scores: FloatArray) -> FloatArray:
    """Fold (n, 28) GoEmotions probabilities into (n, 7) shares in the order of FACE_EMOTIONS; rows sum to 1.

    The labels are not exclusive, so a group's strength is the probability that at least one of its labels holds if
    they were independent (noisy or): 1 - prod(1 - p). The seven strengths are then normalised. A row of zeros becomes
    all neutral.
    """
    strengths = np.empty((len(scores), len(FACE_EMOTIONS)), np.float32)
    for column, emotion in enumerate(FACE_EMOTIONS):
        members = [GOEMOTIONS.index(label) for label in EKMAN_GROUPS[emotion]]
        strengths[:, column] = 1.0 - np.prod(1.0 - scores[:, members], axis=1)
    strengths[strengths.sum(axis=1) <= 0, FACE_EMOTIONS.index("neutral")] = 1.0
    return np.asarray(strengths / strengths.sum(axis=1, keepdims=True), np.float32)


def review_emotions(scores: FloatArray, sentiments: FloatArray) -> FloatArray:
    """The same for n reviews whose (n, 3) sentiments are known: neutral counts as far as the sentiment is neutral, too.

    The 28 labels were learnt from comments of which a third are neutral, many of them opinions; of a review that is
    plainly good or bad the reader wants to know how it is so. Neutral's share is multiplied by the probability of a
    neutral sentiment (docs/experiments.md, Neutral reviews).
    """
    shares = to_face_emotions(scores)
    shares[:, FACE_EMOTIONS.index("neutral")] *= np.maximum(sentiments[:, SENTIMENTS.index("neutral")], _LEAST_NEUTRAL)
    return np.asarray(shares / shares.sum(axis=1, keepdims=True), np.float32)


def share_of_words(emotion: str, shares: FloatArray, sentiments: FloatArray) -> FloatArray:
    """Return (n,) how strongly the words of n reviews show one emotion, from their (n, 7) `review_emotions`: its share
    before neutral was weighed by the (n, 3) sentiments.

    That weighing brings most reviews that are plainly good or bad close to a share of 1, among which the clearest
    could no longer be told from the others (docs/experiments.md, Neutral reviews). Neutral keeps its weighed share.
    """
    share = np.array(shares[:, FACE_EMOTIONS.index(emotion)])
    if emotion != "neutral":
        neutral = shares[:, FACE_EMOTIONS.index("neutral")]
        share /= 1.0 - neutral + neutral / np.maximum(sentiments[:, SENTIMENTS.index("neutral")], _LEAST_NEUTRAL)
    return share
