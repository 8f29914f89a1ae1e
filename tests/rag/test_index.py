"""The index against plain numpy, by value: the same rows, the same cosines, whatever the filter."""

import threading
from pathlib import Path

import numpy as np
import pytest

from backends.contracts import FloatArray
from errors import LibraryDamaged
from rag import index_ann
from rag.arrays import RowAppender
from rag.index import VectorIndex
from rag.index_vectors import Rows
from rag.layout import VECTORS

DIMENSION = 32


@pytest.fixture
def vectors() -> FloatArray:
    drawn = np.random.default_rng(1).standard_normal((500, DIMENSION)).astype(np.float32)
    drawn /= np.linalg.norm(drawn, axis=1, keepdims=True)
    return drawn.astype(np.float16).astype(np.float32)  # as they are stored


@pytest.fixture
def index(vectors: FloatArray, tmp_path: Path) -> VectorIndex:
    with RowAppender(tmp_path, VECTORS, DIMENSION, 0) as writer:
        for start in range(0, len(vectors), 64):
            writer.append(vectors[start : start + 64])
    return VectorIndex(tmp_path, len(vectors), DIMENSION)


def exact(vectors: FloatArray, query: FloatArray, k: int, allowed: Rows) -> tuple[Rows, FloatArray]:
    cosines = vectors[allowed] @ query
    order = np.argsort(-cosines, kind="stable")[:k]
    return allowed[order], cosines[order]


def test_search_equals_numpy_by_value(index: VectorIndex, vectors: FloatArray) -> None:
    for query in vectors[:20]:
        rows, cosines = index.search(query, 10)
        expected_rows, expected_cosines = exact(vectors, query, 10, np.arange(len(vectors)))
        assert rows.tolist() == expected_rows.tolist()
        np.testing.assert_allclose(cosines, expected_cosines, atol=1e-6)


@pytest.mark.parametrize("seed", range(25))
def test_any_filter_equals_numpy_over_the_allowed_rows(index: VectorIndex, vectors: FloatArray, seed: int) -> None:
    rng = np.random.default_rng(seed)
    allowed = np.sort(rng.choice(len(vectors), size=int(rng.integers(1, len(vectors))), replace=False)).astype(np.int64)
    query, k = vectors[int(rng.integers(len(vectors)))], int(rng.integers(1, 40))
    rows, cosines = index.search(query, k, allowed)
    expected_rows, expected_cosines = exact(vectors, query, k, allowed)
    assert rows.tolist() == expected_rows.tolist()
    np.testing.assert_allclose(cosines, expected_cosines, atol=1e-6)


def test_fewer_allowed_than_asked_gives_just_those(index: VectorIndex, vectors: FloatArray) -> None:
    rows, cosines = index.search(vectors[3], 10, np.array([3, 400], np.int64))
    assert rows.tolist() == [3, 400]
    assert cosines[0] == pytest.approx(1.0, abs=1e-3)


def test_nothing_allowed_or_asked_gives_nothing(index: VectorIndex, vectors: FloatArray) -> None:
    assert index.search(vectors[0], 10, np.empty(0, np.int64))[0].tolist() == []
    assert index.search(vectors[0], 0)[0].tolist() == []


def test_stored_vectors_come_back(index: VectorIndex, vectors: FloatArray) -> None:
    np.testing.assert_array_equal(index.vectors(np.array([7, 0, 499])), vectors[[7, 0, 499]])
    assert index.vectors(np.empty(0, np.int64)).shape == (0, DIMENSION)


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """500 vectors count as many."""
    monkeypatch.setattr("rag.index.EXACT_UP_TO", 100)
    monkeypatch.setattr("rag.index_vectors.BLOCK", 64)
    monkeypatch.setattr("rag.index.FEW_ALLOWED", 20)
    monkeypatch.setattr("rag.index_ann.lists_for", lambda _count: 8)


