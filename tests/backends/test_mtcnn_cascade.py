"""The cascade's parts by hand-made values, and the whole against the implementation the weights were published with."""

import importlib

import numpy as np
import pytest

from backends.contracts import ImageArray
from backends.face_detector_mtcnn import FILES, weights_folder
from backends.mtcnn_cascade import CELL, PYRAMID_FACTOR, Networks, Thresholds, find_faces, scales, suppress
from backends.weights import checked_file, onnx_session
from settings import Settings


@pytest.fixture(scope="module")
def networks(session_settings: Settings) -> Networks:
    folder = weights_folder()
    assert folder is not None
    return Networks(*(onnx_session(checked_file(folder, file), session_settings) for file in FILES))


@pytest.fixture(scope="module")
def astronaut() -> ImageArray:
    from skimage import data

    return np.asarray(data.astronaut(), np.uint8)


def test_suppression_keeps_the_surest_of_a_cluster_and_all_that_stand_apart() -> None:
    boxes = np.array([[0, 0, 10, 10, 0.8], [1, 0, 11, 10, 0.9], [20, 20, 30, 30, 0.7], [6, 0, 16, 10, 0.6]], np.float32)
    assert suppress(boxes, 0.5) == [1, 2, 3]  # overlaps with row 1: 90/110 of row 0, 50/150 of row 3
    assert suppress(boxes, 0.3) == [1, 2]


def test_suppression_by_the_smaller_area_drops_a_box_inside_another() -> None:
    boxes = np.array([[0, 0, 100, 100, 0.9], [40, 40, 60, 60, 0.8]], np.float32)
    assert suppress(boxes, 0.5) == [0, 1]
    assert suppress(boxes, 0.5, of_smaller=True) == [0]


def test_suppression_of_nothing() -> None:
    assert suppress(np.zeros((0, 5), np.float32), 0.5) == []


def test_scales_run_from_the_smallest_face_to_one_that_overhangs_the_picture() -> None:
    found = scales(960, 720, min_face=24)
    assert found[0] == 0.5
    np.testing.assert_allclose(np.diff(np.log(found)), np.log(PYRAMID_FACTOR))
    assert CELL / found[-1] <= 720 * 1.2 < CELL / (found[-1] * PYRAMID_FACTOR)


def test_a_picture_smaller_than_the_smallest_face_is_not_searched() -> None:
    assert scales(300, 10, min_face=24) == []


@pytest.mark.parametrize("turn", [0, 2, 3], ids=["one face", "mosaic of four", "halved"])
def test_boxes_and_landmarks_agree_with_the_published_implementation(
    networks: Networks, astronaut: ImageArray, turn: int
) -> None:
    published = importlib.import_module("mtcnnruntime").MTCNN()
    image = {0: astronaut, 2: np.tile(astronaut, (2, 2, 1)), 3: np.ascontiguousarray(astronaut[::2, ::2])}[turn]
    boxes, landmarks = find_faces(image, networks, min_face=24)
    theirs, their_points = published.detect(np.ascontiguousarray(image[:, :, ::-1]), 24.0)
    assert len(boxes) == len(theirs) == {0: 1, 2: 4, 3: 1}[turn]
    for box, points in zip(boxes, landmarks, strict=True):
        nearest = int(np.abs(theirs[:, :4] - box[:4]).sum(axis=1).argmin())
        width = box[2] - box[0]
        np.testing.assert_allclose(box[:4], theirs[nearest, :4], atol=0.06 * width)
        np.testing.assert_allclose(points, their_points[nearest].reshape(2, 5).T, atol=0.04 * width)
        assert box[4] == pytest.approx(theirs[nearest, 4], abs=0.01)


def test_landmarks_lie_where_eyes_nose_and_mouth_are(networks: Networks, astronaut: ImageArray) -> None:
    _, landmarks = find_faces(astronaut, networks, min_face=24)
    by_hand = [(203.5, 101), (246.5, 103.5), (223.5, 127), (203, 141), (246, 141)]
    np.testing.assert_allclose(landmarks[0], by_hand, atol=4)


def test_a_stricter_cascade_finds_no_more(networks: Networks, astronaut: ImageArray) -> None:
    boxes, landmarks = find_faces(astronaut, networks, 24, Thresholds(confirm=1.0))
    assert boxes.shape == (0, 5)
    assert landmarks.shape == (0, 5, 2)


def test_the_same_face_in_a_larger_picture_has_a_larger_box(networks: Networks, astronaut: ImageArray) -> None:
    from PIL import Image

    once, _ = find_faces(astronaut, networks, 24)
    twice, _ = find_faces(np.asarray(Image.fromarray(astronaut).resize((1024, 1024))), networks, 48)
    np.testing.assert_allclose(twice[0, :4] / 2, once[0, :4], atol=6)
