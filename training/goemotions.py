"""GoEmotions as it is published: comments of Reddit and the numbers of their labels, tab-separated, without a header.

Demszky et al. 2020, https://arxiv.org/abs/2005.00547.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple


class Comment(NamedTuple):
    """A text and the places of its labels in GOEMOTIONS, at least one."""

    text: str
    labels: tuple[int, ...]


def comments(path: Path) -> Iterator[Comment]:
    """Yield the comments of a split, in the order of the file."""
    with path.open(encoding="utf-8", newline="") as file:
        for text, labels, *_ in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            yield Comment(text, tuple(int(label) for label in labels.split(",")))
