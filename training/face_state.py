"""Checkpoints of a face run: one safetensors file, the rest of the state as JSON in its header. No pickle.

Randomness needs no saving: every epoch draws from its own generator, seeded with (seed, epoch).
"""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from safetensors.torch import load_file, save
from torch import nn

from training.common import write_atomically
from training.face_config import FaceConfig, expand_stages, from_dict

CHECKPOINT = "checkpoint.safetensors"
BEST = "best.safetensors"


@dataclasses.dataclass
class RunState:
    """Where a run stands. Steps before `anchor_step` are history: the schedule runs from `anchor_progress` at that
    step to 1 at the last, so the rest of a run can be shortened and the learning rate still ends at zero.
    """

    config: FaceConfig
    epoch_sizes: tuple[int, ...]
    epoch: int = 0  # epochs finished
    step: int = 0
    anchor_step: int = 0
    anchor_progress: float = 0.0
    minutes: float = 0.0

    def progress(self, step: int, steps_per_epoch: int) -> float:
        """The share of the schedule that is done at `step`, from 0 to 1."""
        left = len(self.epoch_sizes) * steps_per_epoch - self.anchor_step
        return self.anchor_progress + (1 - self.anchor_progress) * (step - self.anchor_step) / left

    def replace_rest(
        self, stages: tuple[tuple[int, int], ...], steps_per_epoch: int, progress: float | None = None
    ) -> None:
        """Give the run other epochs from here on; the schedule goes on from `progress` (default: where it is)."""
        here = self.progress(self.step, steps_per_epoch)
        self.anchor_progress = here if progress is None else progress
        self.anchor_step = self.step
        self.epoch_sizes = self.epoch_sizes[: self.epoch] + expand_stages(stages)


def save_checkpoint(
    folder: Path, state: RunState, model: nn.Module, average: nn.Module, optimizer: torch.optim.Optimizer
) -> None:
    """Write weights, averaged weights, the optimizer's memory and `state` as one file, atomically."""
    tensors = {f"model/{name}": value for name, value in model.state_dict().items()}
    tensors |= {f"average/{name}": value for name, value in average.state_dict().items()}
    for number, parameter in enumerate(_parameters(optimizer)):
        for name, value in optimizer.state[parameter].items():
            if isinstance(value, torch.Tensor):
                tensors[f"optimizer/{number}/{name}"] = value
    plain = {name: value.detach().contiguous() for name, value in tensors.items()}
    header = {"state": json.dumps(dataclasses.asdict(state))}
    write_atomically(folder / CHECKPOINT, save(plain, metadata=header))


@dataclasses.dataclass(frozen=True)
class Best:
    """Which averaged weights of a run read validation best so far, and how: the ones that are exported."""

    epoch: int  # epochs finished
    size: int  # pixels; a network is good at the size it was last trained at
    accuracy: float


def save_best(folder: Path, best: Best, average: nn.Module) -> None:
    """Write averaged weights that are better than all before as one file, atomically."""
    plain = {name: value.detach().contiguous() for name, value in average.state_dict().items()}
    write_atomically(folder / BEST, save(plain, metadata={"best": json.dumps(dataclasses.asdict(best))}))


def read_best(folder: Path) -> Best | None:
    """Return what is known of the best weights, or None before the first evaluation."""
    path = folder / BEST
    if not path.is_file():
        return None
    with safe_open(path, framework="pt") as file:
        return Best(**json.loads(file.metadata()["best"]))


def load_best(folder: Path, model: nn.Module) -> Best:
    """Fill `model` with the averaged weights that read validation best; a run without an evaluation has its last.

    Raises FileNotFoundError where there is no run.
    """
    best = read_best(folder)
    if best is not None:
        model.load_state_dict(load_file(folder / BEST))
        return best
    state = read_state(folder)
    load_checkpoint(folder, model)
    return Best(state.epoch, state.epoch_sizes[state.epoch - 1], float("nan"))


def read_state(folder: Path) -> RunState:
    """Read a checkpoint's state without its weights. Raises FileNotFoundError where there is none."""
    path = folder / CHECKPOINT
    if not path.is_file():
        raise FileNotFoundError(f"no {CHECKPOINT} in {folder.name}; train first")
    with safe_open(path, framework="pt") as file:
        values: dict[str, Any] = json.loads(file.metadata()["state"])
    values["config"] = from_dict(values["config"])
    values["epoch_sizes"] = tuple(values["epoch_sizes"])
    return RunState(**values)


def load_checkpoint(
    folder: Path, model: nn.Module, average: nn.Module | None = None, optimizer: torch.optim.Optimizer | None = None
) -> RunState:
    """Fill `model` (and the others where given) from `folder`; return the state.

    With neither of the others, `model` gets the averaged weights: those are the ones to use.
    """
    state = read_state(folder)
    tensors: dict[str, dict[str, torch.Tensor]] = {"model": {}, "average": {}, "optimizer": {}}
    with safe_open(folder / CHECKPOINT, framework="pt") as file:
        for key in file.keys():  # noqa: SIM118 - not a dict
            part, name = key.split("/", 1)
            tensors[part][name] = file.get_tensor(key)
    model.load_state_dict(tensors["average" if average is None else "model"])
    if average is not None:
        average.load_state_dict(tensors["average"])
    if optimizer is not None:
        parameters = _parameters(optimizer)
        for key, value in tensors["optimizer"].items():
            number, name = key.split("/")
            parameter = parameters[int(number)]
            like = torch.empty_like(parameter) if value.shape == parameter.shape else torch.empty_like(value)
            optimizer.state[parameter][name] = like.copy_(value)
    return state


def _parameters(optimizer: torch.optim.Optimizer) -> list[torch.Tensor]:
    return [parameter for group in optimizer.param_groups for parameter in group["params"]]
