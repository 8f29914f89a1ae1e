"""From a photo to the expression of every face in it.

    reading = read(photo, settings)
    reading.query_emotion      # "happy": the largest face's
    reading.crowd().emotion    # the mean over all faces

Nothing of the photo is kept beyond the pixels in the result. Does not handle: who somebody is.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

import model_utils
from backends import preprocessing
from backends.contracts import FaceBox, FaceDetector, FaceModel, FloatArray, ImageArray
from emotion import photo as photos
from emotion.strongest import Strongest
from errors import PhotoError
from settings import Settings, from_environment

SURE_FACE = 0.99
"""Confidence of a face that is surely one. The highest in turned pictures without any was 0.98 (a diagram)."""
_TURNED = {3: "by a quarter to the right", 1: "by a quarter to the left", 2: "upside down"}
"""Quarters to the left, as numpy counts, and how to say it."""


@dataclass(frozen=True, eq=False)
class FaceReading(Strongest):
    """What one face shows: (7,) probabilities in the order of FACE_EMOTIONS.

    `box` is None where the reading is not of one found face: the whole image, or the mean of a crowd.
    """

    box: FaceBox | None
    probabilities: FloatArray


@dataclass(frozen=True, eq=False)
class PhotoReading:
    """Every face of a photo, largest first (empty: none found), which models ran, and how long it took in seconds."""

    image: ImageArray
    faces: tuple[FaceReading, ...]
    models: Mapping[str, str]
    seconds: float
    notes: tuple[str, ...] = field(default=())

    @property
    def query_emotion(self) -> str:
        """The emotion of the largest face.

        Raises:
            PhotoError: no face was found.
        """
        self._need_a_face()
        return self.faces[0].emotion

    def crowd(self) -> FaceReading:
        """Return the mean over all faces.

        Raises:
            PhotoError: no face was found.
        """
        self._need_a_face()
        rows = np.stack([face.probabilities for face in self.faces])
        return FaceReading(None, np.asarray(rows.mean(axis=0), np.float32))

    def _need_a_face(self) -> None:
        if not self.faces:
            raise PhotoError("No face was found. Use the whole image, or a photo with a face turned to the camera.")


def read(photo: bytes | ImageArray, settings: Settings | None = None) -> PhotoReading:
    """Find every face of a photo and read its expression, all faces in one batch.

    Args:
        photo: a picture file's bytes, or (height, width, 3) uint8 RGB.
        settings: default: from the environment.

    Raises:
        PhotoError: the photo cannot be used.
        ModelError: a model cannot be had; the message says how to go on.
    """
    settings = settings or from_environment()
    detector = model_utils.load("face_detector", settings=settings)
    model = model_utils.load("face", settings=settings)
    start = time.perf_counter()
    opened = _opened(photo, settings)
    upright, boxes = _found(opened, detector)
    faces = _score(model, boxes, [square(upright.image, box, model) for box in boxes])
    names = {"face_detector": detector.card.name, "face": model.card.name}
    return PhotoReading(upright.image, faces, names, time.perf_counter() - start, upright.notes)


def read_whole(photo: bytes | ImageArray, settings: Settings | None = None) -> PhotoReading:
    """Read the whole image (its largest centred square) as the one face, where the detector finds none.

    Raises: as `read`.
    """
    settings = settings or from_environment()
    model = model_utils.load("face", settings=settings)
    start = time.perf_counter()
    opened = _opened(photo, settings)
    faces = _score(model, [None], [square(opened.image, None, model)])
    return PhotoReading(opened.image, faces, {"face": model.card.name}, time.perf_counter() - start, opened.notes)


def square(image: ImageArray, box: FaceBox | None, model: FaceModel) -> ImageArray:
    """Return what a face model is shown of a photo: the face's upright square, or the whole image's without a box."""
    if box is None:
        return preprocessing.whole(image)
    margin = float(model.card.preprocessing.get("margin", preprocessing.MARGIN))
    return preprocessing.crops(image, [box], margin)[0]


def _found(photo: photos.Photo, detector: FaceDetector) -> tuple[photos.Photo, list[FaceBox]]:
    """Return the photo and its faces, largest first: turned by quarters, where a face is sure only that way round.

    A file does not always say how the camera was held, and the detector knows upright faces: in turned ones it finds
    nothing, or something that it is unsure of.
    """
    boxes = list(detector.detect(photo.image))
    best = photo, boxes
    if _sure(boxes):
        return best
    for quarters, how in _TURNED.items():
        image = np.ascontiguousarray(np.rot90(photo.image, quarters))
        there = list(detector.detect(image))
        if _sure(there) > _sure(best[1]):
            note = f"The picture was turned {how}, because faces are found that way round."
            best = photos.Photo(image, (*photo.notes, note)), there
    return best


def _sure(boxes: Sequence[FaceBox]) -> float:
    """How many faces are surely there: the sum of their confidences."""
    return sum(box.confidence for box in boxes if box.confidence >= SURE_FACE)


def _opened(photo: bytes | ImageArray, settings: Settings) -> photos.Photo:
    if isinstance(photo, np.ndarray):
        return photos.Photo(photos.fit(photo))
    return photos.open_photo(photo, settings)


def _score(model: FaceModel, boxes: Sequence[FaceBox | None], squares: Sequence[ImageArray]) -> tuple[FaceReading, ...]:
    rows = model.score(squares)
    return tuple(FaceReading(box, row) for box, row in zip(boxes, rows, strict=True))
