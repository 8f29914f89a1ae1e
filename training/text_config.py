"""The settings of one text-training run: a frozen dataclass read from a TOML file in training/configs/."""

from __future__ import annotations

import dataclasses

from training.config_files import read_values


@dataclasses.dataclass(frozen=True)
class TextConfig:
    """One run. `rows` limits how many rows of a source are trained on, `shares` how many of these each epoch draws
    anew (all, where a source is not named). `refit_rows`: rows of each source that the head of toxicity is fitted on at
    the end (none, where a source is not named), `sentiment_rows` those of the head of sentiment."""

    name: str
    seed: int = 7
    branch: int = 2  # layers shared by the embedding and the tower
    hidden: int = 384
    dropout: float = 0.1
    head_dropout: float = 0.2
    epochs: int = 4
    batch: int = 64
    rate: float = 3e-4  # of the topmost layer
    head_rate: float = 1e-3
    layer_decay: float = 0.9  # each layer below learns that much more slowly
    weight_decay: float = 0.01
    word_dropout: float = 0.0  # share of tokens shown as [MASK] while training
    average: float = 0.999  # decay of the averaged weights
    bfloat16: bool = True
    max_train_tokens: int = 96
    max_tokens: int = 256
    window_overlap: int = 64
    calibration_texts: int = 60  # for evening out channels before quantisation
    refit_epochs: int = 4  # of the head of toxicity, on the features that ship
    refit_rate: float = 3e-4
    refit_trust: float = 0.3  # share of a label in a target of tweets; the rest is what the head said before
    sentiment_epochs: int = 4  # of the head of sentiment, on the features that ship
    sentiment_rate: float = 3e-4
    sentiment_trust: float = 0.6  # share of a label in a target; the rest is what the head said before
    rows: dict[str, int] = dataclasses.field(default_factory=dict)
    shares: dict[str, float] = dataclasses.field(default_factory=dict)
    refit_rows: dict[str, int] = dataclasses.field(default_factory=dict)
    sentiment_rows: dict[str, int] = dataclasses.field(default_factory=dict)


def read_config(name_or_path: str) -> TextConfig:
    """Read a config of texts by name, or a TOML file by path.

    Raises:
        SystemExit: there is none of that name, or it is not for training.text.
    """
    return TextConfig(**read_values(name_or_path, "text_", TextConfig, checkpoint=False))
