"""Seconds and memory of exporting 100 thousand reviews with all their tags, for each format.

    python -m benchmarks.export [--rows 100000]

The texts are those of the shipped reviews, repeated; the tags are random. The HTML report holds charts over all
reviews and a sample of them; its time includes counting everything for the first time. Each format runs in a process
of its own, at two sizes: memory is the peak of the process above what it held before the export. Does not measure: the
browser.
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

import model_utils
from backends.contracts import GOEMOTIONS, SENTIMENTS, TextScores
from benchmarks import report
from rag.export_set import export
from rag.index import METRIC
from rag.layout import FORMAT
from rag.library import shipped_reviews
from rag.manifest import Manifest, vectors_identity
from rag.opened import Library
from rag.query import Filters
from rag.writer import LibraryWriter, create
from settings import Settings

FORMATS = ("csv", "parquet", "xlsx", "html")
CHUNK, DIMENSION = 5_000, 8


def library(folder: Path, rows: int) -> Library:
    """Write a library of `rows` reviews and open it."""
    reviews, random = shipped_reviews(), np.random.default_rng(0)
    create(folder, _manifest())
    with LibraryWriter(folder) as writer:
        for start in range(0, rows, CHUNK):
            places = range(start, min(start + CHUNK, rows))
            block = [replace(reviews[place % len(reviews)], id=f"{place}") for place in places]
            with writer.chunk():
                writer.append(block, _made_up(len(block), random))
    return Library(folder, Settings())


def _manifest() -> Manifest:
    now, embedder = datetime.datetime.now(datetime.UTC), model_utils.card("embedder", "minilm")
    return Manifest(
        format=FORMAT, name="made", created=now, count=0, dimension=DIMENSION, metric=METRIC, sentences=0,
        embedder=embedder.name, embedder_identity=vectors_identity(embedder), models={},
    )  # fmt: skip


def _made_up(count: int, random: np.random.Generator) -> TextScores:
    shapes = ((count, DIMENSION), (count, len(GOEMOTIONS)), (count, len(SENTIMENTS)), (count,))
    return TextScores(*(random.random(shape, np.float32) for shape in shapes))


def peak_mb() -> float:
    """Return the largest memory this process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


def run(kind: str, rows: int) -> dict[str, float]:
    """Export once in this process."""
    with tempfile.TemporaryDirectory() as folder:
        made = library(Path(folder), rows)
        path = Path(folder) / f"reviews.{kind}"
        before, started = peak_mb(), time.perf_counter()
        exported = export(made, Filters(), path)
        seconds = time.perf_counter() - started
        assert exported.rows == rows
        made.close()
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
    report.say(rows)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
