"""The rule by which several readings become one, by its properties and by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backends.contracts import FACE_EMOTIONS, FloatArray
from emotion.fusion import CONFLICT_DISTANCE, Fusion, fuse, js_distance

CLASSES = len(FACE_EMOTIONS)
HAPPY, SAD, NEUTRAL = (FACE_EMOTIONS.index(name) for name in ("happy", "sad", "neutral"))


def row(**shares: float) -> FloatArray:
    """Return the named probabilities, and the rest spread evenly."""
    rest = (1 - sum(shares.values())) / (CLASSES - len(shares))
    return np.array([shares.get(name, rest) for name in FACE_EMOTIONS], np.float32)


def _shares(weights: list[float]) -> FloatArray:
    values = np.array(weights, np.float64)
    return np.asarray(values / values.sum(), np.float32)


rows = st.lists(st.floats(0.001, 1.0), min_size=CLASSES, max_size=CLASSES).map(_shares)


def _both(first: FloatArray, second: FloatArray) -> Fusion:
    return fuse({"text": first, "image": second})


@given(rows, rows, rows)
def test_shares_sum_to_one_and_the_order_does_not_matter(a: FloatArray, b: FloatArray, c: FloatArray) -> None:
    fused = fuse({"text": a, "image": b, "speech": c})
    assert float(fused.probabilities.sum()) == pytest.approx(1.0, abs=1e-5)
    assert np.array_equal(fused.probabilities, fuse({"text": c, "image": a, "speech": b}).probabilities)


@given(rows, rows)
def test_words_and_face_count_alike(a: FloatArray, b: FloatArray) -> None:
    one, other = _both(a, b), _both(b, a)
    assert np.array_equal(one.probabilities, other.probabilities)
    assert (one.distance, one.conflict) == (other.distance, other.conflict)


@given(rows)
def test_one_reading_alone_is_unchanged(a: FloatArray) -> None:
    fused = fuse({"image": a})
    assert np.array_equal(fused.probabilities, a)
    assert (fused.distance, fused.conflict) == (0.0, None)


@given(rows)
def test_a_reading_that_knows_nothing_changes_nothing(a: FloatArray) -> None:
    assert _both(a, _shares([1.0] * CLASSES)).probabilities == pytest.approx(a, abs=1e-5)


@given(rows, rows)
def test_agreement_raises_confidence(a: FloatArray, b: FloatArray) -> None:
    best = int(a.argmax())
    b = b.copy()
    b[[best, int(b.argmax())]] = b[[int(b.argmax()), best]]
    fused = _both(a, b)
    assert fused.confidence >= max(a.max(), b.max()) - 1e-5
    assert fused.conflict is None


def test_by_hand() -> None:
    fused = _both(row(happy=0.5), row(happy=0.5))
    assert fused.probabilities[HAPPY] == pytest.approx(0.25 / (0.25 + 6 * (0.5 / 6) ** 2), abs=1e-6)
    assert (fused.emotion, fused.conflict) == ("happy", None)


def test_the_shared_prior_counts_once() -> None:
    prior = row(neutral=0.4)
    again = fuse({"text": prior, "image": prior}, prior)
    assert again.probabilities == pytest.approx(prior, abs=1e-6)


def test_a_contradiction_is_named() -> None:
    fused = _both(row(sad=0.8), row(happy=0.8))
    assert fused.conflict == ("image", "text")
    assert fused.distance == pytest.approx(js_distance(row(sad=0.8), row(happy=0.8)))
    assert fused.distance >= CONFLICT_DISTANCE


def test_of_three_the_two_that_contradict_most_are_named() -> None:
    fused = fuse({"text": row(sad=0.75), "speech": row(sad=0.95), "image": row(happy=0.9)})
    assert fused.conflict == ("image", "speech")
    assert fused.probabilities[SAD] > fused.probabilities[HAPPY]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (row(sad=0.8), row(sad=0.9)),
        (row(sad=0.8), row(neutral=0.95)),
        (row(sad=0.5), row(happy=0.5)),
    ],
    ids=["same class", "neutral says nothing", "both unsure"],
)
def test_what_is_no_contradiction(first: FloatArray, second: FloatArray) -> None:
    assert _both(first, second).conflict is None


def test_distance_is_nought_for_the_same_and_one_for_nothing_in_common() -> None:
    assert js_distance(row(sad=0.8), row(sad=0.8)) == 0.0
    assert js_distance(np.eye(CLASSES)[0], np.eye(CLASSES)[1]) == 1.0


def test_no_reading_rules_a_class_out_for_all() -> None:
    certain = np.eye(CLASSES, dtype=np.float32)
    fused = _both(certain[SAD], certain[HAPPY])
    assert fused.probabilities[SAD] == pytest.approx(0.5, abs=1e-5)
    assert fused.probabilities[NEUTRAL] < 1e-5


@pytest.mark.parametrize("wrong", [np.ones(7), np.array([1.0, 0.0]), np.array([2.0, -1.0, 0, 0, 0, 0, 0])])
def test_what_is_no_reading_is_refused(wrong: FloatArray) -> None:
    with pytest.raises(ValueError, match="must be 7 probabilities that sum to 1"):
        fuse({"text": wrong})
    with pytest.raises(ValueError, match="at least one reading"):
        fuse({})
