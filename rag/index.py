"""Exact nearest-neighbour search over the stored vectors: inner product of unit rows, filters inside the search.

The vectors stay on the disk, memory-mapped, and are read in blocks. Does not handle: approximate indexes for more than
some hundred thousand reviews.
"""

from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backends.contracts import FloatArray
from rag.arrays import read_rows
from rag.layout import VECTORS

METRIC = "inner product"
Rows = NDArray[np.int64]
"""Row numbers of a library, ascending."""
_BLOCK = 8_192


class VectorIndex:
    """The vectors of a library, memory-mapped and read-only."""

    def __init__(self, folder: Path, count: int, dimension: int) -> None:
        """Open the first `count` vectors.

        Raises:
            LibraryDamaged: there are fewer.
        """
        self._vectors = read_rows(folder, VECTORS, dimension, count)
        self.count, self.dimension = count, dimension

    @cached_property
    def faiss_index(self) -> Any:
        """The vectors as a FAISS index in memory, for other programs that search it; read-only."""
        import faiss

        index: Any = faiss.IndexFlatIP(self.dimension)
        for start in range(0, self.count, _BLOCK):
            index.add(np.asarray(self._vectors[start : start + _BLOCK], np.float32))
        return index

    def search(self, query: FloatArray, k: int, allowed: Rows | None = None) -> tuple[Rows, FloatArray]:
        """Return the rows and cosines of the k nearest vectors, best first (fewer if fewer are allowed).

        Args:
            query: (dimension,) unit vector.
            allowed: only these rows may be found (the filter is inside the search); None allows all.
        """
        total = self.count if allowed is None else len(allowed)
        k = min(k, total)
        if k <= 0:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        vector = np.asarray(query, np.float32)
        cosines = np.empty(total, np.float32)
        for start in range(0, total, _BLOCK):
            block = slice(start, start + _BLOCK)
            cosines[block] = self._block(block if allowed is None else allowed[block]) @ vector
        places = np.argpartition(-cosines, k - 1)[:k]
        places = places[np.lexsort((places, -cosines[places]))]
        rows = places if allowed is None else allowed[places]
        return rows.astype(np.int64), cosines[places]

    def vectors(self, rows: Rows) -> FloatArray:
        """Return (len(rows), dimension) stored vectors."""
        return self._block(np.asarray(rows, np.int64))

    def _block(self, rows: Rows | slice) -> FloatArray:
        return np.asarray(self._vectors[rows], np.float32)
