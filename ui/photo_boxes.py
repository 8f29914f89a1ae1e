"""Numbered boxes around the faces of a photo."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from backends.contracts import ImageArray
from ui import theme

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw

    from emotion.face import FaceReading

MAX_DISPLAY_PIXELS = 900


def annotate(image: ImageArray, faces: Sequence["FaceReading"], chosen: int | None) -> ImageArray:
    """Return a copy of the photo, at most MAX_DISPLAY_PIXELS on its long side, with a numbered box around every face.

    Args:
        image: (height, width, 3) RGB.
        chosen: the face whose box is drawn strong; None (the crowd) draws all of them so.
    """
    from PIL import Image, ImageDraw

    picture = Image.fromarray(image)
    scale = min(1.0, MAX_DISPLAY_PIXELS / max(picture.size))
    picture = picture.resize((max(1, round(picture.width * scale)), max(1, round(picture.height * scale))))
    draw = ImageDraw.Draw(picture)
    for index, face in enumerate(faces):
        if face.box is not None:
            corners = tuple(round(value * scale) for value in _corners(face))
            _box(draw, corners, f"{index + 1} {face.emotion}", theme.colour(face.emotion), chosen in (None, index))
    return np.asarray(picture, np.uint8)


def _corners(face: "FaceReading") -> tuple[float, float, float, float]:
    box = face.box
    if box is None:
        raise ValueError("a face without a box has no corners")
    return box.x, box.y, box.x + box.width, box.y + box.height


def _box(draw: "ImageDraw", corners: tuple[int, ...], text: str, colour: str, strong: bool) -> None:
    from PIL import ImageFont

    left, top, right, bottom = corners
    line = max(2, round((right - left) / (28 if strong else 60)))
    draw.rounded_rectangle((left, top, right, bottom), radius=line * 2, outline="#fffaf2", width=line + 2)
    draw.rounded_rectangle((left, top, right, bottom), radius=line * 2, outline=colour, width=line)
    font = ImageFont.load_default(size=max(13, min(28, round((right - left) / 7))))
    _, _, width, height = draw.textbbox((0, 0), text, font=font)
    label_top = top - height - 10 if top - height - 10 >= 0 else bottom + 2
    draw.rounded_rectangle((left, label_top, left + width + 12, label_top + height + 8), radius=5, fill="#221d19")
    draw.text((left + 6, label_top + 3), text, font=font, fill="#fffaf2")
