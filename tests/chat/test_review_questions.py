"""When a message says outright that it asks the reviews, and what."""

from typing import cast

import pytest

from chat import review_questions
from rag.library import Library
from rag.query import Filters, Query
from tests.ui import fakes

LIBRARY = cast(Library, fakes.FakeLibrary())


@pytest.mark.parametrize(
    ("message", "emotion", "filters"),
    [
        ("What do customers complain about?", "angry", Filters()),
        ("show me reviews that mention the courier", None, Filters()),
        ("Are buyers happy with it?", "happy", Filters()),
        ("Are customers happy or disappointed?", None, Filters()),
        ("is the aurora kettle any good?", None, Filters(products=("Aurora Kettle",))),
        ("Is the kettle loud?", None, Filters(products=("Aurora Kettle",))),
        ("What is wrong in the kitchen category?", None, Filters(categories=("Kitchen",))),
    ],
)
def test_questions_about_reviews(message: str, emotion: str | None, filters: Filters) -> None:
    assert review_questions.query(message, LIBRARY) == Query(message, emotion, filters)


@pytest.mark.parametrize(
    "message",
    [
        "I lost my job today.",
        "How are you?",
        "What should I do?",
        "I bought an Aurora Kettle and I love it",
        "Should I put a kettle on?",
        "My customers are rude to me.",
        "How can I upload my own reviews?",
        "",
    ],
)
def test_everything_else_is_conversation(message: str) -> None:
    assert review_questions.query(message, LIBRARY) is None
