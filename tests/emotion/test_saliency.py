"""The map peaks where a model looks: by models that look at one place only, and by the shipped one on a smile."""

import subprocess
import sys
from collections.abc import Sequence

import numpy as np
import pytest

from backends.contracts import FACE_EMOTIONS, FloatArray, ImageArray
from emotion import face
from emotion.saliency import CELLS, HIDDEN, MASKS, SIDE, blurred, explain, look, masks
from settings import PROJECT_FOLDER, Settings

HAPPY, SAD = (FACE_EMOTIONS.index(emotion) for emotion in ("happy", "sad"))
CORNERS = {"top left": (0, 0), "top right": (0, 1), "bottom left": (1, 0), "bottom right": (1, 1)}


def _looks_at(row: int, column: int) -> "CornerModel":
    return CornerModel(slice(row * 64, row * 64 + 32), slice(column * 64, column * 64 + 32))


class CornerModel:
    """Happy is how rough one corner of 32 pixels is (its standard deviation / 128), sad is the rest of 1."""

    def __init__(self, rows: slice, columns: slice) -> None:
        self.rows, self.columns = rows, columns
        self.counts: list[int] = []

    def score(self, crops: Sequence[ImageArray]) -> FloatArray:
        self.counts.append(len(crops))
        scores = np.zeros((len(crops), 7), np.float32)
        scores[:, HAPPY] = [crop[self.rows, self.columns].std() / 128 for crop in crops]
        scores[:, SAD] = 1 - scores[:, HAPPY]
        return scores


@pytest.fixture(scope="module")
def checkers() -> ImageArray:
    """A board of black and white squares of eight pixels: equally rough everywhere."""
    y, x = np.mgrid[:SIDE, :SIDE] // 8
    return np.repeat((((x + y) % 2) * 255).astype(np.uint8)[:, :, None], 3, axis=2)


