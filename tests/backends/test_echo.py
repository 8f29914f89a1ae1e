"""A clause of the user's own words: given back only when surely right."""

import pytest

from backends.echo import clause


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("I lost my job today and I don't know what to do.", "you lost your job today"),
        ("i was fired today", "you were fired today"),
        ("My best friend forgot my birthday", "your best friend forgot your birthday"),
        ("Well. My boss shouted at me in front of everyone!", "your boss shouted at you in front of everyone"),
        ("We lost the final, sadly.", "you lost the final"),
        ("our flight got cancelled", "your flight got cancelled"),
        ("I met Anna in Paris", "you met Anna in Paris"),
        ("I'm starting university in two days and I'm nervous", "you are starting university in two days"),
        ("So I've been working hard for my exam.", "you have been working hard for your exam"),
        ("The other day someone took my phone.", "someone took your phone"),
        ("Bought a new car!", "you bought a new car"),
        ("A man walked up to me in a parking lot", "a man walked up to you in a parking lot"),
        ("There was a rat in our kitchen", "there was a rat in your kitchen"),
        ("Last week, I had to give a speech.", "you had to give a speech"),
        (
            "I used to spend the long summer evenings with my grandfather during the school holidays of my childhood",
            "you used to spend the long summer evenings with your grandfather",
        ),
    ],
)
def test_a_plain_statement_is_given_back(message: str, expected: str) -> None:
    assert clause(message) == expected


@pytest.mark.parametrize(
    "message",
    [
        "",
        "I feel sad",
        "I was so angry at him",
        "I did not get the job",
        "I never got an answer",
        "I don't like it here",
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
        "I got my room, bath and kitchen clean",
        "I was working on a really tough and boring project",
        "I ordered a breakfast for me and my kids",
        "We went to the zoo it was amazing",
        "The first time my girlfriend invited me was in May",
        "My beloved old dog",
    ],
)
def test_anything_else_is_left_alone(message: str) -> None:
    assert clause(message) == ""
