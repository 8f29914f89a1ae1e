"""Marked words are those the question shares or those that carry the emotion, at their exact place."""

import pytest

from backends.contracts import FACE_EMOTIONS
from rag.highlight import emotion_words, highlight, shared
from rag.query import Query
from settings import Settings


def marked(text: str, query: Query, settings: Settings, emotion: str | None = None) -> list[tuple[str, str]]:
    return [(text[span.start : span.end], span.why) for span in highlight(text, query, settings, emotion=emotion)]


def test_the_words_of_the_question_in_any_form(settings: Settings) -> None:
    text = "The Pump leaked; leaks ruin pumps."
    assert marked(text, Query("Why does my pump leak?"), settings) == [
        ("Pump", "words"),
        ("leaked", "words"),
        ("leaks", "words"),
        ("pumps", "words"),
    ]


@pytest.mark.parametrize(
    ("emotion", "text", "expected"),
    [
        ("angry", "I am furious, they ignored me. Ridiculous!", ["furious", "Ridiculous"]),
        ("disgust", "A revolting smell and a gross, disgusting film.", ["revolting", "gross", "disgusting"]),
        ("fear", "I was terrified and so worried I shook.", ["terrified", "worried"]),
        ("happy", "Thanks, it is wonderful and I love it.", ["Thanks", "wonderful", "love"]),
        ("sad", "So sad. It broke my heart, what a disappointment.", ["sad", "broke", "heart", "disappointment"]),
        ("surprise", "Wow, I was shocked!", ["Wow", "shocked"]),
        ("neutral", "The box holds two cables.", []),
    ],
)
def test_the_words_of_each_emotion(settings: Settings, emotion: str, text: str, expected: list[str]) -> None:
    assert marked(text, Query(emotion=emotion), settings) == [(word, "emotion") for word in expected]


def test_the_question_comes_before_the_emotion_and_an_emotion_can_be_given(settings: Settings) -> None:
    text = "A horrible pump"
    assert marked(text, Query("horrible pump", "fear"), settings) == [("horrible", "words"), ("pump", "words")]
    assert marked(text, Query("pump"), settings, emotion="fear") == [("horrible", "emotion"), ("pump", "words")]
    assert marked(text, Query("pump"), settings) == [("pump", "words")]


def test_every_emotion_but_neutral_has_words(settings: Settings) -> None:
    assert {emotion for emotion in FACE_EMOTIONS if not emotion_words(emotion, settings)} == {"neutral"}


def test_words_that_two_texts_share_in_any_form() -> None:
    text = "The pump leaked, and the pumps were loud."
    spans = shared(text, "My PUMP leaks and it is the worst.")
    assert [(text[span.start : span.end], span.why) for span in spans] == [
        ("pump", "words"),
        ("leaked", "words"),
        ("pumps", "words"),
    ]
