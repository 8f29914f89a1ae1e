"""Reviews come back as they were given; values are bound, never executed."""

import datetime
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from backends.contracts import GOEMOTIONS, SENTIMENTS, TextScores
from errors import LibraryDamaged, LibraryError, LibraryNotFound
from rag import writer
from rag.layout import FORMAT, STORE_FILE
from rag.manifest import Manifest
from rag.query import Filters
from rag.reviews import Review
from rag.store import Store
from rag.writer import LibraryWriter

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


MANIFEST = Manifest(
    format=FORMAT, name="drawn", created=datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC), count=0, dimension=4,
    metric="inner product", sentences=0, embedder="e", embedder_identity="i", models={},
)  # fmt: skip


def scores_of(moods: list[int]) -> TextScores:
    """Return scores in which these are the strongest sentiments."""
    count = len(moods)
    vectors = np.full((count, 4), 0.5, np.float32)
    emotions = np.zeros((count, len(GOEMOTIONS)), np.float32)
    return TextScores(vectors, emotions, np.eye(3, dtype=np.float32)[moods], np.zeros(count, np.float32))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    writer.create(tmp_path, MANIFEST)
    with LibraryWriter(tmp_path) as opened:
        for start in range(0, 300, 64):
            chunk = slice(start, start + 64)
            with opened.chunk():
                opened.append(REVIEWS[chunk], scores_of(FEELINGS[chunk]))
    return tmp_path


@pytest.fixture
def store(folder: Path) -> Iterator[Store]:
    opened = Store(folder)
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
    ranged = filters.min_rating is not None or filters.max_rating is not None
    if review.rating is None:
        rated = filters.unrated or not ranged
    else:
        inside = (filters.min_rating or -1) <= review.rating <= (filters.max_rating or 99)
        rated = inside if ranged else not filters.unrated
    if not rated:
        return False
    if review.date is None:
        return filters.undated or (filters.since is None and filters.until is None)
    if filters.undated and filters.since is filters.until is None:
        return False
    return (filters.since or datetime.date.min) <= review.date <= (filters.until or datetime.date.max)


def drawn_filters(seed: int) -> Filters:
    rng = np.random.default_rng(seed)

    def some(values: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(value for value in values if rng.random() < 0.5) if rng.random() < 0.5 else ()

    def maybe_day() -> datetime.date | None:
        return FIRST_DAY + datetime.timedelta(days=int(rng.integers(400))) if rng.random() < 0.3 else None

    return Filters(
        products=some(PRODUCTS),
        categories=some(("A", "B", "none such")),
        min_rating=float(rng.integers(1, 6)) if rng.random() < 0.3 else None,
        max_rating=float(rng.integers(1, 6)) if rng.random() < 0.3 else None,
        since=maybe_day(),
        until=maybe_day(),
        sentiments=some(SENTIMENTS),
        unrated=bool(rng.random() < 0.3),
        undated=bool(rng.random() < 0.3),
    )


def test_reviews_come_back_in_the_order_asked(store: Store) -> None:
    assert store.by_row([299, 0, 5]) == [REVIEWS[299], REVIEWS[0], REVIEWS[5]]
    assert store.by_id(["id 7", "no such id", "id 3"]) == [REVIEWS[7], REVIEWS[3]]
    assert store.rows_of(["id 7", "no such id"]) == {"id 7": 7}


def test_facets_count_every_review_that_has_none_too(store: Store) -> None:
    products = dict(store.facet("product"))
    assert products == {name: sum(review.product == name for review in REVIEWS) for name in PRODUCTS}
    assert sum(products.values()) == 300
    assert store.facet("language") == []  # nobody has one
    assert store.ranges()[4:] == tuple(
        sum(getattr(review, name) is None for review in REVIEWS) for name in ("rating", "date")
    )
    assert dict(store.facet("sentiment")) == {label: FEELINGS.count(label) for label in range(3)}
    with pytest.raises(ValueError, match="no facet"):
        store.facet("text")


def test_words_are_counted(store: Store) -> None:
    assert store.word_counts(["quoted", "quot", "tea"]) == {"quot": 300}


def test_a_stream_equals_brute_force(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.store._STREAMED", 7)
    assert list(store.stream()) == REVIEWS


def test_two_reviews_with_one_id_are_refused_and_nothing_of_the_chunk_is_kept(folder: Path) -> None:
    with LibraryWriter(folder) as opened:
        with pytest.raises(LibraryError, match="same id"), opened.chunk():
            opened.append([Review("a", "one"), Review("a", "two")], scores_of([0, 0]))
        with pytest.raises(LibraryError, match="Open the library again"), opened.chunk():
            pass
    store = Store(folder)
    assert (store.manifest.count, store.by_id(["a"]), list(store.stream())) == (300, [], REVIEWS)
    store.close()


def test_a_store_goes_on_seeing_what_it_was_opened_with(store: Store, folder: Path) -> None:
    with LibraryWriter(folder) as opened, opened.chunk():
        opened.append([Review("late", "late text", product="Pot")], scores_of([0]))
        assert len(list(store.stream())) == 300  # while the writer is in its transaction
    assert (store.manifest.count, store.by_id(["late"])) == (300, [])
    assert len(list(store.stream())) == 300
    later = Store(folder)
    assert (later.manifest.count, later.manifest.generation) == (301, store.manifest.generation + 1)
    assert later.by_id(["late"]) == [Review("late", "late text", product="Pot")]
    later.close()


def test_what_is_no_library_says_so(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(LibraryNotFound, match="does not exist"):
        Store(tmp_path / "nowhere")
    (folder / STORE_FILE).write_bytes(b"not a database" * 100)
    with pytest.raises(LibraryDamaged, match="cannot be read"):
        Store(folder)


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever opens a library for more than reading its file finds no room beside it."""

    class Full(sqlite3.Connection):
        def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
            if sql.startswith("SELECT 1 FROM sqlite_master"):
                error = sqlite3.OperationalError("database or disk is full")
                error.sqlite_errorname = "SQLITE_FULL"
                raise error
            return super().execute(sql, *values)

    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *args, **options: connect(*args, factory=Full, **options))


@pytest.mark.usefixtures("full_disk")
def test_a_full_disk_does_not_make_a_library_damaged(folder: Path) -> None:
    store = Store(folder)
    assert store.manifest.count == 300
    store.close()


@pytest.mark.usefixtures("full_disk")
def test_on_a_full_disk_the_log_of_a_killed_writer_is_not_passed_over(folder: Path) -> None:
    (folder / f"{STORE_FILE}-wal").write_bytes(b"what a killed writer left")
    with pytest.raises(LibraryError, match="cannot be read while the disk is full") as told:
        Store(folder)
    assert not isinstance(told.value, LibraryDamaged)
