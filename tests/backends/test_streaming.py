"""Text that grows token by token."""

from collections.abc import Sequence

import pytest

from backends.streaming import before, growing, trimmed


def _decode(tokens: Sequence[int]) -> str:
    return bytes(tokens).decode("utf-8", errors="replace")


@pytest.mark.parametrize("text", ["", "plain words", "슬퍼요 😢!"])
def test_pieces_join_to_the_text_and_no_character_is_torn(text: str) -> None:
    pieces = list(growing(text.encode(), _decode))
    assert "".join(pieces) == text
    assert len(pieces) == len(text)


def test_white_space_around_a_text_is_left_out_and_inside_kept() -> None:
    assert list(trimmed([" ", "\n a", " ", "b ", " ", "\n"])) == ["a", " b"]
    assert list(trimmed([" ", ""])) == []


def test_nothing_is_asked_for_behind_the_sign_that_ends_a_text() -> None:
    pieces = iter(["a", 'b"c', "d"])
    assert list(before(pieces, '"]^')) == ["a", "b"]
    assert list(pieces) == ["d"]
