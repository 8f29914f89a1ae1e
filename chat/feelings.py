"""The emotion a turn is answered by: read from the words, from a photo, from both, or as the user corrected it."""

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from backends.contracts import GOEMOTIONS, FloatArray
from backends.tact import named, speaks_of_death
from chat import second_reading
from chat.exchange import EmotionAnalysis, EmotionScore, FusedEmotion, Source
from emotion.fusion import Fusion, fuse
from emotion.labels import to_face_emotions
from emotion.language import ENGLISH
from settings import Settings

if TYPE_CHECKING:
    from emotion.face import PhotoReading
    from emotion.text import TextReading

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

ASKING = ("curiosity", "confusion")
"""Labels that the published grouping counts to surprise. Who asks is not astonished: here they count as neutral."""

SURE = 0.5
"""From this probability on an emotion is clear enough to be spoken of."""
GLAD = frozenset({"joy", "excitement", "pride", "optimism"})
"""Emotions of words that are glad beyond doubt. Thanks, love and amusement are not: farewells and bitter jokes too
hold them."""
SURELY_GLAD = 0.65
SHOWN = 5
"""How many of the 28 emotions of the words are told."""


@dataclass(frozen=True)
class Reading:
    """An emotion (one of FACE_EMOTIONS), its probability, the finer labels, where it comes from and who read it.

    `image` is the strongest emotion of the face with its probability; `conflict` is (emotion of the words, emotion of
    the photo) if they contradict each other. `language` (ISO 639-1) is that of words that are surely not English, else
    ENGLISH. `doubted` is True where a second reading (`chat.second_reading`) does not bear out the words' emotion.
    """

    emotion: str
    confidence: float
    top: tuple[tuple[str, float], ...] = ()
    source: Source = "text_only"
    image: tuple[str, float] | None = None
    models: dict[str, str] = field(default_factory=dict)
    conflict: tuple[str, str] | None = None
    corrected: bool = False
    language: str = ENGLISH
    doubted: bool = False

    @property
    def glad(self) -> bool:
        """True if the words themselves are clearly glad."""
        first = self.top[0][0] if self.top else ""
        return self.emotion == "happy" and first in GLAD and self.confidence >= SURELY_GLAD and not self.doubted

    def analysis(self) -> EmotionAnalysis:
        """Return the published form."""
        scores = tuple(EmotionScore(emotion=label, confidence=share) for label, share in self.top)
        image = EmotionScore(emotion=self.image[0], confidence=self.image[1]) if self.image else None
        fused = FusedEmotion.model_validate(
            {"primary_emotion": self.emotion, "confidence": min(self.confidence, 1.0), "source": self.source}
        )
        return EmotionAnalysis(text_emotions=scores, image_emotion=image, fused_emotion=fused)


def tone(reading: Reading, message: str) -> str:
    """Return the emotion to answer a turn by: as it was read, with three exceptions, unless the user corrected it.

    Who tells of the death of somebody close or of an animal is sad before all else. Words alone that are read with
    less than even chance, unless as sad or anxious, are listened to rather than taken up (a kind word too many does no
    harm, a cheer does), and so is what a second reading does not bear out.

    >>> tone(Reading("angry", 0.9), "My cat was put to sleep."), tone(Reading("happy", 0.9, doubted=True), "Oh, great.")
    ('sad', 'neutral')
    """
    if reading.corrected:
        return reading.emotion
    if reading.emotion != "happy" and speaks_of_death(message) and named(message):
        return "sad"
    unsure = reading.source == "text_only" and reading.confidence < SURE and reading.emotion not in ("sad", "fear")
    return "neutral" if reading.doubted or unsure else reading.emotion


UNREAD = Reading("neutral", 0.0)
"""Nothing was read."""


def read(
    message: str, settings: Settings, corrected: str | None = None, photo: "PhotoReading | None" = None
) -> Reading:
    """Read the emotion of a turn by the rule of `emotion.fusion`.

    Words and photo that agree make each other more certain. Where they contradict each other nothing is averaged away:
    the words count and the difference is named. A correction is followed, whatever was read.

    Raises:
        PhotoError: there is no face in the photo.
    """
    if photo is not None:
        _ = photo.query_emotion  # raises where there is no face
    words = _words(message, settings) if message or photo is None else None
    reading = _fused(words, photo)
    if corrected is None:
        if photo is not None or reading.language != ENGLISH:
            return reading
        second = second_reading.read(message, reading.emotion, settings)
        return replace(reading, doubted=second.doubted, models={**reading.models, **second.models})
    return replace(reading, emotion=corrected, confidence=1.0, conflict=None, corrected=True)


def _words(message: str, settings: Settings) -> "TextReading":
    from emotion.text import read as read_words

    words = read_words(message, settings)
    return replace(words, probabilities=to_face_emotions(_without_asking(words.scores)[None])[0])


def _without_asking(scores: FloatArray) -> FloatArray:
    """Return (28,) scores whose neutral is the chance of neutral or of an asking label (noisy or), and those are 0."""
    asking, neutral = [GOEMOTIONS.index(label) for label in ASKING], GOEMOTIONS.index("neutral")
    changed = scores.copy()
    changed[neutral] = 1 - np.prod(1 - scores[[neutral, *asking]])
    changed[asking] = 0
    return changed


def _fused(words: "TextReading | None", photo: "PhotoReading | None") -> Reading:
    rows: dict[str, FloatArray] = {}
    models: dict[str, str] = {}
    if photo is not None:
        rows["image"] = photo.faces[0].probabilities
        models.update(photo.models)
    if words is not None:
        rows["text"] = words.probabilities
        models["text_emotion"] = words.model
    fusion = fuse(rows)
    emotion, confidence = fusion.emotion, fusion.confidence
    conflict = None
    if fusion.conflict and words is not None and photo is not None:
        emotion, confidence, conflict = words.emotion, words.confidence, (words.emotion, photo.faces[0].emotion)
    return Reading(
        emotion,
        confidence,
        tuple(words.top(SHOWN)) if words is not None else (),
        _source(words, photo, fusion),
        (photo.faces[0].emotion, photo.faces[0].confidence) if photo is not None else None,
        models,
        conflict,
        language=words.language if words is not None and words.foreign else ENGLISH,
    )


def _source(words: "TextReading | None", photo: "PhotoReading | None", fusion: Fusion) -> Source:
    if photo is None:
        return "text_only"
    if words is None:
        return "image_only"
    return "fused_conflict" if fusion.conflict else "fused_aligned"
