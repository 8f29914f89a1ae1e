"""Approximate indexes for large libraries: which kind at which size, building, checking, reading. FAISS does the work.

An index file covers the first M rows of a library and says so in its name, `vectors-<M>-<identity>-<bytes>.faiss`,
together with what tells those vectors from others and its own length. It can be deleted at any time: searches are
exact without it. Measured at a million clustered vectors of 384 numbers: benchmarks/scale.py.
"""

import os
import re
from pathlib import Path
from typing import Any

import faiss
import numpy as np

from backends.contracts import FloatArray
from rag.index_vectors import Mask, Rows, VectorFile

EXACT_UP_TO = 30_000
"""Reviews up to which every vector is compared: 46 MB of float32, about 3 ms."""
PROBES = 64
"""Lists that a search without filters looks into."""
FOLDER = "index"
_TRAINED_ON = 64
"""Vectors per list that the lists are trained on (FAISS asks for at least 39)."""
_untyped: Any = faiss
"""What its Python layer adds is not in its type information."""
_NAME = re.compile(r"vectors-(\d+)-([0-9a-f]{16})-(\d+)\.faiss")


def lists_for(count: int) -> int:
    """Return the number of inverted lists for a library: about four times the square root, a power of two.

    >>> [lists_for(count) for count in (30_000, 100_000, 1_000_000)]
    [512, 1024, 4096]
    """
    return int(2 ** round(np.log2(4 * np.sqrt(max(count, 1))) - 0.2))


class Approximate:
    """An index over the first `count` vectors: inverted lists of 8-bit codes."""

    def __init__(self, index: Any, path: Path | None = None) -> None:
        self._index, self.path = index, path
        self.count, self.lists = int(index.ntotal), int(index.nlist)
        index.nprobe = min(PROBES, self.lists)  # for other programs that search it

    @property
    def faiss_index(self) -> Any:
        """The FAISS index itself; read-only."""
        return self._index

    def search(self, query: FloatArray, k: int, allowed: Mask | None = None) -> Rows:
        """Return up to k rows near a (dimension,) vector.

        `allowed` is a mask over the rows, looked at inside the search. Where few rows are allowed more lists are looked
        into, by the root of how many times fewer: the nearest allowed ones lie farther off, and there are fewer of them
        in a list. (As many lists more as there are rows fewer finds hardly more, in three times the time.)
        """
        if allowed is None:
            parameters = _untyped.SearchParametersIVF(nprobe=min(PROBES, self.lists))
        else:
            share = max(float(np.count_nonzero(allowed)) / self.count, 1e-9)
            bits = np.packbits(allowed, bitorder="little")
            selector = _untyped.IDSelectorBitmap(bits)
            parameters = _untyped.SearchParametersIVF(
                nprobe=min(int(PROBES / share**0.5) + 1, self.lists), sel=selector
            )
        _, rows = self._index.search(query[None].astype(np.float32), min(k, self.count), params=parameters)
        found: Rows = rows[0][rows[0] >= 0].astype(np.int64)
        return found


def train(vectors: VectorFile, count: int, seed: int = 1) -> Any:
    """Return a trained, empty index for `count` vectors."""
    lists = lists_for(count)
    rng = np.random.default_rng(seed)
    drawn = np.sort(rng.choice(count, min(count, lists * _TRAINED_ON), replace=False))
    index = _untyped.index_factory(vectors.dimension, f"IVF{lists},SQ8", faiss.METRIC_INNER_PRODUCT)
    index.cp.seed = seed
    index.cp.niter = 10
    index.train(vectors.rows(drawn))
    return index


def build(vectors: VectorFile, count: int) -> Approximate:
    """Train an index and put the first `count` vectors in; memory stays at the codes and one training sample."""
    index = train(vectors, count)
    for _, block in vectors.blocks(0, count):
        index.add(block)
    return Approximate(index)


def write(built: Approximate, folder: Path, identity: str) -> Path:
    """Write an index in one step: under another name first, pushed to the disk, then renamed."""
    folder.mkdir(exist_ok=True)
    name = f"vectors-{built.count}-{identity}"
    unfinished = folder / f".{name}.{os.getpid()}"
    faiss.write_index(built.faiss_index, str(unfinished))
    path = folder / f"{name}-{unfinished.stat().st_size}.faiss"
    with unfinished.open("rb+") as file:
        os.fsync(file.fileno())
    unfinished.replace(path)
    return path


def newest(folder: Path, vectors: VectorFile) -> Approximate | None:
    """Return the index file that covers most of these vectors; None if there is none that fits and can be read."""
    for count, identity, path in sorted(_files(folder), reverse=True):
        if count <= vectors.count and vectors.identity(count) == identity:
            found = _read(path, count, vectors.dimension)
            if found is not None:
                return found
    return None


def _files(folder: Path) -> list[tuple[int, str, Path]]:
    named = [(_NAME.fullmatch(path.name), path) for path in folder.glob("vectors-*.faiss")]
    whole = [(match, path) for match, path in named if match and path.stat().st_size == int(match[3])]
    return [(int(match[1]), match[2], path) for match, path in whole]


def _read(path: Path, count: int, dimension: int) -> Approximate | None:
    """Read an index; None for a file that is cut short or is not what its name says."""
    try:
        index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC | faiss.IO_FLAG_READ_ONLY)
    except RuntimeError:  # what FAISS raises for any file it cannot read
        return None
    fits = isinstance(index, faiss.IndexIVF) and index.metric_type == faiss.METRIC_INNER_PRODUCT
    if not fits or (int(index.ntotal), int(index.d)) != (count, dimension):
        return None
    return Approximate(index, path)
