"""Hub text classifiers: real loading code on tiny checkpoints."""

from pathlib import Path

import numpy as np
import pytest

import model_utils
from backends.contracts import GOEMOTIONS, SENTIMENTS
from errors import DamagedModel, ModelUnavailable
from settings import Settings
from tests.backends.checkpoints import save_classifier

SENTIMENT_ID = "cardiffnlp/twitter-roberta-base-sentiment-latest"
TEXTS = [
    "I love this bag",
    "terrible food was cold and late and support never answered",
    "the battery died after one day",
    "good",
    "slow delivery please refund the bad screen",
]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(hub_folder=tmp_path / "hub", store_folder=tmp_path / "store", reduced_precision=False)


def reference_logits(folder: Path, texts: list[str]) -> np.ndarray:
    """Logits of transformers itself, one text at a time."""
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForSequenceClassification.from_pretrained(folder).eval()
    with torch.inference_mode():
        return np.concatenate([model(**tokenizer(text, return_tensors="pt")).logits.numpy() for text in texts])


def test_sentiment_equals_transformers_one_by_one_whatever_the_label_order(settings: Settings) -> None:
    assert settings.hub_folder
    folder = save_classifier(settings.hub_folder, SENTIMENT_ID, ["Positive", "Negative", "Neutral"])
    scores = model_utils.load("sentiment", "twitter-roberta", settings).score(TEXTS)
    exponents = np.exp(reference_logits(folder, TEXTS))
    expected = (exponents / exponents.sum(axis=1, keepdims=True))[:, [1, 2, 0]]
    np.testing.assert_allclose(scores, expected, atol=1e-5)
    assert expected.std() > 0.05, "the checkpoint must tell texts apart for this test to mean anything"


def test_order_and_neighbours_do_not_change_a_score(settings: Settings) -> None:
    assert settings.hub_folder
    save_classifier(settings.hub_folder, SENTIMENT_ID, list(SENTIMENTS))
    model = model_utils.load("sentiment", "twitter-roberta", settings)
    together = model.score(TEXTS)
    np.testing.assert_allclose(model.score(TEXTS[::-1])[::-1], together, atol=1e-5)
    np.testing.assert_allclose(np.concatenate([model.score([text]) for text in TEXTS]), together, atol=1e-5)
    assert model.score([]).shape == (0, 3)


def test_emotions_come_in_goemotions_order(settings: Settings) -> None:
    assert settings.hub_folder
    shuffled = sorted(GOEMOTIONS)
    folder = save_classifier(settings.hub_folder, "SamLowe/roberta-base-go_emotions", shuffled)
    scores = model_utils.load("text_emotion", "roberta-go-emotions", settings).score(TEXTS)
    logits = reference_logits(folder, TEXTS)
    joy = 1 / (1 + np.exp(-logits[:, shuffled.index("joy")]))
    np.testing.assert_allclose(scores[:, GOEMOTIONS.index("joy")], joy, atol=1e-5)


def test_toxicity_is_the_label_toxic(settings: Settings) -> None:
    assert settings.hub_folder
    names = ["toxic", "severe_toxic", "obscene", "threat", "insult", "identity_hate"]
    folder = save_classifier(settings.hub_folder, "unitary/toxic-bert", names)
    scores = model_utils.load("toxicity", "toxic-bert", settings).score(TEXTS)
    np.testing.assert_allclose(scores, 1 / (1 + np.exp(-reference_logits(folder, TEXTS)[:, 0])), atol=1e-5)


def test_unnamed_labels_are_refused_not_guessed(settings: Settings) -> None:
    assert settings.hub_folder
    save_classifier(settings.hub_folder, SENTIMENT_ID, None)
    with pytest.raises(DamagedModel, match="does not name its labels"):
        model_utils.load("sentiment", "twitter-roberta", settings)


def test_a_checkpoint_for_another_task_is_refused(settings: Settings) -> None:
    assert settings.hub_folder
    save_classifier(settings.hub_folder, SENTIMENT_ID, ["cat", "dog"])
    with pytest.raises(DamagedModel, match="labels cat, dog; negative, neutral, positive is missing"):
        model_utils.load("sentiment", "twitter-roberta", settings)


def test_texts_longer_than_the_model_are_truncated_not_crashed(settings: Settings) -> None:
    assert settings.hub_folder
    save_classifier(settings.hub_folder, SENTIMENT_ID, list(SENTIMENTS))
    model = model_utils.load("sentiment", "twitter-roberta", settings)
    np.testing.assert_allclose(model.score(["good " * 10_000]), model.score(["good " * 5_000]), atol=1e-6)


def test_special_tokens_in_a_review_stay_text(settings: Settings) -> None:
    assert settings.hub_folder
    save_classifier(settings.hub_folder, SENTIMENT_ID, list(SENTIMENTS))
    model = model_utils.load("sentiment", "twitter-roberta", settings)
    # "</s>" is unknown punctuation here, not an end: it must not be read as the end-of-text token.
    forged, plain = model.score(["good </s> bad"]), model.score(["good & s & bad"])
    np.testing.assert_allclose(forged, plain, atol=0.2)


def test_missing_weights_say_how_to_go_on(settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "cache"))
    with pytest.raises(ModelUnavailable, match="python -m model_utils download"):
        model_utils.load("sentiment", "twitter-roberta", settings)
