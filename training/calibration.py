"""How far a shown probability can be believed: negative log-likelihood, expected calibration error, calibration.

Guo et al. 2017, "On Calibration of Modern Neural Networks" (https://arxiv.org/abs/1706.04599). Plain numpy.
"""

from __future__ import annotations

import dataclasses
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from backends import face_resnet50

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclasses.dataclass(frozen=True)
class Bin:
    """Predictions whose top probability lies in (low, high]: how many, its mean, and the share that is right."""

    low: float
    high: float
    count: int
    confidence: float
    accuracy: float


def softmax(logits: Floats, calibration: tuple[float, float] = (1.0, 0.0)) -> Floats:
    """(n, k) logits -> (n, k) float64 probabilities, calibrated by temperature and curvature as the product does."""
    return face_resnet50.probabilities(np.asarray(logits, np.float64), *calibration)


def negative_log_likelihood(logits: Floats, labels: Integers, calibration: tuple[float, float] = (1.0, 0.0)) -> float:
    """The mean of -log p(true label), in nats."""
    chosen = softmax(logits, calibration)[np.arange(len(labels)), labels]
    return float(-np.log(np.maximum(chosen, 1e-300)).mean())


def reliability(probabilities: Floats, labels: Integers, bins: int = 15) -> list[Bin]:
    """The predictions in `bins` equal bins of their top probability; empty bins have count 0 and nan means."""
    top, right = probabilities.max(axis=1), probabilities.argmax(axis=1) == labels
    edges = np.linspace(0, 1, bins + 1)
    position = np.clip(np.ceil(top * bins).astype(int) - 1, 0, bins - 1)
    rows = []
    for number in range(bins):
        inside = position == number
        count = int(inside.sum())
        means = (float(top[inside].mean()), float(right[inside].mean())) if count else (float("nan"), float("nan"))
        rows.append(Bin(float(edges[number]), float(edges[number + 1]), count, *means))
    return rows


def expected_calibration_error(probabilities: Floats, labels: Integers, bins: int = 15) -> float:
    """The mean over predictions of |accuracy - confidence| of their bin.

    Two predictions at 0.9, one right, and two at 0.6, both right: (2 * 0.4 + 2 * 0.4) / 4 = 0.4.
    """
    rows = reliability(probabilities, labels, bins)
    return sum(row.count * abs(row.accuracy - row.confidence) for row in rows if row.count) / len(labels)


class Calibration(NamedTuple):
    """What is done to logits before the softmax: see `softmax`."""

    temperature: float
    curvature: float


def fit_calibration(logits: Floats, labels: Integers) -> Calibration:
    """The likeliest temperature in [0.2, 5] and curvature in [0, 1].

    A temperature alone is not enough for a network trained with label smoothing: clear pictures never get their full
    probability, and a temperature that raised it would let the doubtful ones promise too much. The curvature takes
    more from emotions far behind the first, so that clear pictures become surer than doubtful ones do.
    """

    def cost(point: Floats) -> float:
        return negative_log_likelihood(logits, labels, Calibration(float(np.exp(point[0])), float(point[1])))

    limits = [(np.log(0.2), np.log(5.0)), (0.0, 1.0)]
    found = minimize(cost, np.array([0.0, 0.01]), method="L-BFGS-B", bounds=limits)
    return Calibration(float(np.exp(found.x[0])), float(found.x[1]))


def cross_fitted_error(logits: Floats, labels: Integers, seed: int, bins: int = 15) -> float:
    """Calibration error where no prediction helped to choose its own calibration: two halves, each fits the other."""
    order = np.random.default_rng(seed).permutation(len(labels))
    halves = order[: len(order) // 2], order[len(order) // 2 :]
    probabilities = np.empty_like(np.asarray(logits, dtype=np.float64))
    for fit, use in (halves, halves[::-1]):
        probabilities[use] = softmax(logits[use], fit_calibration(logits[fit], labels[fit]))
    return expected_calibration_error(probabilities, labels, bins)
