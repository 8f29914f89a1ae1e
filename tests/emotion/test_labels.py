"""From 28 emotions to seven: the published grouping, and sums worked out by hand."""

import numpy as np
import pytest

from emotion.labels import (
    EKMAN_GROUPS,
    EMOJI,
    FACE_EMOTIONS,
    GOEMOTIONS,
    review_emotions,
    share_of_words,
    to_face_emotions,
)

PUBLISHED = {
    "anger": ["anger", "annoyance", "disapproval"],
    "disgust": ["disgust"],
    "fear": ["fear", "nervousness"],
    "joy": [
        "joy", "amusement", "approval", "excitement", "gratitude", "love", "optimism", "relief", "pride", "admiration",
        "desire", "caring",
    ],
    "sadness": ["sadness", "disappointment", "embarrassment", "grief", "remorse"],
    "surprise": ["surprise", "realization", "confusion", "curiosity"],
}  # fmt: skip
"""google-research/goemotions/data/ekman_mapping.json, as published; neutral stands for itself."""
OURS = {"anger": "angry", "joy": "happy", "sadness": "sad"}


def test_the_grouping_is_the_published_one() -> None:
    ours = {OURS.get(name, name): tuple(labels) for name, labels in PUBLISHED.items()}
    assert dict(EKMAN_GROUPS) == ours | {"neutral": ("neutral",)}


def _scores(**probabilities: float) -> "np.ndarray[tuple[int, int], np.dtype[np.float32]]":
    row = np.zeros((1, len(GOEMOTIONS)), np.float32)
    for label, probability in probabilities.items():
        row[0, GOEMOTIONS.index(label)] = probability
    return row


def test_every_label_belongs_to_exactly_one_emotion() -> None:
    members = [label for group in EKMAN_GROUPS.values() for label in group]
    assert sorted(members) == sorted(GOEMOTIONS)
    assert tuple(EKMAN_GROUPS) == FACE_EMOTIONS
    assert set(EMOJI) == set(FACE_EMOTIONS)


def test_labels_of_one_group_add_up_as_chances_that_at_least_one_holds() -> None:
    shares = to_face_emotions(_scores(anger=0.5, annoyance=0.5, fear=0.25))[0]
    # angry: 1 - 0.5 * 0.5 = 0.75; fear: 0.25; together 1
    assert shares[FACE_EMOTIONS.index("angry")] == pytest.approx(0.75)
    assert shares[FACE_EMOTIONS.index("fear")] == pytest.approx(0.25)
    assert shares.sum() == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("label", "emotion"),
    [
        ("disapproval", "angry"), ("disgust", "disgust"), ("nervousness", "fear"), ("caring", "happy"),
        ("neutral", "neutral"), ("grief", "sad"), ("curiosity", "surprise"),
    ],
)  # fmt: skip
def test_a_single_label_gives_its_own_emotion(label: str, emotion: str) -> None:
    shares = to_face_emotions(_scores(**{label: 0.2}))[0]
    assert shares.tolist() == [1.0 if name == emotion else 0.0 for name in FACE_EMOTIONS]


def test_nothing_felt_is_neutral_and_no_rows_give_no_rows() -> None:
    assert to_face_emotions(_scores())[0, FACE_EMOTIONS.index("neutral")] == 1.0
    assert to_face_emotions(np.empty((0, 28), np.float32)).shape == (0, 7)


def test_a_review_is_neutral_only_as_far_as_its_sentiment_is() -> None:
    scores = _scores(anger=0.3, neutral=0.6)
    neutral, angry = FACE_EMOTIONS.index("neutral"), FACE_EMOTIONS.index("angry")
    plain = to_face_emotions(scores)[0]
    assert plain[[neutral, angry]].tolist() == pytest.approx([2 / 3, 1 / 3])
    bad = review_emotions(scores, np.array([[0.8, 0.25, 0.05]], np.float32))[0]
    assert bad[[neutral, angry]].tolist() == pytest.approx([1 / 3, 2 / 3])
    sober = review_emotions(scores, np.array([[0.0, 1.0, 0.0]], np.float32))[0]
    assert sober.tolist() == pytest.approx(plain.tolist())
    nothing = review_emotions(_scores(neutral=0.9), np.array([[1.0, 0.0, 0.0]], np.float32))[0]
    assert nothing[neutral] == pytest.approx(1.0)


def test_the_share_of_the_words_is_the_share_before_the_sentiment_was_weighed() -> None:
    random = np.random.default_rng(4)
    scores = random.random((20, 28)).astype(np.float32)
    sentiments = random.dirichlet([0.3, 0.3, 0.3], 20).astype(np.float32)
    shares, plain = review_emotions(scores, sentiments), to_face_emotions(scores)
    for place, emotion in enumerate(FACE_EMOTIONS):
        expected = shares if emotion == "neutral" else plain
        assert share_of_words(emotion, shares, sentiments) == pytest.approx(expected[:, place], abs=1e-5)
    assert not share_of_words("angry", np.zeros((1, 7), np.float32), np.zeros((1, 3), np.float32)).any()
