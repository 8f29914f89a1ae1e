"""Soft labels: what earlier networks say of each training picture, to learn beside its one label.

FER2013's labels are noisy, and a picture often shows two expressions: the probabilities of several networks, each
asked about the picture and its mirror image, say so. Hinton et al. 2015, Distilling the Knowledge in a Neural Network
(https://arxiv.org/abs/1503.02531), at temperature 1.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

import onnxruntime
import torch
from safetensors import safe_open
from safetensors.torch import save
from torch.nn import functional

from training.common import Progress, file_facts, log, write_atomically
from training.face_data import Faces, normalise

SOFT_LABELS = "soft_labels.safetensors"
BATCH = 64


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
    total = torch.zeros(len(faces), 0)
    progress = Progress(len(teachers) * len(faces))
    for path in teachers:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = torch.get_num_threads()
        session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        entry = session.get_inputs()[0]
        parts = []
        for number, images in enumerate(faces.images.split(BATCH)):
            both = torch.cat([images, images.flip(3)])
            (logits,) = session.run(None, {entry.name: normalise(both, entry.shape[-1]).numpy()})
            parts.append(torch.from_numpy(logits).softmax(1).view(2, len(images), -1).mean(0))
            progress.add(len(images))
            if number % 50 == 0:
                log.info("asking %s  %.1f min left", path, progress.minutes_left)
        total = torch.cat(parts) if not total.numel() else total + torch.cat(parts)
    return total / len(teachers)


def _kept(path: Path, teachers: str, count: int) -> torch.Tensor | None:
    """Return the probabilities of an earlier start of the same run, or None."""
    if not path.is_file():
        return None
    with safe_open(path, framework="pt") as file:
        probabilities: torch.Tensor = file.get_tensor("probabilities")
        same = file.metadata()["teachers"] == teachers and len(probabilities) == count
    return probabilities if same else None
