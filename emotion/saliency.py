"""Where a face model looked: cover the face spot by spot and see how far each emotion's probability falls.

    saliency = look(reading, reading.faces[0], settings)
    saliency.of("happy").heat      # (side, side): where covering costs "happy" most

Occlusion sensitivity (Zeiler and Fergus 2014, arXiv:1311.2901) with soft covers that blur what is under them, so that
the cover itself is no edge to react to (Fong and Vedaldi 2017, arXiv:1704.03296). It needs nothing but the model's
scores, so it serves every face model alike; gradient methods (Grad-CAM) see a map of 2 by 2 in a ResNet-50 at 48
pixels. Nothing is drawn at random: the same face gives the same map.
Does not handle: places that matter only together (each cover hides one spot); the mean of a crowd.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageFilter

import model_utils
from backends.contracts import FACE_EMOTIONS, FloatArray, ImageArray
from emotion import face
from settings import Settings, from_environment

SIDE = 96
"""Pixels to which the face is brought before it is covered: twice what FER2013's pictures have."""
COVERS = ((12, 0.07), (8, 0.12))
"""Each row: spots along a side, and the cover's standard deviation in parts of the side."""
BLUR = 0.14
"""Standard deviation of what a cover shows, in parts of the side: eyes and mouth are gone, light and skin stay."""

Score = Callable[[Sequence[ImageArray]], FloatArray]


class Look(NamedTuple):
    """How one emotion depends on the places of a face."""

    heat: FloatArray
    """(SIDE, SIDE) in [0, 1]: fall of the probability where this place is covered, over the largest fall of all."""
    before: float
    """Probability with nothing covered."""
    lowest: float
    """Probability left by the one cover that costs most."""


@dataclass(frozen=True, eq=False)
class Saliency:
    """What covering did: `crop` (SIDE, SIDE, 3), probabilities `before` (7,), per cover `after` (n, 7) and its `shape`
    (n, SIDE, SIDE) in [0, 1]."""

    crop: ImageArray
    before: FloatArray
    after: FloatArray
    shapes: FloatArray

    def of(self, emotion: str) -> Look:
        """Return the map of one emotion; all zero where no cover lowers its probability."""
        column = FACE_EMOTIONS.index(emotion)
        before, after = self.before[column], self.after[:, column]
        heat = np.zeros(self.crop.shape[:2], np.float32)
        for rows in _scales():
            shapes, falls = self.shapes[rows], before - after[rows]
            heat += np.tensordot(falls, shapes, 1) / shapes.sum(axis=0)
        heat = np.clip(heat, 0, None)
        peak = heat.max()
        return Look(heat / peak if peak > 0 else heat, float(before), float(min(before, after.min())))


def look(reading: face.PhotoReading, of: face.FaceReading, settings: Settings | None = None) -> Saliency:
    """Cover one face of a photo piece by piece, for the model that read it.

    Args:
        reading: the photo; its `models` name the model.
        of: one of its faces, or the whole image (no box); not the mean of a crowd.
        settings: default: from the environment.

    Raises:
        ModelError: the model cannot be had any more; the message says how to go on.
    """
    model = model_utils.load("face", reading.models["face"], settings or from_environment())
    return explain(model.score, face.square(reading.image, of.box, model))


def explain(score: Score, crop: ImageArray) -> Saliency:
    """Return what covering each spot of a square RGB crop does to the (n, 7) scores of a model.

    The model sees 1 + sum of squares of COVERS' spots crops: 209.
    """
    small = Image.fromarray(crop).resize((SIDE, SIDE), Image.Resampling.BILINEAR)
    clear = np.asarray(small, np.float32)
    blurred = np.asarray(small.filter(ImageFilter.GaussianBlur(BLUR * SIDE)), np.float32)
    shapes = cover_shapes()
    squares = [np.asarray(small)]
    squares += [np.rint(clear + shape[:, :, None] * (blurred - clear)).astype(np.uint8) for shape in shapes]
    rows = score(squares)
    return Saliency(squares[0], rows[0], rows[1:], shapes)


def cover_shapes() -> FloatArray:
    """Return every cover as (n, SIDE, SIDE) in [0, 1]: round, soft, fine ones first, row by row."""
    axis = (np.arange(SIDE, dtype=np.float32) + 0.5) / SIDE
    found = []
    for spots, deviation in COVERS:
        centres = (np.arange(spots) + 0.5) / spots
        lines = np.exp(-((axis - centres[:, None]) ** 2) / (2 * deviation**2))
        found.append((lines[:, None, :, None] * lines[None, :, None, :]).reshape(-1, SIDE, SIDE))
    return np.concatenate(found).astype(np.float32)


def _scales() -> list[slice]:
    ends = np.cumsum([spots**2 for spots, _ in COVERS]).tolist()
    return [slice(start, end) for start, end in zip([0, *ends[:-1]], ends, strict=True)]
