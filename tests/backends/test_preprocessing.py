"""Crops and tensors by value: against coordinates painted into pictures, the training's tensors, transformers'."""

import math
from typing import Any

import numpy as np
import pytest
from PIL import Image

from backends.contracts import FaceBox, FloatArray, ImageArray
from backends.preprocessing import (
    LEAST_CONTRAST,
    MAX_CROP_SIDE,
    MEAN_LIGHT,
    InputNumbers,
    crops,
    eye_angle,
    input_numbers,
    lit,
    tensor,
    whole,
)
from backends.torchvision_guard import declare_missing_operators
from errors import DamagedModel

IMAGENET = ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))


@pytest.fixture(scope="module")
def map_of_places() -> ImageArray:
    """Each pixel says where it is: red is x, green is y."""
    y, x = np.mgrid[:200, :250]
    return np.stack([x, y, np.zeros_like(x)], axis=2).astype(np.uint8)


@pytest.fixture
def face_square() -> ImageArray:
    from skimage import data

    return np.ascontiguousarray(data.astronaut()[50:210, 145:305])


class TestCrops:
    def test_the_square_has_the_box_in_its_middle(self, map_of_places: ImageArray) -> None:
        (crop,) = crops(map_of_places, [FaceBox(40, 30, 20, 20, 1.0)], margin=1.5)
        assert crop.shape == (30, 30, 3)
        np.testing.assert_array_equal(crop[0, :, 0], np.arange(35, 65))
        np.testing.assert_array_equal(crop[:, 0, 1], np.arange(25, 55))

    def test_the_side_is_the_mean_side_of_the_box_times_the_margin(self, map_of_places: ImageArray) -> None:
        (crop,) = crops(map_of_places, [FaceBox(100, 100, 16, 36, 1.0)], margin=1.0)
        assert crop.shape == (24, 24, 3)
        np.testing.assert_array_equal(crop[0, :, 0], np.arange(96, 120))
        np.testing.assert_array_equal(crop[:, 0, 1], np.arange(106, 130))

    def test_beyond_the_edge_the_outermost_pixels_are_repeated(self, map_of_places: ImageArray) -> None:
        (crop,) = crops(map_of_places, [FaceBox(0, 180, 20, 20, 1.0)], margin=2.0)
        np.testing.assert_array_equal(crop[0, :, 0], [0] * 10 + list(range(30)))
        np.testing.assert_array_equal(crop[:, 0, 1], [*range(170, 200), *[199] * 10])

    @pytest.mark.parametrize("degrees", [-40, -15, 0, 25, 90])
    def test_eyes_become_level_and_keep_their_distance(self, degrees: float) -> None:
        tilt = math.radians(degrees)
        centre, reach = np.array([100.0, 90.0]), 16
        direction = np.array([math.cos(tilt), math.sin(tilt)])
        left, right = centre - reach * direction, centre + reach * direction
        y, x = np.mgrid[:180, :200] + 0.5
        image = np.zeros((180, 200, 3), np.uint8)
        for channel, eye in enumerate((left, right)):
            image[:, :, channel] = 255 * np.exp(-((x - eye[0]) ** 2 + (y - eye[1]) ** 2) / 8)
        box = FaceBox(70, 60, 60, 60, 1.0, (tuple(left), tuple(right)))
        (crop,) = crops(image, [box], margin=1.0)
        assert crop.shape == (60, 60, 3)
        found = [np.unravel_index(crop[:, :, channel].argmax(), (60, 60)) for channel in (0, 1)]
        np.testing.assert_allclose(found, [(29.5, 29.5 - reach), (29.5, 29.5 + reach)], atol=1)

    def test_without_landmarks_nothing_is_turned(self) -> None:
        assert eye_angle(FaceBox(0, 0, 10, 10, 1.0)) == 0.0
        assert eye_angle(FaceBox(0, 0, 10, 10, 1.0, ((2, 3), (6, 7)))) == pytest.approx(math.pi / 4)

    def test_a_huge_face_is_reduced_without_being_moved(self) -> None:
        y, x = np.mgrid[:1200, :1400]
        image = np.stack([x * 255 / 1400, y * 255 / 1200, 0 * x], axis=2).astype(np.uint8)
        (crop,) = crops(image, [FaceBox(200, 100, 1000, 1000, 1.0)], margin=1.0)
        assert MAX_CROP_SIDE <= crop.shape[0] == crop.shape[1] < 2 * MAX_CROP_SIDE
        assert float(crop[0, 0, 0]) == pytest.approx(200 * 255 / 1400, abs=2)
        assert float(crop[-1, -1, 0]) == pytest.approx(1200 * 255 / 1400, abs=2)
        assert float(crop[-1, -1, 1]) == pytest.approx(1100 * 255 / 1200, abs=2)

    def test_boxes_without_extent_and_outside_still_give_pixels(self, map_of_places: ImageArray) -> None:
        inside, outside = crops(map_of_places, [FaceBox(10, 10, 0, 0, 1.0), FaceBox(900, 900, 8, 8, 1.0)], margin=1.0)
        assert inside.shape == (1, 1, 3)
        assert (outside == (249, 199, 0)).all()

    def test_the_photo_is_left_alone_and_nothing_gives_nothing(self, map_of_places: ImageArray) -> None:
        before = map_of_places.copy()
        assert crops(map_of_places, []) == []
        crops(map_of_places, [FaceBox(40, 30, 20, 20, 1.0)])
        np.testing.assert_array_equal(map_of_places, before)

    def test_the_whole_is_the_largest_centred_square(self, map_of_places: ImageArray) -> None:
        square = whole(map_of_places)
        assert square.shape == (200, 200, 3)
        assert tuple(square[0, 0]) == (25, 0, 0)
        assert whole(np.ascontiguousarray(map_of_places[:, :100]))[0, 0].tolist() == [0, 50, 0]


