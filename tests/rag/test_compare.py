"""Two sides that differ in one planted theme, and two that do not."""

import numpy as np
import pytest
from scipy.stats import chi2_contingency, fisher_exact

from backends.contracts import FACE_EMOTIONS
from errors import QuestionError
from rag.compare import compare, two_proportions
from rag.themes import Themes
from rag.themes_facts import Facts

LEFT, RIGHT = np.arange(0, 200), np.arange(200, 400)


def facts(emotion: np.ndarray[tuple[int], np.dtype[np.int64]] | None = None) -> Facts:
    random = np.random.default_rng(0)
    none = np.full(400, -1, np.int64)
    return Facts(
        emotion=random.integers(0, 7, 400) if emotion is None else emotion,
        sentiment=np.repeat([2, 0], 200),
        rating=np.repeat(np.array([4, np.nan], np.float32), 200),
        day=np.full(400, np.datetime64("NaT"), "datetime64[D]"),
        product=none,
        products=(),
        category=none,
        categories=(),
    )


def themes(left: int, right: int) -> Themes:
    """Theme "a" has so many of the 200 reviews on either side; the rest alternate between "b" and "c"."""
    place = np.tile([1, 2], 200)
    place[:left], place[200 : 200 + right] = 0, 0
    words = (("a",), ("b",), ("c",))
    return Themes(("a", "b", "c"), words, ("",) * 3, place.astype(np.int16), np.ones(400, np.float32))


def test_a_planted_difference_is_found_and_nothing_else() -> None:
    same = facts(np.tile(np.arange(7), 58)[:400])
    found = compare(("one", LEFT), ("two", RIGHT), same, themes(80, 40))
    assert (found.left.size, found.right.size) == (200, 200)
    assert found.left.net.value == 1.0
    assert found.right.net.value == -1.0
    assert found.net.value == 2.0
    assert found.left.rating is not None
    assert found.left.rating.value == 4.0
    assert found.right.rating is None
    assert found.differences[0].name == "a"
    assert found.differences[0].gap.value == pytest.approx(0.2)
    assert found.differences[0].significant
    assert found.of("emotion")[0].q > 0.5
    assert {row.name for row in found.of("emotion")} == set(FACE_EMOTIONS)


def test_chance_is_seldom_called_a_difference() -> None:
    random = np.random.default_rng(3)
    wrong = 0
    for _ in range(100):
        place = Themes(
            ("a", "b", "c"),
            ((), (), ()),
            ("",) * 3,
            random.integers(0, 3, 400).astype(np.int16),
            np.ones(400, np.float32),
        )
        found = compare(("one", LEFT), ("two", RIGHT), facts(random.integers(0, 7, 400)), place)
        wrong += any(row.significant for row in found.differences)
    assert wrong <= 11  # 5 % expected; 99 of 100 runs of such a hundred stay within 11


def test_tests_are_the_textbooks() -> None:
    table = np.array([[30, 70], [50, 50]])
    assert two_proportions(30, 100, 50, 100) == pytest.approx(chi2_contingency(table, correction=False).pvalue)
    assert two_proportions(1, 20, 6, 20) == pytest.approx(fisher_exact([[1, 19], [6, 14]]).pvalue)


def test_emotions_that_were_chosen_are_not_tested() -> None:
    found = compare(("one", LEFT), ("two", RIGHT), facts(), themes(50, 50), emotions=False)
    assert found.of("emotion") == ()


def test_empty_and_overlapping_sides_say_so() -> None:
    with pytest.raises(QuestionError, match="no reviews for “two”"):
        compare(("one", LEFT), ("two", LEFT[:0]), facts(), None)
    with pytest.raises(QuestionError, match="on both sides"):
        compare(("one", LEFT), ("two", LEFT), facts(), None)
