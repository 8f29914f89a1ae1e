"""Two face detectors that come in wheels, on photographs with counted faces: our MTCNN cascade, OpenCV's Haar cascade.

    pip install --no-deps --target build/opencv4 -r benchmarks/requirements-haar.txt
    python -m benchmarks.face_detectors --data PHOTOS

PHOTOS holds one_face.jpg and group_selfie.jpg (vladmandic/face-api), four_people.jpg (justinshenk/fer) and no_faces.jpg
(oarriaga/face_classification), all from MIT repositories. Every photo is searched as it is opened, then shrunk until
its smallest face is 60, 50, 45 and 41 pixels wide, alone and on a grey canvas of 1600 by 1200, the largest photo the
product searches. OpenCV 4 lies in a folder of its own: mtcnn-runtime asks for OpenCV 5, which has no cascades.
Does not measure: profiles, and people whom the photos do not show.
"""

import argparse
import importlib
import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

import model_utils
from backends.contracts import FaceBox, ImageArray
from backends.face_detector_mtcnn import METRICS_FILE, WORKING_SIDE, working_scale
from benchmarks import report
from emotion import photo
from settings import PROJECT_FOLDER, Settings

OPENCV_FOLDER = PROJECT_FOLDER / "build" / "opencv4"
FACES: dict[str, tuple[tuple[float, float, float], ...]] = {
    "four_people.jpg": ((0.18, 0.23, 0.09), (0.39, 0.13, 0.09), (0.56, 0.2, 0.09), (0.7, 0.18, 0.08)),
    "group_selfie.jpg": (
        (0.53, 0.75, 0.21), (0.18, 0.26, 0.05), (0.31, 0.31, 0.045), (0.44, 0.28, 0.041), (0.61, 0.29, 0.041),
        (0.77, 0.28, 0.045),
    ),
    "no_faces.jpg": (),
    "one_face.jpg": ((0.48, 0.47, 0.41),),
}  # fmt: skip
"""Photo -> (x, y, width) of each face's middle, in parts of the photo's width and height, marked by a person."""
SMALLEST_FACES = (60, 50, 45, 41)
CANVAS = (1600, 1200)
WIDTH_RATIO = 2.2
"""A box found must be between 1 / WIDTH_RATIO and WIDTH_RATIO times as wide as the face marked."""

Detect = Callable[[ImageArray], list[FaceBox]]


@dataclass(frozen=True)
class Picture:
    """One picture to search, and its faces as (x, y, width) in pixels."""

    photo: str
    variant: str
    pixels: ImageArray
    faces: tuple[tuple[float, float, float], ...]


def pictures(folder: Path, settings: Settings) -> list[Picture]:
    """Return every photo as the product opens it, and its shrunk variants.

    Raises:
        FileNotFoundError: a photo is missing.
    """
    made = []
    for name, faces in FACES.items():
        image = Image.fromarray(photo.open_photo((folder / name).read_bytes(), settings).image)
        width, height = image.size
        marked = tuple((x * width, y * height, part * width) for x, y, part in faces)
        made.append(Picture(name, "as it is", np.asarray(image), marked))
        smallest = min((face[2] for face in marked), default=width / 5)
        for wanted in SMALLEST_FACES:
            made += _shrunk(name, image, marked, wanted / smallest, wanted)
    return made


def _shrunk(
    name: str, image: Image.Image, faces: Sequence[tuple[float, float, float]], scale: float, wanted: int
) -> list[Picture]:
    small = image.resize((round(image.width * scale), round(image.height * scale)), Image.Resampling.LANCZOS)
    scaled = tuple((x * scale, y * scale, width * scale) for x, y, width in faces)
    left, top = ((CANVAS[axis] - small.size[axis]) // 2 for axis in (0, 1))
    canvas = Image.new("RGB", CANVAS, (120, 130, 140))
    canvas.paste(small, (left, top))
    moved = tuple((x + left, y + top, width) for x, y, width in scaled)
    return [
        Picture(name, f"{wanted} px", np.asarray(small), scaled),
        Picture(name, f"{wanted} px in {CANVAS[0]}", np.asarray(canvas), moved),
    ]


def compare(boxes: Sequence[FaceBox], faces: Sequence[tuple[float, float, float]]) -> tuple[int, int]:
    """Return how many of the marked faces were found, and how many boxes are no face (a second box on a face is none).

    >>> compare([FaceBox(10, 10, 20, 20, 1), FaceBox(60, 60, 20, 20, 1)], [(21, 19, 22)])
    (1, 1)
    """
    left = list(faces)
    for box in boxes:
        hit = next((face for face in left if _fits(box, face)), None)
        if hit is not None:
            left.remove(hit)
    found = len(faces) - len(left)
    return found, len(boxes) - found


def _fits(box: FaceBox, face: tuple[float, float, float]) -> bool:
    x, y, width = face
    inside = box.x < x < box.x + box.width and box.y < y < box.y + box.height
    return inside and 1 / WIDTH_RATIO < box.width / width < WIDTH_RATIO


def haar(folder: Path) -> Detect:
    """Return OpenCV's frontal cascade (Viola and Jones 2001), searched at our detector's size with its own defaults.

    Raises:
        SystemExit: OpenCV 4 is not there; the message says how to get it.
    """
    sys.path.insert(0, str(folder))
    cv2: Any = importlib.import_module("cv2")
    if not hasattr(cv2, "CascadeClassifier"):
        raise SystemExit("This needs OpenCV 4 (see --help): pip install --no-deps --target build/opencv4 ...")
    cv2.setNumThreads(0)
    cascade = cv2.CascadeClassifier(cv2.data.haarcascades + "haarcascade_frontalface_default.xml")

    def detect(image: ImageArray) -> list[FaceBox]:
        scale = working_scale(image.shape[1], image.shape[0])
        size = (max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale)))
        grey = np.asarray(Image.fromarray(image).convert("L").resize(size, Image.Resampling.BILINEAR))
        found = cascade.detectMultiScale(grey, scaleFactor=1.1, minNeighbors=3, minSize=(24, 24))
        return [FaceBox(x / scale, y / scale, width / scale, height / scale, 1.0) for x, y, width, height in found]

    return detect


