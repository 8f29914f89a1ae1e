"""What is felt in a text: 28 probabilities, folded into the seven emotions that the face model also knows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

import model_utils
from backends.contracts import FloatArray
from backends.readable import readable
from emotion.labels import GOEMOTIONS, to_face_emotions
from emotion.language import UNDETERMINED, detect, is_foreign
from emotion.strongest import Strongest
from settings import Settings


@dataclass(frozen=True, eq=False)
class TextReading(Strongest):
    """One text as it was read.

    `scores` are the (28,) probabilities in the order of GOEMOTIONS (they do not exclude each other), `probabilities`
    the (7,) shares in the order of FACE_EMOTIONS; `model` is the name of the model that ran; `language` is the code
    that emotion/language.py gives. Where `foreign` is true, the scores are guesses of a model of English: say so.
    """

    text: str
    scores: FloatArray
    probabilities: FloatArray
    model: str
    language: str = UNDETERMINED

    @property
    def foreign(self) -> bool:
        """Whether the text is not English."""
        return is_foreign(self.language)

    def top(self, n: int) -> list[tuple[str, float]]:
        """The n strongest of the 28 labels with their probabilities, strongest first."""
        order = np.argsort(-self.scores, kind="stable")[:n]
        return [(GOEMOTIONS[label], float(self.scores[label])) for label in order]


def read(text: str, settings: Settings | None = None) -> TextReading:
    """Read one text; a blank one is neutral. Markup is not read; `text` of the reading is as given.

    Raises:
        ModelError: no text-emotion model can be loaded.
    """
    return read_many([text], settings)[0]


def read_many(texts: Sequence[str], settings: Settings | None = None) -> list[TextReading]:
    """Read many texts at once, in the order given.

    Raises:
        ModelError: no text-emotion model can be loaded.
    """
    model = model_utils.load("text_emotion", settings=settings)
    scores = model.score([readable(text) for text in texts])
    rows = zip(texts, scores, to_face_emotions(scores), detect(texts), strict=True)
    return [TextReading(text, own, seven, model.card.name, language) for text, own, seven, language in rows]