@pytest.mark.parametrize(("row", "column"), CORNERS.values(), ids=CORNERS)
def test_the_map_peaks_in_the_one_corner_that_counts(checkers: ImageArray, row: int, column: int) -> None:
    heat, before, without = explain(_looks_at(row, column).score, checkers).of("happy")
    y, x = np.unravel_index(heat.argmax(), heat.shape)
    assert (int(y) // 48, int(x) // 48) == (row, column)
    assert abs(int(y) - row * 95) < 32
    assert abs(int(x) - column * 95) < 32
    assert heat.max() == 1.0
    opposite = heat[(1 - row) * 48 : (1 - row) * 48 + 48, (1 - column) * 48 : (1 - column) * 48 + 48]
    assert opposite.mean() < 0.1
    assert opposite.max() < 0.4
    assert before == pytest.approx(127.5 / 128)  # a board's standard deviation is half of 255
    assert without < 0.6 * before


def test_the_heat_is_how_the_score_and_what_is_shown_vary_together(checkers: ImageArray) -> None:
    model = _looks_at(0, 1)
    kept = masks(8, 4)
    scores = model.score(blurred(checkers, 1 - kept))
    expected = np.mean((scores[:, HAPPY] - scores[:, HAPPY].mean())[:, None, None] * kept, axis=0)
    np.testing.assert_allclose(explain(model.score, checkers, 8, 4).heats[HAPPY], expected, atol=1e-6)


def test_what_is_left_without_the_hottest_places(checkers: ImageArray) -> None:
    model = _looks_at(1, 1)
    saliency = explain(model.score, checkers)
    heat = saliency.heats[HAPPY]
    where = heat >= np.quantile(heat, 1 - HIDDEN)
    assert where.mean() == pytest.approx(HIDDEN, abs=0.01)
    assert saliency.without[HAPPY] == model.score(blurred(checkers, where[None].astype(np.float32)))[0, HAPPY]


def test_an_emotion_that_blurring_only_helps_has_an_empty_map(checkers: ImageArray) -> None:
    heat, before, without = explain(_looks_at(0, 0).score, checkers).of("sad")
    assert heat.max() == 0
    assert without == before == pytest.approx(0.5 / 128)


def test_the_same_face_gives_the_same_map(checkers: ImageArray) -> None:
    first, second = (explain(_looks_at(0, 1).score, checkers).of("happy").heat for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_mirroring_the_face_and_the_model_mirrors_the_map(checkers: ImageArray) -> None:
    left = explain(_looks_at(0, 0).score, checkers).of("happy").heat
    right = explain(_looks_at(0, 1).score, np.ascontiguousarray(checkers[:, ::-1])).of("happy").heat
    np.testing.assert_allclose(left, right[:, ::-1], atol=0.02)


def test_the_model_is_asked_about_all_masks_at_once_and_then_about_the_hottest_places(checkers: ImageArray) -> None:
    model = _looks_at(0, 0)
    saliency = explain(model.score, checkers)
    assert model.counts == [1 + MASKS, 7] == [401, 7]
    np.testing.assert_array_equal(saliency.crop, checkers)


def test_masks_come_with_their_mirror_image_and_the_opposite_of_both() -> None:
    kept = masks(MASKS, CELLS)
    assert kept.shape == (MASKS, SIDE, SIDE)
    np.testing.assert_array_equal(kept[1::4], kept[::4, :, ::-1])
    np.testing.assert_array_equal(kept[2::4], 1 - kept[::4])
    np.testing.assert_allclose(kept.mean(axis=0), 0.5, atol=1e-6)
    assert kept[0].min() == 0
    assert kept[0].max() == 1
    assert np.abs(np.diff(kept[0], axis=1)).max() <= 1 / (SIDE // CELLS) + 1e-6, "rims are soft"


def test_blurring_takes_away_detail_and_leaves_the_light(checkers: ImageArray) -> None:
    left = np.zeros((1, SIDE, SIDE), np.float32)
    left[:, :, : SIDE // 2] = 1
    (half,) = blurred(checkers, left)
    np.testing.assert_array_equal(half[:, SIDE // 2 :], checkers[:, SIDE // 2 :])
    assert half[:, : SIDE // 2].std() < 10 < checkers.std()
    assert half[:, : SIDE // 2].mean() == pytest.approx(checkers.mean(), abs=2)


class TestShippedModel:
    def test_neither_torch_nor_opencv_is_needed(self) -> None:
        program = (
            "import sys\n"
            "from skimage import data\n"
            "from emotion import face, saliency\n"
            "from settings import Settings\n"
            "settings = Settings(profile='embedded')\n"
            "reading = face.read(data.astronaut(), settings)\n"
            "looked = saliency.look(reading, reading.faces[0], settings)\n"
            "print(len(looked.heats), {'torch', 'torchvision', 'cv2'} & set(sys.modules))\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", program], cwd=PROJECT_FOLDER, capture_output=True, text=True, check=True
        )
        assert done.stdout.strip() == "7 set()"

    def test_a_smile_is_read_off_the_face_and_not_off_its_corners(
        self, face_photo: bytes, session_settings: Settings
    ) -> None:
        reading = face.read(face_photo, session_settings)
        saliency = look(reading, reading.faces[0], session_settings)
        heat, before, without = saliency.of("happy")
        assert saliency.crop.shape == (SIDE, SIDE, 3)
        assert before > 0.5
        assert without < before
        y, x = np.unravel_index(heat.argmax(), heat.shape)
        assert 12 < int(x) < 84
        assert 12 < int(y) < 90

    def test_the_whole_picture_can_be_looked_at_too(self, face_photo: bytes, session_settings: Settings) -> None:
        reading = face.read_whole(face_photo, session_settings)
        saliency = look(reading, reading.faces[0], session_settings)
        assert saliency.before == pytest.approx(reading.faces[0].probabilities, abs=0.15)  # shrunk first, to SIDE
