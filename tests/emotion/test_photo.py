"""Every picture file a visitor may bring: read by value, or refused in one sentence that says how to go on."""

import io
from typing import Any

import numpy as np
import pillow_heif
import pytest
from PIL import Image

from backends.contracts import ImageArray
from emotion.photo import MAX_SIDE, decode, fit, open_photo
from errors import PhotoError
from settings import Settings
from tests.emotion.pictures import assert_corners, corners, heic, saved


def _ramp(top: float, kind: Any) -> ImageArray:
    return np.tile(np.linspace(0, top, 64), (64, 1)).astype(kind)


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
        image = decode(saved(corners(), kind, **options), settings)
        assert image.shape == (60, 80, 3)
        assert image.dtype == np.uint8
        assert_corners(image, atol)

    @pytest.mark.parametrize("orientation", range(1, 9))
    @pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
    def test_exif_rotation_is_undone(self, orientation: int, kind: str, settings: Settings) -> None:
        undo = {
            2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
            5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE,
            8: Image.Transpose.ROTATE_270,
        }  # fmt: skip
        stored = corners().transpose(undo[orientation]) if orientation > 1 else corners()
        exif = Image.Exif()
        exif[0x0112] = orientation
        image = decode(saved(stored, kind, exif=exif, quality=95), settings)
        assert image.shape == (60, 80, 3)
        assert_corners(image, atol=6)

    @pytest.mark.parametrize("exif", [b"Exif\0\0broken", b"Exif\0\0II*\0\xff\xff\xff\xff", b"nonsense"])
    def test_a_broken_exif_block_is_no_reason_to_refuse_a_photo(self, exif: bytes, settings: Settings) -> None:
        assert_corners(decode(saved(corners(), "JPEG", exif=exif, quality=95), settings), atol=6)

    @pytest.mark.parametrize("quality", [90, -1])
    def test_heic_as_iphones_save_it(self, quality: int, settings: Settings) -> None:
        image = decode(heic(corners(), quality=quality), settings)
        assert image.shape == (60, 80, 3)
        assert_corners(image, atol=8)

    @pytest.mark.parametrize("orientation", [3, 6, 8])
    def test_a_turned_heic_comes_upright(self, orientation: int, settings: Settings) -> None:
        undo = {3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}
        exif = Image.Exif()
        exif[0x0112] = orientation
        image = decode(heic(corners().transpose(undo[orientation]), exif=exif.tobytes()), settings)
        assert image.shape == (60, 80, 3)
        assert_corners(image, atol=8)

    def test_a_heic_of_several_pictures_gives_the_first_and_says_so(self, settings: Settings) -> None:
        file = pillow_heif.from_pillow(corners())
        file.add_from_pillow(Image.new("RGB", (80, 60)))
        buffer = io.BytesIO()
        file.save(buffer, quality=90)
        photo = open_photo(buffer.getvalue(), settings)
        assert_corners(photo.image, atol=8)
        assert photo.notes == ("The picture has several frames; only the first one is read.",)

    def test_cmyk(self, settings: Settings) -> None:
        image = decode(saved(corners().convert("CMYK"), "JPEG", quality=95), settings)
        assert_corners(image, atol=8)

    @pytest.mark.parametrize("mode", ["L", "1", "LA", "YCbCr", "LAB", "P", "RGBA"])
    def test_colour_modes(self, mode: str, settings: Settings) -> None:
        picture = corners().convert("L").convert("RGB") if mode in ("L", "1", "LA") else corners()
        expected = np.asarray(picture.convert(mode).convert("RGB") if mode != "LAB" else picture)
        stored = picture if mode == "LAB" else picture.convert(mode)
        image = decode(saved(stored, "TIFF"), settings)
        np.testing.assert_allclose(image.astype(int), expected, atol=2)

    @pytest.mark.parametrize("kind", ["PNG", "TIFF", "PPM"])
    def test_sixteen_bits_are_scaled_not_clipped(self, kind: str, settings: Settings) -> None:
        image = decode(saved(Image.fromarray(_ramp(65535, np.uint16)), kind), settings)
        np.testing.assert_allclose(image[10, :, 1], _ramp(255, float)[0], atol=1)

    def test_dark_sixteen_bits_stay_dark(self, settings: Settings) -> None:
        image = decode(saved(Image.fromarray(_ramp(200, np.uint16)), "PNG"), settings)
        assert image.max() == 1

    @pytest.mark.parametrize("top", [1.0, 255.0, 65535.0, 1e6])
    def test_floating_point_greys_are_scaled(self, top: float, settings: Settings) -> None:
        values = _ramp(top, np.float32)
        values[0, 0] = np.nan
        image = decode(saved(Image.fromarray(values), "TIFF"), settings)
        np.testing.assert_allclose(image[10, :, 0], _ramp(255, float)[0], atol=1)

    def test_thirty_two_bit_integers_are_scaled(self, settings: Settings) -> None:
        image = decode(saved(Image.fromarray(_ramp(100_000, np.int32)), "TIFF"), settings)
        np.testing.assert_allclose(image[10, :, 0], _ramp(255, float)[0], atol=1)

    def test_transparency_shows_white(self, settings: Settings) -> None:
        picture = corners().convert("RGBA")
        picture.putalpha(Image.new("L", picture.size, 0))
        assert (decode(saved(picture, "PNG"), settings) == 255).all()
        half = Image.new("RGBA", (40, 40), (0, 0, 0, 128))
        assert decode(saved(half, "WEBP", lossless=True), settings)[5, 5].tolist() == [127, 127, 127]

    def test_a_palette_with_a_transparent_colour(self, settings: Settings) -> None:
        picture = Image.new("P", (40, 40), 1)
        picture.putpalette([9, 9, 9, 200, 10, 20])
        picture.paste(0, (0, 0, 40, 20))
        image = decode(saved(picture, "PNG", transparency=0), settings)
        assert image[5, 5].tolist() == [255, 255, 255]
        assert image[30, 5].tolist() == [200, 10, 20]

    @pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP", "TIFF"])
    def test_of_an_animation_the_first_frame_is_read_and_said_so(self, kind: str, settings: Settings) -> None:
        frames = [Image.new("RGB", (40, 40), colour) for colour in ("white", "black")]
        photo = open_photo(saved(frames[0], kind, save_all=True, append_images=frames[1:]), settings)
        assert (photo.image == 255).all()
        assert photo.notes == ("The picture has several frames; only the first one is read.",)
        assert open_photo(saved(corners(), kind), settings).notes == ()

    def test_a_phones_second_picture_goes_without_saying(self, settings: Settings) -> None:
        data = saved(corners(), "MPO", save_all=True, append_images=[corners()], quality=95)
        assert open_photo(data, settings).notes == ()

    @pytest.mark.parametrize(("width", "height"), [(4000, 3000), (3000, 4000), (1601, 1000)])
    @pytest.mark.parametrize("kind", ["JPEG", "PNG"])
    def test_large_photos_are_shrunk(self, width: int, height: int, kind: str, settings: Settings) -> None:
        image = decode(saved(corners(width, height), kind), settings)
        scale = MAX_SIDE / max(width, height)
        assert max(image.shape) == MAX_SIDE
        np.testing.assert_allclose(image.shape[:2], (height * scale, width * scale), atol=1)
        assert_corners(image, atol=6)


class TestFit:
    def test_what_fits_is_returned_as_it_is(self) -> None:
        image = np.zeros((100, 200, 3), np.uint8)
        assert fit(image) is image

    def test_larger_arrays_are_shrunk(self) -> None:
        image = fit(np.asarray(corners(3200, 1600)))
        assert image.shape == (800, 1600, 3)
        assert_corners(image)

    @pytest.mark.parametrize(
        "image", [np.zeros((50, 50), np.uint8), np.zeros((50, 50, 4), np.uint8), np.zeros((50, 50, 3), np.float32)]
    )
    def test_other_arrays_are_refused(self, image: Any) -> None:
        with pytest.raises(PhotoError, match="must be"):
            fit(image)
