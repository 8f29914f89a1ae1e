"""From photo to reading, with models a reader can check by hand: a face's emotion is its colour."""

import io
from collections.abc import Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image

import model_utils
from backends.contracts import FACE_EMOTIONS, FaceBox, FloatArray, ImageArray
from backends.face_detector_mtcnn import CARD as DETECTOR_CARD
from backends.face_resnet50 import CARD as FACE_CARD
from emotion.face import FaceReading, PhotoReading, read, read_whole
from errors import PhotoError
from settings import Settings

COLUMNS = [FACE_EMOTIONS.index(emotion) for emotion in ("angry", "happy", "sad")]
"""Red is angry, green is happy, blue is sad."""


class ColourModel:
    """Probabilities are the shares of red, green and blue in the crop; it counts how often it was asked."""

    def __init__(self) -> None:
        self.card = replace(FACE_CARD, name="colours", preprocessing={"margin": 1.0})
        self.batches: list[int] = []

    def score(self, crops: Sequence[ImageArray]) -> FloatArray:
        self.batches.append(len(crops))
        rows = np.zeros((len(crops), 7), np.float32)
        for row, crop in zip(rows, crops, strict=True):
            colour = crop.reshape(-1, 3).mean(axis=0, dtype=np.float64)
            row[COLUMNS] = colour / colour.sum()
        return rows


