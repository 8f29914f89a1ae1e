"""The heat map by value: grey where it is cold, yellow where it is hot, a ring at half, brighter means hotter."""

import numpy as np
import pytest

from backends.contracts import FloatArray, ImageArray
from ui import heat_map
from ui.heat_map import CIVIDIS, RING, SIDE, STRONGEST, colours, draw

LUMA = (0.2126, 0.7152, 0.0722)


@pytest.fixture
def skin() -> ImageArray:
    return np.full((96, 96, 3), (200, 150, 100), np.uint8)


def _hot_spot() -> FloatArray:
    y, x = np.mgrid[:96, :96]
    spot: FloatArray = np.exp(-((x - 24) ** 2 + (y - 72) ** 2) / (2 * 10**2)).astype(np.float32)
    return spot


def test_without_heat_the_face_is_grey(skin: ImageArray) -> None:
    drawn = draw(skin, np.zeros((96, 96), np.float32))
    assert drawn.shape == (SIDE, SIDE, 3)
    grey = round(0.299 * 200 + 0.587 * 150 + 0.114 * 100)
    np.testing.assert_array_equal(drawn, np.full((SIDE, SIDE, 3), grey, np.uint8))


def test_the_hottest_place_is_yellow_and_ringed(skin: ImageArray) -> None:
    drawn = draw(skin, _hot_spot())
    hottest = drawn[72 * 4 + 2, 24 * 4 + 2].astype(float)
    np.testing.assert_allclose(hottest, STRONGEST * np.array(CIVIDIS[-1]) + (1 - STRONGEST) * 159, atol=4)
    y, x = np.nonzero((drawn == RING).all(axis=2))
    radii = np.hypot(y - 72.5 * 4, x - 24.5 * 4)
    np.testing.assert_allclose(radii, 4 * 10 * np.sqrt(2 * np.log(2)), atol=4)
    assert len(np.unique(np.round(np.arctan2(y - 290, x - 98), 1))) > 55
    np.testing.assert_allclose(drawn[20, 360], 159, atol=1)


def test_hotter_is_brighter_so_that_colour_is_not_needed() -> None:
    brightness = colours(np.linspace(0, 1, 60, dtype=np.float32)) @ np.array(LUMA)
    assert (np.diff(brightness) > 0).all()
    np.testing.assert_array_equal(colours(np.array([0.0, 1.0], np.float32)), [CIVIDIS[0], CIVIDIS[-1]])


def test_the_face_is_left_alone(skin: ImageArray) -> None:
    before = skin.copy()
    heat_map.draw(skin, _hot_spot())
    np.testing.assert_array_equal(skin, before)
