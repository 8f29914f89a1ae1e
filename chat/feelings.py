"""The emotion a turn is answered by: read from the words, from a photo, from both, or as the user corrected it."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np

from backends.contracts import FACE_EMOTIONS, FloatArray
from settings import Settings

if TYPE_CHECKING:
    from emotion.face import PhotoReading

Source = Literal["text", "photo", "corrected", "both"]

ADJECTIVES = {
    "angry": "angry",
    "disgust": "disgusted",
    "fear": "anxious",
    "happy": "happy",
    "neutral": "neutral",
    "sad": "sad",
    "surprise": "surprised",
}
"""The seven emotions as they fit into a sentence."""

SURE = 0.5
"""From this probability on both words and photo count as clear, and a difference between them is named."""


@dataclass(frozen=True)
class Reading:
    """An emotion (one of FACE_EMOTIONS), its probability, the finer labels, where it comes from and who read it.

    `conflict` is (emotion of the words, emotion of the photo) if both are clear and differ.
    """

    emotion: str
    confidence: float
    top: tuple[tuple[str, float], ...]
    source: Source
    models: dict[str, str] = field(default_factory=dict)
    conflict: tuple[str, str] | None = None


UNREAD = Reading("neutral", 0.0, (), "text")
"""Nothing was read."""


def read(
    message: str, settings: Settings, corrected: str | None = None, photo: "PhotoReading | None" = None
) -> Reading:
    """Read the emotion of a turn.

    Words and photo that agree make each other more certain (the product of their probabilities, normalised). Where
    both are clear and differ, nothing is averaged away: the words count and the difference is named.

    Raises:
        PhotoError: there is no face in the photo.
    """
    if photo is None:
        reading = _of_text(message, settings)[0]
    elif not message:
        reading = _of_photo(photo)
    else:
        reading = _of_both(message, settings, photo)
    if corrected is None:
        return reading
    return Reading(corrected, 1.0, reading.top, "corrected", reading.models)


def _of_text(message: str, settings: Settings) -> tuple[Reading, FloatArray]:
    from emotion.text import read as read_words

    found = read_words(message, settings)
    reading = Reading(
        found.emotion, float(found.confidence), tuple(found.top(3)), "text", {"text_emotion": found.model}
    )
    return reading, found.probabilities


def _of_photo(photo: "PhotoReading") -> Reading:
    emotion = photo.query_emotion
    probabilities = photo.faces[0].probabilities
    order = np.argsort(-probabilities)[:3]
    top = tuple((FACE_EMOTIONS[place], float(probabilities[place])) for place in order)
    return Reading(emotion, float(probabilities[FACE_EMOTIONS.index(emotion)]), top, "photo", dict(photo.models))


def _of_both(message: str, settings: Settings, photo: "PhotoReading") -> Reading:
    words, of_words = _of_text(message, settings)
    face = _of_photo(photo)
    models = {**face.models, **words.models}
    if words.emotion != face.emotion and min(words.confidence, face.confidence) >= SURE:
        return Reading(words.emotion, words.confidence, words.top, "both", models, (words.emotion, face.emotion))
    joint = np.maximum(of_words, 1e-6) * np.maximum(photo.faces[0].probabilities, 1e-6)
    joint = joint / joint.sum()
    best = int(joint.argmax())
    return Reading(FACE_EMOTIONS[best], float(joint[best]), words.top, "both", models)
