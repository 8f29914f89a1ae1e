"""Reviews come back as they were given; filters equal a brute-force reference; values are bound, never executed."""

import datetime
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from backends.contracts import SENTIMENTS
from errors import LibraryDamaged, LibraryError, QuestionError
from rag.query import Filters
from rag.reviews import Review
from rag.store import Store, StoreWriter

PRODUCTS = ("Pot", "Robot", "Box'; DROP TABLE reviews; --", "")
FIRST_DAY = datetime.date(2025, 1, 1)


def drawn_reviews(count: int, seed: int = 0) -> tuple[list[Review], list[int]]:
    """Return reviews with random fields (some missing) and random sentiments."""
    rng = np.random.default_rng(seed)
    reviews = [
        Review(
            id=f"id {number}",
            text=f"text {number} “quoted” 😊",
            product=PRODUCTS[int(rng.integers(4))],
            category=("A", "B")[int(rng.integers(2))],
            date=None if rng.random() < 0.2 else FIRST_DAY + datetime.timedelta(days=int(rng.integers(400))),
            rating=None if rng.random() < 0.2 else float(rng.integers(1, 6)),
        )
        for number in range(count)
    ]
    return reviews, rng.integers(0, 3, count).tolist()


REVIEWS, FEELINGS = drawn_reviews(300)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    with StoreWriter(tmp_path / "reviews.sqlite") as writer:
        for start in range(0, 300, 64):
            chunk = slice(start, start + 64)
            writer.append(REVIEWS[chunk], FEELINGS[chunk], [0] * len(REVIEWS[chunk]))
        writer.finish([("coffee", 3), ("leak", 1)])
    return tmp_path / "reviews.sqlite"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    opened = Store(path, 300)
    yield opened
    opened.close()


def passes(review: Review, sentiment: int, filters: Filters) -> bool:
    """The reference: what a filter means, in plain Python."""
    if filters.products and review.product not in filters.products:
        return False
    if filters.categories and review.category not in filters.categories:
        return False
    if filters.sentiments and SENTIMENTS[sentiment] not in filters.sentiments:
        return False
    if filters.min_rating is not None and (review.rating is None or review.rating < filters.min_rating):
        return False
    if filters.max_rating is not None and (review.rating is None or review.rating > filters.max_rating):
        return False
    if filters.since is not None and (review.date is None or review.date < filters.since):
        return False
    return filters.until is None or (review.date is not None and review.date <= filters.until)


def drawn_filters(seed: int) -> Filters:
    rng = np.random.default_rng(seed)

    def some(values: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(value for value in values if rng.random() < 0.5) if rng.random() < 0.5 else ()

    def maybe_day() -> datetime.date | None:
        return FIRST_DAY + datetime.timedelta(days=int(rng.integers(400))) if rng.random() < 0.3 else None

    return Filters(
        products=some(PRODUCTS[:3]),
        categories=some(("A", "B", "none such")),
        min_rating=float(rng.integers(1, 6)) if rng.random() < 0.3 else None,
        max_rating=float(rng.integers(1, 6)) if rng.random() < 0.3 else None,
        since=maybe_day(),
        until=maybe_day(),
        sentiments=some(SENTIMENTS),
    )


@pytest.mark.parametrize("seed", range(60))
def test_any_filter_equals_brute_force(store: Store, seed: int) -> None:
    filters = drawn_filters(seed)
    expected = [row for row in range(300) if passes(REVIEWS[row], FEELINGS[row], filters)]
    assert store.matching(filters).tolist() == expected
    assert store.count(filters) == len(expected)


def test_reviews_come_back_in_the_order_asked(store: Store) -> None:
    assert store.by_row([299, 0, 5]) == [REVIEWS[299], REVIEWS[0], REVIEWS[5]]
    assert store.by_id(["id 7", "no such id", "id 3"]) == [REVIEWS[7], REVIEWS[3]]
    assert store.rows_of(["id 7", "no such id"]) == {"id 7": 7}


def test_facets_count_and_leave_out_what_is_empty(store: Store) -> None:
    products = dict(store.facet("product"))
    assert products == {name: sum(review.product == name for review in REVIEWS) for name in PRODUCTS[:3]}
    assert dict(store.facet("sentiment")) == {label: FEELINGS.count(label) for label in range(3)}
    with pytest.raises(ValueError, match="no facet"):
        store.facet("text")


def test_words_are_counted(store: Store) -> None:
    assert store.word_counts(["coffee", "tea"]) == {"coffee": 3}


def test_an_unknown_sentiment_is_refused(store: Store) -> None:
    with pytest.raises(QuestionError, match="'angry' is not one of the sentiments"):
        store.count(Filters(sentiments=("angry",)))


def test_two_reviews_with_one_id_are_refused(tmp_path: Path) -> None:
    with StoreWriter(tmp_path / "twice.sqlite") as writer, pytest.raises(LibraryError, match="same id"):
        writer.append([Review("a", "one"), Review("a", "two")], [0, 0], [0, 0])


def test_a_store_that_does_not_fit_says_what_differs(path: Path) -> None:
    with pytest.raises(LibraryDamaged, match=r"holds 300 reviews .* says 301"):
        Store(path, 301)
    path.write_bytes(b"not a database" * 100)
    with pytest.raises(LibraryDamaged, match="cannot be read"):
        Store(path, 300)
