"""What every caller relies on, asked of every face model and face detector that ships with Moodlens."""

from typing import Any

import numpy as np
import pytest

import model_utils
from backends.contracts import FACE_EMOTIONS, ImageArray, Task
from settings import Settings


def _embedded(task: Task) -> list[Any]:
    return [pytest.param(card, id=card.name) for card in model_utils.cards(task) if card.profile == "embedded"]


@pytest.fixture(scope="module")
def astronaut() -> ImageArray:
    """One face, looking at the camera and smiling; it fills about x 176 to 269, y 58 to 175 of 512 by 512 pixels."""
    from skimage import data

    return np.asarray(data.astronaut(), np.uint8)


@pytest.fixture(scope="module")
def crops(astronaut: ImageArray) -> list[ImageArray]:
    """Square pictures of several sizes: the face, the face mirrored, the whole photo, grey, a single pixel."""
    face = astronaut[61:172, 167:278]
    grey = np.full((48, 48, 3), 127, np.uint8)
    return [face, face[:, ::-1], astronaut, grey, np.zeros((1, 1, 3), np.uint8)]


@pytest.mark.parametrize("card", _embedded("face"))
class TestFaceModels:
    def test_rows_are_probabilities(self, card: Any, crops: list[ImageArray], session_settings: Settings) -> None:
        scores = model_utils.load("face", card.name, session_settings).score(crops)
        assert scores.dtype == np.float32
        assert scores.shape == (len(crops), 7)
        assert float(scores.min()) >= 0.0
        np.testing.assert_allclose(scores.sum(axis=1), 1.0, atol=1e-5)

    def test_nothing_in_nothing_out(self, card: Any, session_settings: Settings) -> None:
        assert model_utils.load("face", card.name, session_settings).score([]).shape == (0, 7)

    def test_company_and_order_change_nothing(
        self, card: Any, crops: list[ImageArray], session_settings: Settings
    ) -> None:
        model = model_utils.load("face", card.name, session_settings)
        together = model.score(crops)
        np.testing.assert_allclose(together, np.concatenate([model.score([crop]) for crop in crops]), atol=2e-4)
        np.testing.assert_allclose(together, model.score(crops[::-1])[::-1], atol=2e-4)

    def test_a_smile_is_happy(self, card: Any, crops: list[ImageArray], session_settings: Settings) -> None:
        face = model_utils.load("face", card.name, session_settings).score(crops[:1])[0]
        assert FACE_EMOTIONS[int(face.argmax())] == "happy"


@pytest.mark.parametrize("card", _embedded("face_detector"))
class TestFaceDetectors:
    def test_one_face_is_found_where_it_is(self, card: Any, astronaut: ImageArray, session_settings: Settings) -> None:
        faces = model_utils.load("face_detector", card.name, session_settings).detect(astronaut)
        assert len(faces) == 1
        centre = (faces[0].x + faces[0].width / 2, faces[0].y + faces[0].height / 2)
        assert np.hypot(centre[0] - 222, centre[1] - 116) < 15
        assert 80 < faces[0].width < 120
        assert 0.8 < faces[0].confidence <= 1.0

    def test_the_largest_comes_first(self, card: Any, astronaut: ImageArray, session_settings: Settings) -> None:
        half = astronaut[::2, ::2]
        canvas = np.full((512, 800, 3), 90, np.uint8)
        canvas[100:356, :256], canvas[:, 288:] = half, astronaut
        faces = model_utils.load("face_detector", card.name, session_settings).detect(canvas)
        assert len(faces) == 2
        assert faces[0].width * faces[0].height > faces[1].width * faces[1].height
        assert faces[0].x > 288 > faces[1].x

    @pytest.mark.parametrize("shape", [(1, 1, 3), (12, 600, 3), (300, 300, 3)])
    def test_no_face_gives_an_empty_list(
        self, card: Any, shape: tuple[int, int, int], session_settings: Settings
    ) -> None:
        detector = model_utils.load("face_detector", card.name, session_settings)
        assert detector.detect(np.full(shape, 128, np.uint8)) == []
