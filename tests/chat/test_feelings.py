"""A question is no astonishment: how the emotion of a turn differs from that of a review."""

import numpy as np
import pytest

from backends.contracts import FACE_EMOTIONS, GOEMOTIONS
from chat import feelings
from chat.converse import converse
from emotion import text
from emotion.labels import to_face_emotions
from settings import Settings


@pytest.mark.parametrize(
    "question",
    [
        "What do customers say about the battery?",
        "Why do you keep asking me questions?",
        "How many reviews do you have?",
        "Can you recommend a kettle?",
    ],
)
def test_a_plain_question_is_neutral_in_the_chat(question: str, session_settings: Settings) -> None:
    assert text.read(question, session_settings).emotion == "surprise", "the published grouping, which search keeps"
    exchange = converse(question, [], session_settings)
    assert exchange.emotion == "neutral"
    assert exchange.emotion_analysis.text_emotions[0].emotion == "curiosity"


@pytest.mark.parametrize("message", ["Wow, I did not see that coming!", "I can't believe it, I won!"])
def test_who_is_surprised_is_read_as_surprised(message: str, session_settings: Settings) -> None:
    assert converse(message, [], session_settings).emotion == "surprise"


def test_asking_labels_join_neutral_by_noisy_or() -> None:
    scores = np.zeros(28, np.float32)
    for label, score in {"curiosity": 0.6, "confusion": 0.5, "neutral": 0.4, "surprise": 0.1, "joy": 0.2}.items():
        scores[GOEMOTIONS.index(label)] = score
    changed = dict(zip(GOEMOTIONS, feelings._without_asking(scores).tolist(), strict=True))
    assert changed["neutral"] == pytest.approx(1 - 0.4 * 0.5 * 0.6)
    assert (changed["curiosity"], changed["confusion"]) == (0, 0)
    assert changed["surprise"] == pytest.approx(0.1)
    assert scores[GOEMOTIONS.index("curiosity")] == pytest.approx(0.6), "the reading itself keeps its scores"
    shares = to_face_emotions(feelings._without_asking(scores)[None])[0]
    assert shares[FACE_EMOTIONS.index("neutral")] == pytest.approx(0.88 / 1.18, abs=1e-4)
