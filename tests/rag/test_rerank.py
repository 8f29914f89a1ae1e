"""With a cross-encoder the hits come in the order of its scores; without one nothing changes."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
import pytest

import model_utils
from backends.contracts import Availability, FloatArray, ModelCard
from errors import ModelUnavailable
from rag.explore import explore
from rag.library import Library
from rag.query import Query
from rag.search import search
from settings import Settings
from tests.rag import fakes


class ByLength:
    """Finds the longest review the most relevant; keeps what it was asked."""

    def __init__(self) -> None:
        self.card = card(self)
        self.asked: list[str] = []

    def score(self, question: str, texts: Sequence[str]) -> FloatArray:
        self.asked.append(question)
        return np.array([len(text) for text in texts], np.float32)


def card(model: Any) -> ModelCard:
    return ModelCard(
        task="reranker", name="by-length", profile="hub", title="", source="", licence_weights="", licence_data="",
        load=lambda _settings: model, available=partial(_ready),
    )  # fmt: skip


def _ready(_settings: Settings) -> Availability:
    return Availability(True, "made by hand")


@pytest.fixture
def reranker(library: Library, monkeypatch: pytest.MonkeyPatch) -> ByLength:
    del library  # made with the fakes alone
    model = ByLength()
    monkeypatch.setattr(model_utils, "all_cards", lambda: (*fakes.cards(), model.card))
    return model


def test_hits_are_in_the_order_of_its_scores(library: Library, settings: Settings, reranker: ByLength) -> None:
    asked = settings.model_copy(update={"rerank": True, "profile": "auto"})
    hits = search(Query("coffee kettle"), library, 5, asked)
    everything = [review.text for review in library.store.stream()]
    assert [hit.review.text for hit in hits] == sorted(everything, key=len, reverse=True)[:5]
    lengths = np.array([len(text) for text in everything])
    expected = (np.sort(lengths)[::-1][:5] - lengths.mean()) / lengths.std()
    np.testing.assert_allclose([hit.score for hit in hits], expected, rtol=1e-4)
    assert reranker.asked == ["coffee kettle"]


def test_an_asked_emotion_still_counts(library: Library, settings: Settings, reranker: ByLength) -> None:
    asked = settings.model_copy(update={"rerank": True, "profile": "auto"})
    hits = search(Query("coffee", emotion="angry"), library, 7, asked)
    assert hits[0].emotion == "angry"
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert reranker.asked == ["coffee"]
    search(Query(emotion="angry"), library, 7, asked)
    assert reranker.asked == ["coffee"]  # without words of the user's own there is nothing to compare


def test_the_answer_names_it_and_off_is_the_default(library: Library, settings: Settings, reranker: ByLength) -> None:
    answer = explore(Query("coffee"), library, settings.model_copy(update={"rerank": True, "profile": "auto"}))
    assert answer.models["reranker"] == "by-length"
    assert len(reranker.asked) == 1
    assert "reranker" not in explore(Query("coffee"), library, settings).models
    assert len(reranker.asked) == 1


def test_where_it_cannot_be_had_nothing_else_stands_in(library: Library, settings: Settings) -> None:
    with pytest.raises(ModelUnavailable, match="No model for the task reranker can be loaded"):
        search(Query("coffee"), library, 5, settings.model_copy(update={"rerank": True}))
