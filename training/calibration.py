"""How far a shown probability can be believed: negative log-likelihood, expected calibration error, temperature.

Guo et al. 2017, "On Calibration of Modern Neural Networks" (https://arxiv.org/abs/1706.04599). Plain numpy.
"""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

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


def softmax(logits: Floats, temperature: float = 1.0) -> Floats:
    """(n, k) logits -> (n, k) probabilities of logits / temperature."""
    scaled = np.asarray(logits, dtype=np.float64) / temperature
    scaled -= scaled.max(axis=1, keepdims=True)
    powers = np.exp(scaled)
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def negative_log_likelihood(logits: Floats, labels: Integers, temperature: float = 1.0) -> float:
    """The mean of -log p(true label), in nats."""
    chosen = softmax(logits, temperature)[np.arange(len(labels)), labels]
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


def fit_temperature(logits: Floats, labels: Integers, low: float = 0.2, high: float = 5.0) -> float:
    """The temperature in [low, high] at which the mean top probability equals the share that is right.

    Not the likeliest temperature (Guo et al.): a network trained with label smoothing never gives the clear pictures
    their full probability, the likelihood gains most from raising those, and then the doubtful ones promise too much.
    The mean falls as the temperature rises, so there is one solution; if it lies outside, the nearer end is returned.
    """
    accuracy = float((np.asarray(logits).argmax(axis=1) == labels).mean())

    def too_sure(temperature: float) -> float:
        return float(softmax(logits, temperature).max(axis=1).mean()) - accuracy

    if too_sure(low) <= 0:
        return low
    if too_sure(high) >= 0:
        return high
    return float(brentq(too_sure, low, high))


def cross_fitted_error(logits: Floats, labels: Integers, seed: int, bins: int = 15) -> float:
    """Calibration error where no prediction helped to choose its own temperature: two halves, each fits the other."""
    order = np.random.default_rng(seed).permutation(len(labels))
    halves = order[: len(order) // 2], order[len(order) // 2 :]
    probabilities = np.empty_like(np.asarray(logits, dtype=np.float64))
    for fit, use in (halves, halves[::-1]):
        probabilities[use] = softmax(logits[use], fit_temperature(logits[fit], labels[fit]))
    return expected_calibration_error(probabilities, labels, bins)
