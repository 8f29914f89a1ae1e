"""Occasions told by words: what must be recognised, and what must not."""

import pytest

from backends.occasions import occasions


@pytest.mark.parametrize(
    ("message", "occasion"),
    [
        ("I can\u2019t wait for our trip next week", "ahead"),
        ("I finally passed my driving test", "achieved"),
        ("My neighbor brought me soup", "given"),
        ("I'm so proud of my daughter", "proud_of"),
        ("I feel so bad about yelling at him", "own_fault"),
        ("I tripped on the stage", "embarrassed"),
        ("they didn't invite me to the wedding", "wronged"),
        ("I dropped my phone in the lake", "broken"),
        ("There was a huge spider in my bed", "creature"),
        ("he keeps parking in my spot", "again"),
        ("Have you ever been to Italy?", "asks"),
        ("I found a roach in the kitchen", "bugs"),
    ],
)
def test_an_occasion_is_recognised(message: str, occasion: str) -> None:
    assert occasion in occasions(message)


@pytest.mark.parametrize(
    ("message", "occasion"),
    [
        ("I have been to Mexico", "creature"),
        ("I won $50 in the lottery", "achieved"),
        ("I missed my favourite show", "missing"),
        ("I wanted to see if I got a bonus", "achieved"),
        ("it is hard for me to save money", "given"),
        ("I'm sure he will come", "sure"),
        ("We stood in the garden", "ahead"),
    ],
)
def test_what_only_sounds_like_it_is_not(message: str, occasion: str) -> None:
    assert occasion not in occasions(message)


def test_where_somebody_is_unwell_nothing_is_counted_down_or_cheered() -> None:
    assert occasions("My brother is really sick. I'm taking him to the doctor tomorrow, I can't wait.") >= {"unwell"}
    assert "ahead" not in occasions("My brother is really sick. I'm taking him to the doctor tomorrow, I can't wait.")
