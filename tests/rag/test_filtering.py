"""Filters over columns equal a brute-force reference, by value; a file of columns is used only where it fits."""

from pathlib import Path

import numpy as np
import pytest

from backends.contracts import FACE_EMOTIONS
from errors import QuestionError
from rag import filtering
from rag.filtering import Columns
from rag.query import Filters
from rag.store import Store
from tests.rag.test_store import FEELINGS, PRODUCTS, REVIEWS, drawn_filters, folder, passes, store

__all__ = ["folder", "store"]


def identity(count: int) -> str:
    return f"{count:016x}"


def read(store: Store, first: int = 0, before: Columns | None = None, count: int = 300) -> Columns:
    return Columns.read(store.filter_columns(first, count), count, before)


def expected(filters: Filters) -> list[int]:
    """Return the rows that pass, review by review."""
    return [row for row in range(300) if passes(REVIEWS[row], FEELINGS[row], filters)]


@pytest.mark.parametrize("seed", range(60))
def test_any_filter_equals_brute_force(store: Store, seed: int) -> None:
    filters = drawn_filters(seed)
    assert np.flatnonzero(read(store).passing(filters)).tolist() == expected(filters)


def test_emotions_are_filtered_by_the_strongest(store: Store) -> None:
    columns = read(store)
    for place in range(7):
        wanted = Filters(emotions=FACE_EMOTIONS[place:])
        assert np.flatnonzero(columns.passing(wanted)).tolist() == [
            row for row in range(300) if columns.emotions[row] >= place
        ]


def test_codes_in_the_order_of_the_alphabet(store: Store) -> None:
    codes, values = read(store).sorted_codes("product")
    assert values == tuple(sorted(PRODUCTS[:3]))
    assert [values[code] if code >= 0 else "" for code in codes] == [review.product for review in REVIEWS]


def test_rows_read_later_and_rows_from_a_file_make_the_same_columns(store: Store, tmp_path: Path) -> None:
    read(store, count=120).write(tmp_path / "index", identity(120))
    kept = filtering.newest(tmp_path / "index", 300, identity)
    assert kept is not None
    assert len(kept) == 120
    whole, pieced = read(store), read(store, 120, kept)
    for seed in range(20):
        filters = drawn_filters(seed)
        np.testing.assert_array_equal(pieced.passing(filters), whole.passing(filters))


def test_a_file_that_is_damaged_or_of_another_library_is_not_used(store: Store, tmp_path: Path) -> None:
    path = read(store).write(tmp_path, identity(300))
    assert filtering.newest(tmp_path, 299, identity) is None
    assert filtering.newest(tmp_path, 300, lambda count: f"{count + 1:016x}") is None
    content = path.read_bytes()
    for damaged in (b"", b"no archive", content[: len(content) // 2]):
        path.write_bytes(damaged)
        assert filtering.newest(tmp_path, 300, identity) is None


def test_many_chosen_values_equal_few(store: Store) -> None:
    many = Filters(products=(*(f"none {number}" for number in range(20)), *PRODUCTS))
    assert np.flatnonzero(read(store).passing(many)).tolist() == expected(many)


@pytest.mark.parametrize("filters", [Filters(sentiments=("furious",)), Filters(emotions=("furious",))])
def test_what_does_not_exist_is_refused(store: Store, filters: Filters) -> None:
    with pytest.raises(QuestionError, match="'furious' is not one of the"):
        read(store).passing(filters)
