"""Made-up pictures with a colour in each corner, saved as files."""

import io
from typing import Any

import numpy as np
import pillow_heif
from PIL import Image

from backends.contracts import ImageArray

CORNERS = {"top left": (255, 0, 0), "top right": (0, 255, 0), "bottom left": (0, 0, 255), "bottom right": (255, 255, 0)}


def corners(width: int = 80, height: int = 60) -> Image.Image:
    """Four quarters of different colours, so that every turn of the picture shows."""
    picture = Image.new("RGB", (width, height))
    for name, colour in CORNERS.items():
        left = width // 2 if "right" in name else 0
        top = height // 2 if "bottom" in name else 0
        picture.paste(colour, (left, top, left + width // 2, top + height // 2))
    return picture


def saved(picture: Image.Image, kind: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def heic(picture: Image.Image, **options: Any) -> bytes:
    buffer = io.BytesIO()
    pillow_heif.from_pillow(picture).save(buffer, **{"quality": 90} | options)
    return buffer.getvalue()


def assert_corners(image: ImageArray, atol: int = 0) -> None:
    height, width = image.shape[:2]
    for name, colour in CORNERS.items():
        row = height - height // 4 if "bottom" in name else height // 4
        column = width - width // 4 if "right" in name else width // 4
        np.testing.assert_allclose(image[row, column].astype(int), colour, atol=atol, err_msg=name)
