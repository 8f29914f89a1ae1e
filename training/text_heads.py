"""The three heads on text features: their networks, losses, calibration and thresholds.

A head is standardise, linear, ReLU, linear. Calibration (one temperature a head, found by likelihood) is folded into
the last layer, so that what runs needs no extra step.
"""

from __future__ import annotations

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


class Heads(nn.Module):
    """All three heads on (n, f) features."""

    def __init__(self, features: int, hidden: int, dropout: float) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(features))
        self.register_buffer("scale", torch.ones(features))
        self.tasks = nn.ModuleDict({task: head_network(features, hidden, OUTPUTS[task], dropout) for task in OUTPUTS})

    def network(self, task: str) -> nn.Sequential:
        """The network of one task."""
        found = self.tasks[task]
        assert isinstance(found, nn.Sequential)
        return found

    def standardise_like(self, features: Tensor) -> None:
        """Take mean and scale from (n, f) features."""
        self.mean = features.mean(0)
        self.scale = features.std(0) + 1e-3

    def forward(self, features: Tensor) -> dict[str, Tensor]:
        """(n, f) -> logits of each task."""
        standard = (features - self.mean) / self.scale
        return {task: head(standard) for task, head in self.tasks.items()}


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


def sentiment_weights(targets: Targets) -> Tensor:
    """Weights of the three classes: between equal rows (0) and equal classes (1), half way."""
    counts = (
        torch.bincount(targets.sentiment[targets.sentiment != UNKNOWN], minlength=len(SENTIMENTS)).clamp(min=1).float()
    )
    weights = (counts.mean() / counts) ** 0.5
    return weights / weights.mean()


def fit_on_features(
    features: Tensor, targets: Targets, *, hidden: int, dropout: float, epochs: int, rate: float
) -> Heads:
    """Fit the heads on features that stay as they are."""
    batch = 256
    heads = Heads(features.shape[1], hidden, dropout)
    heads.standardise_like(features)
    optimizer = torch.optim.AdamW(heads.parameters(), lr=rate, weight_decay=0.02)
    steps = epochs * (len(features) // batch + 1)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, total_steps=steps, pct_start=0.1)
    weights = sentiment_weights(targets)
    heads.train()
    for _ in range(epochs):
        for rows in torch.randperm(len(features)).split(batch):
            loss = torch.stack(list(losses(heads(features[rows]), targets.rows(rows), weights).values())).sum()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    return heads.eval()


def numpy_weights(task: str, network: nn.Sequential, scaling: tuple[Tensor, Tensor]) -> Weights:
    """The weights of one head as the reader wants them: (in, out) matrices, with mean and scale of the features folded
    into the first, and the columns of the features it reads."""
    first, last = (layer for layer in network if isinstance(layer, nn.Linear))
    matrix = first.weight.T / scaling[1][:, None]
    bias = first.bias - scaling[0] @ matrix
    tensors = {"w1": matrix, "b1": bias, "w2": last.weight.T, "b2": last.bias}
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


def best_thresholds(scores: FloatArray, truth: NDArray[np.int8], prior_rows: int = 10) -> list[float]:
    """Per label the threshold with the best F1 on (n, labels) scores, drawn towards 0.3 for labels that are rare.

    Args:
        scores, truth: rows whose truth is known for every label.
        prior_rows: with that many positive rows, half of the found threshold and half of 0.3 is taken.
    """
    grid = np.arange(0.05, 0.81, 0.01)
    found = []
    for label in range(scores.shape[1]):
        hits = (scores[:, label][:, None] >= grid).astype(np.float64)
        true = truth[:, label].astype(np.float64)
        f1 = 2 * (hits * true[:, None]).sum(0) / np.maximum(hits.sum(0) + true.sum(), 1)
        smooth = np.convolve(np.pad(f1, 2, mode="edge"), np.ones(5) / 5, mode="valid")
        share = true.sum() / (true.sum() + prior_rows)
        found.append(round(float(share * grid[int(smooth.argmax())] + (1 - share) * 0.3), 3))
    return found
