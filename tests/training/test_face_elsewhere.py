"""Exported files give the probabilities of what they were made from, and carry its card."""

import gc
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest
import torch
from numpy.typing import NDArray

from tests.training import mil
from training import export, face
from training.calibration import softmax
from training.face_data import normalise, toy_faces
from training.face_model import build
from training.face_quantize import onnx_logits
from training.face_state import load_best

FACES = toy_faces(2, 9)
PIXELS = normalise(FACES.images, 32)
SOURCES = ("run", "shipped")


@pytest.fixture(params=SOURCES)
def source(request: pytest.FixtureRequest, face_run: Path) -> Path:
    """The folder of a run, or one like the shipped: an 8-bit ONNX file and its card."""
    return face_run if request.param == "run" else face_run / "model"


def card(folder: Path) -> Any:
    path = folder / "card.json" if (folder / "card.json").is_file() else folder / "model" / "card.json"
    return json.loads(path.read_text("utf-8"))


def expected(folder: Path) -> NDArray[np.float64]:
    """(14, 7) probabilities: of a run's float network, or of the shipped file as ONNX Runtime runs it."""
    if (folder / "card.json").is_file():
        logits = onnx_logits(folder / "model.int8.onnx", FACES, 32)
    else:
        network = build("cnn3")
        load_best(folder, network)
        logits = face.predict(network, FACES, 32).double().numpy()
    return np.asarray(softmax(logits, (card(folder)["temperature"], card(folder)["curvature"])))


def run(folder: Path, kind: str, out: Path) -> None:
    export.main(["--model", str(folder), "--format", kind, "--out", str(out)])


def test_onnx(source: Path, tmp_path: Path) -> None:
    run(source, "onnx", tmp_path / "face.onnx")
    session = onnxruntime.InferenceSession(str(tmp_path / "face.onnx"), providers=["CPUExecutionProvider"])
    (probabilities,) = session.run(["probabilities"], {"pixels": PIXELS.numpy()})
    np.testing.assert_allclose(probabilities, expected(source), atol=1e-3)
    assert json.loads(session.get_modelmeta().custom_metadata_map["card"]) == card(source)
    assert [output.name for output in session.get_outputs()] == ["probabilities"]


@pytest.mark.filterwarnings("ignore:.*torch.jit:DeprecationWarning")
def test_torchscript(source: Path, tmp_path: Path) -> None:
    run(source, "torchscript", tmp_path / "face.pt")
    extra = {"card.json": ""}
    module = torch.jit.load(str(tmp_path / "face.pt"), _extra_files=extra)
    np.testing.assert_allclose(module(PIXELS).numpy(), expected(source), atol=1e-3)
    np.testing.assert_allclose(module(PIXELS[:1]).numpy(), expected(source)[:1], atol=1e-3)
    assert json.loads(extra["card.json"]) == card(source)


def test_safetensors(source: Path, tmp_path: Path) -> None:
    run(source, "safetensors", tmp_path / "face.safetensors")
    network, found = export.read_safetensors(tmp_path / "face.safetensors")
    np.testing.assert_allclose(network(PIXELS).numpy(), expected(source), atol=1e-3)
    assert found == card(source)


@pytest.mark.filterwarnings("ignore:Implicitly cleaning up:ResourceWarning")
def test_coreml(source: Path, tmp_path: Path) -> None:
    """The program that is converted is computed with torch (Core ML itself runs on macOS alone)."""
    import coremltools

    program = export.coreml(export.read_source(source))._mil_program
    probabilities = torch.cat([mil.compute(program, picture[None]) for picture in PIXELS])
    np.testing.assert_allclose(probabilities.numpy(), expected(source), atol=1e-3)
    run(source, "coreml", tmp_path / "Face.mlpackage")
    description = coremltools.utils.load_spec(str(tmp_path / "Face.mlpackage")).description
    assert json.loads(description.metadata.userDefined["card"]) == card(source)
    assert [one.name for one in description.input] == ["pixels"]
    assert list(description.input[0].type.multiArrayType.shape) == [1, 1, 32, 32]
    assert [one.name for one in description.output] == ["probabilities"]
    del program
    gc.collect()  # coremltools leaves its temporary folders to the garbage collector, which warns


def test_without_rounding_the_shipped_weights_are_plain_floats(face_run: Path, tmp_path: Path) -> None:
    plain, rounded = (tmp_path / f"{name}.safetensors" for name in ("plain", "rounded"))
    export.main(["--model", str(face_run / "model"), "--format", "safetensors", "--out", str(plain), "--no-rounding"])
    run(face_run / "model", "safetensors", rounded)
    near, exact = (export.read_safetensors(path)[0](PIXELS) for path in (plain, rounded))
    difference = (near - exact).abs().max()
    assert 0 < difference < 0.05


def test_a_missing_coremltools_says_how_to_get_it(
    face_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "coremltools", None)
    with pytest.raises(SystemExit):
        run(face_run, "coreml", tmp_path / "Face.mlpackage")
    assert "Core ML needs a package that is not installed: pip install coremltools==9.0" in capsys.readouterr().err
    with pytest.raises(SystemExit, match=r"ends in \.mlpackage, not face\.mlmodel\.$"):
        run(face_run, "coreml", tmp_path / "face.mlmodel")


def test_a_folder_without_a_model_says_what_to_give(tmp_path: Path) -> None:
    words = r"has no card\.json; give the shipped folder or the --out of training\.face\.$"
    with pytest.raises(SystemExit, match=words):
        run(tmp_path, "onnx", tmp_path / "face.onnx")
