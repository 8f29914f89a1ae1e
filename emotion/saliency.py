"""Where a face model looked: blur random parts of the face and see with which of them each emotion's probability falls.

    saliency = look(reading, reading.faces[0], settings)
    saliency.of("happy").heat      # (side, side): where showing the face makes "happy" most likely

RISE (Petsiuk et al. 2018, arXiv:1806.07421), with blur in place of black, so that a mask's rim is no edge to react to
(Fong and Vedaldi 2017, arXiv:1704.03296). It needs nothing but the model's scores, so it serves every face model alike;
gradient methods (Grad-CAM) see a map of 2 by 2 in a ResNet-50 at 64 pixels. The masks are drawn once, each with its
mirror image and the opposite of both: the same face gives the same map, a mirrored one the mirrored map.
Does not handle: the mean of a crowd.
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
"""Pixels to which the face is brought before it is masked: twice what FER2013's pictures have."""
MASKS = 400
CELLS = 6
"""Cells along the side of a mask, each kept or blurred by chance: coarser ones miss an eye, finer ones are noisier."""
BLUR = 0.14
"""Standard deviation of the blur, in parts of the side: eyes and mouth are gone, light and skin stay."""
HIDDEN = 1 / 6
"""Share of the face, the hottest, that is blurred to see what the map is worth."""

Score = Callable[[Sequence[ImageArray]], FloatArray]


class Look(NamedTuple):
    """How one emotion depends on the places of a face."""

    heat: FloatArray
    """(SIDE, SIDE) in [0, 1]: how much more likely the emotion is where this place is shown, over the largest."""
    before: float
    """Probability with nothing blurred."""
    without: float
    """Probability when the hottest places, `HIDDEN` of the face, are blurred."""


@dataclass(frozen=True, eq=False)
class Saliency:
    """What blurring did: `crop` (SIDE, SIDE, 3), probabilities `before` and `without` (7,), `heats` (7, SIDE, SIDE)."""

    crop: ImageArray
    before: FloatArray
    heats: FloatArray
    without: FloatArray

    def of(self, emotion: str) -> Look:
        """Return the map of one emotion; all zero where blurring its hottest places does not make it less likely."""
        column = FACE_EMOTIONS.index(emotion)
        heat, before, without = self.heats[column], float(self.before[column]), float(self.without[column])
        heat = np.clip(heat, 0, None)
        matters = without < before and heat.max() > 0
        return Look(heat / heat.max() if matters else np.zeros_like(heat), before, min(before, without))


def look(reading: face.PhotoReading, of: face.FaceReading, settings: Settings | None = None) -> Saliency:
    """Blur parts of one face of a photo, for the model that read it.

    Args:
        reading: the photo; its `models` name the model.
        of: one of its faces, or the whole image (no box); not the mean of a crowd.
        settings: default: from the environment.

    Raises:
        ModelError: the model cannot be had any more; the message says how to go on.
    """
    model = model_utils.load("face", reading.models["face"], settings or from_environment())
    return explain(model.score, face.square(reading.image, of.box, model))


def explain(score: Score, crop: ImageArray, count: int = MASKS, cells: int = CELLS) -> Saliency:
    """Return what blurring parts of a square RGB crop does to the (n, 7) scores of a model.

    Args:
        count: masks, a multiple of four; the model is asked about so many crops and eight more.
        cells: along the side of a mask.
    """
    small = np.asarray(Image.fromarray(crop).resize((SIDE, SIDE), Image.Resampling.BILINEAR))
    kept = masks(count, cells)
    rows = score([small, *blurred(small, 1 - kept)])
    effects = rows[1:] - rows[1:].mean(axis=0)
    heats = np.tensordot(effects.T, kept, 1) / len(kept)
    hottest = heats >= np.quantile(heats, 1 - HIDDEN, axis=(1, 2), keepdims=True)
    without = np.diag(score(blurred(small, hottest.astype(np.float32))))
    return Saliency(small, rows[0], np.asarray(heats, np.float32), without)


def blurred(crop: ImageArray, where: FloatArray) -> list[ImageArray]:
    """Return (SIDE, SIDE, 3) `crop` once for each (SIDE, SIDE) of `where`, blurred as far as that is 1."""
    clear = np.asarray(crop, np.float32)
    soft = np.asarray(Image.fromarray(crop).filter(ImageFilter.GaussianBlur(BLUR * SIDE)), np.float32)
    return [np.rint(clear + shape[:, :, None] * (soft - clear)).astype(np.uint8) for shape in where]


@cache
def masks(count: int, cells: int) -> FloatArray:
    """Return (count, SIDE, SIDE) in [0, 1], 1 where the face is kept; `count` is a multiple of four.

    Cells are kept or not by the toss of a coin, enlarged bilinearly and shifted by part of a cell. With every mask come
    its mirror image and the opposites of both, so that each place is kept in exactly half of them.
    """
    random = np.random.default_rng(0)
    cell = SIDE // cells
    whole = (cells + 1) * cell
    found: list[FloatArray] = []
    for _ in range(count // 4):
        coarse = (random.random((cells + 1, cells + 1)) < 0.5).astype(np.float32)
        large = np.asarray(Image.fromarray(coarse).resize((whole, whole), Image.Resampling.BILINEAR))
        top, left = random.integers(0, cell, 2)
        mask = large[top : top + SIDE, left : left + SIDE]
        found += [mask, mask[:, ::-1], 1 - mask, 1 - mask[:, ::-1]]
    return np.stack(found)
