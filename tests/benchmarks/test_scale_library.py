"""A library of the scale benchmark is the same whether it was written at one go or gone on with."""

from pathlib import Path

import numpy as np
import pytest

from backends.contracts import GOEMOTIONS, SENTIMENTS, TextScores
from benchmarks import scale_library
from benchmarks.scale_library import Origins, make
from rag.build import folder_of
from rag.opened import Library
from settings import Settings


@pytest.fixture
def real() -> Origins:
    random = np.random.default_rng(0)
    vectors = random.standard_normal((4, 384)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    scores = TextScores(
        vectors,
        random.random((4, len(GOEMOTIONS)), np.float32),
        random.random((4, len(SENTIMENTS)), np.float32),
        random.random(4, np.float32),
    )
    sentences = [[f"Sentence {place}{part}." for part in "ab"] for place in range(4)]
    return Origins([" ".join(parts) for parts in sentences], sentences, scores)


def content(folder: Path, settings: Settings) -> tuple[list[object], np.ndarray, np.ndarray]:
    library = Library(folder, settings)
    found: list[object] = list(library.store.stream())
    vectors, emotions = library.index.vectors(np.arange(library.rows)), np.array(library.emotions)
    library.close()
    return found, vectors, emotions


def test_what_broke_off_is_gone_on_with(
    real: Origins, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scale_library, "CHUNK", 10)
    whole = content(make(real, 35, settings), settings)
    other = settings.model_copy(update={"store_folder": tmp_path / "other"})
    drawn, calls = scale_library._reviews, iter(range(9))

    def dies(*given: object) -> object:
        if next(calls) == 2:
            raise KeyboardInterrupt
        return drawn(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(scale_library, "_reviews", dies)
    with pytest.raises(KeyboardInterrupt):
        make(real, 35, other)
    folder = folder_of(scale_library.name_of(35), other)
    assert len(content(folder, other)[0]) == 20
    assert make(real, 35, other) == folder
    again = content(folder, other)
    assert again[0] == whole[0]
    assert len(again[0]) == 35
    np.testing.assert_array_equal(again[1], whole[1])
    np.testing.assert_array_equal(again[2], whole[2])


def test_drawn_vectors_lie_around_real_ones(real: Origins) -> None:
    drawn = scale_library.around(np.repeat(real.scores.embeddings, 50, axis=0), np.random.default_rng(1))
    np.testing.assert_allclose(np.linalg.norm(drawn, axis=1), 1, atol=1e-5)
    cosines = (drawn * np.repeat(real.scores.embeddings, 50, axis=0)).sum(axis=1)
    assert 0.7 < cosines.min() < 0.8
    assert 0.9 < cosines.max() < 0.97
    assert (drawn @ real.scores.embeddings.T).argmax(axis=1).tolist() == np.repeat(np.arange(4), 50).tolist()
