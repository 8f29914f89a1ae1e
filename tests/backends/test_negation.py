"""Which feelings a short text denies, and what becomes of the reading."""

from pathlib import Path

import numpy as np
import pytest

import model_utils
from backends.contracts import GOEMOTIONS, SENTIMENTS
from backends.negation import KEPT, MOST_WORDS, Denial, denial, turn
from settings import Settings

NEGATIVE, NEUTRAL, POSITIVE = range(3)


@pytest.mark.parametrize(
    ("text", "emotions", "sentiment"),
    [
        ("I wasn't disappointed at all", {"disappointment"}, "negative"),
        ("I don’t hate it", {"anger", "annoyance"}, "negative"),
        ("Nothing to complain about.", set(), "negative"),
        ("No problems whatsoever", set(), "negative"),
        ("It isn't scary at all.", {"fear", "nervousness"}, "negative"),
        ("I can't say I was happy with the room.", set(), "positive"),
        ("Could be better.", set(), "positive"),
        ("I was not let down.", set(), "negative"),
        ("It hardly ever crashes.", set(), "negative"),
        ("I'm not mad, just disappointed.", {"anger", "annoyance"}, None),
        ("Not happy, not sad.", {"sadness"}, None),
    ],
)
def test_what_is_denied(text: str, emotions: set[str], sentiment: str | None) -> None:
    found = denial(text)
    assert found is not None
    assert {GOEMOTIONS[label] for label in found.emotions} == emotions
    assert (None if found.sentiment is None else SENTIMENTS[found.sentiment]) == sentiment


@pytest.mark.parametrize(
    "text",
    [
        "",
        "I was disappointed.",
        "Not only good, it is cheap.",
        "I have never been so scared.",
        "I can't tell you how disappointed I was.",
        "It couldn't be worse.",
        "I couldn't have asked for a worse start.",
        "They have never been any better.",
        "I doubt it will get any better.",
        "They didn't even say sorry.",
        "Isn't it scary?",
        "No, I hate it.",
        "Not as good as the film.",
        "Not " + "very " * MOST_WORDS + "good",
        "not bad" + "!" * 200,
    ],
)
def test_nothing_is_denied(text: str) -> None:
    assert denial(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "It couldn't be better.",
        "We could not have asked for kinder hosts.",
        "I doubt I'd find better.",
        "There isn't one thing I would change.",
        "They could not do enough for us.",
        "I've never slept so well",
        "Nobody could have looked after us better.",
        "You won't find a nicer place.",
        "Hard to find anything to criticise.",
        "There was nothing we didn't like.",
    ],
)
def test_praise_in_the_words_of_a_denial(text: str) -> None:
    assert denial(text) == Denial(frozenset(), NEGATIVE, praise=True)


def test_praise_beside_a_complaint_is_left_as_it_was_read() -> None:
    assert denial("The food was awful but the staff couldn't be nicer.") == Denial(frozenset(), None)


def test_of_praise_in_the_words_of_a_denial_little_becomes_neutral() -> None:
    sentiments = np.array([0.6, 0.3, 0.1], np.float32)
    turn(Denial(frozenset(), NEGATIVE, praise=True), np.zeros(28, np.float32), sentiments)
    assert sentiments == pytest.approx([0.06, 0.354, 0.586])


def test_an_emotion_said_elsewhere_in_the_text_is_not_denied() -> None:
    found = denial("I'm not scared of dogs, I am afraid of cats")
    assert found == Denial(frozenset(), None)


def test_a_denied_complaint_becomes_praise_and_some_of_it_neutral() -> None:
    emotions, sentiments = np.full(28, 0.5, np.float32), np.array([0.8, 0.1, 0.1], np.float32)
    fear = GOEMOTIONS.index("fear")
    turn(Denial(frozenset({fear}), NEGATIVE), emotions, sentiments)
    assert sentiments == pytest.approx([0.08, 0.316, 0.604])
    assert emotions[fear] == pytest.approx(0.5 * KEPT)
    assert np.delete(emotions, fear) == pytest.approx(np.full(27, 0.5))


def test_denied_praise_becomes_a_complaint_and_a_reading_that_heard_the_negation_stays() -> None:
    praise, heard = np.array([0.2, 0.2, 0.6], np.float32), np.array([0.7, 0.2, 0.1], np.float32)
    for sentiments in (praise, heard):
        turn(Denial(frozenset(), POSITIVE), np.zeros(28, np.float32), sentiments)
    assert praise == pytest.approx([0.686, 0.254, 0.06])
    assert heard == pytest.approx([0.7, 0.2, 0.1])


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("I wasn't disappointed at all", {POSITIVE}),
        ("I don't hate it", {NEUTRAL, POSITIVE}),
        ("Nothing to complain about.", {POSITIVE, NEUTRAL}),
        ("I can't say I was happy with the room.", {NEGATIVE}),
        ("No problems whatsoever", {POSITIVE}),
        ("Could be better.", {NEGATIVE}),
        ("It isn't scary at all.", {NEUTRAL, POSITIVE}),
        ("I was disappointed.", {NEGATIVE}),
        ("I am happy with the room.", {POSITIVE}),
    ],
)
def test_the_shipped_model_hears_plain_negations(text: str, allowed: set[int]) -> None:
    sentiments = model_utils.load("sentiment", "minilm", Settings(profile="embedded")).score([text])
    assert int(sentiments[0].argmax()) in allowed
    assert sentiments.sum() == pytest.approx(1.0, abs=1e-5)


def test_what_is_denied_is_not_felt() -> None:
    emotions = model_utils.load("text_emotion", "minilm", Settings(profile="embedded")).score(
        ["It isn't scary at all.", "It is scary."]
    )
    fear = GOEMOTIONS.index("fear")
    assert emotions[0, fear] < 0.15
    assert emotions[1, fear] > 0.4


def test_six_of_ten_negations_that_nothing_was_fitted_on_are_heard() -> None:
    """`negations.tsv`: the readings that are right, emotions denied, and a text; some families have no word of
    negation ("far from", "anything but") and are still read wrongly."""
    rows = [line.split("\t") for line in Path(__file__).with_name("negations.tsv").read_text("utf-8").splitlines()]
    model = model_utils.load("sentiment", "minilm", Settings(profile="embedded"))
    said = [SENTIMENTS[label] for label in model.score([row[2] for row in rows]).argmax(axis=1)]
    assert len(rows) == 94
    assert sum(one in row[0].split() for one, row in zip(said, rows, strict=True)) / len(rows) >= 0.6
