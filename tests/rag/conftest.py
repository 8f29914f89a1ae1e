"""Fake models in the place of all others, and a small library made with them."""

import datetime
from collections.abc import Iterator
from pathlib import Path

import pytest

import model_utils
from rag.build import build
from rag.command_line import main
from rag.library import Library
from rag.reviews import Review
from settings import Settings
from tests.rag import fakes

SHOP = "id,review,product,rating\n1,joy joy good coffee,Pot,5\n2,anger bad coffee leaks,Pot,1\n3,,Pot,2\n"
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


@pytest.fixture
def imported(
    fake_models: None,  # noqa: ARG001
    settings: Settings,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> Settings:
    """A library called shop."""
    (tmp_path / "shop.csv").write_text(SHOP, "utf-8")
    assert main(["import", str(tmp_path / "shop.csv"), "--rejected", str(tmp_path / "bad.csv")], settings) == 0
    out = capsys.readouterr().out
    assert "     text: review\n" in out
    assert "2 added, 1 could not be used.\n'shop' holds 2 reviews.\n" in out
    bad = (tmp_path / "bad.csv").read_bytes()
    assert bad == b"\xef\xbb\xbfrow,what happened,id,note\r\n4,skipped,,The text is empty. | 3 Pot 2\r\n"
    return settings
