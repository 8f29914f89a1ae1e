"""Seconds and memory of exporting 100 thousand reviews with all their tags, for each format.

    python -m benchmarks.export [--rows 100000]

The texts are those of the shipped reviews, repeated; the tags are random. Each format runs in a process of its own, at
two sizes: memory is the peak of the process above what it held before the export. Does not measure: the browser.
"""

import argparse
import datetime
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import numpy as np

from backends.contracts import FACE_EMOTIONS, GOEMOTIONS, SENTIMENTS, TextScores
from benchmarks import report
from rag.export_set import export
from rag.layout import FORMAT
from rag.library import shipped_reviews
from rag.manifest import Manifest
from rag.opened import Library
from rag.query import Filters
from rag.store import Store
from rag.writer import LibraryWriter, create

FORMATS = ("csv", "parquet", "xlsx")
CHUNK = 5_000


class Made:
    """What `rag.export_set` needs of a library."""

    def __init__(self, folder: Path, rows: int) -> None:
        reviews, random = shipped_reviews(), np.random.default_rng(0)
        create(folder, _manifest())
        with LibraryWriter(folder) as writer:
            for start in range(0, rows, CHUNK):
                places = range(start, min(start + CHUNK, rows))
                block = [replace(reviews[place % len(reviews)], id=f"{place}") for place in places]
                with writer.chunk():
                    writer.append(block, _nothing_read(len(block)))
        self.store, self.rows = Store(folder), rows
        self.emotions = random.random((rows, len(GOEMOTIONS)), np.float32)
        self.feelings = random.random((rows, len(FACE_EMOTIONS)), np.float32)
        self.sentiments = random.random((rows, len(SENTIMENTS)), np.float32)
        self.toxicity = random.random(rows, np.float32)

    def matching(self, _filters: Filters) -> None:
        """Everything passes."""

    def __len__(self) -> int:
        return self.rows


def _manifest() -> Manifest:
    now = datetime.datetime.now(datetime.UTC)
    return Manifest(
        format=FORMAT, name="made", created=now, count=0, dimension=1, metric="none", sentences=0, embedder="none",
        embedder_identity="none", models={},
    )  # fmt: skip


def _nothing_read(count: int) -> TextScores:
    shapes = ((count, 1), (count, len(GOEMOTIONS)), (count, len(SENTIMENTS)), (count,))
    return TextScores(*(np.zeros(shape, np.float32) for shape in shapes))


def peak_mb() -> float:
    """Return the largest memory this process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


def run(kind: str, rows: int) -> dict[str, float]:
    """Export once in this process."""
    with tempfile.TemporaryDirectory() as folder:
        made = Made(Path(folder), rows)
        path = Path(folder) / f"reviews.{kind}"
        before, started = peak_mb(), time.perf_counter()
        exported = export(cast("Library", made), Filters(), path)
        seconds = time.perf_counter() - started
        assert exported.rows == rows
        made.store.close()
        return {"seconds": seconds, "grown_mb": peak_mb() - before, "file_mb": path.stat().st_size / 1e6}


def apart(kind: str, rows: int) -> dict[str, float]:
    """Export once in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.export", "--one", kind, "--rows", str(rows)]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return cast("dict[str, float]", json.loads(told.splitlines()[-1]))


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and write the results."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.export", description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--one", choices=FORMATS, help=argparse.SUPPRESS)
    options = parser.parse_args(argv)
    if options.one:
        print(json.dumps(run(options.one, options.rows)))
        return 0
    values: dict[str, Any] = {
        kind: {str(rows): apart(kind, rows) for rows in (options.rows // 5, options.rows)} for kind in FORMATS
    }
    rows = [
        report.Row(
            f"{options.rows:,} reviews with all tags as {kind}",
            f"{(found := values[kind][str(options.rows)])['seconds']:.0f} s, {found['file_mb']:.0f} MB, "
            f"memory + {found['grown_mb']:.0f} MB",
        )
        for kind in FORMATS
    ]
    command = f"python -m benchmarks.export --rows {options.rows}"
    report.write("export", "Exporting a large set", command, rows, {"formats": values})
    for row in rows:
        print(f"{row.figure}: {row.measured}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
