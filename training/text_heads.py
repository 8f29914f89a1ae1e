"""The three heads on text features: their networks, losses, calibration and thresholds.

A head is linear, ReLU, linear. Calibration (one temperature a head, found by likelihood) is folded into
the last layer, so that what runs needs no extra step.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from torch import Tensor, nn
from torch.nn import functional

from backends.contracts import GOEMOTIONS, SENTIMENTS, FloatArray
from training.text_data import UNKNOWN, Example, emotion_targets

Weights = dict[str, NDArray[Any]]

RowsLoss = Callable[[Tensor, Tensor], Tensor]

REFIT_BATCH = 128

OUTPUTS = {"emotion": len(GOEMOTIONS), "sentiment": len(SENTIMENTS), "toxicity": 1}


@dataclass(frozen=True)
class Targets:
    """What is known of n texts, UNKNOWN elsewhere: emotions (n, 28), sentiment (n,), toxicity (n,)."""

    emotion: Tensor
    sentiment: Tensor
    toxicity: Tensor

    @staticmethod
    def of(examples: list[Example]) -> Targets:
        return Targets(
            torch.from_numpy(emotion_targets(examples)),
            torch.tensor([example.sentiment for example in examples]),
            torch.tensor([example.toxicity for example in examples]),
        )

    def rows(self, chosen: Tensor) -> Targets:
        """The targets of some rows."""
        return Targets(self.emotion[chosen], self.sentiment[chosen], self.toxicity[chosen])


def head_network(features: int, hidden: int, outputs: int, dropout: float) -> nn.Sequential:
    """Linear, ReLU, linear, with dropout before either."""
    return nn.Sequential(
        nn.Dropout(dropout), nn.Linear(features, hidden), nn.ReLU(), nn.Dropout(dropout), nn.Linear(hidden, outputs)
    )


def fit_head(
    network: nn.Sequential, inputs: Tensor, loss: RowsLoss, rate: float, decay: float, epochs: int, seed: int
) -> nn.Sequential:
    """A copy of a head, fitted on; `network` is left as it is.

    Args:
        inputs: (n, f) features.
        loss: of the logits of some rows, and which rows these are.
        rate, decay, epochs, seed: of AdamW, in batches of REFIT_BATCH.
    """
    head = copy.deepcopy(network).train()
    optimizer = torch.optim.AdamW(head.parameters(), rate, weight_decay=decay)
    torch.manual_seed(seed)
    for _ in range(epochs):
        for rows in torch.randperm(len(inputs)).split(REFIT_BATCH):
            cost = loss(head(inputs[rows]), rows)
            optimizer.zero_grad()
            cost.backward()
            optimizer.step()
    return head.eval()


def emotion_loss(logits: Tensor, targets: Tensor) -> Tensor:
    """Binary cross-entropy of (n, 28) logits where the target is 1 or 0: summed over labels, mean over rows."""
    known = targets != UNKNOWN
    each = functional.binary_cross_entropy_with_logits(logits, targets.clamp(min=0).float(), reduction="none")
    return (each * known).sum() / known.any(1).sum().clamp(min=1)


def losses(logits: dict[str, Tensor], targets: Targets, weights: Tensor) -> dict[str, Tensor]:
    """Mean loss of each task in `logits` over the rows (and labels) that are known; zero where none is.

    `weights` are those of the three sentiments.
    """
    found = {}
    for task, own in logits.items():
        truth = getattr(targets, task)
        if task == "emotion":
            found[task] = emotion_loss(own, truth)
            continue
        known = truth != UNKNOWN
        if not bool(known.any()):
            found[task] = own.sum() * 0.0
        elif task == "sentiment":
            found[task] = functional.cross_entropy(own[known], truth[known], weights)
        else:
            found[task] = functional.binary_cross_entropy_with_logits(own[known, 0], truth[known].float())
    return found


TASK_WEIGHTS = {"emotion": 1.0, "sentiment": 1.5, "toxicity": 2.0}
"""The loss of an emotion row is a sum over 28 labels, the others are of one decision."""


def joint_loss(logits: dict[str, Tensor], targets: Targets, weights: Tensor) -> Tensor:
    """Sum of the losses of all tasks, each over the rows that know it, divided by all rows of the batch.

    So a task weighs as much as it has rows, and one row alone in its batch does not shout.
    """
    rows = len(targets.sentiment)
    total = torch.zeros(())
    for task, own in losses(logits, targets, weights).items():
        truth = getattr(targets, task)
        known = (truth != UNKNOWN).any(1) if truth.ndim > 1 else truth != UNKNOWN
        total = total + TASK_WEIGHTS[task] * own * (known.sum() / rows)
    return total


def sentiment_weights(targets: Targets) -> Tensor:
    """Weights of the three classes: between equal rows (0) and equal classes (1), nearer the latter."""
    counts = (
        torch.bincount(targets.sentiment[targets.sentiment != UNKNOWN], minlength=len(SENTIMENTS)).clamp(min=1).float()
    )
    weights = (counts.mean() / counts) ** 0.75
    return weights / weights.mean()


def numpy_weights(task: str, network: nn.Sequential) -> Weights:
    """The weights of one head as the reader wants them: (in, out) matrices, and the columns of features it reads."""
    first, last = (layer for layer in network if isinstance(layer, nn.Linear))
    tensors = {"w1": first.weight.T, "b1": first.bias, "w2": last.weight.T, "b2": last.bias}
    found: Weights = {
        f"{task}.{name}": np.ascontiguousarray(tensor.detach().float().numpy()) for name, tensor in tensors.items()
    }
    found[f"{task}.columns"] = np.array([0, first.in_features])
    return found


def cooled(weights: Weights, found: dict[str, float]) -> Weights:
    """The same weights with the temperature of each task folded into its last layer."""
    changed = {
        f"{task}.{name}": weights[f"{task}.{name}"] / np.float32(own)
        for task, own in found.items()
        for name in ("w2", "b2")
    }
    return weights | changed


def temperatures(logits: dict[str, Tensor], targets: Targets) -> dict[str, float]:
    """The temperature of each head that makes the known labels most likely; 1 where a task has none."""

    def best(task: str) -> float:
        def cost(log_temperature: float) -> float:
            scaled = logits | {task: logits[task] / float(np.exp(log_temperature))}
            return float(losses(scaled, targets, torch.ones(len(SENTIMENTS)))[task])

        if not bool((getattr(targets, task) != UNKNOWN).any()):
            return 1.0
        return float(np.exp(minimize_scalar(cost, bounds=(-1.5, 1.5), method="bounded").x))

    return {task: best(task) for task in OUTPUTS}


def best_thresholds(scores: FloatArray, truth: NDArray[np.int8]) -> list[float]:
    """Per label the threshold with the best F1 on (n, labels) scores, after the curve was smoothed over five steps.

    `scores` and `truth` are rows whose truth is known for every label.
    """
    grid = np.arange(0.03, 0.85, 0.01)
    found = []
    for label in range(scores.shape[1]):
        hits = (scores[:, label][:, None] >= grid).astype(np.float64)
        true = truth[:, label].astype(np.float64)
        f1 = 2 * (hits * true[:, None]).sum(0) / np.maximum(hits.sum(0) + true.sum(), 1)
        smooth = np.convolve(np.pad(f1, 2, mode="edge"), np.ones(5) / 5, mode="valid")
        found.append(round(float(grid[int(smooth.argmax())]), 3))
    return found
