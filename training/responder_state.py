"""Checkpoints of an adapter run: one safetensors file, the rest of the state as JSON in its header. No pickle.

Randomness needs no saving: the order of an epoch and the dropout of a step draw from generators seeded by their number.
"""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from safetensors.torch import save

from training.common import write_atomically

CHECKPOINT = "checkpoint.safetensors"


@dataclasses.dataclass
class State:
    """Where a run stands: optimizer steps done, the losses of this epoch's, validation perplexity before training and
    the best so far (and when), minutes trained."""

    config: dict[str, Any]
    rows: int
    step: int = 0
    best: float | None = None
    best_epoch: int = 0
    first: float | None = None
    minutes: float = 0.0
    losses: list[float] = dataclasses.field(default_factory=list)
    history: list[dict[str, float]] = dataclasses.field(default_factory=list)


def trained(model: torch.nn.Module) -> dict[str, torch.nn.Parameter]:
    """Return the parameters that a run trains, by name."""
    return {name: value for name, value in model.named_parameters() if value.requires_grad}


def save_state(folder: Path, state: State, model: torch.nn.Module, optimizer: torch.optim.Optimizer) -> None:
    """Write the trained weights, the optimizer's memory and `state` as one file, atomically."""
    tensors = {f"model/{name}": value.detach() for name, value in trained(model).items()}
    for name, parameter in trained(model).items():
        for key, value in optimizer.state[parameter].items():
            tensors[f"optimizer/{name}/{key}"] = torch.as_tensor(value)
    plain = {name: value.detach().cpu().contiguous() for name, value in tensors.items()}
    write_atomically(folder / CHECKPOINT, save(plain, metadata={"state": json.dumps(dataclasses.asdict(state))}))


def load_state(folder: Path, model: torch.nn.Module, optimizer: torch.optim.Optimizer) -> State:
    """Fill model and optimizer from a folder's checkpoint; return the state."""
    parameters = trained(model)
    with safe_open(folder / CHECKPOINT, framework="pt") as file:
        state = State(**json.loads(file.metadata()["state"]))
        for key in file.keys():  # noqa: SIM118 - not a dict
            part, rest = key.split("/", 1)
            value = file.get_tensor(key)
            if part == "model":
                parameters[rest].data.copy_(value)
            else:
                name, slot = rest.rsplit("/", 1)
                parameter = parameters[name]
                optimizer.state[parameter][slot] = value if slot == "step" else value.to(parameter.device)
    return state
