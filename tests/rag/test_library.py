"""Libraries are listed, opened, checked and deleted; the shipped one is built once and survives damage and company."""

import datetime
import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

import model_utils
from errors import LibraryDamaged, LibraryNotFound
from rag import library as libraries
from rag.build import build, folder_of
from rag.layout import STORE_FILE, VECTORS
from rag.library import Library, open_library
from rag.query import Filters, Query
from rag.search import search
from settings import PROJECT_FOLDER, Settings
from tests.rag import fakes
from tests.rag.conftest import REVIEWS


def change_state(library: Library, sql: str, *values: object) -> None:
    library.close()
    with closing(sqlite3.connect(library.folder / STORE_FILE)) as connection, connection:
        connection.execute(sql, values)


def change_manifest(library: Library, **changes: object) -> None:
    library.close()
    with closing(sqlite3.connect(library.folder / STORE_FILE)) as connection, connection:
        told = json.loads(connection.execute("SELECT manifest FROM state").fetchone()[0])
        connection.execute("UPDATE state SET manifest = ?", (json.dumps(told | changes),))


def test_facets_say_what_there_is(library: Library) -> None:
    facets = library.facets()
    assert facets.products == {"Robot": 4, "Pot": 2, "": 1}
    assert facets.categories == {"Home": 4, "Kitchen": 2, "": 1}
    assert (facets.unrated, facets.undated) == (1, 1)
    assert facets.ratings == (1.0, 5.0)
    assert facets.dates == (datetime.date(2025, 1, 1), datetime.date(2025, 7, 1))
    assert facets.sentiments == {"negative": 3, "neutral": 2, "positive": 2}
    assert set(facets.emotions.values()) == {1}


def test_counting_with_and_without_filters(library: Library) -> None:
    assert library.count(Filters()) == 7
    assert library.count(Filters(products=("Robot",), min_rating=2)) == 2
    assert library.count(Filters(products=("", "Pot"))) == 3
    assert library.count(Filters(unrated=True, undated=True)) == 0
    assert [review.id for review in library.get(["g", "nobody", "a"])] == ["g", "a"]


def test_a_library_opens_again_as_it_was(library: Library, settings: Settings) -> None:
    again = open_library(library.folder, settings)
    assert again.manifest == library.manifest
    assert again.manifest.models == {task: f"fake-{task}" for task in library.manifest.models}
    assert again.get(["d"]) == [REVIEWS[3]]
    again.close()


def test_listing_is_newest_first_and_deleting_is_for_good(library: Library, settings: Settings) -> None:
    build(REVIEWS[:2], "Zweite – 2", settings).close()
    assert [(info.name, info.count) for info in libraries.names(settings)] == [("Zweite – 2", 2), ("small", 7)]
    libraries.delete(library.name, settings)
    assert [info.name for info in libraries.names(settings)] == ["Zweite – 2"]
    with pytest.raises(LibraryNotFound, match="no library called 'small'"):
        libraries.delete("small", settings)
    with pytest.raises(LibraryNotFound, match="does not exist"):
        open_library(library.folder, settings)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"metric": "L2"}, "metric 'L2'"),
        ({"embedder_identity": "0" * 16}, "another version of the embedder fake-embedder"),
        ({"dimension": 384}, r"vectors\.f16 of the library holds 896 bytes where at least 5,376 belong"),
        ({"name": None}, "manifest of the library cannot be read"),
        ({"surprise": 1}, "manifest of the library cannot be read"),
    ],
)
def test_a_manifest_that_does_not_fit_says_what(
    library: Library, settings: Settings, changes: dict[str, object], message: str
) -> None:
    change_manifest(library, **changes)
    with pytest.raises(LibraryDamaged, match=message):
        open_library(library.folder, settings)


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("PRAGMA user_version = 99", "format 99; this version of Moodlens reads format 2. Update Moodlens"),
        ("UPDATE state SET committed = 8", r"vectors\.f16 of the library holds 896 bytes where at least 1,024 belong"),
        ("UPDATE state SET sentences = 99", r"sentence_spans\.i32 of the library holds 96 bytes"),
        ("DELETE FROM state", "manifest of the library cannot be read"),
    ],
)
def test_a_store_that_does_not_fit_says_what(library: Library, settings: Settings, sql: str, message: str) -> None:
    change_state(library, sql)
    with pytest.raises(LibraryDamaged, match=message):
        open_library(library.folder, settings)


