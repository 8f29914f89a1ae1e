"""The cross-encoder through sentence-transformers, from a local folder: the values are transformers' own."""

from pathlib import Path

import numpy as np
import pytest

import model_utils
from backends.reranker_hub_msmarco import HUB_ID
from errors import ModelUnavailable
from settings import Settings
from tests.backends.checkpoints import save_classifier

QUESTION = "late delivery"
TEXTS = ["the delivery was late", "i love this bag it is light", "support never answered please refund", "great"]


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    hub = tmp_path_factory.mktemp("hub")
    save_classifier(hub, HUB_ID, ["relevance"])
    return Settings(profile="auto", hub_folder=hub)


def test_scores_are_the_logits_of_question_and_text_together(settings: Settings) -> None:
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    assert settings.hub_folder is not None
    folder = settings.hub_folder / HUB_ID
    tokenizer, model = AutoTokenizer.from_pretrained(folder), AutoModelForSequenceClassification.from_pretrained(folder)
    with torch.inference_mode():
        logits = [float(model.eval()(**tokenizer(QUESTION, text, return_tensors="pt")).logits[0, 0]) for text in TEXTS]
    found = model_utils.load("reranker", settings=settings).score(QUESTION, TEXTS)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, logits, atol=1e-5)
    assert np.ptp(found) > 0.01


def test_order_and_neighbours_change_nothing(settings: Settings) -> None:
    model = model_utils.load("reranker", settings=settings)
    together = model.score(QUESTION, TEXTS)
    np.testing.assert_allclose(model.score(QUESTION, TEXTS[::-1])[::-1], together, atol=1e-5)
    np.testing.assert_allclose([model.score(QUESTION, [text])[0] for text in TEXTS], together, atol=1e-5)
    assert model.score(QUESTION, []).shape == (0,)


def test_where_it_is_missing_the_message_says_how_to_go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(ModelUnavailable, match=f"{HUB_ID} is not on disk and downloads are off"):
        model_utils.load("reranker", settings=Settings(profile="auto"))
    with pytest.raises(ModelUnavailable, match="The profile embedded has none; set MOODLENS_PROFILE=auto"):
        model_utils.load("reranker", settings=Settings(profile="embedded"))
