"""How replies begin, and the questions about the user's own matters."""

import re

import pytest

from backends import openings
from backends.contracts import FACE_EMOTIONS


def test_every_emotion_has_sentences_with_and_without_words() -> None:
    assert set(openings.WITH_WORDS) == set(openings.WITHOUT_WORDS) == set(FACE_EMOTIONS)
    assert all(len(frame.split()) <= 7 for row in openings.WITHOUT_WORDS.values() for frame in row)
    assert all(
        frame.count(openings.SLOT) + frame.count(openings.FIRST_SLOT) == 1
        for frames in openings.WITH_WORDS.values()
        for frame in frames
    )


def test_no_sentence_claims_to_know_a_feeling() -> None:
    rows = [row for table in (openings.WITH_WORDS, openings.WITHOUT_WORDS) for row in table.values()]
    assert all(len(set(row)) == len(row) for row in rows)
    assert [
        frame for row in rows for frame in row if re.search(r"\byou (feel|are (sad|angry|afraid|happy))\b", frame)
    ] == []


def test_the_users_words_stand_in_a_sentence_of_the_emotion() -> None:
    said = openings.reaction("I lost my job", "you lost your job", "sad", [])
    assert said in {openings.filled(frame, "you lost your job") for frame in openings.WITH_WORDS["sad"]}
    assert openings.reaction("Never mind.", "", "sad", []) == ""


@pytest.mark.parametrize(
    ("clause", "emotion"),
    [("you lost your job", "happy"), ("your dog died", "happy"), ("your sister compares your children", "happy")],
)
def test_joy_is_not_shown_at_words_that_hold_no_good_news(clause: str, emotion: str) -> None:
    said = openings.reaction("message", clause, emotion, [])
    assert said in {openings.filled(frame, clause) for frame in openings.WITH_WORDS["neutral"]}


def test_words_without_bad_news_are_given_back_plainly_and_kindness_follows() -> None:
    said = openings.reaction("message", "you went to a buffet", "sad", [])
    plain = {openings.filled(frame, "you went to a buffet") for frame in openings.WITH_WORDS["neutral"]}
    assert said in {f"{words} {kind}" for words in plain for kind in (openings.SORRY, *openings.WITHOUT_WORDS["sad"])}


@pytest.mark.parametrize(
    ("text", "emotion", "shown"),
    [
        ("I'm so sorry. It is late.", "sad", False),
        ("Oh dear, it is late.", "sad", True),
        ("Then came the rain.", "sad", True),
        ("Then came the rain.", "neutral", False),
    ],
)
def test_feeling_is_shown_once_and_not_at_what_is_neutral(text: str, emotion: str, shown: bool) -> None:
    said = openings.opening("message", "", emotion, text, [])
    assert said in (openings.SORRY, *openings.WITHOUT_WORDS[emotion]) if shown else said == ""


def test_a_reply_begins_with_their_words_where_these_bear_the_emotion() -> None:
    begun = openings.opening("message", "you lost your keys", "sad", "Then came the rain.", [])
    assert begun in {openings.filled(frame, "you lost your keys") for frame in openings.WITH_WORDS["sad"]}
    begun = openings.opening("message", "you went to a buffet", "sad", "Then came the rain.", [])
    assert begun in (openings.SORRY, *openings.WITHOUT_WORDS["sad"])


def test_no_opening_comes_twice_and_then_there_is_none() -> None:
    before: list[str] = []
    for number in range(len(openings.WITH_WORDS["sad"])):
        before.append(
            openings.reaction("message", f"you fell and hurt yourself {number}", "sad", before) + " And more."
        )
    assert len({re.sub(r"\d", "", reply) for reply in before}) == len(openings.WITH_WORDS["sad"])
    assert openings.reaction("message", "you were hurt", "sad", before) == ""


@pytest.mark.parametrize(
    ("message", "emotion", "expected"),
    [
        ("my sister never listens", "angry", "your sister"),
        ("My best friend forgot me", "sad", "your best friend"),
        ("I have worked on my thesis", "happy", "your thesis"),
        ("my kids made breakfast", "happy", "your kids"),
    ],
)
def test_a_question_names_what_is_their_own(message: str, emotion: str, expected: str) -> None:
    asked = openings.question(message, emotion, [])
    assert expected in asked
    assert asked.endswith("?")
    assert "is your kids" not in asked


@pytest.mark.parametrize(
    ("message", "emotion"),
    [
        ("my mother died", "sad"),
        ("my dog ran off", "sad"),
        ("I found a moth where my brother sleeps", "disgust"),
        ("it rained", "sad"),
        ("my boss is here", "neutral"),
        ("my sister's car is red", "angry"),
    ],
)
def test_where_it_may_not_fit_nothing_is_asked(message: str, emotion: str) -> None:
    assert openings.question(message, emotion, []) == ""