def test_a_library_of_the_earlier_format_says_how_to_go_on(settings: Settings) -> None:
    folder = folder_of("Old shop", settings)
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text('{"format": 1, "name": "Old shop"}', "utf-8")
    with pytest.raises(LibraryDamaged, match=r"written in format 1; .* Import the review file again with “--replace”"):
        open_library(folder, settings)
    assert libraries.names(settings) == []
    assert [(lost.name, lost.reason[:34]) for lost in libraries.unreadable(settings)] == [
        ("Old shop", "The library was written in format ")
    ]
    libraries.delete("Old shop", settings)
    assert libraries.unreadable(settings) == []


def test_reviews_that_are_gone_are_found_by_nothing(library: Library, settings: Settings) -> None:
    change_state(library, "UPDATE reviews SET alive = 0 WHERE id IN ('b', 'g')")
    again = open_library(library.folder, settings)
    assert (len(again), again.rows, again.alive.tolist()) == (5, 7, [0, 2, 3, 4, 5])
    matching = again.matching(Filters())
    assert matching is not None
    assert matching.tolist() == [0, 2, 3, 4, 5]
    assert again.count(Filters(products=("Pot",))) == 1
    assert again.facets().products == {"Robot": 4, "Pot": 1}
    found = search(Query("bad coffee leaks"), again, 10, settings)
    assert {hit.review.id for hit in found} == {"a", "c", "d", "e", "f"}
    assert [info.count for info in libraries.names(settings)] == [5]
    again.close()


def test_nothing_in_a_library_is_a_pickle(library: Library) -> None:
    for path in library.folder.iterdir():
        assert path.suffix in {".sqlite", ".f16", ".f32", ".i32", ".i64", ".sqlite-shm", ".sqlite-wal"}
        assert not path.read_bytes().startswith((b"\x80\x03", b"\x80\x04", b"\x80\x05"))


@pytest.mark.usefixtures("fake_models")
def test_the_shipped_library_is_built_once_and_is_not_listed(settings: Settings) -> None:
    first = libraries.shipped(settings)
    assert len(first) == 700
    created = first.manifest.created
    assert libraries.shipped(settings).manifest.created == created
    assert libraries.names(settings) == []


@pytest.mark.usefixtures("fake_models")
def test_the_shipped_library_is_made_anew_when_it_is_damaged(settings: Settings) -> None:
    first = libraries.shipped(settings)
    (first.folder / VECTORS.name).write_bytes(b"")
    assert len(libraries.shipped(settings)) == 700


def test_the_emotion_column_is_never_read(settings: Settings) -> None:
    reviews = libraries.shipped_reviews(settings)
    assert [review.id for review in reviews[:2]] == ["R0001", "R0002"]
    assert not any(hasattr(review, "gold") or hasattr(review, "emotion") for review in reviews)


_START = """
import sys
from pathlib import Path
import model_utils
from tests.rag import fakes
model_utils.all_cards = fakes.cards
from rag import library
from settings import Settings
print(len(library.shipped(Settings(profile="embedded", store_folder=Path(sys.argv[1])))))
"""


def test_processes_that_start_at_once_all_get_the_shipped_library(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _START, str(tmp_path)]
    starts = [subprocess.Popen(command, cwd=PROJECT_FOLDER, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    assert [start.communicate(timeout=120)[0].strip() for start in starts] == ["700"] * 3
    assert len([path for path in (tmp_path / "libraries").iterdir() if path.is_dir()]) == 1


def test_a_model_that_changes_gives_another_shipped_library(
    fake_models: None, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    del fake_models
    first = libraries.shipped(settings).folder
    newer = tuple(fakes.card("toxicity", revision="2") if card.task == "toxicity" else card for card in fakes.cards())
    monkeypatch.setattr(model_utils, "all_cards", lambda: newer)
    assert libraries.shipped(settings).folder != first
