"""Facts of the library, against SQL over its own file."""

import sqlite3

import pytest

from chat import library_facts
from chat.converse import converse
from rag.library import Library
from settings import Settings


def _sql(library: Library, query: str, *values: object) -> list[tuple[object, ...]]:
    with sqlite3.connect(f"file:{library.folder / 'reviews.sqlite'}?mode=ro", uri=True) as connection:
        return connection.execute(query, values).fetchall()


def _answer(message: str, library: Library) -> str:
    found = library_facts.answer(message, [], library)
    assert found is not None, message
    return found


def test_counts(shipped_library: Library) -> None:
    ((count, products),) = _sql(
        shipped_library, "SELECT count(*), count(DISTINCT product) FROM reviews WHERE alive = 1"
    )
    assert _answer("How many reviews are there?", shipped_library) == (
        f"There are {count} reviews in this library, of {products} products."
    )
    ((angry,),) = _sql(shipped_library, "SELECT count(*) FROM reviews WHERE alive = 1 AND emotion = 0")
    assert _answer("how many angry reviews do you have", shipped_library).startswith(f"There are {angry} angry reviews")
    ((one_star,),) = _sql(
        shipped_library, "SELECT count(*) FROM reviews WHERE alive = 1 AND rating = 1 AND product = 'Hotel Meridane'"
    )
    assert _answer("How many 1-star reviews does the hotel have?", shipped_library).startswith(
        f"There are {one_star} 1-star reviews of Hotel Meridane"
    )


@pytest.mark.parametrize(
    ("message", "product"),
    [
        ("What is the average rating of the earbuds?", "Quillo Buds"),
        ("What's the mean rating of Hotel Meridane?", "Hotel Meridane"),
        ("how is the backpack rated", "Fjordpack 40"),
    ],
)
def test_mean_ratings(shipped_library: Library, message: str, product: str) -> None:
    ((mean, rated),) = _sql(
        shipped_library, "SELECT avg(rating), count(rating) FROM reviews WHERE alive = 1 AND product = ?", product
    )
    expected = f"The mean rating of {product} is {mean:.2f}, over {rated} rated reviews (ratings here go from 1 to 5)."
    assert _answer(message, shipped_library) == expected


@pytest.mark.parametrize(
    ("message", "value", "order", "says"),
    [
        ("Which product is rated best?", "avg(rating)", "DESC", "highest mean rating"),
        ("which one has the lowest rating", "avg(rating)", "ASC", "lowest mean rating"),
        ("Which product is the most hated?", "avg(emotion = 0)", "DESC", "highest share of angry reviews"),
        ("Which product do people love most?", "avg(emotion = 3)", "DESC", "highest share of happy reviews"),
    ],
)
def test_comparisons(shipped_library: Library, message: str, value: str, order: str, says: str) -> None:
    rows = _sql(
        shipped_library,
        f"SELECT product, {value} FROM reviews WHERE alive = 1 GROUP BY product ORDER BY 2 {order}, product",
    )
    said = _answer(message, shipped_library)
    assert says in said
    assert said.startswith(str(rows[0][0]))


def test_products_are_listed_with_their_reviews(shipped_library: Library) -> None:
    said = _answer("Which products do you have reviews of?", shipped_library)
    rows = _sql(shipped_library, "SELECT product, count(*) FROM reviews WHERE alive = 1 GROUP BY product")
    assert all(f"{product} ({count})" in said for product, count in rows)


@pytest.mark.parametrize(
    "message",
    [
        "How many people complain about the lid?",
        "What is the best thing about the hotel?",
        "How many friends do I have?",
        "My rating at work was the worst",
        "What do customers say about the price?",
    ],
)
def test_everything_else_is_left_to_the_search(shipped_library: Library, message: str) -> None:
    assert library_facts.answer(message, [], shipped_library) is None


def test_the_exchange_says_who_counted(session_settings: Settings, shipped_library: Library) -> None:
    exchange = converse("How many reviews are there?", [], session_settings, library=shipped_library)
    assert exchange.metadata.models["reviews"] == library_facts.NAME
    assert "responder" not in exchange.metadata.models
