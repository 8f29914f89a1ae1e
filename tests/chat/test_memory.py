"""What a conversation remembers."""

import pytest

from backends.contracts import Turn
from chat import memory


@pytest.mark.parametrize(
    ("message", "name"),
    [
        ("My name is Anna", "Anna"),
        ("hello, my name's tom.", "Tom"),
        ("you can call me Jo", "Jo"),
        ("Hi, I'm Maria!", "Maria"),
        ("Hi, I'm sad", ""),
        ("I'm Batman at heart", ""),
        ("my name is not important", ""),
        ("call me later", ""),
    ],
)
def test_names(message: str, name: str) -> None:
    assert memory.name_in(message) == name


def test_only_the_last_turns_are_looked_at() -> None:
    history = [Turn("user", str(number)) for number in range(100)]
    assert memory.recent(history) == tuple(history[40:])
    assert memory.last_message([*history, Turn("assistant", "yes")]) == "99"
    assert memory.last_message([]) == ""


def test_a_mood_lifts_only_from_low_to_happy() -> None:
    assert memory.lifted("sad", "happy")
    assert not memory.lifted("neutral", "happy")
    assert not memory.lifted("sad", "neutral")
