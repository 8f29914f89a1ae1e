"""Models that a person can check by hand: an emotion is the word that names it, a toxic text says "stupid"."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import model_utils
from backends.contracts import GOEMOTIONS, FloatArray, ModelCard, Reply, Task, Turn
from chat import danger, second_reading
from chat.second_reading import SecondReading
from model_utils import Choice
from settings import Settings
from tests.backends.fake_cards import fake_card

WORDS = {"sad": "sadness", "glad": "joy", "angry": "anger", "afraid": "fear", "yuck": "disgust", "wow": "surprise"}


class FakeTextEmotion:
    """0.9 for every emotion that a text names, 0.9 for neutral if it names none, 0 for the rest."""

    joint = None

    def __init__(self, card: ModelCard) -> None:
        self.card = card

    def score(self, texts: Sequence[str]) -> FloatArray:
        scores = np.zeros((len(texts), len(GOEMOTIONS)), np.float32)
        for row, text in enumerate(texts):
            named = [WORDS[word] for word in re.findall(r"\w+", text.casefold()) if word in WORDS]
            for label in named or ["neutral"]:
                scores[row, GOEMOTIONS.index(label)] = 0.9
        return scores


class FakeToxicity:
    """0.95 for a text that says "stupid", else 0.05."""

    joint = None

    def __init__(self, card: ModelCard) -> None:
        self.card = card

    def score(self, texts: Sequence[str]) -> FloatArray:
        return np.array([0.95 if "stupid" in text else 0.05 for text in texts], np.float32)


class FakeResponder:
    """Says what it was asked: emotion, number of turns before, message."""

    def __init__(self, card: ModelCard) -> None:
        self.card = card
        self.asked: list[str] = []

    def reply(self, message: str, history: Sequence[Turn], emotion: str) -> Reply:
        self.asked.append(message)
        return Reply(f"{emotion}, after {len(history)} turns. {message}", self.card.name)

    def stream(self, message: str, history: Sequence[Turn], emotion: str) -> Iterator[str]:
        yield from re.findall(r"\s*\S+", self.reply(message, history, emotion).text)


class FakeModels:
    """Stands in for `model_utils.load` and `choose`, and for the crisis classifier, which says `danger`."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.loaded: list[str] = []
        self.responder = FakeResponder(replace(fake_card("responder"), profile="hub"))
        self._models: dict[str, Any] = {
            "text_emotion": FakeTextEmotion(fake_card("text_emotion")),
            "toxicity": FakeToxicity(fake_card("toxicity")),
            "responder": self.responder,
        }
        self.danger = (0.0, "self_harm")
        patch.setattr(model_utils, "load", self.load)
        patch.setattr(danger, "read", lambda _message, _settings: self.danger)
        patch.setattr(model_utils, "choose", self.choose)
        patch.setattr(second_reading, "read", lambda *_given: SecondReading())

    def load(self, task: Task, name: str = "auto", settings: Settings | None = None) -> Any:
        assert (name, settings is not None) == ("auto", True)
        self.loaded.append(task)
        return self._models[task]

    def choose(self, task: Task, settings: Settings | None = None) -> Choice:
        assert settings is not None
        return Choice(self._models[task].card, "for the test")