class TestTensor:
    @pytest.mark.parametrize(
        ("colour", "luma"), [((255, 0, 0), 0.299), ((0, 255, 0), 0.587), ((0, 0, 255), 0.114), ((255, 255, 255), 1.0)]
    )
    def test_grey_is_luma_standardised(self, colour: tuple[int, int, int], luma: float) -> None:
        square = np.full((10, 10, 3), colour, np.uint8)
        (plane,) = tensor([square], InputNumbers(4, (0.5,), (0.25,)))
        np.testing.assert_allclose(plane, np.full((1, 4, 4), (luma - 0.5) / 0.25), atol=1e-5)

    def test_it_is_what_the_training_makes_of_a_fer2013_picture(self, face_square: ImageArray) -> None:
        import torch
        from torch.nn import functional

        grey = np.asarray(Image.fromarray(face_square).convert("L").resize((48, 48)))
        pixels = functional.interpolate(
            torch.from_numpy(grey.copy())[None, None].float(), size=(64, 64), mode="bilinear", align_corners=False
        )
        ours = tensor([np.repeat(grey[:, :, None], 3, axis=2)], InputNumbers(64, (0.508,), (0.255,)))
        np.testing.assert_allclose(ours, ((pixels / 255 - 0.508) / 0.255).numpy(), atol=1e-4)

    def test_it_is_what_transformers_makes_of_a_grey_picture(self, face_square: ImageArray) -> None:
        declare_missing_operators()
        from transformers.models.convnext.image_processing_pil_convnext import ConvNextImageProcessorPil

        grey = np.repeat(np.asarray(Image.fromarray(face_square).convert("L"))[:, :, None], 3, axis=2)
        mean, std = IMAGENET
        processor = ConvNextImageProcessorPil(
            size={"shortest_edge": 224}, crop_pct=0.875, resample=3, image_mean=mean, image_std=std
        )
        theirs = processor(Image.fromarray(grey), return_tensors="np")["pixel_values"]
        ours = tensor([grey], InputNumbers(224, *IMAGENET, resampling="bicubic", resized=256))
        assert ours.shape == theirs.shape == (1, 3, 224, 224)
        np.testing.assert_allclose(ours, theirs, atol=0.04)  # theirs is rounded to whole grey values, twice

    def test_three_channels_hold_the_one_channel_three_times(self, face_square: ImageArray) -> None:
        one = tensor([face_square], InputNumbers(64, (0.5,), (0.25,)))
        three = tensor([face_square], InputNumbers(64, (0.5,) * 3, (0.25,) * 3))
        np.testing.assert_array_equal(three, np.repeat(one, 3, axis=1))

    def test_shrinking_averages_instead_of_skipping_pixels(self) -> None:
        stripes = np.zeros((256, 256, 3), np.uint8)
        stripes[:, ::2] = 255
        inner = tensor([stripes], InputNumbers(16, (0.0,), (1.0,)))[0, 0, 2:-2, 2:-2]
        np.testing.assert_allclose(inner, 0.5, atol=0.01)

    def test_rows_do_not_depend_on_company(self, face_square: ImageArray) -> None:
        numbers = InputNumbers(32, (0.5,), (0.25,))
        squares = [face_square, face_square[:48, :48], np.zeros((1, 1, 3), np.uint8)]
        np.testing.assert_array_equal(
            tensor(squares, numbers), np.concatenate([tensor([square], numbers) for square in squares])
        )

    def test_no_crops_give_an_empty_batch(self) -> None:
        assert tensor([], InputNumbers(64, *IMAGENET)).shape == (0, 3, 64, 64)


