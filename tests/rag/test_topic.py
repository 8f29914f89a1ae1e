"""What a question asks about, told from the frame in which it is asked."""

import pytest

from rag.query import Filters, Query
from rag.topic import asked, topic


@pytest.mark.parametrize(
    ("question", "about"),
    [
        ("What do customers say about the battery?", "the battery?"),
        ("what are people saying about delays", "delays"),
        ("Tell me what guests think of the breakfast", "the breakfast"),
        ("Which reviews mention leaking lids?", "leaking lids?"),
        ("reviews that mention penguins", "penguins"),
        ("Is there anything about parking?", "parking?"),
        ("any opinions on the crew", "the crew"),
        ("and what about the delivery?", "the delivery?"),
        ("customers think the battery dies too fast", "the battery dies too fast"),
        ("customer service", "customer service"),
        ("my customers are rude", "my customers are rude"),
        ("why do customers cancel their flight", "why do customers cancel their flight"),
        ("What do people say?", "What do people say?"),
    ],
)
def test_the_frame_of_a_question_is_left_out(question: str, about: str) -> None:
    assert topic(question) == about
    assert Query(question).words == Query(question).own_words == about


def test_words_of_the_frame_and_of_the_emotion_do_not_count() -> None:
    assert asked("Do any reviewers complain about leaking lids?") == {"leak", "lid"}
    assert asked("Would buyers buy again?") == {"buy"}
    assert asked("happy guests", "happy, delighted") == frozenset()
    assert Query("Are buyers happy with the pump?", "happy").asked == {"pump"}
    assert Query("Are buyers happy with the pump?").asked == {"happy", "pump"}


@pytest.mark.parametrize(
    ("query", "has_subject"),
    [
        (Query(emotion="sad"), False),
        (Query("What do customers complain about?", "angry"), False),
        (Query("What do people say?"), False),
        (Query("Are buyers happy with it?", "happy"), False),
        (Query("Which product makes people happiest?", "happy"), False),
        (Query("Is the Aurora Kettle any good?", filters=Filters(products=("Aurora Kettle",))), False),
        (Query("What do people say about the kettle?", filters=Filters(categories=("Kettles",))), False),
        (Query("Is the kettle loud?", filters=Filters(products=("Aurora Kettle",))), True),
        (Query("coffee", "happy"), True),
        (Query("TV"), True),
        (Query("12345"), True),
    ],
)
def test_a_subject_is_more_than_frame_and_emotion(query: Query, has_subject: bool) -> None:
    assert query.has_subject is has_subject
    given = bool(query.emotion or query.filters.active)
    assert query.is_given is (given and not has_subject)