def measure(
    images: Sequence[Picture], detectors: dict[str, Detect], rounds: int
) -> tuple[dict[str, dict[str, dict[str, int]]], dict[str, dict[str, float]]]:
    """Return detector -> variant -> faces, found, false; and detector -> photo -> median seconds (as it is)."""
    counts: dict[str, dict[str, dict[str, int]]] = {name: {} for name in detectors}
    for picture in images:
        for name, detect in detectors.items():
            found, false = compare(detect(picture.pixels), picture.faces)
            row = counts[name].setdefault(picture.variant, {"faces": 0, "found": 0, "false": 0})
            for key, value in (("faces", len(picture.faces)), ("found", found), ("false", false)):
                row[key] += value
    seconds: dict[str, dict[str, float]] = {name: {} for name in detectors}
    for picture in (picture for picture in images if picture.variant == "as it is"):
        timed = {name: _timed(detect, picture.pixels) for name, detect in detectors.items()}
        for name, values in report.interleave(timed, rounds).items():
            seconds[name][picture.photo] = report.median(values)
    return counts, seconds


def _timed(detect: Detect, pixels: ImageArray) -> Callable[[], float]:
    def run() -> float:
        started = time.perf_counter()
        detect(pixels)
        return time.perf_counter() - started

    return run


def totals(variants: dict[str, dict[str, int]]) -> dict[str, dict[str, int]]:
    """Return faces, found and false of the photos "as they are" and of all their variants "shrunk to 41–60 px"."""
    shrunk = [row for variant, row in variants.items() if variant != "as it is"]
    return {
        "as they are": variants["as it is"],
        f"shrunk to {min(SMALLEST_FACES)}–{max(SMALLEST_FACES)} px": {
            key: sum(row[key] for row in shrunk) for key in ("faces", "found", "false")
        },
    }


def rows(counts: dict[str, dict[str, dict[str, int]]], milliseconds: dict[str, float]) -> list[report.Row]:
    """Return the README's lines."""
    lines = []
    for name, variants in counts.items():
        for title, row in totals(variants).items():
            asked = f"{row['faces']} of {row['faces']}, 0 false" if name == "MTCNN" else ""
            told = f"{row['found']} of {row['faces']}, {row['false']} false"
            lines.append(report.Row(f"{name}: faces in photos {title}", told, asked))
        lines.append(report.Row(f"{name}: a photo of {CANVAS[0]} px", f"{milliseconds[name]:.0f} ms"))
    return lines


def write_card_metrics(variants: dict[str, dict[str, int]], milliseconds: float) -> None:
    """Write the figures that the detector's card shows."""
    figures = {
        "split": f"{len(FACES)} photographs",
        "photos": totals(variants),
        f"milliseconds_for_a_photo_of_{CANVAS[0]}_px": round(milliseconds, 1),
    }
    METRICS_FILE.parent.mkdir(exist_ok=True)
    METRICS_FILE.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", "utf-8")


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and write results/face_detectors.json; exit 1 if the product's detector misses a face or invents one."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.face_detectors", description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with the four photographs")
    parser.add_argument("--opencv", type=Path, default=OPENCV_FOLDER, help="folder with OpenCV 4")
    parser.add_argument("--rounds", type=int, default=5, help="timed repetitions of each photo")
    options = parser.parse_args(argv)
    settings = Settings(profile="embedded")
    detectors = {"MTCNN": model_utils.load("face_detector", "mtcnn", settings).detect, "Haar": haar(options.opencv)}
    images = pictures(options.data, settings)
    counts, seconds = measure(images, detectors, options.rounds)
    whole = {picture.photo: picture.pixels.shape[1::-1] for picture in images if picture.variant == "as it is"}
    large = [name for name, size in whole.items() if max(size) == CANVAS[0]]
    milliseconds = {name: report.median([taken[photo] for photo in large]) * 1000 for name, taken in seconds.items()}
    lines = rows(counts, milliseconds)
    values = {
        "counts": counts,
        "seconds_per_photo": seconds,
        "photo_pixels": whole,
        "searched_at_long_side_pixels": WORKING_SIDE,
    }
    command = f"python -m benchmarks.face_detectors --data PHOTOS --rounds {options.rounds}"
    report.write("face_detectors", "Finding faces", command, lines, values)
    write_card_metrics(counts["MTCNN"], milliseconds["MTCNN"])
    report.say(lines)
    ours = counts["MTCNN"].values()
    return int(any(row["found"] < row["faces"] or row["false"] for row in ours))


if __name__ == "__main__":
    raise SystemExit(main())
