"""Random batches of texts of similar length: a random order in pools, each pool cut into batches by length."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from backends.batches import by_length

Places = NDArray[np.int64]


def pools(lengths: NDArray[np.int64], size: int, batches: int, random: np.random.Generator) -> Iterator[list[Places]]:
    """Yield so many batches of `size` places at a time, of a random order of all n: in a pool, of similar length each
    and the shortest first."""
    order = random.permutation(len(lengths))
    for start in range(0, len(order), batches * size):
        pool = order[start : start + batches * size]
        yield [pool[places] for places in by_length(lengths[pool], size)]


def shuffled(lengths: NDArray[np.int64], size: int, batches: int, random: np.random.Generator) -> list[Places]:
    """Return the batches of all pools in random order."""
    found = [places for pool in pools(lengths, size, batches, random) for places in pool]
    return [found[place] for place in random.permutation(len(found))]