def made(index: VectorIndex, folder: Path, count: int) -> Path:
    """Make an approximate index over the first rows."""
    built = index_ann.build(index.file, count)
    return index_ann.write(built, folder / index_ann.FOLDER, index.file.identity(count))


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize("covered", [0, 300, 450, 500])
@pytest.mark.parametrize("seed", range(8))
def test_a_large_library_is_searched_right_whatever_the_index_covers(
    index: VectorIndex, vectors: FloatArray, tmp_path: Path, covered: int, seed: int
) -> None:
    if covered:
        made(index, tmp_path, covered)
    large = VectorIndex(tmp_path, 500, DIMENSION)
    assert large.covered == covered
    rng = np.random.default_rng(seed)
    mask = rng.random(500) < (0.02, 0.1, 0.5, 1.0)[seed % 4]
    for allowed in (mask, np.flatnonzero(mask)):
        rows, cosines = large.search(vectors[seed], 10, allowed)
        expected_rows, expected_cosines = exact(vectors, vectors[seed], 10, np.flatnonzero(mask))
        assert rows.tolist() == expected_rows.tolist()  # all 8 lists are looked into: only the codes are approximate
        np.testing.assert_allclose(cosines, expected_cosines, atol=1e-6)


@pytest.mark.usefixtures("large")
def test_an_index_that_does_not_fit_is_not_used(index: VectorIndex, tmp_path: Path) -> None:
    path = made(index, tmp_path, 400)
    content = path.read_bytes()
    for cut in (0, 10, len(content) // 2, len(content) - 1):
        path.write_bytes(content[:cut])
        assert VectorIndex(tmp_path, 500, DIMENSION).kind == "exact"
    path.write_bytes(content)
    assert VectorIndex(tmp_path, 399, DIMENSION).covered == 0  # of rows that were never committed
    assert VectorIndex(tmp_path, 500, DIMENSION).kind == "IVF8,SQ8 re-ranked and 100 rows exact"
    path.rename(path.with_name(path.name.replace("-400-", "-399-")))
    assert VectorIndex(tmp_path, 500, DIMENSION).covered == 0
    other = path.with_name(f"vectors-400-{'0' * 16}-{len(content)}.faiss")
    other.write_bytes(content)
    assert VectorIndex(tmp_path, 500, DIMENSION).covered == 0


@pytest.mark.usefixtures("large")
def test_a_better_index_is_taken_while_searches_go_on(index: VectorIndex, vectors: FloatArray, tmp_path: Path) -> None:
    large = VectorIndex(tmp_path, 500, DIMENSION)
    expected = exact(vectors, vectors[9], 10, np.arange(500))[0].tolist()
    stop, found = threading.Event(), []

    def ask() -> None:
        while not stop.is_set():
            found.append(large.search(vectors[9], 10)[0].tolist())

    asking = threading.Thread(target=ask)
    asking.start()
    for count in (200, 350, 500):
        made(index, tmp_path, count)
        large.refresh()
        assert large.covered == count
    stop.set()
    asking.join()
    assert found
    assert [rows for rows in found if rows != expected] == []


@pytest.mark.usefixtures("large")
def test_langchain_gets_the_index_that_is_there(index: VectorIndex, vectors: FloatArray, tmp_path: Path) -> None:
    made(index, tmp_path, 500)
    for opened in (index, VectorIndex(tmp_path, 500, DIMENSION)):
        assert opened.faiss_index.ntotal == 500
        assert opened.faiss_index.search(vectors[:1], 1)[1].tolist() == [[0]]


def test_faiss_finds_the_same(index: VectorIndex, vectors: FloatArray) -> None:
    cosines, rows = index.faiss_index.search(vectors[:5], 4)
    for place in range(5):
        assert rows[place].tolist() == index.search(vectors[place], 4)[0].tolist()
    assert cosines[:, 0] == pytest.approx(1.0, abs=1e-3)


def test_vectors_behind_the_count_are_never_found(vectors: FloatArray, index: VectorIndex, tmp_path: Path) -> None:
    assert index.count == 500
    smaller = VectorIndex(tmp_path, 100, DIMENSION)
    assert smaller.search(vectors[400], 5)[0].max() < 100


def test_fewer_vectors_than_promised_are_damage(index: VectorIndex, tmp_path: Path) -> None:
    assert index.dimension == DIMENSION
    with pytest.raises(LibraryDamaged, match=r"vectors\.f16 of the library holds 32,000 bytes"):
        VectorIndex(tmp_path, 501, DIMENSION)
