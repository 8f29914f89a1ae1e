"""The index against plain numpy, by value: the same rows, the same cosines, whatever the filter."""

from pathlib import Path

import numpy as np
import pytest

from backends.contracts import FloatArray
from errors import LibraryDamaged
from rag.arrays import RowAppender
from rag.index import Rows, VectorIndex
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


def test_blocks_change_nothing(index: VectorIndex, vectors: FloatArray, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.index._BLOCK", 64)
    rows, cosines = index.search(vectors[5], 10)
    expected_rows, expected_cosines = exact(vectors, vectors[5], 10, np.arange(len(vectors)))
    assert rows.tolist() == expected_rows.tolist()
    np.testing.assert_allclose(cosines, expected_cosines, atol=1e-6)


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
