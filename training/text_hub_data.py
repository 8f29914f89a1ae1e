"""GoEmotions as `training.text_hub` learns from it: all labels of a text, and dev in two halves."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from backends.contracts import GOEMOTIONS
from training import goemotions


class Labelled(NamedTuple):
    """n texts and their (n, 28) labels."""

    texts: list[str]
    labels: NDArray[np.int8]


def read_split(path: Path) -> Labelled:
    """Read a split of GoEmotions."""
    comments = list(goemotions.comments(path))
    labels = np.zeros((len(comments), len(GOEMOTIONS)), np.int8)
    for row, comment in enumerate(comments):
        labels[row, list(comment.labels)] = 1
    return Labelled([comment.text for comment in comments], labels)


def halves(data: Labelled) -> tuple[Labelled, Labelled]:
    """Return the half that thresholds are chosen on and the half that is only reported."""
    first = np.array([hashlib.sha256(text.lower().encode()).digest()[0] < 128 for text in data.texts])
    return tuple(
        Labelled([text for text, taken in zip(data.texts, part, strict=True) if taken], data.labels[part])
        for part in (first, ~first)
    )  # type: ignore[return-value]  # mypy does not count the parts
