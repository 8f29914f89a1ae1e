"""What may stand in the question box: phrases, exclusions, and anything else a keyboard or a cat can type."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errors import QuestionError
from rag.query import EMOTION_QUERIES, Query
from rag.question import Question, parse


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("battery dies", Question("battery dies")),
        ('battery "after a week" -refund', Question("battery after a week", ("after a week",), ("refund",))),
        ("“late delivery” NOT refund", Question("late delivery", ("late delivery",), ("refund",))),
        ('help NOT "customer  service"', Question("help", (), ("customer service",))),
        ('-"a b" c', Question("c", (), ("a b",))),
        ("–refund coffee", Question("coffee", (), ("refund",))),
        ("well-made, not good", Question("well-made, not good")),
        ("-5 stars - x", Question("-5 stars - x")),
        ('"open quote', Question('"open quote')),
        ('a "" b', Question('a "" b')),
        ('x "*" :^( 😀 -😀', Question('x "*" :^( 😀 -😀')),
        ("coffee NOT", Question("coffee NOT")),
        ("  ", Question("")),
    ],
)
def test_a_question_is_read(text: str, expected: Question) -> None:
    assert parse(text) == expected


@given(st.text(st.sampled_from("ab \"“”-–*:()^ NOT\n😀中\0'"), max_size=30))
def test_any_text_is_a_question_and_no_word_is_lost(text: str) -> None:
    read = parse(text)
    said = " ".join((read.words, *read.excluded))
    assert {char for char in said if char.isalpha()} >= {char for char in text if char in "ab中"}
    assert all(phrase in read.words for phrase in read.phrases)


def test_what_is_left_out_is_neither_embedded_nor_a_word_of_the_question() -> None:
    query = Query('coffee "too hot" -refund')
    assert (query.words, query.own_words) == ("coffee too hot", "coffee too hot")
    excluding = Query("-refund", "sad")
    assert (excluding.words, excluding.own_words) == (EMOTION_QUERIES["sad"], "")
    with pytest.raises(QuestionError, match="Say what to look for as well"):
        Query("-refund")
