"""What a run of `training.responder` is told: a TOML file of training/configs, read into one frozen object."""

from __future__ import annotations

import dataclasses

from training.config_files import read_values


@dataclasses.dataclass(frozen=True)
class ResponderConfig:
    """One run; read from training/configs/<name>.toml. The rate rises over `warmup` of all steps and falls to zero."""

    name: str
    checkpoint: str
    seed: int = 7
    r: int = 8
    alpha: int = 32
    dropout: float = 0.1
    targets: tuple[str, ...] = ("q", "v")
    epochs: int = 3
    batch: int = 32
    rate: float = 1e-3
    weight_decay: float = 0.0
    warmup: float = 0.05
    clip_norm: float = 1.0
    bfloat16: bool = True
    rows: int = 0  # examples to train on; 0: all
    valid_rows: int = 3000  # for the perplexity after every epoch
    scored_replies: int = 500  # written at the end, with the adapter and without
    save_every: int = 200  # steps


def read_config(name_or_path: str) -> ResponderConfig:
    """Read a config by name, or a TOML file by path. Raises SystemExit where there is none for this script."""
    values = read_values(name_or_path, "responder_", ResponderConfig)
    return ResponderConfig(**values | {"targets": tuple(values.get("targets", ResponderConfig.targets))})
