"""Milliseconds to read a face, from its crop to seven probabilities: the shipped model against torch's full-size one.

    python -m benchmarks.face [--rounds 15]

- shipped: the int8 ONNX of data/models/face-resnet50 through backends/face_resnet50.py.
- torch: torchvision's ResNet-50 in float32 at 224 pixels, preprocessed by the same function. Its weights are random,
  which costs the same.

Batches of 1 and 16 faces, 1 and 2 threads; the variants take turns, each with four calls of which the last is timed;
medians count. Does not measure: finding faces.
"""

import argparse
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from backends import face_resnet50
from backends.contracts import ImageArray
from backends.preprocessing import InputNumbers, tensor
from benchmarks import full_size, report
from settings import Settings

BATCHES = (1, 16)
THREADS = (1, 2)
CALLS = 4
CROP_PIXELS = 160
FULL_SIZE = InputNumbers(224, (0.485, 0.456, 0.406), (0.229, 0.224, 0.225), resized=256)
ASKED_RATIO, ASKED_MEGABYTES = 15.0, 30.0

Read = Callable[[Sequence[ImageArray]], Any]


def crops(count: int) -> list[ImageArray]:
    """Return `count` different RGB squares of one face."""
    from skimage import data

    photo = data.astronaut()
    return [
        np.ascontiguousarray(photo[40 + n : 40 + n + CROP_PIXELS, 140 + n : 140 + n + CROP_PIXELS])
        for n in range(count)
    ]


def shipped(threads: int) -> Read:
    """Return the product's model with that many threads."""
    return face_resnet50.load(Settings(profile="embedded", threads=threads)).score


def full_size_torch(threads: int) -> Read:
    """Return torchvision's ResNet-50 behind the same preprocessing."""
    model = full_size.resnet50()
    import torch

    def read(squares: Sequence[ImageArray]) -> Any:
        torch.set_num_threads(threads)
        with torch.inference_mode():
            return model(torch.from_numpy(tensor(squares, FULL_SIZE))).softmax(1).numpy()

    return read


def measure(rounds: int) -> dict[str, dict[str, float]]:
    """Return "<threads> threads, batch <n>" -> variant -> median milliseconds a face."""
    results = {}
    for threads in THREADS:
        models = {"shipped": shipped(threads), "torch": full_size_torch(threads)}
        for batch in BATCHES:
            squares = crops(batch)
            timed = {name: _timed(read, squares) for name, read in models.items()}
            for run in timed.values():
                run()  # warms up
            seconds = report.interleave(timed, rounds)
            results[f"{threads} thread{'s' * (threads > 1)}, batch {batch}"] = {
                name: report.median(values) / batch * 1000 for name, values in seconds.items()
            }
    return results


def _timed(read: Read, squares: Sequence[ImageArray]) -> Callable[[], float]:
    def run() -> float:
        """Time the last of CALLS in a row: the first still pay for the other variant's caches and waiting threads."""
        for _ in range(CALLS - 1):
            read(squares)
        started = time.perf_counter()
        read(squares)
        return time.perf_counter() - started

    return run


def rows(milliseconds: dict[str, dict[str, float]], megabytes: float) -> list[report.Row]:
    """Return the README's lines."""
    lines = []
    for title, taken in milliseconds.items():
        ratio = taken["torch"] / taken["shipped"]
        told = f"{taken['shipped']:.1f} / {taken['torch']:.0f} ms a face: {ratio:.0f} × faster"
        lines.append(report.Row(f"{title}: shipped / torch at {FULL_SIZE.size} px", told, f"≥ {ASKED_RATIO:g} ×"))
    return [*lines, report.Row("weights of the shipped model", f"{megabytes:.1f} MB", f"≤ {ASKED_MEGABYTES:g} MB")]


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and write results/face.json."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.face", description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=15, help="timed rounds of every pair, after one that warms up")
    options = parser.parse_args(argv)
    card = face_resnet50.CARD
    milliseconds = measure(options.rounds)
    lines = rows(milliseconds, card.megabytes)
    values = {
        "milliseconds_per_face": milliseconds,
        "megabytes": card.megabytes,
        "model": {"name": card.name, "revision": card.revision, "sha256": card.files[0].sha256},
        "input_pixels": {"shipped": card.preprocessing["input_size"], "torch": FULL_SIZE.size},
    }
    report.write("face", "Reading a face", f"python -m benchmarks.face --rounds {options.rounds}", lines, values)
    report.say(lines)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
