"""Accuracy of the shipped face model on damaged pictures: eight corruptions at three strengths.

    python -m benchmarks.face_robustness --data FER2013 [--images 1000] [--unlit]

FER2013 is the folder with validation/<emotion>/. The pictures are damaged at their own 48 pixels and read by the
product's own path. Writes results/face_robustness.json and a plot beside it. With N pictures the standard error of an
accuracy p is sqrt(p (1 - p) / N): 1.5 points at 1,000. `--unlit` leaves out preprocessing.lit and only prints.
Does not measure: finding and cutting out a damaged face (benchmarks/face_crops.py measures tilted ones).
"""

import argparse
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from unittest import mock

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from backends import face_resnet50, preprocessing
from backends.contracts import FACE_EMOTIONS, FaceModel
from benchmarks import report
from benchmarks.face_corruptions import CORRUPTIONS, Corruption, Grey
from settings import Settings
from training.face_config import LABELS
from training.face_data import load_split

SEED = 7
CHUNK = 256
INK, QUIET = "#1f2937", "#9ca3af"


def validation_pictures(folder: Path, count: int) -> tuple[list[Grey], NDArray[np.int64]]:
    """Return `count` pictures (0: all) drawn evenly at random, (48, 48), and their places in FACE_EMOTIONS."""
    faces = load_split(folder, "validation")
    order = np.random.default_rng(SEED).permutation(len(faces))[: count or None]
    places = np.array([FACE_EMOTIONS.index(label) for label in LABELS])
    pictures = faces.images[:, 0].numpy()
    return [pictures[row] for row in order], places[faces.labels.numpy()[order]]


def damaged(pictures: Sequence[Grey], name: str, how: Corruption, strength: float) -> list[Grey]:
    """Return the pictures damaged; which way each one is depends on its place, the corruption's name and the seed."""
    random = np.random.default_rng([SEED, zlib.crc32(name.encode())])
    return [how.damage(picture, strength, random) for picture in pictures]


def accuracy(model: FaceModel, pictures: Sequence[Grey], answers: NDArray[np.int64]) -> float:
    """Return the share of pictures whose most probable emotion is the labelled one."""
    squares = [np.repeat(picture[:, :, None], 3, axis=2) for picture in pictures]
    rows = [model.score(squares[start : start + CHUNK]) for start in range(0, len(squares), CHUNK)]
    return float((np.concatenate(rows).argmax(axis=1) == answers).mean())


def measure(model: FaceModel, pictures: Sequence[Grey], answers: NDArray[np.int64]) -> dict[str, list[float]]:
    """Return corruption -> accuracy at its three strengths."""
    found = {}
    for name, how in CORRUPTIONS.items():
        found[name] = [accuracy(model, damaged(pictures, name, how, strength), answers) for strength in how.strengths]
        print(f"{name}: {_shares(found[name])}")
    return found


def _shares(values: Sequence[float]) -> str:
    return " / ".join(f"{value * 100:.1f}" for value in values) + " %"


def rows(clean: float, found: Mapping[str, Sequence[float]], count: int) -> list[report.Row]:
    """Return the README's lines."""
    lines = [report.Row(f"no damage ({count:,} validation pictures)", f"{clean * 100:.1f} %")]
    for name, values in found.items():
        how = CORRUPTIONS[name]
        strengths = " / ".join(f"{strength:g}" for strength in how.strengths)
        lines.append(report.Row(f"{name}: {strengths} {how.unit}", _shares(values)))
    return lines


def plot(clean: float, found: Mapping[str, Sequence[float]], path: Path) -> None:
    """Draw one small panel per corruption: accuracy over its strengths, the undamaged accuracy as a dashed line."""
    figure = Figure(figsize=(10, 5), layout="constrained")
    for axes, (name, values) in zip(figure.subplots(2, 4, sharey=True).flat, found.items(), strict=True):
        axes.axhline(clean, color=QUIET, linestyle="--", linewidth=1)
        axes.axhline(1 / len(FACE_EMOTIONS), color=QUIET, linestyle=":", linewidth=1)
        axes.plot(range(4), [clean, *values], "o-", color=INK)
        how = CORRUPTIONS[name]
        axes.set_xticks(range(4), ["none", *(f"{strength:g}" for strength in how.strengths)])
        axes.set(title=name, xlabel=how.unit, ylim=(0, 1))
        axes.spines[["top", "right"]].set_visible(False)
    figure.supylabel("accuracy (dashed: undamaged, dotted: guessing)")
    figure.savefig(path, dpi=120)


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, write and draw."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.face_robustness", description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of FER2013 with validation/<emotion>/")
    parser.add_argument("--images", type=int, default=1000, help="validation pictures, 0 for all")
    parser.add_argument("--unlit", action="store_true", help="print what it is without correcting the light")
    options = parser.parse_args(argv)
    model = face_resnet50.load(Settings(profile="embedded"))
    pictures, answers = validation_pictures(options.data, options.images)
    if options.unlit:
        with mock.patch.object(preprocessing, "lit", new=lambda plane: plane):
            print(f"no damage: {accuracy(model, pictures, answers) * 100:.1f} %")
            measure(model, pictures, answers)
        return 0
    clean = accuracy(model, pictures, answers)
    found = measure(model, pictures, answers)
    values = {
        "accuracy_clean": clean,
        "accuracy": found,
        "strengths": {name: list(how.strengths) for name, how in CORRUPTIONS.items()},
        "pictures": len(pictures),
        "seed": SEED,
        "model": {"revision": model.card.revision, "sha256": model.card.files[0].sha256},
    }
    command = f"python -m benchmarks.face_robustness --data FER2013 --images {options.images}"
    lines = rows(clean, found, len(pictures))
    written = report.write("face_robustness", "Accuracy on damaged faces", command, lines, values)
    plot(clean, found, written.with_suffix(".png"))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
