"""The settings of one text-training run: a frozen dataclass read from a TOML file in training/configs/."""

from __future__ import annotations

import dataclasses
import tomllib
from pathlib import Path

CONFIG_FOLDER = Path(__file__).parent / "configs"


@dataclasses.dataclass(frozen=True)
class TextConfig:
    """One run. `rows` limits how many rows of a source are trained on (all, where a source is not named)."""

    name: str
    seed: int = 7
    hidden: int = 256
    dropout: float = 0.35
    epochs: int = 12
    rate: float = 1e-3
    first_layer: int = 3  # features are the means of this layer and those above it, and the maximum of the last
    max_train_tokens: int = 128
    max_tokens: int = 256
    window_overlap: int = 64
    calibration_texts: int = 60  # for evening out channels before quantisation
    rows: dict[str, int] = dataclasses.field(default_factory=dict)


def read_config(name: str) -> TextConfig:
    """Read `training/configs/<name>.toml`.

    Raises:
        FileNotFoundError: no such config.
        TypeError: a key that TextConfig does not have.
    """
    return TextConfig(**tomllib.loads((CONFIG_FOLDER / f"{name}.toml").read_text("utf-8")))
