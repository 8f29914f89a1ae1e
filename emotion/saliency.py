"""Where a face model looked: cover the face spot by spot and see how far each emotion's probability falls.

    saliency = look(reading, reading.faces[0], settings)
    saliency.of("happy").heat      # (side, side): where covering costs "happy" most

Occlusion sensitivity (Zeiler and Fergus 2014, arXiv:1311.2901) with soft covers that blur what is under them, so that
the cover itself is no edge to react to (Fong and Vedaldi 2017, arXiv:1704.03296). It needs nothing but the model's
scores, so it serves every face model alike; gradient methods (Grad-CAM) see a map of 3 by 3 in a ResNet-50 at 72
pixels. Nothing is drawn at random: the same face gives the same map.
Does not handle: places that matter only together (each cover hides one spot); the mean of a crowd.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageFilter

import model_utils
from backends.contracts import FACE_EMOTIONS, FloatArray, ImageArray
from emotion import face
from settings import Settings, from_environment

SIDE = 96
"""Pixels to which the face is brought before it is covered: twice what FER2013's pictures have."""
Covers = tuple[tuple[int, float], ...]
COVERS: Covers = ((12, 0.07), (8, 0.12))
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
    """What covering did: `crop` (SIDE, SIDE, 3), probabilities `before` (7,) and, with each cover, `after` (n, 7)."""

    crop: ImageArray
    before: FloatArray
    after: FloatArray
    covers: Covers

    def of(self, emotion: str) -> Look:
        """Return the map of one emotion; all zero where no cover lowers its probability."""
        column = FACE_EMOTIONS.index(emotion)
        before, after = self.before[column], self.after[:, column]
        heat, start = np.zeros((SIDE, SIDE), np.float32), 0
        for cover in self.covers:
            shapes = cover_shapes(*cover)
            falls = before - after[start : start + len(shapes)]
            heat += np.tensordot(falls, shapes, 1) / shapes.sum(axis=0)
            start += len(shapes)
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


def explain(score: Score, crop: ImageArray, covers: Covers = COVERS) -> Saliency:
    """Return what covering each spot of a square RGB crop does to the (n, 7) scores of a model, asked once."""
    small = Image.fromarray(crop).resize((SIDE, SIDE), Image.Resampling.BILINEAR)
    clear = np.asarray(small, np.float32)
    blurred = np.asarray(small.filter(ImageFilter.GaussianBlur(BLUR * SIDE)), np.float32)
    shapes = np.concatenate([cover_shapes(*cover) for cover in covers])
    squares = [np.asarray(small)]
    squares += [np.rint(clear + shape[:, :, None] * (blurred - clear)).astype(np.uint8) for shape in shapes]
    rows = score(squares)
    return Saliency(squares[0], rows[0], rows[1:], covers)


@cache
def cover_shapes(spots: int, deviation: float) -> FloatArray:
    """Return one cover per spot, row by row, as (spots ** 2, SIDE, SIDE) in [0, 1]: round and soft."""
    axis = (np.arange(SIDE, dtype=np.float32) + 0.5) / SIDE
    centres = (np.arange(spots) + 0.5) / spots
    lines = np.exp(-((axis - centres[:, None]) ** 2) / (2 * deviation**2))
    return np.asarray(lines[:, None, :, None] * lines[None, :, None, :], np.float32).reshape(-1, SIDE, SIDE)
