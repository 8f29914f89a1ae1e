"""A question is no astonishment: how the emotion of a turn differs from that of a review."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import cast

import numpy as np
import pytest

from backends.contracts import FACE_EMOTIONS, GOEMOTIONS, Responder, Turn
from backends.responder_retrieval import CARD
from chat import feelings
from chat.converse import converse
from chat.feelings import Reading
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


@pytest.mark.parametrize(
    ("message", "read", "tone"),
    [
        ("My cat Pixel was put to sleep yesterday.", Reading("angry", 0.9), "sad"),
        ("My grandmother died.", Reading("surprise", 0.9), "sad"),
        ("My battery died.", Reading("angry", 0.9), "angry"),
        ("My dad nearly died of laughter!", Reading("happy", 0.9), "happy"),
        ("My neighbour plays drums at night.", Reading("happy", 0.48), "neutral"),
        ("I don't know what to say.", Reading("sad", 0.4), "sad"),
        ("I can't say I was happy with it.", Reading("happy", 0.9, doubted=True), "neutral"),
        ("I'm not scared any more.", Reading("fear", 0.9, doubted=True), "neutral"),
        ("My cat was put to sleep, and I can't cry.", Reading("sad", 0.9, doubted=True), "sad"),
        ("I can't wait, it's going to be great!", Reading("happy", 0.9), "happy"),
        ("A photo says more.", Reading("sad", 0.4, source="fused_aligned"), "sad"),
        ("My cat was put to sleep.", Reading("angry", 1.0, corrected=True), "angry"),
    ],
)
def test_what_a_reply_is_toned_by(message: str, read: Reading, tone: str) -> None:
    assert feelings.tone(read, message) == tone


def test_who_lost_an_animal_is_shown_and_answered_as_sad_by_whoever_answers(session_settings: Settings) -> None:
    message = "My cat Pixel was put to sleep yesterday."
    asked: list[str] = []

    class Listening:
        card = replace(CARD, name="listening")

        def stream(self, _message: str, _history: Sequence[Turn], emotion: str) -> Iterator[str]:
            asked.append(emotion)
            yield "I'm sorry."

    listening = cast(Responder, Listening())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("chat.speakers.responder", lambda *_: listening)
        exchange = converse(message, [], session_settings)
    assert (exchange.emotion, asked) == ("sad", ["sad"])
    assert exchange.response == "I'm sorry."
