"""From a photo and its faces to the numbers a face model reads: the one way, whichever engine runs the model.

`crops` cuts an upright square per face, `tensor` turns squares into what a card asks for. Everything that differs
between models is in `InputNumbers`, read from a card or a checkpoint's own configuration.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

from backends.contracts import FaceBox, FloatArray, ImageArray
from errors import DamagedModel

MARGIN = 1.06
"""Side of a crop over the face box's mean side, sqrt(width * height): what FER2013's squares show, the median over
images in which the detector finds a face (docs/experiments.md, "Face crops")."""
MAX_CROP_SIDE = 256
"""Crops twice as large are reduced by a whole factor: the largest input of a model here is 256 pixels."""
LUMA = (0.299, 0.587, 0.114)
"""ITU-R BT.601, as in JPEG and in FER2013's own conversion."""
MEAN_LIGHT = (0.35, 0.65)
LEAST_CONTRAST = 0.14
"""Mean and standard deviation of a face's grey, in [0, 1], beyond which its light is corrected: nine of ten FER2013
pictures lie within (docs/experiments.md, "Damaged faces")."""
RESAMPLING = {
    "bilinear": Image.Resampling.BILINEAR,
    "bicubic": Image.Resampling.BICUBIC,
    "lanczos": Image.Resampling.LANCZOS,
}


@dataclass(frozen=True)
class InputNumbers:
    """What a face model's input looks like.

    Args:
        size: side of the square the network reads, in pixels.
        mean, std: per channel (one value: grey), of pixels scaled to [0, 1].
        resampling: "bilinear", "bicubic" or "lanczos"; always with antialiasing when the crop shrinks.
        resized: side the crop is resized to before its middle is cut out (ImageNet models: 256); 0: `size`, no cutting.
    """

    size: int
    mean: tuple[float, ...]
    std: tuple[float, ...]
    resampling: str = "bilinear"
    resized: int = 0

    def __post_init__(self) -> None:
        channels_fit = len(self.mean) == len(self.std) in (1, 3) and min(self.std) > 0
        sizes_fit = self.size > 0 and (self.resized == 0 or self.resized >= self.size)
        if not (channels_fit and sizes_fit and self.resampling in RESAMPLING):
            raise DamagedModel(f"The preprocessing numbers of a face model make no sense: {self}.")

    @property
    def channels(self) -> int:
        return len(self.mean)


def input_numbers(card: Mapping[str, Any]) -> InputNumbers:
    """Read `input_size`, `channels`, `mean` and `std` from a card's preprocessing; one mean serves all channels.

    Raises:
        DamagedModel: a number is missing or makes no sense.
    """
    try:
        channels = int(card["channels"])
        mean, std = (_per_channel(card[name], channels) for name in ("mean", "std"))
        return InputNumbers(int(card["input_size"]), mean, std)
    except (KeyError, TypeError, ValueError) as error:
        raise DamagedModel(f"The card of a face model lacks a usable preprocessing number: {error}.") from error


def _per_channel(value: float | Sequence[float], channels: int) -> tuple[float, ...]:
    values = [float(value)] if isinstance(value, int | float) else [float(number) for number in value]
    return tuple(values * channels if len(values) == 1 else values)


def crops(image: ImageArray, boxes: Sequence[FaceBox], margin: float = MARGIN) -> list[ImageArray]:
    """Cut one upright square per face: (side, side, 3) uint8, at its own resolution, less than 2 MAX_CROP_SIDE wide.

    With landmarks the square is turned about the face's centre until the eyes are level. Beyond the photo's edge its
    outermost pixels are repeated, as in the training's augmentation.

    Args:
        image: (height, width, 3) RGB.
        boxes: faces in pixels of the image.
        margin: side of the square over the box's mean side.
    """
    return [_crop(image, box, margin) for box in boxes]


def whole(image: ImageArray) -> ImageArray:
    """Return the largest centred square of an image, for when the whole image is the face."""
    height, width = image.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    return image[top : top + side, left : left + side]


