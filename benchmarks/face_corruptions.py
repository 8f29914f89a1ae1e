"""Eight ways in which pictures of faces get worse, each at three strengths; the same seed gives the same damage.

A function takes a grey picture (h, w) uint8, a strength and a generator of random numbers and returns (h, w) uint8.
Own few lines over Pillow and scipy because the libraries do not fit: imagecorruptions' release does not run with this
scikit-image and needs OpenCV, albumentations is no longer maintained and its successor is under the AGPL.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

Grey = NDArray[np.uint8]
Random = np.random.Generator
Damage = Callable[[Grey, float, Random], Grey]


@dataclass(frozen=True)
class Corruption:
    """A way to damage a picture, its three strengths, mild to strong, and what the strength counts."""

    damage: Damage
    strengths: tuple[float, float, float]
    unit: str


def noise(picture: Grey, strength: float, random: Random) -> Grey:
    """Add Gaussian noise of that standard deviation, in grey values of 255."""
    return _grey(picture + random.normal(0, strength, picture.shape))


def blur(picture: Grey, strength: float, _random: Random) -> Grey:
    """Gaussian blur of that standard deviation, in pixels."""
    return _grey(ndimage.gaussian_filter(picture.astype(np.float32), strength, mode="nearest"))


def motion(picture: Grey, strength: float, random: Random) -> Grey:
    """Smear along a line of that many pixels in a random direction."""
    angle = random.uniform(0, np.pi)
    steps = np.linspace(-strength / 2, strength / 2, 2 * int(strength) + 1)
    moved = [
        ndimage.shift(picture.astype(np.float32), (step * np.sin(angle), step * np.cos(angle)), order=1, mode="nearest")
        for step in steps
    ]
    return _grey(np.mean(moved, axis=0))


def dark(picture: Grey, strength: float, random: Random) -> Grey:
    """Underexpose to that share of the light; the sensor's noise (two grey values) stays."""
    return _grey(picture * strength + random.normal(0, 2, picture.shape))


def haze(picture: Grey, strength: float, _random: Random) -> Grey:
    """Bright and flat: keep that share of the contrast around a light grey of 200."""
    return _grey(200 + (picture.astype(np.float32) - 200) * strength)


def tilt(picture: Grey, strength: float, random: Random) -> Grey:
    """Turn by that many degrees, left or right, edges continued; nobody levels the eyes."""
    degrees = strength * random.choice((-1.0, 1.0))
    return _grey(ndimage.rotate(picture.astype(np.float32), degrees, reshape=False, order=1, mode="nearest"))


def jpeg(picture: Grey, strength: float, _random: Random) -> Grey:
    """Save as JPEG of that quality."""
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "JPEG", quality=int(strength))
    return np.asarray(Image.open(buffer), np.uint8)


def cover(picture: Grey, strength: float, random: Random) -> Grey:
    """Hide a square, that share of the side wide, at a random place under the picture's mean grey."""
    side = round(picture.shape[0] * strength)
    top, left = random.integers(0, picture.shape[0] - side + 1, 2)
    covered = picture.copy()
    covered[top : top + side, left : left + side] = round(float(picture.mean()))
    return covered


def _grey(values: NDArray[np.floating[Any]]) -> Grey:
    return np.asarray(np.rint(np.clip(values, 0, 255)), np.uint8)


CORRUPTIONS = {
    "Gaussian noise": Corruption(noise, (8, 16, 32), "grey values of 255"),
    "Gaussian blur": Corruption(blur, (0.75, 1.25, 2.0), "px of 48"),
    "motion blur": Corruption(motion, (3, 6, 9), "px of 48"),
    "darkness": Corruption(dark, (0.5, 0.25, 0.1), "of the light"),
    "haze": Corruption(haze, (0.6, 0.35, 0.15), "of the contrast"),
    "tilt": Corruption(tilt, (10, 20, 30), "degrees"),
    "JPEG": Corruption(jpeg, (30, 15, 7), "quality"),
    "cover": Corruption(cover, (0.25, 0.4, 0.55), "of the side"),
}