@pytest.fixture
def models(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """The loaded models; `boxes` is what the detector will find, whatever it is shown (else: `detect`)."""
    found = SimpleNamespace(face=ColourModel(), boxes=[])
    found.detect = lambda _image: found.boxes
    detector = SimpleNamespace(card=replace(DETECTOR_CARD, name="painted"), detect=lambda image: found.detect(image))

    def load(task: str, name: str = "auto", settings: Settings | None = None) -> Any:
        assert name == "auto"
        assert settings is not None
        return {"face": found.face, "face_detector": detector}[task]

    monkeypatch.setattr(model_utils, "load", load)
    return found


def _photo() -> ImageArray:
    """A red square of 80 pixels and a violet one of 40 on green."""
    photo = Image.new("RGB", (300, 200), (0, 200, 0))
    photo.paste((250, 0, 0), (20, 20, 100, 100))
    photo.paste((50, 0, 150), (200, 100, 240, 140))
    return np.asarray(photo)


BOXES = [FaceBox(20, 20, 80, 80, 0.99), FaceBox(200, 100, 40, 40, 0.95)]


def test_every_face_is_read_from_its_own_pixels_in_one_batch(models: SimpleNamespace, settings: Settings) -> None:
    models.boxes = BOXES
    reading = read(_photo(), settings)
    assert [face.box for face in reading.faces] == BOXES
    assert [face.emotion for face in reading.faces] == ["angry", "sad"]
    np.testing.assert_allclose(reading.faces[1].probabilities[COLUMNS], [0.25, 0, 0.75], atol=1e-6)
    assert reading.faces[1].confidence == pytest.approx(0.75)
    label, share = reading.faces[1].runner_up
    assert (label, round(share, 5)) == ("angry", 0.25)
    assert reading.query_emotion == "angry"
    assert models.face.batches == [2]


def test_the_models_that_ran_are_named_and_the_time_is_measured(models: SimpleNamespace, settings: Settings) -> None:
    models.boxes = BOXES
    reading = read(_photo(), settings)
    assert dict(reading.models) == {"face_detector": "painted", "face": "colours"}
    assert reading.seconds > 0


def test_the_crowd_is_the_mean_over_the_faces(models: SimpleNamespace, settings: Settings) -> None:
    models.boxes = BOXES
    crowd = read(_photo(), settings).crowd()
    np.testing.assert_allclose(crowd.probabilities[COLUMNS], [0.625, 0, 0.375], atol=1e-6)
    assert crowd.box is None
    assert crowd.emotion == "angry"
    assert crowd.runner_up[0] == "sad"


def test_no_face_is_a_reading_without_faces_that_says_how_to_go_on(models: SimpleNamespace, settings: Settings) -> None:
    reading = read(_photo(), settings)
    assert reading.faces == ()
    for ask in (lambda: reading.query_emotion, reading.crowd):
        with pytest.raises(PhotoError, match="Use the whole image, or a photo with a face"):
            ask()
    assert models.boxes == []


def test_the_whole_image_is_read_as_the_one_face(models: SimpleNamespace, settings: Settings) -> None:
    reading = read_whole(_photo(), settings)
    (face,) = reading.faces
    assert face.box is None
    assert reading.query_emotion == "happy"
    assert dict(reading.models) == {"face": "colours"}
    middle = _photo()[:, 50:250].reshape(-1, 3).mean(axis=0)
    np.testing.assert_allclose(face.probabilities[COLUMNS], middle / middle.sum(), rtol=1e-5)
    assert models.face.batches == [1]


def test_bytes_and_pixels_read_alike_and_notes_come_along(models: SimpleNamespace, settings: Settings) -> None:
    models.boxes = BOXES
    buffer = io.BytesIO()
    frame = Image.fromarray(_photo())
    frame.save(buffer, "PNG", save_all=True, append_images=[Image.new("RGB", frame.size)])
    from_bytes, from_pixels = read(buffer.getvalue(), settings), read(_photo(), settings)
    np.testing.assert_array_equal(from_bytes.image, from_pixels.image)
    for one, other in zip(from_bytes.faces, from_pixels.faces, strict=True):
        np.testing.assert_array_equal(one.probabilities, other.probabilities)
    assert from_bytes.notes == ("The picture has several frames; only the first one is read.",)
    assert from_pixels.notes == ()


@pytest.mark.parametrize("ask", [read, read_whole])
def test_bad_photos_are_refused(ask: Any, models: SimpleNamespace, settings: Settings) -> None:
    with pytest.raises(PhotoError, match="not a picture"):
        ask(b"hello, I am not a photo", settings)
    with pytest.raises(PhotoError, match="must be"):
        ask(np.zeros((50, 50), np.uint8), settings)
    assert models.face.batches == []


def test_the_seven_are_ranked_and_ties_keep_their_order() -> None:
    face = FaceReading(None, np.array([0.1, 0.1, 0.3, 0.1, 0.1, 0.1, 0.2], np.float32))
    assert [label for label, _ in face.ranked] == ["fear", "surprise", "angry", "disgust", "happy", "neutral", "sad"]
    assert sum(share for _, share in face.ranked) == pytest.approx(1.0)


def test_a_reading_cannot_be_changed() -> None:
    reading = PhotoReading(np.zeros((30, 30, 3), np.uint8), (), {}, 0.1)
    with pytest.raises(AttributeError):
        reading.seconds = 3.0  # type: ignore[misc]


class TestShippedModels:
    """The same with the models that ship: a smile is read as happy, alone and in company."""

    def test_a_smile(self, face_photo: bytes, session_settings: Settings) -> None:
        reading = read(face_photo, session_settings)
        assert len(reading.faces) == 1
        assert reading.query_emotion == "happy"
        assert reading.faces[0].confidence > 0.5
        assert dict(reading.models) == {"face_detector": "mtcnn", "face": FACE_CARD.name}

    def test_a_tilted_smile(self, session_settings: Settings) -> None:
        from skimage import data

        tilted = Image.fromarray(data.astronaut()).rotate(30, Image.Resampling.BICUBIC)
        assert read(np.asarray(tilted), session_settings).query_emotion == "happy"

    def test_a_group_of_the_same_smile(self, session_settings: Settings) -> None:
        from skimage import data

        reading = read(np.tile(data.astronaut(), (2, 2, 1)), session_settings)
        assert [face.emotion for face in reading.faces] == ["happy"] * 4
        assert reading.crowd().emotion == "happy"

    def test_no_face(self, session_settings: Settings) -> None:
        from skimage import data

        assert read(np.asarray(data.coffee()), session_settings).faces == ()


def _seen_when_red_is_top_left(boxes: list[FaceBox], otherwise: Sequence[FaceBox] = ()) -> Any:
    return lambda image: boxes if image[0, 0, 0] > 200 else list(otherwise)


def _marked(quarters: int) -> ImageArray:
    """A picture whose red corner belongs to the top left, as a camera held the other way would store it."""
    photo = _photo().copy()
    photo[:10, :10] = (250, 0, 0)
    return np.ascontiguousarray(np.rot90(photo, -quarters))


@pytest.mark.parametrize(
    ("quarters", "how"), [(1, "by a quarter to the left"), (2, "upside down"), (3, "by a quarter to the right")]
)
@pytest.mark.parametrize("unsure", [(), (FaceBox(5, 5, 30, 30, 0.96),)])
def test_a_photo_is_turned_until_there_is_a_face(
    quarters: int, how: str, unsure: tuple[FaceBox, ...], models: SimpleNamespace, settings: Settings
) -> None:
    models.detect = _seen_when_red_is_top_left(BOXES, unsure)
    reading = read(_marked(quarters), settings)
    assert [face.box for face in reading.faces] == BOXES
    assert [face.emotion for face in reading.faces] == ["angry", "sad"]
    assert reading.notes == (f"The picture was turned {how}, because faces are found that way round.",)
    np.testing.assert_array_equal(reading.image, _marked(0))


def test_a_photo_stays_as_it_is_where_no_turn_shows_a_sure_face(models: SimpleNamespace, settings: Settings) -> None:
    models.detect = _seen_when_red_is_top_left([FaceBox(20, 20, 80, 80, 0.98)])
    reading = read(_marked(1), settings)
    assert (reading.faces, reading.notes) == ((), ())
    np.testing.assert_array_equal(reading.image, _marked(1))
    models.detect = _seen_when_red_is_top_left([FaceBox(20, 20, 80, 80, 0.98)], [FaceBox(5, 5, 30, 30, 0.7)])
    assert [face.box for face in read(_marked(1), settings).faces] == [FaceBox(5, 5, 30, 30, 0.7)]


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_the_shipped_models_read_a_turned_face_as_the_upright_one(
    quarters: int, face_photo: bytes, settings: Settings
) -> None:
    embedded = settings.model_copy(update={"profile": "embedded"})
    upright = read(face_photo, embedded)
    turned = read(np.ascontiguousarray(np.rot90(upright.image, quarters)), embedded)
    assert upright.notes == ()
    assert len(turned.notes) == 1
    np.testing.assert_array_equal(turned.image, upright.image)
    np.testing.assert_array_equal(turned.faces[0].probabilities, upright.faces[0].probabilities)
