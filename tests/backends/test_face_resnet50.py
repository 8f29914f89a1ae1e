"""The face model around its network: batches, label order, temperature, refusals. The network here is a tiny ONNX."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from backends import face_resnet50
from backends.contracts import FACE_EMOTIONS, ImageArray, ModelCard, WeightFile
from backends.face_resnet50 import BATCH_SIZE, CARD, FaceResNet50, load, probabilities
from backends.weights import onnx_session
from errors import DamagedModel
from settings import Settings

LABELS = ("surprise", "sad", "neutral", "happy", "fear", "disgust", "angry")
"""Another order than FACE_EMOTIONS, so that reading outputs by position would show."""


def save_brightness_network(path: Path, size: int) -> Path:
    """Logits (0, 1, ... 6) times the mean of the (n, 1, size, size) input."""
    nodes = [
        helper.make_node("ReduceMean", ["pixels", "axes"], ["mean"], keepdims=0),
        helper.make_node("Unsqueeze", ["mean", "last"], ["column"]),
        helper.make_node("Mul", ["column", "slopes"], ["logits"]),
    ]
    constants = [
        helper.make_tensor("axes", TensorProto.INT64, [3], [1, 2, 3]),
        helper.make_tensor("last", TensorProto.INT64, [1], [1]),
        helper.make_tensor("slopes", TensorProto.FLOAT, [1, 7], [float(value) for value in range(7)]),
    ]
    inputs = [helper.make_tensor_value_info("pixels", TensorProto.FLOAT, ["n", 1, size, size])]
    outputs = [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["n", 7])]
    graph = helper.make_graph(nodes, "brightness", inputs, outputs, constants)
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10), path)
    return path


def _card(temperature: float) -> ModelCard:
    numbers = {"input_size": 8, "channels": 1, "mean": [0.0], "std": [1.0], "temperature": temperature}
    return replace(CARD, labels=LABELS, preprocessing=numbers)


@pytest.fixture
def model(tmp_path: Path, settings: Settings) -> FaceResNet50:
    return FaceResNet50(_card(2.0), onnx_session(save_brightness_network(tmp_path / "tiny.onnx", 8), settings))


def _grey(value: int, side: int = 20) -> ImageArray:
    return np.full((side, side, 3), value, np.uint8)


def test_scores_are_the_softmax_over_temperature_in_the_order_of_the_seven(model: FaceResNet50) -> None:
    (row,) = model.score([_grey(255)])
    exponents = np.exp(np.arange(7) / 2.0)
    expected = dict(zip(LABELS, exponents / exponents.sum(), strict=True))
    np.testing.assert_allclose(row, [expected[emotion] for emotion in FACE_EMOTIONS], rtol=1e-5)


def test_black_gives_equal_shares_whatever_the_size(model: FaceResNet50) -> None:
    np.testing.assert_allclose(model.score([_grey(0, 1), _grey(0, 300)]), 1 / 7, rtol=1e-6)


def test_more_faces_than_a_batch_come_back_in_order(model: FaceResNet50) -> None:
    crops = [_grey(value % 256) for value in range(0, 7 * (BATCH_SIZE * 2 + 3), 7)]
    together = model.score(crops)
    assert together.shape == (BATCH_SIZE * 2 + 3, 7)
    np.testing.assert_allclose(together, np.concatenate([model.score([crop]) for crop in crops]), rtol=1e-6)


def test_no_faces_give_no_rows(model: FaceResNet50) -> None:
    rows = model.score([])
    assert rows.shape == (0, 7)
    assert rows.dtype == np.float32


def test_a_higher_temperature_is_less_sure_and_large_logits_do_not_overflow() -> None:
    logits = np.array([[1000.0, 0, 0, 0, 0, 0, 0]], np.float32)
    sure, less = probabilities(logits, 1.0), probabilities(logits, 1000.0)
    assert sure[0, 0] == 1.0
    assert less[0, 0] == pytest.approx(np.e / (np.e + 6))


def test_curvature_takes_more_from_what_lies_far_behind() -> None:
    """d / t - c * d ** 2 with d = -2, t = 1, c = 0.25: the odds are exp(2 + 1)."""
    (row,) = probabilities(np.array([[5.0, 3.0]], np.float32), 1.0, 0.25)
    assert row[0] / row[1] == pytest.approx(np.exp(3.0), rel=1e-5)


def test_a_damaged_weight_file_is_refused(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    file = WeightFile("tiny.onnx", 1, "0" * 64)
    monkeypatch.setattr(face_resnet50, "CARD", replace(_card(1.0), files=(file,)))
    folder = tmp_path / "models" / "face-resnet50"
    folder.mkdir(parents=True)
    save_brightness_network(folder / "tiny.onnx", 8)
    with pytest.raises(DamagedModel, match=r"tiny\.onnx is damaged"):
        load(settings.model_copy(update={"data_folder": tmp_path}))


def test_a_card_of_other_labels_is_refused(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    card = replace(_card(1.0), labels=("cat", "dog"), files=(WeightFile("tiny.onnx", 1, ""),))
    monkeypatch.setattr(face_resnet50, "CARD", card)
    with pytest.raises(DamagedModel, match="seven face emotions"):
        load(settings)
