"""Harsh words are met calmly where they are meant for the program, and only there."""

import pytest

from chat.insults import aimed_at_the_program


@pytest.mark.parametrize(
    ("message", "toxicity", "aimed"),
    [
        ("You sound like a robot", 0.78, False),
        ("You sound like a robot", 0.97, False),
        ("lol", 0.99, False),
        ("haha that's funny, you idiot", 0.95, False),
        ("hahaha you're killing me", 0.9, False),
        ("you're an idiot", 0.97, True),
        ("you're pathetic", 0.83, True),
        ("you're funny", 0.46, False),
        ("screw you", 0.82, True),
        ("Fuck that, I'm going home", 0.95, False),
        ("piss off", 0.47, True),
        ("you piece of shit", 0.97, True),
        ("You won't believe this shit", 0.92, False),
        ("my neighbour is a moron", 0.98, False),
        ("Your answers make me want to throw this stupid machine out", 0.95, True),
        ("your boss sounds like an ass", 0.98, False),
    ],
)
def test_aim(message: str, toxicity: float, aimed: bool) -> None:
    assert aimed_at_the_program(message, toxicity) is aimed


def test_harsh_words_count_only_if_they_are_aimed_at_the_program() -> None:
    assert aimed_at_the_program("you are useless", 0.9)
    assert not aimed_at_the_program("the printer is useless", 0.9)
    assert not aimed_at_the_program("you are useful", 0.1)
