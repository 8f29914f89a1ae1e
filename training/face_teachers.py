"""Soft labels: what earlier networks say of each training picture, to learn beside its one label.

FER2013's labels are noisy, and a picture often shows two expressions: the probabilities of several networks, each
asked about the picture and its mirror image, say so. Hinton et al. 2015, Distilling the Knowledge in a Neural Network
(https://arxiv.org/abs/1503.02531), at temperature 1.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
import torch
from safetensors import safe_open
from safetensors.torch import save
from torch.nn import functional

from training.calibration import softmax
from training.common import Progress, file_facts, log, write_atomically
from training.face_data import Faces
from training.face_quantize import onnx_logits

SOFT_LABELS = "soft_labels.safetensors"


def taught(faces: Faces, teachers: Sequence[Path], share: float, folder: Path) -> Faces:
    """Return the faces with shares to learn: `share` of the teachers' mean probabilities, the rest of the label.

    The probabilities are kept in `folder`, so that a run that goes on does not ask again.

    Args:
        teachers: ONNX files that `training.face_export` wrote, of any input size.
    """
    names = " ".join(str(file_facts(path.read_bytes())["sha256"]) for path in teachers)
    path = folder / SOFT_LABELS
    probabilities = _kept(path, names, len(faces))
    if probabilities is None:
        probabilities = soft_labels(faces, teachers)
        write_atomically(path, save({"probabilities": probabilities}, metadata={"teachers": names}))
    right = (probabilities.argmax(1) == faces.labels).float().mean().item()
    log.info("what the teachers say (%d) is right of %.1f %% of the training images", len(teachers), 100 * right)
    labels = functional.one_hot(faces.labels, probabilities.shape[1]).float()
    return dataclasses.replace(faces, shares=share * probabilities + (1 - share) * labels)


def soft_labels(faces: Faces, teachers: Sequence[Path]) -> torch.Tensor:
    """(n, 7) float32: the mean probability over the teachers and over each picture and its mirror image."""
    views = faces, dataclasses.replace(faces, images=faces.images.flip(3))
    progress = Progress(len(teachers) * len(views))
    found = []
    for path, view in itertools.product(teachers, views):
        found.append(softmax(onnx_logits(path, view, _size(path), threads=torch.get_num_threads())))
        progress.add(1)
        log.info("asked %s  %.1f min left", path, progress.minutes_left)
    return torch.from_numpy(np.mean(found, axis=0, dtype=np.float32))


def _size(path: Path) -> int:
    """Return the side of the pictures that an ONNX file takes, in pixels."""
    side: int = onnx.load(str(path)).graph.input[0].type.tensor_type.shape.dim[-1].dim_value
    return side


def _kept(path: Path, teachers: str, count: int) -> torch.Tensor | None:
    """Return the probabilities of an earlier start of the same run, or None."""
    if not path.is_file():
        return None
    with safe_open(path, framework="pt") as file:
        probabilities: torch.Tensor = file.get_tensor("probabilities")
        same = file.metadata()["teachers"] == teachers and len(probabilities) == count
    return probabilities if same else None
