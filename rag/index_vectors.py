"""The vectors of a library as they lie on disk: one row of float16 numbers per review, appended, never changed.

Rows are read with plain reads, not through a memory map: a search touches a few hundred rows anywhere in the file, and
each would leave 64 KB of mapped pages in the memory of the process. Exact search reads the file from end to end.
"""

import hashlib
import os
import threading
import weakref
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from backends.contracts import FloatArray
from errors import LibraryDamaged
from rag.arrays import REPAIR, check_length
from rag.layout import VECTORS

Rows = NDArray[np.int64]
"""Row numbers of a library, ascending."""
Mask = NDArray[np.bool_]
"""One truth value for every row of a library."""
BLOCK = 8_192
"""Rows that are read and compared at once: 6 MB of float16 at 384 numbers."""
_SAMPLED = 64
_SAMPLED_SCORES = 4_096
_ITEM = np.dtype(VECTORS.dtype)


class VectorFile:
    """The first `count` rows of a file of (any, dimension) float16 unit vectors; may be shared by threads."""

    def __init__(self, folder: Path, count: int, dimension: int) -> None:
        """Open the vectors of the library in a folder.

        Raises:
            LibraryDamaged: there are fewer than `count`.
        """
        self.count, self.dimension, path = count, dimension, folder / VECTORS.name
        self._path = path
        self._row_bytes = dimension * _ITEM.itemsize
        self._lock = threading.Lock()
        check_length(path, count * self._row_bytes)
        self._file = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
        self._close = weakref.finalize(self, os.close, self._file)  # also when a library is just let go of

    def rows(self, rows: Rows) -> FloatArray:
        """Return (len(rows), dimension) float32 vectors of any rows, in the order asked."""
        found = np.empty((len(rows), self.dimension), _ITEM)
        for place, row in enumerate(rows.tolist()):
            found[place] = np.frombuffer(self._read(row, 1), _ITEM)
        return found.astype(np.float32)

    def block(self, start: int, stop: int) -> FloatArray:
        """Return the (stop - start, dimension) float32 vectors of neighbouring rows."""
        read = np.frombuffer(self._read(start, stop - start), _ITEM)
        return read.reshape(-1, self.dimension).astype(np.float32)

    def blocks(self, start: int = 0, stop: int | None = None) -> Iterator[tuple[int, FloatArray]]:
        """Yield (first row, vectors) of every BLOCK rows from `start` on."""
        last = self.count if stop is None else stop
        for first in range(start, last, BLOCK):
            yield first, self.block(first, min(first + BLOCK, last))

    def identity(self, count: int) -> str:
        """Return what tells these first `count` vectors from any others: a digest of 64 rows spread over them."""
        sample = np.unique(np.linspace(0, max(count - 1, 0), min(count, _SAMPLED)).astype(np.int64))
        content = self.rows(sample).tobytes() + f"{count} {self.dimension}".encode()
        return hashlib.blake2b(content, digest_size=8).hexdigest()

    def close(self) -> None:
        """Let go of the file."""
        self._close()

    def _read(self, row: int, rows: int) -> bytes:
        if not 0 <= row <= row + rows <= self.count:
            raise IndexError(f"rows {row} to {row + rows} of a file of {self.count}")
        offset, wanted = row * self._row_bytes, rows * self._row_bytes
        if hasattr(os, "pread"):
            read = os.pread(self._file, wanted, offset)
        else:  # Windows
            with self._lock:
                os.lseek(self._file, offset, os.SEEK_SET)
                read = os.read(self._file, wanted)
        if len(read) != wanted:
            raise LibraryDamaged(f"The file {self._path.name} of the library was cut short. {REPAIR}")
        return read


def best_of(scores: FloatArray, k: int) -> tuple[Rows, FloatArray]:
    """Return the places and values of the k largest scores above 0, best first; equal ones in order of place."""
    if k <= 0:
        return np.empty(0, np.int64), np.empty(0, np.float32)
    bound = _reached_by(scores, k)
    places = np.flatnonzero(scores >= bound if bound > 0 else scores > 0)
    found = scores[places]
    if k < len(places):
        kept = found >= np.partition(found, len(found) - k)[len(found) - k]
        places, found = places[kept], found[kept]
    order = np.lexsort((places, -found))[:k]
    return places[order], found[order]


def _reached_by(scores: FloatArray, k: int) -> float:
    """Return a value that at least k scores reach and not many more, or 0; about a millisecond for a million scores.

    An even sample tells where to look; the scores themselves are counted.
    """
    share = 4 * k / max(len(scores), 1)
    sample = np.sort(scores[:: max(1, len(scores) // _SAMPLED_SCORES)])
    while share < 1:
        bound = float(sample[int((1 - share) * len(sample))])
        if bound <= 0 or np.count_nonzero(scores >= bound) >= k:
            return max(bound, 0.0)
        share *= 8
    return 0.0
