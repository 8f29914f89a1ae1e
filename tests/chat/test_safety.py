"""Crisis language, harsh words and the fixed answers to them."""

import pytest

from chat import safety
from tests.chat.crisis_table import CRISIS, HARMLESS


@pytest.mark.parametrize(("text", "kind"), CRISIS)
def test_crisis_is_recognised(text: str, kind: str) -> None:
    assert safety.crisis(text) == kind


@pytest.mark.parametrize("text", HARMLESS)
def test_harmless_look_alike_is_left_alone(text: str) -> None:
    assert safety.crisis(text) is None


def test_the_table_is_large_enough_and_has_no_doubles() -> None:
    texts = [text.casefold() for text, _ in CRISIS] + [text.casefold() for text in HARMLESS]
    assert len(CRISIS) >= 60
    assert len(HARMLESS) >= 60
    assert len(set(texts)) == len(texts)
