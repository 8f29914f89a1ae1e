"""A network rebuilt from an exported file computes what the file computes, and can be trained on."""

from pathlib import Path

import numpy as np
import pytest
import torch

from training import face
from training.face_config import FaceConfig
from training.face_data import normalise, toy_faces
from training.face_initialise import folded_weights, initialise
from training.face_model import build
from training.face_quantize import calibration_pixels, export_float, onnx_logits, quantise

TINY = FaceConfig("tiny", "cnn3", ((32, 2),), batch=14, peak_lr=3e-3, ema_steps=8, ema_every=1, bfloat16=False, seed=3)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A trained toy network, exported in float32 and in int8."""
    folder = tmp_path_factory.mktemp("export")
    train = toy_faces(12, 1)
    run = face.Run(TINY, train, toy_faces(4, 2), folder)
    run.train()
    export_float(run.average.model, 32, folder / "float.onnx")
    quantise(folder / "float.onnx", folder / "int8.onnx", calibration_pixels(train, 32, 64, 0))
    return {name: folder / f"{name}.onnx" for name in ("float", "int8")}


@pytest.mark.parametrize(("kind", "tolerance"), [("float", 1e-3), ("int8", 0.15)])
def test_the_rebuilt_network_gives_the_logits_of_the_file(files: dict[str, Path], kind: str, tolerance: float) -> None:
    train, other = toy_faces(12, 1), toy_faces(4, 9)
    model = build("cnn3")
    initialise(model, files[kind], train, 32, images=84)
    with torch.no_grad():
        logits = model.eval()(normalise(other.images, 32)).numpy()
    assert logits == pytest.approx(onnx_logits(files[kind], other, 32), abs=tolerance)


def test_batch_statistics_are_those_that_were_measured(files: dict[str, Path]) -> None:
    train = toy_faces(12, 1)
    model = build("cnn3")
    initialise(model, files["float"], train, 32, images=84)
    pixels = normalise(train.images, 32)
    with torch.no_grad():
        stored, batch = model.eval()(pixels).numpy(), model.train()(pixels).numpy()
    assert batch == pytest.approx(stored, abs=0.05)


def test_every_layer_is_found_by_its_name(files: dict[str, Path]) -> None:
    exact, rounded = folded_weights(files["float"]), folded_weights(files["int8"])
    assert list(exact) == list(rounded)
    for name, (matrix, _) in exact.items():
        assert np.abs(rounded[name][0] - matrix).max() <= np.abs(matrix).max() / 127


def test_another_network_is_refused(files: dict[str, Path]) -> None:
    with pytest.raises(ValueError, match="holds another network"):
        initialise(build("cnn4"), files["float"], toy_faces(2, 1), 32)


def test_a_run_goes_on_from_a_shipped_file(files: dict[str, Path], tmp_path: Path) -> None:
    run = face.Run(TINY, toy_faces(12, 1), toy_faces(4, 2), tmp_path, start_from=files["float"])
    assert torch.equal(run.model[0].weight, torch.from_numpy(folded_weights(files["float"])["0"][0]))  # type: ignore[index]
