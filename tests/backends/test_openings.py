"""How replies begin, and the questions about the user's own matters."""

import re

import pytest

from backends import openings
from backends.contracts import FACE_EMOTIONS


def test_every_emotion_has_sentences_with_and_without_words() -> None:
    assert set(openings.WITH_WORDS) == set(openings.WITHOUT_WORDS) == set(FACE_EMOTIONS)
    assert all(frame.count(openings.SLOT) == 1 for frames in openings.WITH_WORDS.values() for frame in frames)


def test_no_sentence_claims_to_know_a_feeling() -> None:
    frames = [
        frame for table in (openings.WITH_WORDS, openings.WITHOUT_WORDS) for row in table.values() for frame in row
    ]
    assert len(set(frames)) == len(frames)
    assert [frame for frame in frames if re.search(r"\byou (feel|are (sad|angry|afraid|happy))\b", frame)] == []


def test_the_users_words_stand_in_a_sentence_of_the_emotion() -> None:
    said = openings.opening("I lost my job", "you lost your job", "sad", "Then came the rain.", [])
    assert said in {frame.replace(openings.SLOT, "you lost your job") for frame in openings.WITH_WORDS["sad"]}


@pytest.mark.parametrize(
    ("clause", "emotion"), [("you lost your job", "happy"), ("you won the race", "sad"), ("your dog died", "happy")]
)
def test_words_that_speak_against_the_emotion_are_told_without_feeling(clause: str, emotion: str) -> None:
    said = openings.opening("message", clause, emotion, "Then came the rain.", [])
    assert said in {frame.replace(openings.SLOT, clause) for frame in openings.WITH_WORDS["neutral"]}
    assert openings.reaction("message", clause, emotion, []) == ""


def test_feeling_is_not_shown_twice() -> None:
    assert openings.opening("message", "", "sad", "I'm so sorry. It is late.", []) == ""
    neutral = openings.opening("message", "you fell", "sad", "I'm so sorry. It is late.", [])
    assert neutral in {frame.replace(openings.SLOT, "you fell") for frame in openings.WITH_WORDS["neutral"]}
    assert openings.opening("message", "", "sad", "Then came the rain.", []) in openings.WITHOUT_WORDS["sad"]


def test_no_opening_comes_twice_and_then_there_is_none() -> None:
    before: list[str] = []
    for number in range(len(openings.WITH_WORDS["sad"])):
        before.append(openings.reaction("message", f"you fell {number}", "sad", before) + " And more.")
    assert len({re.sub(r"\d", "", reply) for reply in before}) == len(openings.WITH_WORDS["sad"])
    assert openings.reaction("message", "you fell", "sad", before) == ""


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
