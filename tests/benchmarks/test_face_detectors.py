"""Counting what a detector found, against faces marked by hand."""

from backends.contracts import FaceBox
from backends.face_detector_mtcnn import CARD
from benchmarks.face_detectors import compare

FACES = [(50.0, 50.0, 40.0), (150.0, 50.0, 40.0)]


def _box(x: float, y: float, side: float) -> FaceBox:
    """A square box around its middle."""
    return FaceBox(x - side / 2, y - side / 2, side, side, 1.0)


def test_every_face_counts_once() -> None:
    assert compare([_box(48, 52, 44), _box(155, 49, 38)], FACES) == (2, 0)
    assert compare([_box(48, 52, 44), _box(50, 50, 40)], FACES) == (1, 1)


def test_a_box_elsewhere_or_of_another_size_is_false() -> None:
    assert compare([_box(100, 50, 30)], FACES) == (0, 1)
    assert compare([_box(100, 50, 190)], FACES) == (0, 1)
    assert compare([_box(50, 50, 15)], FACES) == (0, 1)


def test_where_there_is_nothing_to_find() -> None:
    assert compare([], FACES) == (0, 0)
    assert compare([_box(50, 50, 40)], []) == (0, 1)


def test_the_card_of_the_detector_shows_that_every_face_was_found() -> None:
    for row in CARD.metrics["photos"].values():
        assert row["found"] == row["faces"] >= 11
        assert row["false"] == 0
