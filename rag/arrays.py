"""Numbers of a library on disk: raw rows that are only appended to, and read memory-mapped. See `rag.layout`."""

import math
import mmap
import os
import threading
import zlib
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from errors import LibraryDamaged
from rag.layout import ArrayFile


class RowAppender:
    """Append blocks of rows to an array file; use as a context manager, which closes it.

    Opening cuts off what lies behind the `rows` that count. Nothing is promised before `sync` has returned.
    """

    def __init__(self, folder: Path, file: ArrayFile, dimension: int, rows: int) -> None:
        """Open the file, or make it.

        Raises:
            LibraryDamaged: it holds fewer than `rows` rows.
        """
        self._shape_rest = (file.numbers(dimension),) if file.numbers(dimension) else ()
        self._dtype = np.dtype(file.dtype)
        path = folder / file.name
        self._file = path.open("r+b" if path.exists() else "w+b", buffering=0)
        try:
            check_length(path, rows * file.row_bytes(dimension))
            self._file.truncate(rows * file.row_bytes(dimension))
            self._file.seek(0, os.SEEK_END)
        except BaseException:
            self._file.close()
            raise

    def append(self, block: NDArray[Any]) -> int:
        """Write rows, an array of shape (m, width), or (m,) for width 0; return the crc32 of their bytes.

        Raises:
            OSError: the disk is full or the file may not grow.
        """
        rows = np.ascontiguousarray(block, self._dtype)
        if rows.shape[1:] != self._shape_rest:
            raise ValueError(f"rows of shape {rows.shape[1:]} do not fit a file of rows {self._shape_rest}")
        left = memoryview(rows.tobytes())
        checksum = zlib.crc32(left)
        while left:  # an unbuffered write may take a part only
            left = left[self._file.write(left) :]
        return checksum

    def sync(self) -> None:
        """Push everything that was appended to the disk."""
        os.fsync(self._file.fileno())

    def __enter__(self) -> "RowAppender":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()


def read_rows(folder: Path, file: ArrayFile, dimension: int, rows: int) -> NDArray[Any]:
    """Return the first rows of an array file, memory-mapped and read-only: (rows, width), or (rows,) for width 0.

    Raises:
        LibraryDamaged: the file is missing or shorter.
    """
    width = file.numbers(dimension)
    shape = (rows, width) if width else (rows,)
    if rows == 0:
        return np.empty(shape, file.dtype)
    check_length(folder / file.name, rows * file.row_bytes(dimension))
    mapped: NDArray[Any] = np.memmap(folder / file.name, np.dtype(file.dtype), "r", shape=shape)
    return mapped


def release(mapped: NDArray[Any]) -> None:
    """Take a memory-mapped array out of this process's memory, where the system can; it can be read as before.

    Each row that is touched brings 64 KB of its neighbours along, which would stay for good.
    """
    pages: Any = getattr(mapped, "_mmap", None)
    if pages is not None and hasattr(mmap, "MADV_DONTNEED"):
        pages.madvise(mmap.MADV_DONTNEED)


def read_ahead(paths: Sequence[Path]) -> threading.Thread:
    """Read files through in a thread, so that the system keeps them in its cache; return that thread.

    Searching a million reviews that lie on the disk alone takes tens of milliseconds instead of a few; this process
    does not grow. (Telling the system, POSIX_FADV_WILLNEED, changed nothing where it was tried.) Files that together
    would fill more than half of the memory are left alone.
    """

    def read() -> None:
        buffer = bytearray(1 << 20)
        with suppress(OSError):  # one may be replaced meanwhile; a search says so if it must
            if sum(path.stat().st_size for path in paths) > _memory_bytes() / 2:
                return
            for path in paths:
                with path.open("rb", buffering=0) as file:
                    while file.readinto(buffer):
                        pass

    thread = threading.Thread(target=read, name="read-ahead", daemon=True)
    thread.start()
    return thread


def _memory_bytes() -> float:
    """All of the machine's memory; without limit where the system does not say."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") if hasattr(os, "sysconf") else math.inf


def checksums(
    folder: Path, file: ArrayFile, dimension: int, blocks: list[tuple[int, int]], most_bytes: int = 1 << 24
) -> list[int]:
    """Return the crc32 of each (first row, rows) block of a file, reading at most `most_bytes` at a time."""
    size, found = file.row_bytes(dimension), []
    with (folder / file.name).open("rb") as stream:
        for first, rows in blocks:
            stream.seek(first * size)
            left, checksum = rows * size, 0
            while left and (part := stream.read(min(left, most_bytes))):
                checksum, left = zlib.crc32(part, checksum), left - len(part)
            found.append(checksum)
    return found


def check_length(path: Path, needed: int) -> None:
    try:
        found = path.stat().st_size
    except FileNotFoundError as error:
        if needed == 0:
            return
        raise LibraryDamaged(f"The file {path.name} of the library is missing. {REPAIR}") from error
    if found < needed:
        raise LibraryDamaged(
            f"The file {path.name} of the library holds {found:,} bytes where at least {needed:,} belong. {REPAIR}"
        )


REPAIR = "Its reviews can be saved with “python -m rag export” and imported again with “--replace”."
