"""Nearest-neighbour search over the stored vectors: inner product of unit rows, filters inside the search.

Up to EXACT_UP_TO reviews every vector is compared. Larger libraries use an approximate index over the first M rows as
soon as there is one (rag/index_upgrade.py makes it in the background): its best candidates are compared again with the
stored vectors, and rows behind M, or few allowed ones, are always compared exactly. Without such a file, or with a
damaged or foreign one, everything is compared: slower, never wrong.
"""

from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from backends.contracts import FloatArray
from rag import index_ann
from rag.index_ann import EXACT_UP_TO, Approximate
from rag.index_vectors import Mask, Rows, VectorFile, best_of

METRIC = "inner product"
COMPARED_AGAIN = 100
"""Candidates of the approximate index that are compared with the stored vectors."""
FEW_ALLOWED = 1_000
"""Allowed rows up to which only these are read and compared."""


class VectorIndex:
    """The vectors of a library; may be shared by threads, also while a better index takes its place."""

    def __init__(self, folder: Path, count: int, dimension: int) -> None:
        """Open the first `count` vectors.

        Raises:
            LibraryDamaged: there are fewer.
        """
        self.file = VectorFile(folder, count, dimension)
        self.count, self.dimension, self._folder = count, dimension, folder / index_ann.FOLDER
        self._approximate = self._newest()
        self._tail: tuple[int, FloatArray] | None = None

    @property
    def covered(self) -> int:
        """How many of the first rows the approximate index knows; 0 without one."""
        return 0 if self._approximate is None else self._approximate.count

    @property
    def kind(self) -> str:
        """What searches, in words."""
        approximate = self._approximate
        if approximate is None:
            return "exact"
        rest = self.count - approximate.count
        return f"IVF{approximate.lists},SQ8 re-ranked" + (f" and {rest:,} rows exact" if rest else "")

    def refresh(self) -> None:
        """Take an index that was made since. Searches that run meanwhile finish with the one they began with."""
        newest = self._newest()
        if newest is not None and newest.count > self.covered:
            self._approximate = newest

    def search(self, query: FloatArray, k: int, allowed: Rows | Mask | None = None) -> tuple[Rows, FloatArray]:
        """Return the rows and cosines of the k nearest vectors, best first (fewer if fewer are allowed).

        Args:
            query: (dimension,) unit vector.
            allowed: only these rows may be found (the filter is inside the search), as rows or as a mask of (count,);
                None allows all.
        """
        vector = np.ascontiguousarray(query, np.float32)
        mask = _as_mask(allowed, self.count)
        total = self.count if mask is None else int(np.count_nonzero(mask))
        k, approximate = min(k, total), self._approximate
        if k <= 0:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        if mask is not None and total <= FEW_ALLOWED:
            return self._nearest_of(np.flatnonzero(mask), vector, k)
        first = 0 if approximate is None else approximate.count
        rows, cosines = self._exact(vector, k, first, mask)
        if approximate is not None:
            inside = None if mask is None else mask[:first]
            near = approximate.search(vector, max(COMPARED_AGAIN, 2 * k), inside)
            again = self.vectors(near) @ vector
            rows, cosines = np.concatenate([near, rows]), np.concatenate([again, cosines])
        order = np.lexsort((rows, -cosines))[:k]
        return rows[order], cosines[order]

    def vectors(self, rows: Rows) -> FloatArray:
        """Return (len(rows), dimension) stored vectors."""
        return self.file.rows(rows)

    @cached_property
    def faiss_index(self) -> Any:
        """The vectors as a FAISS index, for other programs that search it; read-only. In memory where none is made."""
        if self._approximate is not None and self._approximate.count == self.count:
            return self._approximate.faiss_index
        import faiss

        index: Any = faiss.IndexFlatIP(self.dimension)
        for _, block in self.file.blocks():
            index.add(block)
        return index

    def _nearest_of(self, rows: Rows, vector: FloatArray, k: int) -> tuple[Rows, FloatArray]:
        cosines = self.vectors(rows) @ vector
        order = np.lexsort((rows, -cosines))[:k]
        return rows[order], cosines[order]

    def _exact(self, vector: FloatArray, k: int, first: int, mask: Mask | None) -> tuple[Rows, FloatArray]:
        """Compare every row from `first` on."""
        if first == self.count:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        if self.count - first <= EXACT_UP_TO:
            scores = self._in_memory(first) @ vector
        else:
            scores = np.concatenate([block @ vector for _, block in self.file.blocks(first)])
        scores = scores + np.float32(2)  # above nought, so that what is not allowed can be nought
        if mask is not None:
            scores *= mask[first:]
        places, found = best_of(scores, k)
        return places + first, found - np.float32(2)

    def _in_memory(self, first: int) -> FloatArray:
        """Return the vectors from `first` on, kept for the next search."""
        tail = self._tail
        if tail is None or tail[0] != first:
            tail = self._tail = (first, self.file.block(first, self.count))
        return tail[1]

    def _newest(self) -> Approximate | None:
        return index_ann.newest(self._folder, self.file) if self.count > EXACT_UP_TO else None


def _as_mask(allowed: Rows | Mask | None, count: int) -> Mask | None:
    if allowed is None or allowed.dtype == np.bool_:
        return allowed  # type: ignore[return-value]
    mask = np.zeros(count, np.bool_)
    mask[allowed] = True
    return mask
