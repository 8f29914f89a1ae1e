"""What a network's last layer gives out, made probabilities."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from backends.contracts import FloatArray

Logits = NDArray[np.floating[Any]]


def softmax(logits: Logits) -> FloatArray:
    """Return row-wise softmax of (n, classes) logits."""
    exponents = np.exp(logits - logits.max(axis=1, keepdims=True, initial=-np.inf))
    return np.asarray(exponents / exponents.sum(axis=1, keepdims=True), np.float32)


def sigmoid(logits: Logits) -> FloatArray:
    """Return element-wise logistic function."""
    return np.asarray(1.0 / (1.0 + np.exp(-logits)), np.float32)
