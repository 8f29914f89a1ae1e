"""A vision transformer for faces: a checkpoint in Hugging Face format with a new head of seven classes.

It takes what the other face networks take, (n, 1, S, S) float32 grey, and gives (n, 7) logits; S is the checkpoint's
own size. Dosovitskiy et al. 2021 (https://arxiv.org/abs/2010.11929).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch import nn

from backends.hub import checkpoint
from backends.torchvision_guard import declare_missing_operators
from settings import Settings, from_environment
from training.command import UnusableInput
from training.face_config import LABELS
from training.face_data import MEAN, STD

SHAPE_KEYS = (
    "hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size", "hidden_act", "image_size",
    "patch_size", "num_channels", "qkv_bias", "layer_norm_eps", "hidden_dropout_prob", "attention_probs_dropout_prob",
)  # fmt: skip
FRESH = {"classifier.weight", "classifier.bias"}
"""What a checkpoint of another task may lack: the head that is trained here."""


class FaceViT(nn.Module):
    """transformers' ViTForImageClassification behind the input of the other face networks."""

    def __init__(self, network: Any) -> None:
        super().__init__()
        self.network = network

    @property
    def size(self) -> int:
        """Side of the pictures it reads, in pixels."""
        return int(self.network.config.image_size)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(n, 1, S, S) standardised grey -> (n, 7) logits. The checkpoint's pixels run from -1 to 1, in three channels.

        Raises:
            ValueError: S is not the checkpoint's size.
        """
        pixels = ((x * STD + MEAN) - 0.5) / 0.5
        logits: torch.Tensor = self.network(pixel_values=pixels.expand(-1, 3, -1, -1)).logits
        return logits


def pretrained(source: str, settings: Settings | None = None) -> FaceViT:
    """Return a network with the weights of `source`, a folder or a hub id, and a head drawn at random.

    Raises:
        ModelUnavailable: it is not on disk and may not be downloaded; the message says how to go on.
        ValueError: weights other than the head's are missing.
    """
    folder = Path(source) if Path(source).is_dir() else checkpoint(source, settings or from_environment())
    network, report = _transformers().ViTForImageClassification.from_pretrained(
        folder, num_labels=len(LABELS), ignore_mismatched_sizes=True, output_loading_info=True
    )
    missing = sorted(set(report["missing_keys"]) - FRESH)
    if missing:
        raise UnusableInput(f"{source} lacks weights of a vision transformer ({len(missing)}, among them {missing[0]})")
    return FaceViT(network.float())


def untrained(shape: dict[str, Any]) -> FaceViT:
    """Return a network of this shape, with random weights."""
    library = _transformers()
    return FaceViT(library.ViTForImageClassification(library.ViTConfig(**shape)))


def shape_of(model: FaceViT) -> dict[str, Any]:
    """Return what `untrained` needs, as JSON values; no path of this machine."""
    named: dict[str, Any] = model.network.config.to_dict()
    return {name: named[name] for name in SHAPE_KEYS} | {"num_labels": len(LABELS)}


def save_tiny_checkpoint(folder: Path, seed: int = 0) -> None:
    """Write a vision transformer of two small layers with random weights: 32 pixels in patches of 8, no head."""
    library = _transformers()
    torch.manual_seed(seed)
    shape = library.ViTConfig(
        hidden_size=48, num_hidden_layers=2, num_attention_heads=4, intermediate_size=96, image_size=32, patch_size=8
    )
    library.ViTModel(shape, add_pooling_layer=False).save_pretrained(folder)


def _transformers() -> Any:
    declare_missing_operators()
    import transformers

    return transformers