def eye_angle(box: FaceBox) -> float:
    """Return by how many radians the line from left to right eye falls (clockwise in the picture); 0 if unknown."""
    if len(box.landmarks) < 2:
        return 0.0
    (left_x, left_y), (right_x, right_y) = box.landmarks[:2]
    return math.atan2(right_y - left_y, right_x - left_x)


def _crop(image: ImageArray, box: FaceBox, margin: float) -> ImageArray:
    side = max(1.0, math.sqrt(box.width * box.height) * margin)
    centre = (box.x + box.width / 2, box.y + box.height / 2)
    angle = eye_angle(box)
    patch, corner = _surroundings(image, centre, side * (abs(math.cos(angle)) + abs(math.sin(angle))) / 2 + 2)
    shrink = max(1, math.floor(side / MAX_CROP_SIDE))
    picture = Image.fromarray(patch).reduce(shrink)
    length = max(1, round(side / shrink))
    step = side / shrink / length
    x, y = ((centre[axis] - corner[axis]) / shrink for axis in (0, 1))
    cos, sin = math.cos(angle) * step, math.sin(angle) * step
    half = length / 2
    turned = (cos, -sin, x - half * cos + half * sin, sin, cos, y - half * sin - half * cos)
    upright = picture.transform((length, length), Image.Transform.AFFINE, turned, Image.Resampling.BILINEAR)
    return np.asarray(upright)


def _surroundings(image: ImageArray, centre: tuple[float, float], reach: float) -> tuple[ImageArray, tuple[int, int]]:
    """Return the square patch within `reach` of the centre, its edges continued, and its (left, top) in the image."""
    left, top = (math.floor(value - reach) for value in centre)
    right, bottom = (math.ceil(value + reach) for value in centre)
    height, width = image.shape[:2]
    if left >= 0 and top >= 0 and right <= width and bottom <= height:
        return image[top:bottom, left:right], (left, top)
    rows = np.clip(np.arange(top, bottom), 0, height - 1)
    columns = np.clip(np.arange(left, right), 0, width - 1)
    return image[rows[:, None], columns], (left, top)


def tensor(squares: Sequence[ImageArray], numbers: InputNumbers) -> FloatArray:
    """Turn square RGB crops of any size into (n, channels, size, size) float32: grey, resized, lit, normalised.

    Every model here reads expressions in grey, as in FER2013, where all its pictures are; three-channel networks get
    the same grey three times. Resizing happens in floating point: no second rounding.
    """
    grey = [lit(_resized(square, numbers)) for square in squares]
    planes = np.stack(grey)[:, None] if grey else np.zeros((0, 1, numbers.size, numbers.size), np.float32)
    mean, std = (np.array(values, np.float32).reshape(1, -1, 1, 1) for values in (numbers.mean, numbers.std))
    return np.asarray((planes / np.float32(255) - mean) / std, np.float32)


def _resized(square: ImageArray, numbers: InputNumbers) -> FloatArray:
    luma = square.astype(np.float32) @ np.array(LUMA, np.float32)
    side = numbers.resized or numbers.size
    cut = (side - numbers.size) // 2
    picture = Image.fromarray(luma).resize((side, side), RESAMPLING[numbers.resampling])
    middle = np.asarray(picture, np.float32)[cut : cut + numbers.size, cut : cut + numbers.size]
    return np.clip(middle, 0, 255)  # bicubic and lanczos overshoot at edges


def lit(plane: FloatArray) -> FloatArray:
    """Return a grey face (h, w), 0 to 255, in light as FER2013 has it: lighter if dark, darker if glaring, less flat.

    Most faces come back as they are; so does a single grey, in which there is nothing to bring out.
    """
    mean, contrast = float(plane.mean()), float(plane.std())
    gain = max(1.0, LEAST_CONTRAST * 255 / contrast) if contrast >= 1 else 1.0
    centre = min(max(mean, MEAN_LIGHT[0] * 255), MEAN_LIGHT[1] * 255) if contrast >= 1 else mean
    if gain == 1.0 and centre == mean:
        return plane
    return np.asarray(np.clip((plane - np.float32(mean)) * np.float32(gain) + np.float32(centre), 0, 255), np.float32)
