"""How well a map says what a face model's answer rests on: covers of several sizes, RISE, two maps that know nothing.

    python -m benchmarks.face_saliency --data FER2013 [--images 60]

Deletion and insertion (RISE, Petsiuk et al. 2018, arXiv:1806.07421): blur the picture away from the hottest cells to
the coldest and watch the probability of the model's answer fall (the sooner, the smaller the mean: better), then bring
it back in the same order (the sooner, the larger the mean: better). The score is insertion minus deletion. A map that
knows nothing of the picture but that faces are in the middle ("centre") is the one to beat. Writes
results/face_saliency.json.
"""

import argparse
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from backends import face_resnet50
from backends.contracts import FaceModel, FloatArray, ImageArray
from benchmarks import report
from benchmarks.face_robustness import validation_pictures
from emotion.saliency import SIDE, blurred, explain
from settings import Settings

CELLS = 12
STEPS = 18
Covers = tuple[tuple[int, float], ...]
"""Each row: spots along a side, and the cover's standard deviation in parts of the side."""
COVERS: dict[str, Covers] = {
    "fine covers": ((12, 0.07),),
    "middle covers": ((8, 0.12),),
    "large covers": ((6, 0.18),),
    "fine and middle covers": ((12, 0.07), (8, 0.12)),
}
RISE = ((200, 6), (400, 4), (400, 6), (400, 8))
"""Masks, and cells along a side."""

Map = Callable[[FaceModel, ImageArray, int], FloatArray]


def covers_map(covers: Covers) -> Map:
    """Return occlusion sensitivity (Zeiler and Fergus 2014, arXiv:1311.2901) with soft covers that blur."""

    def make(model: FaceModel, crop: ImageArray, emotion: int) -> FloatArray:
        heat = np.zeros((SIDE, SIDE), np.float32)
        before = model.score([crop])[0, emotion]
        for spots, deviation in covers:
            shapes = cover_shapes(spots, deviation)
            falls = before - model.score(blurred(_small(crop), shapes))[:, emotion]
            heat += np.tensordot(falls, shapes, 1) / shapes.sum(axis=0)
        return heat

    return make


def cover_shapes(spots: int, deviation: float) -> FloatArray:
    """Return one cover per spot, row by row, as (spots ** 2, SIDE, SIDE) in [0, 1]: round and soft."""
    axis = (np.arange(SIDE, dtype=np.float32) + 0.5) / SIDE
    centres = (np.arange(spots) + 0.5) / spots
    lines = np.exp(-((axis - centres[:, None]) ** 2) / (2 * deviation**2))
    return np.asarray(lines[:, None, :, None] * lines[None, :, None, :], np.float32).reshape(-1, SIDE, SIDE)


def rise_map(count: int, cells: int) -> Map:
    """Return the product's map with so many masks of so many cells."""

    def make(model: FaceModel, crop: ImageArray, emotion: int) -> FloatArray:
        heat: FloatArray = explain(model.score, crop, count, cells).heats[emotion]
        return heat

    return make


def centre_map(_model: FaceModel, _crop: ImageArray, _emotion: int) -> FloatArray:
    """Hot in the middle, whatever the picture shows."""
    centre: FloatArray = cover_shapes(1, 0.3)[0]
    return centre


def random_map(_model: FaceModel, crop: ImageArray, _emotion: int) -> FloatArray:
    """No knowledge at all."""
    return np.random.default_rng(int(crop.sum())).random((SIDE, SIDE), np.float32)


def _small(crop: ImageArray) -> ImageArray:
    return np.asarray(Image.fromarray(crop).resize((SIDE, SIDE), Image.Resampling.BILINEAR))


def deletion_and_insertion(model: FaceModel, crop: ImageArray, emotion: int, heat: FloatArray) -> tuple[float, float]:
    """Return the mean probability of the emotion while cells are blurred away hottest first, and while they return."""
    cell = SIDE // CELLS
    cells = heat.reshape(CELLS, cell, CELLS, cell).mean(axis=(1, 3)).ravel()
    rank = np.empty(CELLS**2, int)
    rank[np.argsort(-cells, kind="stable")] = np.arange(CELLS**2)
    ranks = rank.reshape(CELLS, CELLS).repeat(cell, 0).repeat(cell, 1)
    counts = np.linspace(0, CELLS**2, STEPS + 1)
    gone = np.stack([ranks < count for count in counts]).astype(np.float32)
    scores = model.score(blurred(_small(crop), np.concatenate([gone, 1 - gone])))[:, emotion]
    return float(scores[: STEPS + 1].mean()), float(scores[STEPS + 1 :].mean())


def measure(model: FaceModel, crops: Sequence[ImageArray]) -> dict[str, dict[str, float]]:
    """Return map -> deletion, insertion, score with its standard error, times the model was asked, seconds a face."""
    maps: dict[str, tuple[Map, int]] = {
        name: (covers_map(covers), 1 + sum(spots**2 for spots, _ in covers)) for name, covers in COVERS.items()
    }
    maps |= {f"RISE, {count} masks of {cells} x {cells}": (rise_map(count, cells), count + 8) for count, cells in RISE}
    maps |= {"centre": (centre_map, 0), "random": (random_map, 0)}
    results = {}
    answers = model.score(crops).argmax(axis=1).tolist()
    for name, (make, asked) in maps.items():
        started = time.perf_counter()
        heats = [make(model, crop, emotion) for crop, emotion in zip(crops, answers, strict=True)]
        seconds = (time.perf_counter() - started) / len(crops)
        pairs = np.array([deletion_and_insertion(model, *given) for given in zip(crops, answers, heats, strict=True)])
        scores = pairs[:, 1] - pairs[:, 0]
        results[name] = {
            "deletion": float(pairs[:, 0].mean()),
            "insertion": float(pairs[:, 1].mean()),
            "score": float(scores.mean()),
            "standard_error": float(scores.std(ddof=1) / np.sqrt(len(scores))),
            "asked": asked,
            "seconds": seconds,
        }
        print(name, {key: round(value, 3) for key, value in results[name].items()}, flush=True)
    return results


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and write results/face_saliency.json."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.face_saliency", description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of FER2013 with validation/<emotion>/")
    parser.add_argument("--images", type=int, default=60, help="validation pictures")
    options = parser.parse_args(argv)
    model = face_resnet50.load(Settings(profile="embedded"))
    pictures, _ = validation_pictures(options.data, options.images)
    found = measure(model, [np.repeat(picture[:, :, None], 3, axis=2) for picture in pictures])
    values = {"maps": found, "pictures": len(pictures), "model_revision": model.card.revision}
    command = f"python -m benchmarks.face_saliency --data FER2013 --images {options.images}"
    report.write("face_saliency", "Where the face model looks: insertion minus deletion", command, (), values)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
