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
from PIL import Image, ImageFilter

from backends import face_resnet50
from backends.contracts import FACE_EMOTIONS, FaceModel, FloatArray, ImageArray
from benchmarks import report
from benchmarks.face_robustness import validation_pictures
from emotion.saliency import BLUR, SIDE, Covers, cover_shapes, explain
from settings import Settings

CELLS = 12
STEPS = 18
RISE_GRID, RISE_KEPT = 6, 0.5
VARIANTS: dict[str, Covers] = {
    "fine covers": ((12, 0.07),),
    "middle covers": ((8, 0.12),),
    "large covers": ((6, 0.18),),
    "fine and middle": ((12, 0.07), (8, 0.12)),
    "middle and large": ((8, 0.12), (6, 0.18)),
    "all three": ((12, 0.07), (8, 0.12), (6, 0.18)),
}

Map = Callable[[FaceModel, ImageArray, int], FloatArray]


def covers_map(covers: Covers) -> Map:
    """Return the product's map with these covers."""

    def make(model: FaceModel, crop: ImageArray, emotion: int) -> FloatArray:
        return explain(model.score, crop, covers).of(FACE_EMOTIONS[emotion]).heat

    return make


def rise_map(masks: int) -> Map:
    """Return RISE: the mean of random coarse masks weighed by the probability under each, blur where masked."""

    def make(model: FaceModel, crop: ImageArray, emotion: int) -> FloatArray:
        random = np.random.default_rng(0)
        cell = SIDE // RISE_GRID
        shapes = []
        for _ in range(masks):
            coarse = (random.random((RISE_GRID + 1, RISE_GRID + 1)) < RISE_KEPT).astype(np.float32)
            side = (RISE_GRID + 1) * cell
            large = np.asarray(Image.fromarray(coarse).resize((side, side), Image.Resampling.BILINEAR))
            top, left = random.integers(0, cell, 2)
            shapes.append(large[top : top + SIDE, left : left + SIDE])
        kept = np.stack(shapes)
        scores = model.score(_covered(crop, 1 - kept))[:, emotion]
        return np.asarray(np.tensordot(scores - scores.mean(), kept, 1) / masks, np.float32)

    return make


def centre_map(_model: FaceModel, _crop: ImageArray, _emotion: int) -> FloatArray:
    """Hot in the middle, whatever the picture shows."""
    centre: FloatArray = cover_shapes(1, 0.3)[0]
    return centre


def random_map(_model: FaceModel, crop: ImageArray, _emotion: int) -> FloatArray:
    """No knowledge at all."""
    return np.random.default_rng(int(crop.sum())).random((SIDE, SIDE), np.float32)


def _covered(crop: ImageArray, shapes: FloatArray) -> list[ImageArray]:
    """Return the crop blurred where each (SIDE, SIDE) shape is 1."""
    small = Image.fromarray(crop).resize((SIDE, SIDE), Image.Resampling.BILINEAR)
    clear = np.asarray(small, np.float32)
    blurred = np.asarray(small.filter(ImageFilter.GaussianBlur(BLUR * SIDE)), np.float32)
    return [np.rint(clear + shape[:, :, None] * (blurred - clear)).astype(np.uint8) for shape in shapes]


def deletion_and_insertion(model: FaceModel, crop: ImageArray, emotion: int, heat: FloatArray) -> tuple[float, float]:
    """Return the mean probability of the emotion while cells are blurred away hottest first, and while they return."""
    cell = SIDE // CELLS
    cells = heat.reshape(CELLS, cell, CELLS, cell).mean(axis=(1, 3)).ravel()
    rank = np.empty(CELLS**2, int)
    rank[np.argsort(-cells, kind="stable")] = np.arange(CELLS**2)
    ranks = rank.reshape(CELLS, CELLS).repeat(cell, 0).repeat(cell, 1)
    counts = np.linspace(0, CELLS**2, STEPS + 1)
    gone = np.stack([ranks < count for count in counts]).astype(np.float32)
    scores = model.score(_covered(crop, np.concatenate([gone, 1 - gone])))[:, emotion]
    return float(scores[: STEPS + 1].mean()), float(scores[STEPS + 1 :].mean())


def measure(model: FaceModel, crops: Sequence[ImageArray]) -> dict[str, dict[str, float]]:
    """Return map -> deletion, insertion, score with its standard error, times the model was asked, seconds a face."""
    maps: dict[str, tuple[Map, int]] = {
        name: (covers_map(covers), 1 + sum(spots**2 for spots, _ in covers)) for name, covers in VARIANTS.items()
    }
    maps |= {f"RISE, {masks} masks": (rise_map(masks), masks) for masks in (200, 400)}
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
