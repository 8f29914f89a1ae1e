"""The echo of the user's own words: said only when surely right."""

import pytest

from backends.echo import echo


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("I lost my job today and I don't know what to do.", "I hear that you lost your job today."),
        ("i was fired today", "I hear that you were fired today."),
        ("My best friend forgot my birthday", "I hear that your best friend forgot your birthday."),
        (
            "Well. My boss shouted at me in front of everyone!",
            "I hear that your boss shouted at you in front of everyone.",
        ),
        ("We lost the final, sadly.", "I hear that you lost the final."),
        ("our flight got cancelled", "I hear that your flight got cancelled."),
        ("I met Anna in Paris", "I hear that you met Anna in Paris."),
    ],
)
def test_a_plain_statement_is_given_back(message: str, expected: str) -> None:
    assert echo(message) == expected


def test_good_news_is_given_back_with_joy() -> None:
    assert echo("I passed my exam!!", glad=True) == "So you passed your exam!"


@pytest.mark.parametrize(
    "message",
    [
        "",
        "I feel sad",
        "I did not get the job",
        "I never got an answer",
        "You made me cry",
        "I lost?",
        "Did I tell you that I lost my keys?",
        "My boss, who is never there, was rude.",
        "I told her that I love her",
        "I lost my fucking keys",
        "I LOST my KEYS",
        "I said <b>hello</b> to him",
        "I had to",
        "If I lost my job I would cry",
        "I got the",
        "I was the one who lost a very long list of things on that very long day at sea",
    ],
)
def test_anything_else_is_left_alone(message: str) -> None:
    assert echo(message) == ""


def test_no_second_echo_right_after_one() -> None:
    assert echo("I lost my keys", after="I hear that you lost your job. I'm sorry.") == ""
