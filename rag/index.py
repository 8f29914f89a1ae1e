"""Exact nearest-neighbour search with FAISS: inner product of unit rows, filters inside the search.

Does not handle: approximate indexes for more than some hundred thousand reviews.
"""

from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from backends.contracts import FloatArray
from errors import LibraryDamaged

METRIC = "inner product"
Rows = NDArray[np.int64]
"""Row numbers of a library, ascending."""


class IndexWriter:
    """Collect (m, dimension) blocks of unit vectors, then write them as one index."""

    def __init__(self, dimension: int) -> None:
        self.dimension = dimension
        self._index: Any = faiss.IndexFlatIP(dimension)

    def append(self, vectors: FloatArray) -> None:
        if len(vectors):
            self._index.add(np.ascontiguousarray(vectors, np.float32))

    def write(self, path: Path) -> None:
        faiss.write_index(self._index, str(path))


class VectorIndex:
    """The vectors of a library, memory-mapped and read-only."""

    def __init__(self, path: Path, count: int, dimension: int) -> None:
        """Open an index.

        Raises:
            LibraryDamaged: the file is no FAISS index, or not one of `count` vectors of `dimension` numbers.
        """
        try:
            self._index: Any = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC | faiss.IO_FLAG_READ_ONLY)
        except RuntimeError as error:
            raise LibraryDamaged("The index of the library cannot be read. Import the reviews again.") from error
        found = (int(self._index.ntotal), int(self._index.d), int(self._index.metric_type))
        if found != (count, dimension, faiss.METRIC_INNER_PRODUCT):
            raise LibraryDamaged(
                f"The index holds {found[0]:,} vectors of {found[1]} numbers where the manifest says {count:,} of "
                f"{dimension}. Import the reviews again."
            )
        self.count, self.dimension = count, dimension

    @property
    def faiss_index(self) -> Any:
        """The FAISS index itself, for other programs that search it; read-only."""
        return self._index

    def search(self, query: FloatArray, k: int, allowed: Rows | None = None) -> tuple[Rows, FloatArray]:
        """Return the rows and cosines of the k nearest vectors, best first (fewer if fewer are allowed).

        Args:
            query: (dimension,) unit vector.
            allowed: only these rows may be found (the filter is inside the search); None allows all.
        """
        k = min(k, self.count if allowed is None else len(allowed))
        if k <= 0:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        parameters = None if allowed is None else _selecting(allowed)
        cosines, rows = self._index.search(np.ascontiguousarray(query[None], np.float32), k, params=parameters)
        return rows[0].astype(np.int64), cosines[0].astype(np.float32)

    def vectors(self, rows: Rows) -> FloatArray:
        """Return (len(rows), dimension) stored vectors."""
        if len(rows) == 0:
            return np.empty((0, self.dimension), np.float32)
        vectors: FloatArray = self._index.reconstruct_batch(np.ascontiguousarray(rows, np.int64))
        return vectors


def _selecting(allowed: Rows) -> Any:
    """Return search parameters that let only these rows be found; they keep their selector alive."""
    parameters: Any = faiss.SearchParameters
    return parameters(sel=faiss.IDSelectorBatch(np.ascontiguousarray(allowed, np.int64)))
