"""Fake models in the place of all others, and a small library made with them."""

import datetime
from collections.abc import Iterator

import pytest

import model_utils
from rag.build import build
from rag.library import Library
from rag.reviews import Review
from settings import Settings
from tests.rag import fakes

REVIEWS = (
    Review("a", "joy joy good coffee", product="Pot", category="Kitchen", rating=5, date=datetime.date(2025, 1, 1)),
    Review("b", "anger bad coffee leaks", product="Pot", category="Kitchen", rating=1, date=datetime.date(2025, 2, 1)),
    Review("c", "fear bad smoke", product="Robot", category="Home", rating=2, date=datetime.date(2025, 3, 1)),
    Review("d", "disgust bad mould", product="Robot", category="Home", rating=1, date=datetime.date(2025, 4, 1)),
    Review("e", "sadness. the robot stopped", product="Robot", category="Home", rating=3),
    Review("f", "surprise good robot dances", product="Robot", category="Home", date=datetime.date(2025, 6, 1)),
    Review("g", "plain neutral box arrived", rating=4, date=datetime.date(2025, 7, 1), title="Box", channel="web"),
)


@pytest.fixture
def fake_models(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Only the fakes exist."""
    monkeypatch.setattr(model_utils, "all_cards", fakes.cards)
    model_utils.forget()
    yield
    model_utils.forget()


@pytest.fixture
def library(fake_models: None, settings: Settings) -> Iterator[Library]:  # noqa: ARG001
    """Seven reviews, one per emotion."""
    made = build(REVIEWS, "small", settings)
    yield made
    made.close()
