"""The map peaks where a model looks: by models that look at one place only, and by the shipped one on a smile."""

import subprocess
import sys
from collections.abc import Sequence

import numpy as np
import pytest

from backends.contracts import FACE_EMOTIONS, FloatArray, ImageArray
from emotion import face
from emotion.saliency import COVERS, SIDE, cover_shapes, explain, look
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
    heat, before, lowest = explain(_looks_at(row, column).score, checkers).of("happy")
    y, x = np.unravel_index(heat.argmax(), heat.shape)
    assert (int(y) // 48, int(x) // 48) == (row, column)
    assert abs(int(y) - row * 95) < 32
    assert abs(int(x) - column * 95) < 32
    assert heat.max() == 1.0
    opposite = heat[(1 - row) * 48 : (1 - row) * 48 + 48, (1 - column) * 48 : (1 - column) * 48 + 48]
    assert opposite.max() < 0.05
    assert before == pytest.approx(127.5 / 128)  # a board's standard deviation is half of 255
    assert lowest < 0.6 * before


def test_an_emotion_that_covering_only_helps_has_an_empty_map(checkers: ImageArray) -> None:
    heat, before, lowest = explain(_looks_at(0, 0).score, checkers).of("sad")
    assert heat.max() == 0
    assert lowest == before == pytest.approx(0.5 / 128)


def test_the_same_face_gives_the_same_map(checkers: ImageArray) -> None:
    first, second = (explain(_looks_at(0, 1).score, checkers).of("happy").heat for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_mirroring_the_face_and_the_model_mirrors_the_map(checkers: ImageArray) -> None:
    left = explain(_looks_at(0, 0).score, checkers).of("happy").heat
    right = explain(_looks_at(0, 1).score, np.ascontiguousarray(checkers[:, ::-1])).of("happy").heat
    np.testing.assert_allclose(left, right[:, ::-1], atol=0.02)


def test_the_model_is_asked_once_about_all_covers(checkers: ImageArray) -> None:
    model = _looks_at(0, 0)
    saliency = explain(model.score, checkers)
    assert model.counts == [1 + sum(spots**2 for spots, _ in COVERS)] == [209]
    np.testing.assert_array_equal(saliency.crop, checkers)


def test_covers_are_round_soft_and_everywhere() -> None:
    shapes = cover_shapes(8, 0.12)
    assert shapes.shape == (64, SIDE, SIDE)
    np.testing.assert_allclose(shapes[1], shapes[8].T)  # right of the first, below the first
    np.testing.assert_allclose(shapes[0], shapes[63][::-1, ::-1], atol=1e-6)
    assert shapes[0][6, 6] == pytest.approx(1, abs=0.01)
    beside = 0.12 * SIDE
    assert shapes[0][6, round(5.5 + beside)] == pytest.approx(np.exp(-0.5), abs=0.03)
    assert shapes.max(axis=0).min() > 0.4


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
            "print(looked.after.shape[1], {'torch', 'torchvision', 'cv2'} & set(sys.modules))\n"
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
        heat, before, lowest = saliency.of("happy")
        assert saliency.crop.shape == (SIDE, SIDE, 3)
        assert before > 0.5
        assert lowest < before
        y, x = np.unravel_index(heat.argmax(), heat.shape)
        assert 12 < int(x) < 84
        assert 12 < int(y) < 90

    def test_the_whole_picture_can_be_looked_at_too(self, face_photo: bytes, session_settings: Settings) -> None:
        reading = face.read_whole(face_photo, session_settings)
        saliency = look(reading, reading.faces[0], session_settings)
        assert saliency.before == pytest.approx(reading.faces[0].probabilities, abs=0.15)  # shrunk first, to SIDE
        assert saliency.before.argmax() == np.argmax(reading.faces[0].probabilities)
