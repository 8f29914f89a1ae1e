"""A network rebuilt from an 8-bit ONNX file computes what the file computes."""

import json
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from torch import nn

from training import face
from training.calibration import softmax
from training.face_data import normalise, toy_faces
from training.face_initialise import folded_weights, module_name
from training.face_model import build, settle_norms
from training.face_quantize import export_float, onnx_logits
from training.face_rebuild import rebuild, rounding_of
from training.face_smoke import SIZE, smoke_faces
from training.face_state import load_best, read_state

SHIPPED = Path(__file__).parents[2] / "data" / "models" / "face-resnet50"


def test_layers_are_named_as_in_torch() -> None:
    assert module_name("/layer1/layer1.0/downsample/downsample.0/Conv") == "layer1.0.downsample.0"
    assert module_name("/layer4/layer4.2/conv3/Conv") == "layer4.2.conv3"
    assert module_name("/fc/Gemm") == "fc"
    assert module_name("/20/Gemm") == "20"


def test_weights_are_those_of_the_run_with_batch_norm_folded_in_and_rounded_once(face_run: Path) -> None:
    trained = build("cnn3").requires_grad_(False)
    load_best(face_run, trained)
    settle_norms(trained, smoke_faces()[0], SIZE, read_state(face_run).config.seed)
    conv, norm = trained[0], trained[1]  # type: ignore[index]
    gain = norm.weight / torch.sqrt(norm.running_var + norm.eps)
    weights, bias = conv.weight * gain.view(-1, 1, 1, 1), norm.bias - norm.running_mean * gain
    rebuilt = rebuild(face_run / "model" / "model.int8.onnx").requires_grad_(False).get_submodule("0")
    step = weights.abs().amax((1, 2, 3), keepdim=True) / 127  # 8 bits with a sign, a scale for each channel
    assert isinstance(rebuilt, nn.Conv2d)
    assert rebuilt.bias is not None
    assert float(((rebuilt.weight - weights).abs() / step).max()) <= 0.501
    torch.testing.assert_close(rebuilt.bias, bias, atol=1e-4, rtol=0)


def test_with_rounding_it_is_the_file_as_onnx_defines_it(face_run: Path) -> None:
    """ONNX Runtime without its own shortcuts in integers: quantise, dequantise and compute in floats."""
    path, faces = face_run / "model" / "model.int8.onnx", toy_faces(3, 5)
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    (expected,) = session.run(None, {"pixels": normalise(faces.images, 32).numpy()})
    rounded = rebuild(path, rounding=True)
    assert len(rounding_of(rounded)) > 10
    # Values that lie half way between two steps may be rounded either way: a step of the last layer, in few places.
    apart = np.abs(face.predict(rounded, faces, 32).numpy() - expected)
    assert np.mean(apart > 1e-3) < 0.05
    assert apart.max() < 0.03
    assert rounding_of(rebuild(path)) == {}


def test_the_shipped_network_agrees_with_its_file() -> None:
    """Closer than what ONNX Runtime's integer shortcuts differ by; without rounding a little further away."""
    card = json.loads((SHIPPED / "card.json").read_text("utf-8"))
    path, faces = SHIPPED / "model.int8.onnx", toy_faces(2, 5)
    calibration = card["temperature"], card["curvature"]
    expected = softmax(onnx_logits(path, faces, card["input_size"]), calibration)
    for rounding, farthest, mean in ((True, 0.03, 0.004), (False, 0.15, 0.03)):
        network = rebuild(path, rounding)
        logits = face.predict(network, faces, card["input_size"]).double().numpy()
        differences = np.abs(softmax(logits, calibration) - expected)
        assert differences.max() < farthest
        assert differences.mean() < mean


def test_a_network_of_another_kind_is_refused(tmp_path: Path) -> None:
    export_float(nn.Sequential(nn.Flatten(), nn.Linear(64, 7)), 8, tmp_path / "other.onnx")
    assert list(folded_weights(tmp_path / "other.onnx")) == ["1"]
    with pytest.raises(ValueError, match=r"other.onnx holds none of the networks .*resnet50, cnn3, cnn4"):
        rebuild(tmp_path / "other.onnx")
