"""From the bytes of a picture file to pixels, with one clear sentence for everything that can be wrong with them.

Sizes are read from the header and checked before a single pixel is decoded. Nothing is stored.
Does not handle: raw camera files, vector graphics, colour profiles, more than the first frame of an animation.
"""

import io
import struct
import warnings
import zlib
from dataclasses import dataclass
from functools import cache

import numpy as np
from PIL import Image, JpegImagePlugin, UnidentifiedImageError, features

from backends.contracts import FloatArray, ImageArray
from errors import PhotoError
from settings import Settings

MAX_SIDE = 1600
"""Long side in pixels of what `decode` returns: a face that matters has enough of them, and detection stays fast."""
MIN_SIDE = 24
"""Smaller pictures hold no face that could be read (FER2013's have 48 pixels)."""
FORMATS = ("JPEG", "MPO", "PNG", "WEBP", "GIF", "BMP", "TIFF", "PPM", "AVIF", "HEIF", "JPEG2000")
"""What is tried, where Pillow can: no format that starts another program (EPS) or is a document."""

_HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"heif")
_AVIF_BRANDS = (b"avif", b"avis")
_SIGNATURES = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"RIFF", b"BM", b"II*\0", b"MM\0*", b"\0\0\0\x0cjP  ")
_DAMAGE = (
    OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError, RuntimeError, struct.error,
    zlib.error, Image.DecompressionBombError,
)  # fmt: skip
"""What Pillow's decoders raise on damaged files."""
_DAMAGED = "The picture is damaged or incomplete. Save or send it again, or choose another photo."
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""How to bring a picture upright, by its EXIF orientation (1: it is)."""
_ORIENTATION_TAG = 0x0112


@dataclass(frozen=True, eq=False)
class Photo:
    """Pixels, and what the user should know about how they came out of the file."""

    image: ImageArray
    notes: tuple[str, ...] = ()


def decode(data: bytes, settings: Settings) -> ImageArray:
    """Return the picture as upright (height, width, 3) RGB, long side at most 1600 pixels.

    Raises:
        PhotoError: the file is empty, too large, not a picture, damaged, tiny, or in a format without a decoder.
    """
    return open_photo(data, settings).image


def open_photo(data: bytes, settings: Settings) -> Photo:
    """The same with notes for the user (only the first frame of an animation is read)."""
    if not data:
        raise PhotoError("The file is empty. Choose another photo.")
    if len(data) > settings.max_image_megabytes * 1e6:
        raise PhotoError(
            f"The file has {len(data) / 1e6:,.1f} MB; up to {settings.max_image_megabytes:,g} MB can be read. "
            "Save a smaller version and try again."
        )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow warns of odd files; each is either read or refused below
        picture = _open(data, settings)
        try:
            upright = _pixels(picture)
            moves = picture.format != "MPO" and bool(getattr(picture, "is_animated", False))
        except MemoryError as error:
            raise PhotoError("The picture does not fit into memory. Save a smaller version.") from error
        except _DAMAGE as error:
            raise PhotoError(_DAMAGED) from error
    notes = ("The picture has several frames; only the first one is read.",) if moves else ()
    return Photo(fit(np.asarray(upright)), notes)


def fit(image: ImageArray) -> ImageArray:
    """Return an RGB image with a long side of at most 1600 pixels, the same object where nothing is to be done.

    Raises:
        PhotoError: it is not (height, width, 3) uint8, or too small to hold a face.
    """
    if image.ndim != 3 or image.shape[2] != 3 or image.dtype != np.uint8:
        raise PhotoError(f"A picture must be (height, width, 3) uint8 RGB, not {image.shape} {image.dtype}.")
    height, width = image.shape[:2]
    _check_sides(width, height)
    if max(height, width) <= MAX_SIDE:
        return image
    picture = Image.fromarray(image)
    picture.thumbnail((MAX_SIDE, MAX_SIDE))
    return np.asarray(picture)


def _check_sides(width: int, height: int) -> None:
    """Refuse pictures that are too small to hold a face, or so narrow that shrinking makes them so."""
    if min(width, height) < MIN_SIDE:
        raise PhotoError(
            f"The picture has only {width} × {height} pixels. Choose one with at least {MIN_SIDE} on each side."
        )
    if max(width, height) / min(width, height) > MAX_SIDE / MIN_SIDE:
        raise PhotoError(f"The picture is too narrow ({width} × {height} pixels). Cut out the part with the face.")


def _open(data: bytes, settings: Settings) -> Image.Image:
    """Read the header alone and refuse what is no picture or too large."""
    Image.init()
    _read_heic()
    try:
        if (large := _large_jpeg(data, settings)) is not None:
            return large
        picture = Image.open(io.BytesIO(data), formats=[name for name in FORMATS if name in Image.OPEN])
    except UnidentifiedImageError as error:
        raise PhotoError(_unknown(data)) from error
    except Image.DecompressionBombError as error:
        raise PhotoError(_too_many_pixels("far too many", settings)) from error
    except _DAMAGE as error:
        raise PhotoError(_DAMAGED) from error
    megapixels = picture.width * picture.height / 1e6
    if megapixels > settings.max_image_megapixels:
        raise PhotoError(_too_many_pixels(f"{megapixels:,.0f}", settings))
    _check_sides(picture.width, picture.height)
    return picture


def _large_jpeg(data: bytes, settings: Settings) -> Image.Image | None:
    """Open a JPEG of more than the usual number of pixels at a fraction of its size; None for every other file.

    The decoder then keeps a few rows of the full size and the small picture. Of a file in several passes (progressive)
    it would keep everything, up to six bytes a pixel: such a file is left to the usual limit.

    Raises:
        PhotoError: even for a JPEG it has too many pixels, or is too narrow to be made small.
    """
    if not _in_one_pass(data):
        return None
    picture = JpegImagePlugin.JpegImageFile(io.BytesIO(data))  # Image.open has a limit of its own, of the process
    megapixels = picture.width * picture.height / 1e6
    if megapixels <= settings.max_image_megapixels:
        return None
    if megapixels > settings.max_jpeg_megapixels:
        raise PhotoError(_too_many_pixels(f"{megapixels:,.0f}", settings))
    _check_sides(picture.width, picture.height)
    share = MAX_SIDE / max(picture.size)
    picture.draft("RGB", (max(1, int(picture.width * share)), max(1, int(picture.height * share))))
    return picture


def _in_one_pass(data: bytes) -> bool:
    """Whether a file is a JPEG whose first scan holds all of its components (ISO/IEC 10918-1, B.2: markers)."""
    place, components = 2, 0
    while data.startswith(b"\xff\xd8\xff") and place + 10 <= len(data) and data[place] == 0xFF:
        marker, length = data[place + 1], int.from_bytes(data[place + 2 : place + 4], "big")
        if marker == 0xFF:  # a fill byte
            place += 1
            continue
        if marker in (0xC0, 0xC1):  # the frame: baseline or extended, not progressive
            components = data[place + 9]
        if marker == 0xDA:  # a scan
            return data[place + 4] == components
        place += 2 + length
    return False


def _too_many_pixels(found: str, settings: Settings) -> str:
    return (
        f"The picture has {found} megapixels; up to {settings.max_image_megapixels:,g} can be read, of a JPEG that is "
        f"not progressive up to {settings.max_jpeg_megapixels:,g}. Save it as such a JPEG, or smaller, and try again."
    )


def _unknown(data: bytes) -> str:
    """Say what a file is that no decoder knows. The brands of HEIC and AVIF: ISO/IEC 23008-12, 23000-22."""
    brand = data[8:12] if data[4:8] == b"ftyp" else b""
    if brand in _AVIF_BRANDS and not features.check("avif"):
        return "This is an AVIF picture, which cannot be read here. Save it as JPEG or PNG and try again."
    if brand in _HEIF_BRANDS + _AVIF_BRANDS or data.startswith(_SIGNATURES):
        return _DAMAGED
    return "This file is not a picture that can be read. Use a photo in JPEG, HEIC, PNG or WebP format."


@cache
def _read_heic() -> None:
    """Let Pillow read HEIC, the format of iPhones, once per process. Turns of the file are undone while decoding."""
    from pillow_heif import register_heif_opener

    register_heif_opener(thumbnails=False)


def _pixels(picture: Image.Image) -> Image.Image:
    """Decode, shrink and turn upright; whatever the colour mode, the result is RGB."""
    orientation = _orientation(picture)
    picture = _eight_bits(picture)
    picture.thumbnail((MAX_SIDE, MAX_SIDE))  # a JPEG is decoded at a fraction of its size
    rgb = _on_white(picture) if "A" in picture.getbands() or "a" in picture.getbands() else picture.convert("RGB")
    turn = _TURNS.get(orientation)
    return rgb if turn is None else rgb.transpose(turn)


def _orientation(picture: Image.Image) -> int:
    """Return the EXIF orientation; 1 (upright) where there is none or the EXIF block is broken."""
    try:
        value = picture.getexif().get(_ORIENTATION_TAG, 1)
    except _DAMAGE:
        return 1
    return value if isinstance(value, int) else 1


def _eight_bits(picture: Image.Image) -> Image.Image:
    """Bring palettes and deep or floating-point greys to a mode of eight bits a channel that can be resized."""
    if picture.mode in ("P", "PA", "1"):
        return picture.convert("RGBA" if "transparency" in picture.info or picture.mode == "PA" else "RGB")
    if picture.mode == "L" and "transparency" in picture.info:
        return picture.convert("LA")
    if picture.mode == "RGB" and "transparency" in picture.info:
        return picture.convert("RGBA")
    if picture.mode.startswith("I") or picture.mode == "F":
        return Image.fromarray(_scaled(np.nan_to_num(np.asarray(picture, np.float32)), picture.mode))
    return picture


def _scaled(values: FloatArray, mode: str) -> ImageArray:
    """Scale grey values to 0..255: by 65535 for 16 bits, else by the smallest usual range that holds them."""
    top = float(values.max(initial=0.0))
    ranges = (65535.0,) if mode.startswith("I;16") else (1.0, 255.0, 65535.0) if mode == "F" else (255.0, 65535.0)
    full = next((limit for limit in ranges if top <= limit), top)
    return np.asarray(np.rint(np.clip(values, 0, full) * np.float32(255 / full)), np.uint8)


def _on_white(picture: Image.Image) -> Image.Image:
    """Lay a picture with transparency on white, as a page would show it."""
    layer = picture.convert("RGBA")
    white = Image.new("RGBA", layer.size, "white")
    return Image.alpha_composite(white, layer).convert("RGB")
