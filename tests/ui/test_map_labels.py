"""Names on the map do not lie on each other."""

import numpy as np

from ui.map_labels import COLOURS, LINE, Box, labels, shifts


def test_a_name_moves_to_the_next_free_line_or_is_left_out() -> None:
    same = [Box(0, 0, 60, LINE)] * 9
    found = shifts(same)
    assert found == [0, 21, -21, 42, -42, 63, -63, None, None]


def test_no_two_names_meet() -> None:
    draw = np.random.default_rng(4)
    boxes = [Box(*draw.uniform(0, 400, 2).tolist(), *draw.uniform(17, 120, 2).tolist()) for _ in range(40)]
    put = [box.moved(up) for box, up in zip(boxes, shifts(boxes), strict=True) if up is not None]
    assert len(put) > 10
    assert not any(one.meets(two) for n, one in enumerate(put) for two in put[:n])


def test_names_stand_where_most_of_their_points_are() -> None:
    places = np.array([[0, 0], [1, 0], [1, 0], [1, 0], [9, 0], [1, 0], [4, 8], [-3, -5]], np.float32)
    written = labels(("Size & fit, too small for most", "few"), np.array([0, 0, 0, 0, 0, 0, 1, 2]), places)
    assert [(label["x"], label["y"], label["yshift"], label["text"]) for label in written] == [
        (1.0, 0.0, 0, "<b>Size &amp; fit, too<br>small for most</b>")
    ]
    assert {(label["font"]["color"], label["bgcolor"]) for label in written} == {COLOURS[0]}
    dark = labels(("Size",), np.zeros(5, np.int64), np.eye(5, 2, dtype=np.float32), dark=True)
    assert {(label["font"]["color"], label["bgcolor"]) for label in dark} == {COLOURS[1]}
    assert labels(("a",), np.empty(0, np.int64), np.empty((0, 2), np.float32)) == []
