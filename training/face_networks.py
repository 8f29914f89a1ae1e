"""The network of a run: built anew, or in the shape that its folder remembers."""

from __future__ import annotations

import json
from pathlib import Path

from torch import nn

from training.command import UnusableInput
from training.common import write_json
from training.face_config import FaceConfig
from training.face_model import build
from training.face_state import CHECKPOINT
from training.face_vit import FaceViT, pretrained, shape_of, untrained

SHAPE = "vit.json"
"""In the folder of a run that started from a checkpoint: the shape of its network, so the checkpoint may go."""


def network_of(config: FaceConfig, folder: Path) -> nn.Module:
    """Return the network `config` describes; a run in `folder` that has begun needs no pretrained checkpoint any more.

    Raises:
        ModelUnavailable: the pretrained checkpoint is not here.
        ValueError: the architecture is unknown, or the checkpoint reads pictures of another size than `stages` says.
    """
    if config.architecture != "vit":
        return build(config.architecture)
    if (folder / CHECKPOINT).is_file():
        return untrained(json.loads((folder / SHAPE).read_text(encoding="utf-8")))
    model = pretrained(config.pretrained)
    _check_sizes(model, config)
    write_json(folder / SHAPE, shape_of(model))
    return model


def _check_sizes(model: FaceViT, config: FaceConfig) -> None:
    wrong = sorted(set(config.epoch_sizes) - {model.size})
    if wrong:
        raise UnusableInput(f"{config.pretrained} reads {model.size} px; stages must not say {wrong[0]} px")


def head(model: nn.Module) -> nn.Linear:
    """Return the last linear layer, the one that gives the seven logits."""
    return [layer for layer in model.modules() if isinstance(layer, nn.Linear)][-1]


def train_only_head(model: nn.Module, only: bool) -> None:
    """Freeze everything but the head, or nothing."""
    model.requires_grad_(not only)
    head(model).requires_grad_(True)
