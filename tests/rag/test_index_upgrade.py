"""A large library is indexed in another process while searches go on; whatever happens to it, answers stay right."""

from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock

from errors import LibraryNotFound
from rag import index_upgrade
from rag.build import build
from rag.index_ann import FOLDER
from rag.library import Library
from rag.query import Filters, Query
from rag.reviews import Review
from rag.search import search
from settings import Settings

COUNT = 400


@pytest.fixture
def grown(fake_models: None, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Library:
    """400 reviews, which count as many."""
    del fake_models
    monkeypatch.setattr("rag.index.EXACT_UP_TO", 100)
    monkeypatch.setattr("rag.index_ann.lists_for", lambda _count: 4)
    rng = np.random.default_rng(8)
    words = ["coffee", "joy", "anger", "good", "bad", "robot", "late", "box", "price", "soft", "battery", "leaks"]
    reviews = [
        Review(str(row), " ".join(rng.choice(words, 5)) + f" word{row}", product=f"P{row % 5}", rating=float(row % 5))
        for row in range(COUNT)
    ]
    return build(reviews, "grown", settings)


def answers(library: Library, settings: Settings) -> list[tuple[str, float]]:
    queries = (
        Query("battery leaks late", filters=Filters(products=("P1", "P2"), min_rating=1)),
        Query('coffee "good box" -robot'),
        Query("soft price", emotion="happy"),
    )
    return [(hit.review.id, round(hit.score, 3)) for query in queries for hit in search(query, library, 5, settings)]


def test_answers_are_the_same_before_and_after(grown: Library, settings: Settings) -> None:
    before = answers(grown, settings)
    assert (grown.index.kind, grown.lexicon.covered) == ("exact", 0)
    upgrade = index_upgrade.Upgrade(grown.folder, grown.refresh)
    assert answers(grown, settings) == before
    assert upgrade.wait()
    assert (grown.index.kind, grown.lexicon.covered) == ("IVF64,SQ8 re-ranked", COUNT)
    assert answers(grown, settings) == before
    opened = Library(grown.folder, settings)
    assert (len(opened.columns), opened.index.covered, opened.lexicon.covered) == (COUNT, COUNT, COUNT)
    assert answers(opened, settings) == before


def test_a_process_that_is_killed_leaves_the_old_files(grown: Library, settings: Settings) -> None:
    assert index_upgrade.make(grown.folder)
    index = grown.folder / FOLDER
    old = {path.name: path.read_bytes() for path in index.iterdir()}
    before = answers(grown, settings)
    upgrade = index_upgrade.Upgrade(grown.folder, grown.refresh)
    upgrade.stop()
    assert {path.name: path.read_bytes() for path in index.iterdir() if not path.name.startswith(".")} == old
    (index / ".vectors-400-half").write_bytes(b"half")
    assert answers(Library(grown.folder, settings), settings) == before
    assert index_upgrade.make(grown.folder)
    assert [path.name for path in index.glob(".*")] == []
    assert {path.name for path in index.iterdir()} == set(old)


def test_a_second_process_lets_the_first_finish(grown: Library) -> None:
    (grown.folder / FOLDER).mkdir()
    with FileLock(grown.folder / FOLDER / index_upgrade._LOCK):
        assert not index_upgrade.make(grown.folder)
        waiting = index_upgrade.Upgrade(grown.folder, grown.refresh)
        assert (grown.index.covered, grown.lexicon.covered) == (0, 0)
    assert waiting.wait()
    assert (grown.index.covered, grown.lexicon.covered) == (COUNT, COUNT)


def test_small_libraries_are_left_alone(library: Library, tmp_path: Path) -> None:
    assert library.upgrade() is None
    assert not (library.folder / FOLDER).exists()
    with pytest.raises(LibraryNotFound):
        index_upgrade.make(tmp_path)
