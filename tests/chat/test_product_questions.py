"""Which questions go to the reviews although they do not say so, and within which reviews."""

import pytest

from backends.contracts import Turn
from chat import product_questions, subjects
from rag.library import Library
from rag.query import Filters, Query
from settings import Settings

EARBUDS = [Turn("user", "What do people say about the earbuds?"), Turn("assistant", "Good.", from_reviews=True)]


@pytest.mark.parametrize(
    ("text", "product"),
    [
        ("the earbuds", "Quillo Buds"),
        ("a backpack for hiking", "Fjordpack 40"),
        ("my sister", None),
        ("the capital of France", None),
        ("the backpack and the earbuds", None),
    ],
)
def test_a_word_names_the_product_in_whose_reviews_it_stands(
    shipped_library: Library, text: str, product: str | None
) -> None:
    found = subjects.product_of(text, shipped_library)
    assert (found and found[0]) == product


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("Do the earbuds fall out?", Query("Do the earbuds fall out?", None, Filters(products=("Quillo Buds",)))),
        ("Is the coffee machine loud?", Query("Is the coffee machine loud?")),
        ("what do ppl hate most", Query(emotion="angry")),
        (
            "Show me angry reviews about delivery",
            Query("Show me reviews about delivery", None, Filters(emotions=("angry",))),
        ),
        ("Tell me something positive from the reviews", Query("", "happy", Filters(sentiments=("positive",)))),
        ("Show me 1-star reviews", Query("", "angry", Filters(min_rating=1.0, max_rating=1.0))),
        ("What do people say about home delivery?", Query("What do people say about home delivery?")),
        ("What do customers say about the dog food?", Query("What do customers say about the dog food?")),
        ("the food reviews", Query("the food reviews")),
        (
            "What do customers say about airlines?",
            Query("What do customers say about airlines?", None, Filters(categories=("Airline",))),
        ),
    ],
)  # fmt: skip
def test_asked(session_settings: Settings, shipped_library: Library, message: str, expected: Query) -> None:
    assert product_questions.asked(message, [], shipped_library, session_settings) == expected


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("and the sound?", Query("the sound", None, Filters(products=("Quillo Buds",)))),
        ("how's the battery?", Query("how's the battery", None, Filters(products=("Quillo Buds",)))),
        ("what about the vacuum?", Query("What do people say?", None, Filters(products=("Sweepo V3",)))),
        ("Why am I so sad?", None),
    ],
)
def test_follow_ups_keep_the_product(
    session_settings: Settings, shipped_library: Library, message: str, expected: Query | None
) -> None:
    assert product_questions.asked(message, EARBUDS, shipped_library, session_settings) == expected


@pytest.mark.parametrize(
    "message",
    [
        "What is the capital of Peru?",
        "Why is the sky blue?",
        "Write a poem about coffee",
        "Is it silly to cry over a cat?",
        "What should I do about my sister?",
        "My vacuum broke and I cried.",
        "Are you a robot?",
        "and you?",
    ],
)
def test_everything_else_is_no_question_to_the_reviews(
    session_settings: Settings, shipped_library: Library, message: str
) -> None:
    assert product_questions.asked(message, [], shipped_library, session_settings) is None
