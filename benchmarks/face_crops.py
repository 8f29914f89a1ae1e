"""How a face must sit in its square: the evidence for preprocessing.MARGIN and for making the eyes level.

    python -m benchmarks.face_crops --data FER2013 [--train 100] [--validation 100]

The shipped model was trained on FER2013's squares. Their pictures are enlarged to 192 pixels, their edges continued by
48, and searched with the product's detector: where it finds a face gives the margin (training pictures); cutting the
face out again with several margins, upright and after turning the head by 10, 20 and 30 degrees, and reading it with
the shipped model shows what a margin and level eyes are worth (validation pictures). The same number of pictures of
each emotion, drawn at random, counts. Writes results/face_crops.json.
"""

import argparse
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

import model_utils
from backends import preprocessing
from backends.contracts import FACE_EMOTIONS, FaceBox, FaceDetector, FaceModel, ImageArray
from benchmarks import report
from settings import Settings
from training.face_config import LABELS
from training.face_data import load_split

SEED = 7
PICTURE, CONTINUED = 192, 48
MARGINS = (1.0, preprocessing.MARGIN, 1.12, 1.2, 1.3)
TILTS_DEGREES = (0, 10, 20, 30)
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


def balanced(folder: Path, split: str, per_class: int) -> tuple[list[Image.Image], NDArray[np.str_]]:
    """Return grey 48 px pictures, at most `per_class` of each emotion, and their emotions."""
    faces = load_split(folder, split)
    labels = np.array(LABELS)[faces.labels.numpy()]
    random = np.random.default_rng(SEED)
    rows = np.concatenate([random.permutation(np.flatnonzero(labels == label))[:per_class] for label in LABELS])
    return [Image.fromarray(faces.images[int(row), 0].numpy()) for row in rows], labels[rows]


def photo_of(picture: Image.Image, degrees: float = 0.0) -> ImageArray:
    """Return the picture enlarged to 192 pixels, turned, its edges continued by 48: (288, 288, 3)."""
    reach = 2 * CONTINUED if degrees else CONTINUED
    large = np.asarray(picture.resize((PICTURE, PICTURE), Image.Resampling.BICUBIC))
    wide = Image.fromarray(np.pad(large, reach, mode="edge"))
    if degrees:
        side = PICTURE + 2 * CONTINUED
        cut = (wide.width - side) // 2
        wide = wide.rotate(degrees, Image.Resampling.BICUBIC).crop((cut, cut, cut + side, cut + side))
    return np.asarray(wide.convert("RGB"))


def geometry(detector: FaceDetector, pictures: Sequence[Image.Image]) -> dict[str, Any]:
    """Return the share of pictures with a face and the quantiles of where it lies, in parts of the picture's side."""
    found: dict[str, list[float]] = {}
    for picture in pictures:
        for box in detector.detect(photo_of(picture))[:1]:
            for name, value in _places(box).items():
                found.setdefault(name, []).append(value)
    count = len(found.get("mean_side", ()))
    quantiles = {
        name: [round(report.quantile(values, share), 3) for share in QUANTILES] for name, values in found.items()
    }
    return {"pictures": len(pictures), "with_a_face": count, "quantiles": list(QUANTILES), **quantiles}


def _places(box: FaceBox) -> dict[str, float]:
    left_eye, right_eye = box.landmarks[:2]
    return {
        "box_width": box.width / PICTURE,
        "box_height": box.height / PICTURE,
        "mean_side": math.sqrt(box.width * box.height) / PICTURE,
        "centre_x": (box.x + box.width / 2 - CONTINUED) / PICTURE,
        "centre_y": (box.y + box.height / 2 - CONTINUED) / PICTURE,
        "eyes_y": ((left_eye[1] + right_eye[1]) / 2 - CONTINUED) / PICTURE,
        "eye_distance": math.dist(left_eye, right_eye) / PICTURE,
        "tilt_degrees": math.degrees(preprocessing.eye_angle(box)),
    }


def readings(
    detector: FaceDetector, model: FaceModel, pictures: Sequence[Image.Image], labels: NDArray[np.str_]
) -> dict[str, dict[str, Any]]:
    """Return tilt -> pictures with a face, accuracy of the uncut pictures among them, and of every way to cut it."""
    random = np.random.default_rng(SEED)
    signs = random.choice((-1, 1), len(pictures))
    results = {}
    for tilt in TILTS_DEGREES:
        photos = [photo_of(picture, float(sign * tilt)) for picture, sign in zip(pictures, signs, strict=True)]
        boxes = [detector.detect(photo)[:1] for photo in photos]
        rows = [row for row, found in enumerate(boxes) if found]
        whole = [photos[row][CONTINUED:-CONTINUED, CONTINUED:-CONTINUED] for row in rows]
        results[f"{tilt}"] = {
            "pictures": len(photos),
            "with_a_face": len(rows),
            "whole": _accuracy(model, whole, labels[rows]),
            "eyes_level": _by_margin(model, [(photos[row], boxes[row][0]) for row in rows], labels[rows]),
            "as_found": _by_margin(
                model, [(photos[row], boxes[row][0]._replace(landmarks=())) for row in rows], labels[rows]
            ),
        }
        print(tilt, results[f"{tilt}"])
    return results


def _by_margin(
    model: FaceModel, faces: Sequence[tuple[ImageArray, FaceBox]], labels: NDArray[np.str_]
) -> dict[str, float]:
    return {
        f"{margin:g}": _accuracy(model, [preprocessing.crops(photo, [box], margin)[0] for photo, box in faces], labels)
        for margin in MARGINS
    }


def _accuracy(model: FaceModel, squares: Sequence[ImageArray], labels: NDArray[np.str_]) -> float:
    read = np.array(FACE_EMOTIONS)[model.score(squares).argmax(axis=1)]
    return round(float((read == labels).mean()), 4)


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and write results/face_crops.json."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.face_crops", description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of FER2013")
    parser.add_argument("--train", type=int, default=100, help="training pictures of each emotion")
    parser.add_argument("--validation", type=int, default=100, help="validation pictures of each emotion")
    options = parser.parse_args(argv)
    settings = Settings(profile="embedded")
    detector = model_utils.load("face_detector", "mtcnn", settings)
    model = model_utils.load("face", "face-resnet50", settings)
    places = geometry(detector, balanced(options.data, "train", options.train)[0])
    read = readings(detector, model, *balanced(options.data, "validation", options.validation))
    values = {"geometry": places, "accuracy_by_tilt": read, "model_revision": model.card.revision, "seed": SEED}
    command = (
        f"python -m benchmarks.face_crops --data FER2013 --train {options.train} --validation {options.validation}"
    )
    report.write("face_crops", "Cutting faces out: accuracy on balanced validation pictures", command, (), values)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
