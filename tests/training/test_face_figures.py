"""Calibration, per-class figures, quantisation and plots, against values worked out by hand."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
import torch

from training import face, face_export, plots
from training.calibration import expected_calibration_error, fit_temperature, negative_log_likelihood, softmax
from training.face_config import LABELS, FaceConfig
from training.face_data import toy_faces
from training.face_metrics import confusion_counts, per_class
from training.face_model import build
from training.face_quantize import count_batch_norms, export_float, onnx_logits


def test_calibration_error_by_hand() -> None:
    probabilities = np.array([[0.9, 0.1], [0.1, 0.9], [0.6, 0.4], [0.4, 0.6]])
    labels = np.array([0, 0, 0, 1])  # at 0.9 one of two right, at 0.6 both
    assert expected_calibration_error(probabilities, labels) == pytest.approx((2 * 0.4 + 2 * 0.4) / 4)


def test_temperature_finds_the_known_optimum() -> None:
    """Three of four right with logits (4, 0): the likelihood is best at sigmoid(4 / t) = 3/4, so t = 4 / ln 3."""
    logits = np.array([[4.0, 0.0]] * 4)
    labels = np.array([0, 0, 0, 1])
    temperature = fit_temperature(logits, labels)
    assert temperature == pytest.approx(4 / math.log(3), abs=1e-5)
    assert negative_log_likelihood(logits, labels, temperature) < negative_log_likelihood(logits, labels)
    assert expected_calibration_error(softmax(logits, temperature), labels) < 1e-5


def test_per_class_by_hand() -> None:
    predicted, labels = np.array([0, 0, 1, 3]), np.array([0, 1, 1, 3])
    confusion = confusion_counts(predicted, labels, len(LABELS))
    assert confusion[1].tolist() == [1, 1, 0, 0, 0, 0, 0]
    angry, disgust, fear, happy = per_class(confusion)[:4]
    assert (angry["precision"], angry["recall"]) == (0.5, 1.0)
    assert (disgust["precision"], disgust["recall"], disgust["support"]) == (1.0, 0.5, 2)
    assert disgust["f1"] == pytest.approx(2 / 3)
    assert (fear["precision"], fear["recall"], fear["f1"]) == (0.0, 0.0, 0.0)
    assert happy["f1"] == 1.0


def test_onnx_folds_batch_norm_and_gives_the_same_logits(tmp_path: Path) -> None:
    torch.manual_seed(0)
    model, faces = build("cnn3"), toy_faces(2, 4)
    model.train()(torch.randn(16, 1, 32, 32))  # moves the batch-norm statistics
    path = tmp_path / "float.onnx"
    export_float(model, 32, path)
    assert count_batch_norms(path) == 0
    np.testing.assert_allclose(onnx_logits(path, faces, 32), face.predict(model, faces, 32).numpy(), atol=1e-4)


def test_export_writes_a_card_that_matches_the_weights(tmp_path: Path) -> None:
    config = FaceConfig("tiny", "cnn3", ((32, 8),), batch=14, peak_lr=3e-3, ema_steps=8, ema_every=1, bfloat16=False)
    train, validation = toy_faces(12, 1), toy_faces(6, 2)
    face.Run(config, train, validation, tmp_path / "run").train()
    metrics = face_export.export(tmp_path / "run", train, validation, tmp_path / "out", "a test")
    card = json.loads((tmp_path / "out" / "card.json").read_text())
    weights = (tmp_path / "out" / "model.int8.onnx").read_bytes()
    assert card["files"]["model.int8.onnx"]["bytes"] == len(weights)
    assert card["labels"] == list(LABELS)
    assert np.sum(metrics["confusion"]) == metrics["n"] == 42
    assert metrics["nll_after"] <= metrics["nll_before"]
    logits = onnx_logits(tmp_path / "out" / "model.int8.onnx", validation, 32)
    assert float(np.mean(logits.argmax(1) == validation.labels.numpy())) == metrics["accuracy"]
    assert {p.name for p in (tmp_path / "out").iterdir()} == {
        "model.int8.onnx", "card.json", "metrics.json", "per_class.csv",
        "confusion.png", "reliability.png", "curves.png",
    }  # fmt: skip
    assert str(tmp_path) not in (tmp_path / "out" / "metrics.json").read_text()


def test_row_normalised_confusion_sums_to_one_and_an_empty_row_stays_zero() -> None:
    values = plots.confusion_values([[3, 1], [0, 0]], "row")
    assert values.tolist() == [[0.75, 0.25], [0.0, 0.0]]
    assert plots.confusion_values([[3, 1], [0, 0]], "none").tolist() == [[3.0, 1.0], [0.0, 0.0]]
