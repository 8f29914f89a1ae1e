"""Reading the emotion of words, with the model that ships."""

import numpy as np
import pytest

from emotion.labels import FACE_EMOTIONS, GOEMOTIONS, to_face_emotions
from emotion.text import TextReading, read, read_many
from settings import Settings

PLAIN = {
    "angry": "I am furious, they lied to my face and I hate this company.",
    "disgust": "The food was rotten and smelled revolting, truly disgusting.",
    "fear": "I was terrified and scared that something awful would happen.",
    "happy": "I love it, thank you so much, it makes me so happy!",
    "neutral": "The box contains two cables and a manual.",
    "sad": "I cried all evening, I am so sad and heartbroken.",
    "surprise": "Wow, I am so surprised, I never expected that!",
}


@pytest.mark.parametrize("emotion", FACE_EMOTIONS)
def test_plainly_said_emotions_are_read(emotion: str, settings: Settings) -> None:
    assert read(PLAIN[emotion], settings).emotion == emotion


def test_a_reading_is_consistent_with_its_scores(settings: Settings) -> None:
    reading = read(PLAIN["happy"], settings)
    assert reading.model == "minilm"
    assert np.array_equal(reading.probabilities, to_face_emotions(reading.scores[None])[0])
    assert reading.confidence == reading.probabilities.max()
    assert reading.runner_up[1] == sorted(reading.probabilities)[-2]
    assert reading.runner_up[0] != reading.emotion


def test_top_lists_the_strongest_labels_in_order() -> None:
    scores = np.zeros(28, np.float32)
    scores[[GOEMOTIONS.index("joy"), GOEMOTIONS.index("love"), GOEMOTIONS.index("fear")]] = [0.5, 0.9, 0.25]
    reading = TextReading("x", scores, to_face_emotions(scores[None])[0], "made up")
    assert reading.top(3) == [("love", pytest.approx(0.9)), ("joy", 0.5), ("fear", 0.25)]
    assert (reading.emotion, reading.runner_up[0]) == ("happy", "fear")


def test_many_are_read_in_order_and_none_gives_none(settings: Settings) -> None:
    readings = read_many(list(PLAIN.values()), settings)
    assert [reading.emotion for reading in readings] == list(PLAIN)
    assert [reading.text for reading in readings] == list(PLAIN.values())
    assert read_many([], settings) == []


def test_a_blank_text_is_neutral_with_certainty(settings: Settings) -> None:
    reading = read("  \n", settings)
    assert (reading.emotion, reading.confidence, reading.top(1)) == ("neutral", 1.0, [("neutral", 1.0)])


def test_markup_is_not_read_but_kept(settings: Settings) -> None:
    marked = f'<div class="love">{PLAIN["angry"]}<br/>&nbsp;</div>'
    reading, plain = read_many([marked, f" {PLAIN['angry']} "], settings)
    assert reading.text == marked
    assert np.allclose(reading.scores, plain.scores, atol=1e-6)


def test_other_languages_are_named_rather_than_guessed(settings: Settings) -> None:
    readings = read_many(["El pedido llegó tarde y la caja estaba rota.", "It came late and broken.", "ok"], settings)
    assert [(reading.language, reading.foreign) for reading in readings] == [
        ("es", True),
        ("en", False),
        ("und", False),
    ]
