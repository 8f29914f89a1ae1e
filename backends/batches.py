"""Batches of inputs of similar length, so that short ones are not padded to long ones."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.intp]


def by_length(lengths: Sequence[int] | NDArray[np.int64], size: int) -> Iterator[Places]:
    """Yield the places of n inputs, `size` at a time, the shortest first; equally long ones stay in order.

    >>> [places.tolist() for places in by_length([3, 1, 2, 1], 2)]
    [[1, 3], [2, 0]]
    """
    order = np.argsort(np.asarray(lengths), kind="stable")
    for start in range(0, len(order), size):
        yield order[start : start + size]
