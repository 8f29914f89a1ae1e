"""One spelling for many ways to write."""

import pytest

from chat.spelling import normalise


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("I can’t go on...", "i cant go on"),
        ("k1ll mys3lf", "kill myself"),
        ("s u i c i d e", "suicide"),
        ("i w4nt 2 d1e", "i want to die"),
        ("noooo, wanna", "no . want to"),
        ("2 dogs", "2 dogs"),
    ],
)
def test_one_spelling_for_many(text: str, plain: str) -> None:
    assert normalise(text) == plain
