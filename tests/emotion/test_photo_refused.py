"""Files that are refused, each with its own sentence."""

import struct
import zlib
from typing import Any

import numpy as np
import pytest
from PIL import Image, JpegImagePlugin, features

from emotion.photo import decode
from errors import PhotoError
from settings import Settings
from tests.emotion.pictures import assert_corners, corners, heic, saved


def _png_header(width: int, height: int) -> bytes:
    """A PNG that claims a size and holds no pixels to speak of: reading them would fail."""
    chunks = (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)), (b"IDAT", zlib.compress(b"\0"))
    packed = (
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(packed)


def _ftyp(brand: bytes) -> bytes:
    return struct.pack(">I", 24) + b"ftyp" + brand + b"\0\0\0\0" + brand + b"mif1" + b"\0" * 200


class TestRefused:
    @pytest.mark.parametrize(
        ("data", "message"),
        [
            (b"", "The file is empty. Choose another photo."),
            (b"id,text\n1,hello\n" * 20, "not a picture that can be read. Use a photo in JPEG, HEIC, PNG or WebP"),
            (b"%PDF-1.7\n" + b"\0" * 300, "not a picture"),
            (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 99 99\n", "not a picture"),
            (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not a picture"),
            (b"\xff\xd8\xff\xe0" + b"\0" * 50, "damaged or incomplete"),
            (b"\x89PNG\r\n\x1a\n", "damaged or incomplete"),
            (_ftyp(b"heic"), "damaged or incomplete"),
            (_ftyp(b"mif1"), "damaged or incomplete"),
            (heic(corners())[:500], "damaged or incomplete"),
            (_png_header(10_000, 10_000), "has 100 megapixels; up to 64 can be read"),
            (_png_header(60_000, 60_000), "far too many megapixels; up to 64 can be read"),
            (_png_header(1, 1), "has only 1 × 1 pixels"),
            (_png_header(500, 20), "has only 500 × 20 pixels"),
            (_png_header(30, 9_000), "too narrow"),
        ],
    )  # fmt: skip
    def test_each_gets_its_sentence(self, data: bytes, message: str, settings: Settings) -> None:
        with pytest.raises(PhotoError, match=message):
            decode(data, settings)

    @pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "BMP", "TIFF", "WEBP", "AVIF", "JPEG2000"])
    @pytest.mark.parametrize("part", [0.2, 0.6])
    def test_truncated_files(self, kind: str, part: float, settings: Settings) -> None:
        noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
        data = saved(Image.fromarray(noise), kind)
        with pytest.raises(PhotoError, match="damaged or incomplete"):
            decode(data[: int(len(data) * part)], settings)

    def test_an_avif_picture_without_its_decoder(self, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(features, "check", lambda _name: False)
        monkeypatch.delitem(Image.OPEN, "AVIF")
        with pytest.raises(PhotoError, match=r"AVIF picture, which cannot be read here\. Save it as JPEG or PNG"):
            decode(saved(corners(), "AVIF"), settings)

    def test_limits_are_settings(self, settings: Settings) -> None:
        data = saved(corners(1000, 1000), "PNG")
        small = settings.model_copy(update={"max_image_megapixels": 0.9})
        with pytest.raises(PhotoError, match=r"has 1 megapixels; up to 0\.9 can be read"):
            decode(data, small)
        with pytest.raises(PhotoError, match=r"The file has 0\.0 MB; up to 0\.001 MB can be read"):
            decode(data, settings.model_copy(update={"max_image_megabytes": 0.001}))

    @pytest.mark.parametrize("orientation", [1, 6])
    def test_a_larger_jpeg_is_decoded_at_a_fraction(
        self, orientation: int, settings: Settings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        decoded: list[tuple[int, int]] = []
        load = JpegImagePlugin.JpegImageFile.load

        def loaded(picture: JpegImagePlugin.JpegImageFile) -> Any:
            decoded.append(picture.size)
            return load(picture)

        monkeypatch.setattr(JpegImagePlugin.JpegImageFile, "load", loaded)
        exif = Image.Exif()
        exif[0x0112] = orientation
        stored = corners(6400, 4800) if orientation == 1 else corners(4800, 6400).transpose(Image.Transpose.ROTATE_90)
        limits = settings.model_copy(update={"max_image_megapixels": 30.0, "max_jpeg_megapixels": 31.0})
        image = decode(saved(stored, "JPEG", exif=exif, quality=80), limits)
        assert set(decoded) == {(1600, 1200)}, "a quarter of each side"
        assert image.shape == ((1200, 1600, 3) if orientation == 1 else (1600, 1200, 3))
        assert_corners(image, atol=8)

    def test_what_a_jpeg_may_have_more_is_told(self, settings: Settings) -> None:
        limits = settings.model_copy(update={"max_image_megapixels": 1.0, "max_jpeg_megapixels": 2.0})
        told = r"has 3 megapixels; up to 1 can be read, of a JPEG that is not progressive up to 2\. Save it as such a"
        for data in (
            saved(corners(2000, 1500), "JPEG"),
            saved(corners(2000, 1500), "PNG"),
            saved(corners(2000, 1500), "JPEG", progressive=True),
        ):
            with pytest.raises(PhotoError, match=told):
                decode(data, limits)
        between = corners(1500, 1000)
        assert decode(saved(between, "JPEG"), limits).shape == (1000, 1500, 3)
        for kind, options in (("PNG", {}), ("JPEG", {"progressive": True})):
            with pytest.raises(PhotoError, match="has 2 megapixels; up to 1 can be read"):
                decode(saved(between, kind, **options), limits)

    def test_the_limit_of_the_process_does_not_count_for_a_jpeg(
        self, settings: Settings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 500_000)
        limits = settings.model_copy(update={"max_image_megapixels": 1.0})
        assert decode(saved(corners(1600, 1200), "JPEG"), limits).shape == (1200, 1600, 3)
        with pytest.raises(PhotoError, match="far too many megapixels; up to 1 can be read"):
            decode(saved(corners(1600, 1200), "PNG"), limits)

    def test_no_pixel_of_a_bomb_is_decoded(self, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
        def load(_picture: Image.Image) -> None:
            raise AssertionError("the pixels were decoded")

        monkeypatch.setattr("PIL.ImageFile.ImageFile.load", load)
        with pytest.raises(PhotoError, match="100 megapixels"):
            decode(_png_header(10_000, 10_000), settings)

    @pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "TIFF", "AVIF", "HEIC"])
    def test_flipped_bytes_never_get_past_the_error_tree(self, kind: str, settings: Settings) -> None:
        data = heic(corners()) if kind == "HEIC" else saved(corners(), kind)
        random = np.random.default_rng(5)
        for _ in range(60):
            damaged = bytearray(data)
            for place in random.integers(0, len(data), 4):
                damaged[place] = random.integers(0, 256)
            try:
                image = decode(bytes(damaged), settings)
            except PhotoError as error:
                assert str(error).endswith(".")  # noqa: PT017 (either outcome is right; nothing else may be raised)
            else:
                assert image.shape[2] == 3
