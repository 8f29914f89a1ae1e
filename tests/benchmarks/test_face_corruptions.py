"""Each corruption by value on pictures a person can check, and the same damage for the same seed."""

import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks.face_corruptions import CORRUPTIONS, Grey, blur, cover, dark, haze, jpeg, motion, noise, tilt
from benchmarks.face_robustness import damaged


@pytest.fixture
def random() -> np.random.Generator:
    return np.random.default_rng(0)


@pytest.fixture
def ramp() -> Grey:
    """48 by 48, each column brighter by five."""
    return np.tile((np.arange(48) * 5).astype(np.uint8), (48, 1))


def _flat(value: int) -> Grey:
    return np.full((48, 48), value, np.uint8)


def _spot() -> Grey:
    picture = _flat(0)
    picture[24, 24] = 255
    return picture


def test_noise_has_the_strength_it_says(random: np.random.Generator) -> None:
    made = noise(_flat(128), 16, random).astype(float)
    assert made.std() == pytest.approx(16, rel=0.05)
    assert made.mean() == pytest.approx(128, abs=1.5)


def test_blur_spreads_a_spot_as_a_gaussian(random: np.random.Generator) -> None:
    made = blur(_spot(), 2.0, random).astype(float)
    assert made[24, 24] == pytest.approx(255 / (2 * np.pi * 4), abs=1)
    assert made[24, 26] / made[24, 24] == pytest.approx(np.exp(-0.5), abs=0.06)
    np.testing.assert_array_equal(made, made.T)


def test_motion_smears_along_one_line_only(random: np.random.Generator) -> None:
    made = motion(_spot(), 9, random).astype(float)
    y, x = np.nonzero(made > 5)
    spread = np.linalg.svd(np.stack([y - 24, x - 24]), compute_uv=False)
    assert spread[0] > 4 * spread[1]
    assert 8 <= np.hypot(y.max() - y.min(), x.max() - x.min()) <= 12


def test_darkness_and_haze_keep_that_share(ramp: Grey, random: np.random.Generator) -> None:
    assert dark(_flat(200), 0.25, random).mean() == pytest.approx(50, abs=0.5)
    made = haze(ramp, 0.35, random).astype(float)
    np.testing.assert_allclose(made, 200 + (ramp.astype(float) - 200) * 0.35, atol=0.5)


def test_tilt_turns_about_the_middle(random: np.random.Generator) -> None:
    picture = _flat(0)
    picture[24, 40] = 255  # 16.5 right of the middle, half a pixel below it
    made = tilt(picture, 90, random)
    assert {tuple(map(int, place)) for place in np.argwhere(made > 200)} <= {(7, 24), (40, 23)}
    assert (made > 200).sum() == 1


def test_jpeg_is_worse_at_a_lower_quality(ramp: Grey, random: np.random.Generator) -> None:
    picture = noise(ramp, 20, random)
    errors = [np.abs(jpeg(picture, quality, random).astype(float) - picture).mean() for quality in (95, 30, 7)]
    assert errors == sorted(errors)
    assert errors[2] > 3 * errors[0]


def test_a_cover_hides_its_share_of_the_picture(random: np.random.Generator) -> None:
    picture = _flat(0)
    picture[::2] = 200
    made = cover(picture, 0.5, random)
    assert (made == 100).sum() == 24 * 24


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_the_same_picture_is_damaged_the_same_way_and_more_by_more(name: str, ramp: Grey) -> None:
    how = CORRUPTIONS[name]
    texture = noise(ramp, 25, np.random.default_rng(1))
    pictures = [texture, texture[::-1].copy()]

    def distance(strength: float) -> float:
        made = damaged(pictures, name, how, strength)
        errors: list[NDArray[np.float64]] = [m.astype(float) - p for m, p in zip(made, pictures, strict=True)]
        return float(np.abs(np.stack(errors)).mean())

    for strength in how.strengths:
        for one, other in zip(*(damaged(pictures, name, how, strength) for _ in range(2)), strict=True):
            np.testing.assert_array_equal(one, other)
            assert one.dtype == np.uint8
            assert one.shape == (48, 48)
    distances = [distance(strength) for strength in how.strengths]
    assert 0 < distances[0] < distances[1] < distances[2]
