"""Numbers of a library on disk: .npy files that are written row by row and read memory-mapped. Never pickle."""

import os
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from errors import LibraryDamaged


class RowWriter:
    """Append (m, width) blocks to a .npy file whose number of rows is not known beforehand; memory stays flat.

    The header is written with room for the count and filled in on closing; a file that was not closed says 0 rows.
    """

    def __init__(self, path: Path, width: int, dtype: type[np.generic]) -> None:
        self.rows = 0
        self._shape_rest = (width,) if width else ()
        self._dtype = np.dtype(dtype)
        self._file = path.open("wb")
        self._write_header()

    def append(self, block: NDArray[Any]) -> None:
        """Write rows: an array of shape (m, width), or (m,) for width 0."""
        rows = np.ascontiguousarray(block, self._dtype)
        if rows.shape[1:] != self._shape_rest:
            raise ValueError(f"rows of shape {rows.shape[1:]} do not fit a file of rows {self._shape_rest}")
        self._file.write(rows.tobytes())
        self.rows += len(rows)

    def close(self) -> None:
        """Fill in the count and push the file to the disk."""
        self._file.seek(0)
        self._write_header()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()

    def _write_header(self) -> None:
        """Write a version 1.0 header padded to 128 bytes, whatever the count."""
        shape = (self.rows, *self._shape_rest)
        described = f"{{'descr': {npy.dtype_to_descr(self._dtype)!r}, 'fortran_order': False, 'shape': {shape!r}, }}"
        padded = described.ljust(128 - 10 - 1) + "\n"
        self._file.write(npy.magic(1, 0) + len(padded).to_bytes(2, "little") + padded.encode("latin1"))

    def __enter__(self) -> "RowWriter":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
        else:
            self._file.close()


def read_rows(path: Path, rows: int, width: int) -> NDArray[Any]:
    """Open a .npy file memory-mapped and read-only.

    Raises:
        LibraryDamaged: the file is missing, unreadable, or not (rows, width); width 0 means (rows,).
    """
    try:
        array: NDArray[Any] = np.load(path, mmap_mode="r" if rows else None, allow_pickle=False)
    except (OSError, ValueError) as error:
        raise LibraryDamaged(
            f"The file {path.name} of the library cannot be read. Import the reviews again."
        ) from error
    expected = (rows, width) if width else (rows,)
    if array.shape != expected:
        raise LibraryDamaged(
            f"The file {path.name} holds {array.shape} numbers where {expected} belong. Import the reviews again."
        )
    return array
