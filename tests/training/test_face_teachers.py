"""Soft labels: what earlier face models say of each training picture, learnt beside its label."""

from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from numpy.testing import assert_allclose

from settings import PROJECT_FOLDER
from training import face, face_mixing, face_teachers
from training.face_config import Augmentation, FaceConfig
from training.face_data import Faces, batches, normalise, toy_faces
from training.face_teachers import soft_labels, taught

SHIPPED = PROJECT_FOLDER / "data" / "models" / "face-resnet50" / "model.int8.onnx"
CONFIG = """
name = "taught"
architecture = "cnn3"
stages = [[24, 2]]
taught_share = 0.5
"""


@pytest.fixture
def small(face_run: Path) -> Path:
    return face_run / "model" / "model.int8.onnx"


def probabilities(path: Path, images: torch.Tensor) -> np.ndarray:
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    entry = session.get_inputs()[0]
    logits = session.run(None, {entry.name: normalise(images, entry.shape[-1]).numpy()})[0].astype(np.float64)
    powers = np.exp(logits - logits.max(1, keepdims=True))
    return np.asarray(powers / powers.sum(1, keepdims=True))


def test_teachers_of_different_sizes_are_asked_about_each_picture_and_its_mirror_image(small: Path) -> None:
    faces = toy_faces(10, 5)  # 70 pictures: more than one batch
    asked = [
        probabilities(path, images) for path in (small, SHIPPED) for images in (faces.images, faces.images.flip(3))
    ]
    assert_allclose(soft_labels(faces, [small, SHIPPED]), np.mean(asked, axis=0), atol=1e-5)


def test_what_is_learnt_is_part_label_and_part_teacher(small: Path, tmp_path: Path) -> None:
    faces = toy_faces(2, 5)
    learnt = taught(faces, [small], 0.25, tmp_path).shares
    assert learnt is not None
    assert_allclose(learnt, 0.25 * soft_labels(faces, [small]).numpy() + 0.75 * np.eye(7)[faces.labels], atol=1e-6)


def test_a_run_that_goes_on_does_not_ask_again_but_asks_other_teachers(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    faces = toy_faces(2, 5)
    first = taught(faces, [small], 0.5, tmp_path).shares
    asked: list[list[Path]] = []

    def silent(faces: Faces, teachers: list[Path]) -> torch.Tensor:
        asked.append(teachers)
        return torch.full((len(faces), 7), 1 / 7)

    monkeypatch.setattr(face_teachers, "soft_labels", silent)
    again = taught(faces, [small], 0.5, tmp_path).shares
    assert first is not None
    assert again is not None
    torch.testing.assert_close(again, first)
    assert asked == []
    taught(faces, [SHIPPED], 0.5, tmp_path)
    assert asked == [[SHIPPED]]


def test_shares_follow_their_pictures_into_batches_and_are_blended_with_them() -> None:
    faces = toy_faces(3, 5)
    grey = torch.arange(21, dtype=torch.uint8).view(21, 1, 1, 1).expand(21, 1, 48, 48)
    shares = torch.rand(21, 7)
    still = Augmentation(0, 0, 0, 0, 0, 0)
    told = Faces(grey, faces.labels, shares)
    for pixels, learnt in batches(told, 24, 7, torch.Generator().manual_seed(1), still, 1.0):
        rows = ((pixels[:, 0, 0, 0] * 0.255 + 0.508) * 255).round().long()
        torch.testing.assert_close(learnt, shares[rows])
    config = FaceConfig("t", "cnn3", ((24, 1),), mixup_alpha=1.0)
    constant = torch.ones(21, 1, 24, 24) * shares[:, :1, None, None]
    pixels, learnt = face_mixing.mixer(config, 0.0)(constant, shares)
    torch.testing.assert_close(pixels.mean((1, 2, 3)), learnt[:, 0])


def test_a_taught_network_learns(small: Path, tmp_path: Path) -> None:
    config = tmp_path / "taught.toml"
    config.write_text(CONFIG, "utf-8")
    command = ["--smoke", "--config", str(config), "--out", str(tmp_path / "run")]
    assert face.main([*command, "--teachers", str(small)]) > 0.6
    with pytest.raises(SystemExit, match=r"taught_share 0\.5: --teachers are needed"):
        face.main(command)
    with pytest.raises(SystemExit, match="face_cnn3 has taught_share 0"):
        face.main(["--smoke", "--config", "face_cnn3", "--out", str(tmp_path / "no"), "--teachers", str(small)])


def test_a_missing_teacher_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="nobody"):
        taught(toy_faces(1, 1), [tmp_path / "nobody.onnx"], 0.5, tmp_path)
