"""One command trains, exports and draws; every named config learns the made-up faces."""

import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from training import face, face_mistakes
from training.common import log
from training.face_config import LABELS, read_config
from training.face_data import Faces, toy_faces
from training.face_smoke import smoke_config, smoke_faces
from training.face_state import read_state

ARTEFACTS = {
    "model.int8.onnx", "card.json", "metrics.json", "per_class.csv", "mistakes.json",
    "confusion.png", "reliability.png", "curves.png", "per_class.png",
}  # fmt: skip
CONFIG = """
name = "two_epochs"
architecture = "cnn3"
stages = [[24, 2]]
batch = 14
ema_steps = 8
ema_every = 1
"""


def read(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))


@pytest.fixture
def messages(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """What training logs; its lines do not reach the root logger, where pytest listens."""
    log.addHandler(caplog.handler)
    yield caplog
    log.removeHandler(caplog.handler)


@pytest.mark.parametrize("name", ["face_cnn4", "face_resnet50", "face_vit"])
def test_smoke_learns_the_made_up_faces(name: str, tmp_path: Path) -> None:
    """Seven classes in equal shares: a constant answer is right in 14 % of them."""
    assert face.main(["--smoke", "--config", name, "--out", str(tmp_path)]) > 0.6
    assert {path.name for path in (tmp_path / "model").iterdir()} == ARTEFACTS
    assert read(tmp_path / "model" / "card.json")["name"] == name.replace("_", "-")


def test_smoke_learns_with_three_blocks_and_says_what_it_learnt_from(face_run: Path) -> None:
    metrics, card = read(face_run / "model" / "metrics.json"), read(face_run / "model" / "card.json")
    assert metrics["accuracy"] > 0.6
    assert metrics["split"] == "made-up faces validation"
    assert metrics["training_images"] == [24] * 7
    assert np.array(metrics["confusion"]).sum(axis=1).tolist() == [8] * 7
    np.testing.assert_allclose(metrics["confusion_row_normalised"], np.array(metrics["confusion"]) / 8)
    assert [row["epoch"] for row in metrics["history"]] == [1, 2, 3, 4, 5]
    assert card["source"] == "trained from scratch by training/face.py on the training split of made-up faces"
    mistakes = read(face_run / "model" / "mistakes.json")
    assert mistakes["sha256"] == card["files"]["model.int8.onnx"]["sha256"]


def test_tensorboard_reads_what_the_log_says(face_run: Path) -> None:
    events = EventAccumulator(str(face_run / "tensorboard")).Reload()
    logged = [json.loads(line) for line in (face_run / "log.jsonl").read_text("utf-8").splitlines()]
    for name in ("train_loss", "validation_accuracy", "validation_loss"):
        written = [(row["step"], row[name]) for row in logged if name in row]
        shown = [(event.step, event.value) for event in events.Scalars(name)]
        assert [step for step, _ in shown] == [step for step, _ in written]
        assert [value for _, value in shown] == pytest.approx([value for _, value in written], rel=1e-6)
    assert [event.step for event in events.Scalars("validation_accuracy")] == [28, 35], (
        "after the fourth epoch of 7 steps and the last"
    )


def test_the_head_is_trained_first_and_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("training.face_smoke.EPOCHS", 1)
    config = smoke_config(read_config("face_vit"), tmp_path)
    run = face.Run(config, *smoke_faces(), tmp_path)
    names = [name for name, _ in run.model.named_parameters()]
    body = [name for name in names if "classifier" not in name]
    before = {name: value.clone() for name, value in run.model.state_dict().items()}
    run.train(stop_after=config.head_epochs)
    moved = [name for name in names if not torch.equal(before[name], run.model.state_dict()[name])]
    assert moved == ["network.classifier.weight", "network.classifier.bias"]
    resumed = face.Run(config, *smoke_faces(), tmp_path)  # needs the checkpoint of the run, no pretrained one
    resumed.train()
    still = [name for name in body if torch.equal(before[name], resumed.model.state_dict()[name])]
    assert still == []


def test_a_vision_transformer_is_asked_for_the_size_it_reads(tmp_path: Path) -> None:
    config = smoke_config(read_config("face_vit"), tmp_path)
    wrong = dataclasses.replace(config, stages=((48, 1),), head_epochs=0)
    with pytest.raises(ValueError, match="reads 32 px; stages must not say 48 px"):
        face.Run(wrong, *smoke_faces(), tmp_path)


def save_as_folders(faces: Faces, folder: Path) -> None:
    for number, (image, label) in enumerate(zip(faces.images, faces.labels.tolist(), strict=True)):
        path = folder / LABELS[label] / f"{number:03}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(image[0].numpy()).save(path)


def test_one_command_turns_kaggles_folders_into_a_model(tmp_path: Path, messages: pytest.LogCaptureFixture) -> None:
    save_as_folders(toy_faces(4, 1), tmp_path / "data" / "train")
    save_as_folders(toy_faces(2, 2), tmp_path / "data" / "test")
    (tmp_path / "two.toml").write_text(CONFIG, "utf-8")
    out = tmp_path / "out"
    command = ["--data", str(tmp_path / "data"), "--out", str(out), "--config", str(tmp_path / "two.toml")]
    accuracy = face.main([*command, "--seed", "11"])
    assert read_state(out).config.seed == 11
    assert {path.name for path in (out / "model").iterdir()} == ARTEFACTS
    metrics = read(out / "model" / "metrics.json")
    assert metrics["accuracy"] == accuracy
    assert metrics["split"] == "FER2013 test (Kaggle's: PublicTest and PrivateTest)"
    assert metrics["n"] == 14
    assert "epoch 2/2  24 px  step 4" in messages.text
    assert "0.0 min left" in messages.text
    weights = (out / "model" / "model.int8.onnx").read_bytes()
    assert face.main([*command, "--seed", "11"]) == accuracy, "a finished run is only exported again"
    assert read_state(out).step == 4
    assert (out / "model" / "model.int8.onnx").read_bytes() == weights


def test_mistakes_can_be_measured_again(face_run: Path, tmp_path: Path) -> None:
    save_as_folders(toy_faces(8, 2), tmp_path / "data" / "validation")
    model = tmp_path / "model"
    model.mkdir()
    for name in ("card.json", "model.int8.onnx"):
        (model / name).write_bytes((face_run / "model" / name).read_bytes())
    face_mistakes.main(["--model", str(model), "--data", str(tmp_path / "data")])
    assert read(model / "mistakes.json") == read(face_run / "model" / "mistakes.json")
