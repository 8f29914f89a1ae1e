"""Every picture file a visitor may bring: read by value, or refused in one sentence that says how to go on."""

import io
import struct
import zlib
from typing import Any

import numpy as np
import pillow_heif
import pytest
from PIL import Image, JpegImagePlugin, features

from backends.contracts import ImageArray
from emotion.photo import MAX_SIDE, decode, fit, open_photo
from errors import PhotoError
from settings import Settings

CORNERS = {"top left": (255, 0, 0), "top right": (0, 255, 0), "bottom left": (0, 0, 255), "bottom right": (255, 255, 0)}


def _corners(width: int = 80, height: int = 60) -> Image.Image:
    """Four quarters of different colours, so that every turn of the picture shows."""
    picture = Image.new("RGB", (width, height))
    for name, colour in CORNERS.items():
        left = width // 2 if "right" in name else 0
        top = height // 2 if "bottom" in name else 0
        picture.paste(colour, (left, top, left + width // 2, top + height // 2))
    return picture


def _saved(picture: Image.Image, kind: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def _heic(picture: Image.Image, **options: Any) -> bytes:
    buffer = io.BytesIO()
    pillow_heif.from_pillow(picture).save(buffer, **{"quality": 90} | options)
    return buffer.getvalue()


def _ramp(top: float, kind: Any) -> ImageArray:
    return np.tile(np.linspace(0, top, 64), (64, 1)).astype(kind)


def _assert_corners(image: ImageArray, atol: int = 0) -> None:
    height, width = image.shape[:2]
    for name, colour in CORNERS.items():
        row = height - height // 4 if "bottom" in name else height // 4
        column = width - width // 4 if "right" in name else width // 4
        np.testing.assert_allclose(image[row, column].astype(int), colour, atol=atol, err_msg=name)


class TestReadable:
    @pytest.mark.parametrize(
        ("kind", "options", "atol"),
        [
            ("PNG", {}, 0), ("BMP", {}, 0), ("GIF", {}, 0), ("TIFF", {}, 0), ("PPM", {}, 0),
            ("WEBP", {"lossless": True}, 0), ("JPEG", {"quality": 95}, 6), ("JPEG", {"progressive": True}, 20),
            ("JPEG2000", {}, 6), ("AVIF", {"quality": 95}, 12), ("TIFF", {"compression": "tiff_lzw"}, 0),
        ],
    )  # fmt: skip
    def test_formats(self, kind: str, options: dict[str, Any], atol: int, settings: Settings) -> None:
        image = decode(_saved(_corners(), kind, **options), settings)
        assert image.shape == (60, 80, 3)
        assert image.dtype == np.uint8
        _assert_corners(image, atol)

    @pytest.mark.parametrize("orientation", range(1, 9))
    @pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
    def test_exif_rotation_is_undone(self, orientation: int, kind: str, settings: Settings) -> None:
        undo = {
            2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
            5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE,
            8: Image.Transpose.ROTATE_270,
        }  # fmt: skip
        stored = _corners().transpose(undo[orientation]) if orientation > 1 else _corners()
        exif = Image.Exif()
        exif[0x0112] = orientation
        image = decode(_saved(stored, kind, exif=exif, quality=95), settings)
        assert image.shape == (60, 80, 3)
        _assert_corners(image, atol=6)

    @pytest.mark.parametrize("exif", [b"Exif\0\0broken", b"Exif\0\0II*\0\xff\xff\xff\xff", b"nonsense"])
    def test_a_broken_exif_block_is_no_reason_to_refuse_a_photo(self, exif: bytes, settings: Settings) -> None:
        _assert_corners(decode(_saved(_corners(), "JPEG", exif=exif, quality=95), settings), atol=6)

    @pytest.mark.parametrize("quality", [90, -1])
    def test_heic_as_iphones_save_it(self, quality: int, settings: Settings) -> None:
        image = decode(_heic(_corners(), quality=quality), settings)
        assert image.shape == (60, 80, 3)
        _assert_corners(image, atol=8)

    @pytest.mark.parametrize("orientation", [3, 6, 8])
    def test_a_turned_heic_comes_upright(self, orientation: int, settings: Settings) -> None:
        undo = {3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}
        exif = Image.Exif()
        exif[0x0112] = orientation
        image = decode(_heic(_corners().transpose(undo[orientation]), exif=exif.tobytes()), settings)
        assert image.shape == (60, 80, 3)
        _assert_corners(image, atol=8)

    def test_a_heic_of_several_pictures_gives_the_first_and_says_so(self, settings: Settings) -> None:
        file = pillow_heif.from_pillow(_corners())
        file.add_from_pillow(Image.new("RGB", (80, 60)))
        buffer = io.BytesIO()
        file.save(buffer, quality=90)
        photo = open_photo(buffer.getvalue(), settings)
        _assert_corners(photo.image, atol=8)
        assert photo.notes == ("The picture has several frames; only the first one is read.",)

    def test_cmyk(self, settings: Settings) -> None:
        image = decode(_saved(_corners().convert("CMYK"), "JPEG", quality=95), settings)
        _assert_corners(image, atol=8)

    @pytest.mark.parametrize("mode", ["L", "1", "LA", "YCbCr", "LAB", "P", "RGBA"])
    def test_colour_modes(self, mode: str, settings: Settings) -> None:
        picture = _corners().convert("L").convert("RGB") if mode in ("L", "1", "LA") else _corners()
        expected = np.asarray(picture.convert(mode).convert("RGB") if mode != "LAB" else picture)
        stored = picture if mode == "LAB" else picture.convert(mode)
        image = decode(_saved(stored, "TIFF"), settings)
        np.testing.assert_allclose(image.astype(int), expected, atol=2)

    @pytest.mark.parametrize("kind", ["PNG", "TIFF", "PPM"])
    def test_sixteen_bits_are_scaled_not_clipped(self, kind: str, settings: Settings) -> None:
        image = decode(_saved(Image.fromarray(_ramp(65535, np.uint16)), kind), settings)
        np.testing.assert_allclose(image[10, :, 1], _ramp(255, float)[0], atol=1)

    def test_dark_sixteen_bits_stay_dark(self, settings: Settings) -> None:
        image = decode(_saved(Image.fromarray(_ramp(200, np.uint16)), "PNG"), settings)
        assert image.max() == 1

    @pytest.mark.parametrize("top", [1.0, 255.0, 65535.0, 1e6])
    def test_floating_point_greys_are_scaled(self, top: float, settings: Settings) -> None:
        values = _ramp(top, np.float32)
        values[0, 0] = np.nan
        image = decode(_saved(Image.fromarray(values), "TIFF"), settings)
        np.testing.assert_allclose(image[10, :, 0], _ramp(255, float)[0], atol=1)

    def test_thirty_two_bit_integers_are_scaled(self, settings: Settings) -> None:
        image = decode(_saved(Image.fromarray(_ramp(100_000, np.int32)), "TIFF"), settings)
        np.testing.assert_allclose(image[10, :, 0], _ramp(255, float)[0], atol=1)

    def test_transparency_shows_white(self, settings: Settings) -> None:
        picture = _corners().convert("RGBA")
        picture.putalpha(Image.new("L", picture.size, 0))
        assert (decode(_saved(picture, "PNG"), settings) == 255).all()
        half = Image.new("RGBA", (40, 40), (0, 0, 0, 128))
        assert decode(_saved(half, "WEBP", lossless=True), settings)[5, 5].tolist() == [127, 127, 127]

    def test_a_palette_with_a_transparent_colour(self, settings: Settings) -> None:
        picture = Image.new("P", (40, 40), 1)
        picture.putpalette([9, 9, 9, 200, 10, 20])
        picture.paste(0, (0, 0, 40, 20))
        image = decode(_saved(picture, "PNG", transparency=0), settings)
        assert image[5, 5].tolist() == [255, 255, 255]
        assert image[30, 5].tolist() == [200, 10, 20]

    @pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP", "TIFF"])
    def test_of_an_animation_the_first_frame_is_read_and_said_so(self, kind: str, settings: Settings) -> None:
        frames = [Image.new("RGB", (40, 40), colour) for colour in ("white", "black")]
        photo = open_photo(_saved(frames[0], kind, save_all=True, append_images=frames[1:]), settings)
        assert (photo.image == 255).all()
        assert photo.notes == ("The picture has several frames; only the first one is read.",)
        assert open_photo(_saved(_corners(), kind), settings).notes == ()

    def test_a_phones_second_picture_goes_without_saying(self, settings: Settings) -> None:
        data = _saved(_corners(), "MPO", save_all=True, append_images=[_corners()], quality=95)
        assert open_photo(data, settings).notes == ()

    @pytest.mark.parametrize(("width", "height"), [(4000, 3000), (3000, 4000), (1601, 1000)])
    @pytest.mark.parametrize("kind", ["JPEG", "PNG"])
    def test_large_photos_are_shrunk(self, width: int, height: int, kind: str, settings: Settings) -> None:
        image = decode(_saved(_corners(width, height), kind), settings)
        scale = MAX_SIDE / max(width, height)
        assert max(image.shape) == MAX_SIDE
        np.testing.assert_allclose(image.shape[:2], (height * scale, width * scale), atol=1)
        _assert_corners(image, atol=6)


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
            (_heic(_corners())[:500], "damaged or incomplete"),
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
        data = _saved(Image.fromarray(noise), kind)
        with pytest.raises(PhotoError, match="damaged or incomplete"):
            decode(data[: int(len(data) * part)], settings)

    def test_an_avif_picture_without_its_decoder(self, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(features, "check", lambda _name: False)
        monkeypatch.delitem(Image.OPEN, "AVIF")
        with pytest.raises(PhotoError, match=r"AVIF picture, which cannot be read here\. Save it as JPEG or PNG"):
            decode(_saved(_corners(), "AVIF"), settings)

    def test_limits_are_settings(self, settings: Settings) -> None:
        data = _saved(_corners(1000, 1000), "PNG")
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
        stored = _corners(6400, 4800) if orientation == 1 else _corners(4800, 6400).transpose(Image.Transpose.ROTATE_90)
        limits = settings.model_copy(update={"max_image_megapixels": 30.0, "max_jpeg_megapixels": 31.0})
        image = decode(_saved(stored, "JPEG", exif=exif, quality=80), limits)
        assert set(decoded) == {(1600, 1200)}, "a quarter of each side"
        assert image.shape == ((1200, 1600, 3) if orientation == 1 else (1600, 1200, 3))
        _assert_corners(image, atol=8)

    def test_what_a_jpeg_may_have_more_is_told(self, settings: Settings) -> None:
        limits = settings.model_copy(update={"max_image_megapixels": 1.0, "max_jpeg_megapixels": 2.0})
        told = r"has 3 megapixels; up to 1 can be read, of a JPEG that is not progressive up to 2\. Save it as such a"
        for data in (
            _saved(_corners(2000, 1500), "JPEG"),
            _saved(_corners(2000, 1500), "PNG"),
            _saved(_corners(2000, 1500), "JPEG", progressive=True),
        ):
            with pytest.raises(PhotoError, match=told):
                decode(data, limits)
        between = _corners(1500, 1000)
        assert decode(_saved(between, "JPEG"), limits).shape == (1000, 1500, 3)
        for kind, options in (("PNG", {}), ("JPEG", {"progressive": True})):
            with pytest.raises(PhotoError, match="has 2 megapixels; up to 1 can be read"):
                decode(_saved(between, kind, **options), limits)

    def test_the_limit_of_the_process_does_not_count_for_a_jpeg(
        self, settings: Settings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 500_000)
        limits = settings.model_copy(update={"max_image_megapixels": 1.0})
        assert decode(_saved(_corners(1600, 1200), "JPEG"), limits).shape == (1200, 1600, 3)
        with pytest.raises(PhotoError, match="far too many megapixels; up to 1 can be read"):
            decode(_saved(_corners(1600, 1200), "PNG"), limits)

    def test_no_pixel_of_a_bomb_is_decoded(self, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
        def load(_picture: Image.Image) -> None:
            raise AssertionError("the pixels were decoded")

        monkeypatch.setattr("PIL.ImageFile.ImageFile.load", load)
        with pytest.raises(PhotoError, match="100 megapixels"):
            decode(_png_header(10_000, 10_000), settings)

    @pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "TIFF", "AVIF", "HEIC"])
    def test_flipped_bytes_never_get_past_the_error_tree(self, kind: str, settings: Settings) -> None:
        data = _heic(_corners()) if kind == "HEIC" else _saved(_corners(), kind)
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


class TestFit:
    def test_what_fits_is_returned_as_it_is(self) -> None:
        image = np.zeros((100, 200, 3), np.uint8)
        assert fit(image) is image

    def test_larger_arrays_are_shrunk(self) -> None:
        image = fit(np.asarray(_corners(3200, 1600)))
        assert image.shape == (800, 1600, 3)
        _assert_corners(image)

    @pytest.mark.parametrize(
        "image", [np.zeros((50, 50), np.uint8), np.zeros((50, 50, 4), np.uint8), np.zeros((50, 50, 3), np.float32)]
    )
    def test_other_arrays_are_refused(self, image: Any) -> None:
        with pytest.raises(PhotoError, match="must be"):
            fit(image)
