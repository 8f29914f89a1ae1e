"""Calibration, per-class figures, quantisation and plots, against values worked out by hand."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
import torch
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from training import face, face_export, plots
from training.calibration import (
    Calibration,
    expected_calibration_error,
    fit_calibration,
    negative_log_likelihood,
    softmax,
)
from training.face_config import LABELS, FaceConfig
from training.face_data import toy_faces
from training.face_metrics import confusion_counts, evaluate, per_class
from training.face_mistakes import most_confident
from training.face_model import build
from training.face_quantize import _has, export_float, onnx_logits


def test_calibration_error_by_hand() -> None:
    probabilities = np.array([[0.9, 0.1], [0.1, 0.9], [0.6, 0.4], [0.4, 0.6]])
    labels = np.array([0, 0, 0, 1])  # at 0.9 one of two right, at 0.6 both
    assert expected_calibration_error(probabilities, labels) == pytest.approx((2 * 0.4 + 2 * 0.4) / 4)


def test_calibration_finds_the_known_optimum() -> None:
    """Three of four right with the same logits: the likelihood is best where the first has 3/4."""
    logits = np.array([[4.0, 0.0]] * 4)
    labels = np.array([0, 0, 0, 1])
    found = fit_calibration(logits, labels)
    assert softmax(logits, found)[:, 0] == pytest.approx(0.75, abs=1e-3)
    assert negative_log_likelihood(logits, labels, found) < negative_log_likelihood(logits, labels)
    assert expected_calibration_error(softmax(logits, found), labels) < 1e-3


def test_curvature_makes_clear_pictures_surer_than_doubtful_ones() -> None:
    """By hand: logits 3 and 0, temperature 2, curvature 0.1 -> odds of exp(3 / 2 + 0.1 * 9)."""
    (row,) = softmax(np.array([[3.0, 0.0]]), Calibration(2.0, 0.1))
    assert row[0] / row[1] == pytest.approx(math.exp(2.4))
    doubtful, clear = [0.5, 0.0], [3.0, 0.0]
    logits = np.array([doubtful] * 10 + [clear] * 100)
    labels = np.array([0] * 6 + [1] * 4 + [0] * 99 + [1])  # 60 % and 99 % right, shown 62 % and 95 %
    found = fit_calibration(logits, labels)
    assert found.curvature > 0
    assert softmax(logits, found)[[0, -1], 0] == pytest.approx([0.6, 0.99], abs=0.01)


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
    assert not _has(path, "BatchNormalization")
    np.testing.assert_allclose(onnx_logits(path, faces, 32), face.predict(model, faces, 32).numpy(), atol=1e-4)


def test_export_writes_a_card_that_matches_the_weights(tmp_path: Path) -> None:
    config = FaceConfig("tiny", "cnn3", ((32, 8),), batch=14, peak_lr=3e-3, ema_steps=8, ema_every=1, bfloat16=False)
    train, validation = toy_faces(12, 1), toy_faces(6, 2)
    face.Run(config, train, validation, tmp_path / "run").train()
    metrics = face_export.export(tmp_path / "run", train, validation, tmp_path / "out", face_export.Origin("a test"))
    card = json.loads((tmp_path / "out" / "card.json").read_text())
    weights = (tmp_path / "out" / "model.int8.onnx").read_bytes()
    assert card["files"]["model.int8.onnx"]["bytes"] == len(weights)
    assert card["labels"] == list(LABELS)
    assert np.sum(metrics["confusion"]) == metrics["n"] == 42
    assert math.isfinite(metrics["nll_after"])
    logits = onnx_logits(tmp_path / "out" / "model.int8.onnx", validation, 32)
    assert float(np.mean(logits.argmax(1) == validation.labels.numpy())) == metrics["accuracy"]
    assert {p.name for p in (tmp_path / "out").iterdir()} == {
        "model.int8.onnx", "card.json", "metrics.json", "per_class.csv", "mistakes.json",
        "confusion.png", "reliability.png", "curves.png", "per_class.png",
    }  # fmt: skip
    assert str(tmp_path) not in (tmp_path / "out" / "metrics.json").read_text()


def test_row_normalised_confusion_sums_to_one_and_an_empty_row_stays_zero() -> None:
    values = plots.confusion_values([[3, 1], [0, 0]], "row")
    assert values.tolist() == [[0.75, 0.25], [0.0, 0.0]]
    assert plots.confusion_values([[3, 1], [0, 0]], "none").tolist() == [[3.0, 1.0], [0.0, 0.0]]


def shown_texts(figure: Figure) -> list[str]:
    return [text.get_text() for axes in figure.axes for text in axes.texts]


def test_the_confusion_picture_shows_counts_or_shares_as_asked() -> None:
    metrics = evaluate(np.eye(7)[[0, 1, 1, 2]] * 3, np.array([0, 0, 1, 2])) | {"labels": LABELS, "split": "made up"}
    counts, shares = (plots.figure_of("confusion", metrics, kind) for kind in ("none", "row"))
    assert shown_texts(counts)[:8] == ["1", "1", "0", "0", "0", "0", "0", "0"]
    assert shown_texts(shares)[:9] == ["50%", "50%", "0%", "0%", "0%", "0%", "0%", "0%", "100%"]
    assert len(plots.figure_of("confusion", metrics).axes) == 2


def test_the_per_class_picture_shows_each_rate() -> None:
    metrics = evaluate(np.eye(7)[[0, 1, 1, 2]] * 3, np.array([0, 0, 1, 2])) | {"split": "made up"}
    (axes,) = plots.figure_of("per_class", metrics).axes
    heights = [bar.get_height() for bar in axes.patches if isinstance(bar, Rectangle)]
    assert heights[:3] == [1.0, 0.5, 1.0], "precision of angry, disgust, fear"
    assert heights[7:10] == [0.5, 1.0, 1.0], "recall"


def test_pictures_are_drawn_by_name(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    shipped = Path(__file__).parents[2] / "data" / "models" / "face-resnet50"
    plots.main(["per_class", "confusion", "--model", str(shipped), "--out", str(tmp_path), "--normalize", "row"])
    assert {path.name for path in tmp_path.iterdir()} == {"per_class.png", "confusion.png"}
    assert capsys.readouterr().out.split() == [str(tmp_path / "per_class.png"), str(tmp_path / "confusion.png")]
    with pytest.raises(SystemExit):
        plots.main(["roc"])
    assert "confusion, reliability, curves, per_class" in capsys.readouterr().err


def test_the_surest_mistakes_by_hand() -> None:
    """Three angry faces, one read rightly, one surely as sad, one hesitantly as fear; one sad face read rightly."""
    probabilities = np.full((4, 7), 0.01)
    probabilities[[0, 1, 2, 3], [0, 5, 2, 5]] = [0.9, 0.85, 0.6, 0.7]
    rows = most_confident(probabilities, np.array([0, 0, 0, 5]), each=1)
    assert rows[0] == {
        "label": "angry", "images": 3, "wrong": 2, "wrong_and_sure": 1,
        "surest": [{"image": 1, "read_as": "sad", "probability": 0.85}],
    }  # fmt: skip
    assert rows[5] == {"label": "sad", "images": 1, "wrong": 0, "wrong_and_sure": 0, "surest": []}
