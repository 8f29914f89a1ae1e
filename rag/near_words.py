"""How near two words are in meaning, each by itself: `luggage` and `baggage`, `leaks` and `dripping`.

From a table of common English words made beforehand (training/near_words.py -> data/near_words.npz), so that no model
runs. Does not handle: words that the table lacks (as good as unrelated), other senses, opposites (these are near too).
"""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from backends.contracts import FloatArray
from settings import Settings, from_environment

FILE = "near_words.npz"


def nearness(one: Sequence[str], other: Sequence[str], settings: Settings | None = None) -> FloatArray:
    """Return (len(one), len(other)) cosines between lower-case words; 0 where one of two is not in the table."""
    places, vectors = _table((settings or from_environment()).data_folder / FILE)
    left, right = (_rows(words, places, vectors) for words in (one, other))
    cosines: FloatArray = left @ right.T
    return cosines


def is_known(word: str, settings: Settings | None = None) -> bool:
    """Return whether the table has a lower-case word."""
    return word in _table((settings or from_environment()).data_folder / FILE)[0]


def _rows(words: Sequence[str], places: Mapping[str, int], vectors: NDArray[np.int8]) -> FloatArray:
    found = [places.get(word, -1) for word in words]
    rows: FloatArray = vectors[found].astype(np.float32) / np.float32(127)
    rows[[place < 0 for place in found]] = 0
    return rows


@cache
def _table(path: Path) -> tuple[Mapping[str, int], NDArray[np.int8]]:
    with np.load(path, allow_pickle=False) as file:
        words, vectors = file["words"].tobytes().decode().split("\n"), file["vectors"]
    return {word: place for place, word in enumerate(words)}, vectors