class TestLight:
    @pytest.fixture
    def stripes(self) -> FloatArray:
        """Half 80, half 180: mean 130, standard deviation 50."""
        return np.tile(np.array([80, 180], np.float32), (16, 8))

    def test_a_face_in_usual_light_is_left_alone(self, stripes: FloatArray) -> None:
        assert lit(stripes) is stripes

    @pytest.mark.parametrize(
        ("share", "shift", "mean"),
        [(0.1, 0, MEAN_LIGHT[0]), (0.2, 200, MEAN_LIGHT[1]), (0.3, 100, None)],
        ids=["dark", "glaring", "flat"],
    )
    def test_other_light_is_brought_into_the_usual_range(
        self, stripes: FloatArray, share: float, shift: float, mean: float | None
    ) -> None:
        made = lit(stripes * np.float32(share) + np.float32(shift)) / 255
        assert made.std() == pytest.approx(LEAST_CONTRAST, rel=1e-3)
        assert made.mean() == pytest.approx((130 * share + shift) / 255 if mean is None else mean, rel=1e-3)

    def test_what_is_darker_stays_darker_and_nothing_leaves_the_range(self) -> None:
        ramp = np.linspace(0, 40, 64, dtype=np.float32).reshape(8, 8)
        made = lit(ramp).ravel()
        assert (np.diff(made) > 0).all()
        assert 0 <= made.min() < made.max() <= 255

    @pytest.mark.parametrize("grey", [0, 9, 250])
    def test_a_single_grey_stays_what_it_is(self, grey: int) -> None:
        np.testing.assert_array_equal(lit(np.full((4, 4), grey, np.float32)), grey)

    def test_a_tensor_is_lit_after_it_is_resized(self, face_square: ImageArray) -> None:
        numbers = InputNumbers(48, (0.0,), (1.0,))
        dark = tensor([face_square // 8], numbers)
        assert dark.std() == pytest.approx(LEAST_CONTRAST, rel=0.02)
        assert np.corrcoef(dark.ravel(), tensor([face_square], numbers).ravel())[0, 1] > 0.99


class TestInputNumbers:
    def test_one_mean_serves_all_channels(self) -> None:
        card = {"input_size": 64, "channels": 3, "mean": 0.5, "std": [0.25]}
        assert input_numbers(card) == InputNumbers(64, (0.5, 0.5, 0.5), (0.25, 0.25, 0.25))

    @pytest.mark.parametrize(
        "change", [{"std": [0.0]}, {"mean": [0.1, 0.2]}, {"input_size": 0}, {"channels": "some"}, {"mean": None}]
    )
    def test_numbers_without_sense_are_refused(self, change: dict[str, Any]) -> None:
        card = {"input_size": 64, "channels": 1, "mean": [0.5], "std": [0.25]} | change
        with pytest.raises(DamagedModel, match="face model"):
            input_numbers(card)

    def test_a_missing_number_is_named(self) -> None:
        with pytest.raises(DamagedModel, match="input_size"):
            input_numbers({"channels": 1, "mean": 0.5, "std": 0.25})
