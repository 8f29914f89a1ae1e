"""Texts of nothing but emoji are read by what the emoji say; beside words they change nothing."""

import pytest

from backends.emoji_words import in_words
from backends.readable import readable
from emotion.text import read, read_many
from settings import Settings


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("😍😍😍", "I love it."),
        ("😡🤬", "so angry, fucking furious."),
        ("👍🏽", "great."),
        ("❤\ufe0f!", "I love it!"),
        ("5/5 👍", "5/5  great."),
        ("😢 😢", "so sad."),
        ("🍕", "🍕"),
        ("?!", "?!"),
        ("", ""),
    ],
)
def test_emoji_are_said_in_words(text: str, words: str) -> None:
    assert in_words(text) == readable(text) == words


def test_beside_words_of_any_language_they_stay() -> None:
    for text in ("Great. 🙄", "رائع 😍", "最高👍"):
        assert readable(text) == text


def test_emoji_alone_are_read_as_what_they_show(session_settings: Settings) -> None:
    shown = {
        "😍😍😍": "happy", "👍": "happy", "😂😂": "happy", "🙏": "happy", "😡🤬": "angry", "😤": "angry", "😢": "sad",
        "😭😭😭": "sad", "💔": "sad", "🤢🤮": "disgust", "😱": "fear", "😮": "surprise", "🍕": "neutral",
    }  # fmt: skip
    readings = read_many(list(shown), session_settings)
    assert {reading.text: reading.emotion for reading in readings} == shown


def test_the_reading_keeps_the_text_as_it_was_given(session_settings: Settings) -> None:
    assert read("😭", session_settings).text == "😭"
