"""A face with what the model looked at: grey, warm where showing it counts most, ringed where it counts half of that.

The colours run from dark blue to yellow and grow brighter all the way, so that they can be told apart without colour
(cividis, Nuñez et al. 2018, doi:10.1371/journal.pone.0199239); the ring says the same without any.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from backends.contracts import FloatArray, ImageArray

CIVIDIS = (
    (0, 34, 78), (26, 56, 111), (66, 78, 108), (97, 102, 113), (124, 123, 120), (157, 146, 117), (191, 169, 103),
    (226, 197, 78), (254, 232, 56),
)  # fmt: skip
"""Nine colours, evenly spread; what lies between is mixed."""
SIDE = 384
"""Pixels of the picture that is drawn."""
STRONGEST = 0.7
"""How much the colour covers the face at the hottest place; at the coldest nothing."""
RING_AT = 0.5
RING = (255, 250, 242)


def draw(crop: ImageArray, heat: FloatArray) -> ImageArray:
    """Return (SIDE, SIDE, 3) RGB.

    Args:
        crop: the square face, RGB.
        heat: square, in [0, 1]; all zero draws the grey face alone.
    """
    face = Image.fromarray(crop).convert("L").resize((SIDE, SIDE), Image.Resampling.BICUBIC)
    grey = np.asarray(face, np.float32)[:, :, None]
    smooth = Image.fromarray(np.asarray(heat, np.float32)).resize((SIDE, SIDE), Image.Resampling.BICUBIC)
    hot = np.clip(np.asarray(smooth), 0, 1)
    share = (STRONGEST * hot**0.75)[:, :, None]
    picture = grey * (1 - share) + colours(hot) * share
    picture[_edge(hot >= RING_AT)] = RING
    return np.asarray(np.rint(picture), np.uint8)


def colours(values: FloatArray) -> FloatArray:
    """Return (..., 3) RGB in [0, 255] for values in [0, 1]."""
    steps = np.linspace(0, 1, len(CIVIDIS))
    channels = [np.interp(values, steps, [colour[channel] for colour in CIVIDIS]) for channel in range(3)]
    return np.stack(channels, axis=-1).astype(np.float32)


def _edge(inside: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the two pixels along the border of a region."""
    region = Image.fromarray(inside.astype(np.uint8) * 255)
    grown = np.asarray(region.filter(ImageFilter.MaxFilter(3)))
    shrunk = np.asarray(region.filter(ImageFilter.MinFilter(3)))
    return np.asarray(grown != shrunk, np.bool_)
