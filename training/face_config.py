"""The settings of one face-training run: a frozen dataclass read from a TOML file in training/configs/."""

from __future__ import annotations

import dataclasses
from typing import Any

from training.command import UnusableInput
from training.config_files import read_values

LABELS = ("angry", "disgust", "fear", "happy", "neutral", "sad", "surprise")


@dataclasses.dataclass(frozen=True)
class Augmentation:
    """How far each random change goes; every number is the largest deviation. The full strength applies at the end of
    training, `start_strength` of it in the first epoch (short runs at small sizes need less of it).
    """

    rotation_degrees: float = 15.0
    scale: float = 0.15
    shift: float = 0.08  # of the image's width
    brightness: float = 0.2
    contrast: float = 0.25
    erase_probability: float = 0.25
    erase_side: float = 0.35  # of the image's width
    flip_probability: float = 0.5
    start_strength: float = 0.5


@dataclasses.dataclass(frozen=True)
class FaceConfig:
    """One run. `stages` lists (input side in pixels, epochs) in order of training; the last size is the model's.

    A network that starts from `pretrained` may train its new head alone in the first `head_epochs` of these epochs, at
    up to `head_lr`; then everything trains at up to `peak_lr`. Each of the two has a cycle of its own.
    """

    name: str
    architecture: str
    stages: tuple[tuple[int, int], ...]
    pretrained: str = ""  # "vit" only: a hub id, or a folder with config.json and model.safetensors
    head_epochs: int = 0
    head_lr: float = 1e-3
    batch: int = 96
    optimizer: str = "adamw"
    peak_lr: float = 1e-3
    warmup: float = 0.15  # share of all steps
    momentum: float = 0.9  # of sgd; the first beta of adamw
    weight_decay: float = 0.05
    clip_norm: float = 2.0  # of the whole gradient
    label_smoothing: float = 0.1
    taught_share: float = 0.0  # of what is learned: the teachers' probabilities (--teachers); the rest is the label
    mixup_alpha: float = 0.0  # of the beta distribution of the shares; 0: none
    cutmix_alpha: float = 0.0  # with both, every batch draws one of the two
    mix_until: float = 1.0  # share of the schedule after which pictures are no longer blended
    drop_path: float = 0.0  # "resnet50": probability that the last residual branch is left out; less for earlier ones
    sam_radius: float = 0.0  # of sharpness-aware steps (training.face_sharpness); 0: plain steps
    sam_from: float = 0.0  # share of the schedule after which steps are sharpness-aware
    ema_steps: int = 500  # time constant of the weight average
    ema_every: int = 4
    evaluate_every: int = 3  # epochs; the last epoch is always evaluated
    seed: int = 7
    bfloat16: bool = True
    augmentation: Augmentation = Augmentation()

    @property
    def epoch_sizes(self) -> tuple[int, ...]:
        """The input side of every epoch, in order."""
        return expand_stages(self.stages)


FACE_FACTS = ("input_size", "temperature", "curvature", "files")
"""What the card of a face model says, and no card of another model."""


def expand_stages(stages: tuple[tuple[int, int], ...]) -> tuple[int, ...]:
    """((40, 2), (64, 1)) -> (40, 40, 64)."""
    return tuple(size for size, epochs in stages for _ in range(epochs))


def parse_stages(text: str) -> tuple[tuple[int, int], ...]:
    """ "40:2,64:1" -> ((40, 2), (64, 1)). Raises ValueError on anything else."""
    pairs = [part.split(":") for part in text.split(",")]
    if not all(len(pair) == 2 for pair in pairs):
        raise UnusableInput(f"stages look like 40:8,64:7 (pixels:epochs), not {text!r}")
    return tuple((int(size), int(epochs)) for size, epochs in pairs)


def from_dict(values: dict[str, Any]) -> FaceConfig:
    """Build a FaceConfig from plain values (TOML or JSON); an unknown key raises TypeError."""
    values = dict(values)
    values["stages"] = tuple((int(size), int(epochs)) for size, epochs in values["stages"])
    values["augmentation"] = Augmentation(**values.get("augmentation", {}))
    return FaceConfig(**values)


def read_config(name_or_path: str) -> FaceConfig:
    """Read a config of faces by name, or a TOML file by path. Raises SystemExit naming the choices."""
    return from_dict(read_values(name_or_path, "face_", FaceConfig))
