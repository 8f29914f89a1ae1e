"""Incremental import by value: unchanged, changed, copied, repeated and missing rows, with ids and without."""

import csv
import tracemalloc
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from errors import ImportCancelled, LibraryDamaged, LibraryError
from rag import schema
from rag.build import CHUNK, folder_of
from rag.columns import Columns
from rag.import_file import Imported, Wishes, import_file, unfinished
from rag.import_report import lines
from rag.intake import open_intake
from rag.ledger import Record
from rag.library import Library, open_library
from rag.query import Filters
from settings import Settings
from tests.rag import fakes

pytestmark = pytest.mark.usefixtures("fake_models")

WITH_ID = Columns("text", "id", product="product", rating="rating")
WITHOUT = Columns("text", product="product", rating="rating")
LONG = "joy the quick brown fox jumps over the lazy dog in spring"


class Shop:
    """One library, and the files that are imported into it."""

    def __init__(self, folder: Path, settings: Settings) -> None:
        self._folder, self.settings = folder, settings
        self.folder = folder_of("shop", settings)

    def bring(
        self, *rows: tuple[str, str, str, str], columns: Columns = WITH_ID, wishes: Wishes | None = None
    ) -> Imported:
        """Import rows of id, text, product and rating."""
        path = self._folder / "shop.csv"
        with path.open("w", newline="", encoding="utf-8") as out:
            csv.writer(out).writerows([("id", "text", "product", "rating"), *rows])
        return import_file(path, "shop", self.settings, wishes, columns=columns)

    def reviews(self) -> dict[str, tuple[str, float | None, int]]:
        """Return id -> text, rating, copies of the living reviews."""
        with closing(schema.connect_reading(self.folder)) as connection:
            found = connection.execute("SELECT id, text, rating, copies FROM reviews WHERE alive = 1").fetchall()
        return {id_: (text, rating, copies) for id_, text, rating, copies in found}

    def open(self) -> Library:
        return open_library(self.folder, self.settings)


@pytest.fixture
def shop(tmp_path: Path, settings: Settings) -> Shop:
    return Shop(tmp_path, settings)


A, B, C = ("a", "joy one", "Pot", "5"), ("b", "anger two", "Pot", "1"), ("c", "fear three", "Pan", "3")


def test_the_same_file_again_adds_nothing(shop: Shop) -> None:
    assert shop.bring(A, B, C).outcome.fates == {"added": 3}
    before = shop.reviews()
    assert shop.bring(C, A, B).outcome.fates == {"unchanged": 3}
    assert shop.reviews() == before == {"a": ("joy one", 5, 1), "b": ("anger two", 1, 1), "c": ("fear three", 3, 1)}


def test_a_changed_row_takes_the_place_of_the_old_one(shop: Shop) -> None:
    shop.bring(A, B, C)
    assert shop.bring(A, ("b", "joy instead", "Pot", "4"), C).outcome.fates == {"updated": 1, "unchanged": 2}
    assert shop.reviews()["b"] == ("joy instead", 4, 1)
    opened = shop.open()
    assert (len(opened), opened.rows, opened.alive.tolist()) == (3, 4, [0, 2, 3])
    np.testing.assert_array_equal(opened.emotions[3], fakes.emotions(["joy instead"])[0])
    assert opened.store.word_counts(["anger", "joy"]) == {"joy": 2}
    opened.close()


def test_missing_rows_are_removed_only_when_asked(shop: Shop) -> None:
    shop.bring(A, B, C)
    assert shop.bring(A).outcome.fates == {"unchanged": 1}
    assert set(shop.reviews()) == {"a", "b", "c"}
    assert shop.bring(A, wishes=Wishes(remove_missing=True)).outcome.fates == {"unchanged": 1, "removed": 2}
    assert set(shop.reviews()) == {"a"}
    assert shop.bring(A, B).outcome.fates == {"unchanged": 1, "added": 1}
    assert shop.reviews()["b"] == ("anger two", 1, 1)


def test_copies_are_one_review_that_counts_them(shop: Shop) -> None:
    copies = (A, ("a2", "JOY  one", "Pot", "2"), ("a3", "joy one", "Pan", "2"))
    assert shop.bring(*copies).outcome.fates == {"added": 2, "merged": 1}
    assert shop.reviews() == {"a": ("joy one", 5, 2), "a3": ("joy one", 2, 1)}
    assert shop.bring(*copies).outcome.fates == {"unchanged": 3}
    assert shop.reviews()["a"] == ("joy one", 5, 2)


def test_a_review_stays_as_long_as_one_of_its_copies(shop: Shop) -> None:
    copy = ("a2", "joy one", "Pot", "5")
    shop.bring(A, copy)
    shop.bring(("a", "anger now", "Pot", "1"), copy)
    assert shop.reviews() == {"a2": ("joy one", 5, 1), "a": ("anger now", 1, 1)}
    shop.bring(copy, wishes=Wishes(remove_missing=True))
    assert shop.reviews() == {"a2": ("joy one", 5, 1)}
    shop.bring(B, wishes=Wishes(remove_missing=True))
    assert shop.reviews() == {"b": ("anger two", 1, 1)}


def test_a_copy_that_is_left_alone_gets_its_own_rating_back(shop: Shop) -> None:
    copy = ("a2", "joy one", "Pot", "2")
    shop.bring(A, copy)
    assert shop.reviews() == {"a": ("joy one", 5, 2)}
    fates = shop.bring(("a", "joy one", "Pan", "5"), copy, B).outcome.fates
    assert fates == {"updated": 2, "added": 1}
    assert shop.reviews() == {"a": ("joy one", 5, 1), "a2": ("joy one", 2, 1), "b": ("anger two", 1, 1)}
    assert shop.bring(("a", "joy one", "Pan", "5"), copy, B).outcome.fates == {"unchanged": 3}


def test_without_ids_the_content_is_the_identity(shop: Shop) -> None:
    assert shop.bring(A, B, A, columns=WITHOUT).outcome.fates == {"added": 2, "merged": 1}
    assert shop.reviews() == {"row-2": ("joy one", 5, 2), "row-3": ("anger two", 1, 1)}
    assert shop.bring(C, A, A, A, columns=WITHOUT).outcome.fates == {"added": 1, "unchanged": 2, "merged": 1}
    added = next(review_id for review_id in shop.reviews() if review_id.startswith("row-2-"))
    assert shop.reviews() == {
        "row-2": ("joy one", 5, 3), "row-3": ("anger two", 1, 1), added: ("fear three", 3, 1),
    }  # fmt: skip
    shop.bring(A, columns=WITHOUT, wishes=Wishes(remove_missing=True))
    assert shop.reviews() == {"row-2": ("joy one", 5, 1)}


def test_an_id_that_comes_twice_names_two_reviews(shop: Shop) -> None:
    rows = (A, ("a", "other text", "Pot", "2"))
    shop.bring(*rows)
    assert sorted(text for text, *_ in shop.reviews().values()) == ["joy one", "other text"]
    assert shop.bring(*rows).outcome.fates == {"unchanged": 2}


def test_near_copies_are_marked_and_can_be_hidden(shop: Shop) -> None:
    rows = [("1", LONG, "Pot", "5"), ("2", LONG + " time", "Pot", "4"), ("3", "anger " + LONG, "Pan", "4"), B]
    assert shop.bring(*rows).outcome.near == 2
    opened = shop.open()
    hidden = opened.matching(Filters(hide_near_duplicates=True))
    assert hidden is not None
    assert hidden.tolist() == [0, 3]
    assert opened.count(Filters(products=("Pot",), hide_near_duplicates=True)) == 2
    opened.close()
    shop.bring(*rows[1:], wishes=Wishes(remove_missing=True))  # the second stands for the third from now on
    again = shop.open()
    hidden = again.matching(Filters(hide_near_duplicates=True))
    assert hidden is not None
    assert hidden.tolist() == [1, 3]
    again.close()


def test_personal_data_is_replaced_before_anything_is_stored(shop: Shop) -> None:
    secret = "joy write to jo.doe@example.org or call +1 650-253-0000, paid 19.99"
    imported = shop.bring(("a", secret, "Pot", "5"), B, wishes=Wishes(redact=True))
    assert shop.reviews()["a"][0] == "joy write to [email] or call [phone], paid 19.99"
    assert "Personal data was replaced in 1 review." in imported.notes
    for path in shop.folder.iterdir():
        assert b"jo.doe" not in path.read_bytes()


def test_the_language_is_kept(shop: Shop) -> None:
    german = "Der Wasserkocher ist leider schon nach zwei Tagen kaputt gegangen, sehr schade."
    shop.bring(("a", german, "Pot", "1"), ("b", "The kettle broke after two days, which is a pity.", "Pot", "1"))
    opened = shop.open()
    assert dict(opened.store.facet("language")) == {"de": 1, "en": 1}
    opened.close()


def test_the_report_names_every_row(shop: Shop) -> None:
    shop.bring(A, ("x", " ", "Pot", "1"), B)
    told = [(line.number, line.fate, line.id, line.note) for line in lines(shop.folder)]
    assert told == [(2, "added", "a", ""), (3, "skipped", "", "The text is empty. | x Pot 1"), (4, "added", "b", "")]
    assert [line.number for line in lines(shop.folder, "skipped")] == [3]
    assert len(list(lines(shop.folder, most=1))) == 1


def test_cancelling_keeps_what_is_done_and_the_next_import_goes_on(shop: Shop, tmp_path: Path) -> None:
    path = tmp_path / "many.csv"
    path.write_text("text\n" + "".join(f"joy number {number}\n" for number in range(3 * CHUNK)), "utf-8")
    answers = iter([False, False, False, True])
    with pytest.raises(ImportCancelled, match=f"{2 * CHUNK} rows are done and kept"):
        import_file(path, "shop", shop.settings, cancelled=lambda: next(answers))
    opened = shop.open()
    assert len(opened) == 2 * CHUNK
    broken_off = unfinished(shop.folder)
    assert broken_off is not None
    assert (broken_off.file, broken_off.done, broken_off.total) == ("many.csv", 2 * CHUNK, 3 * CHUNK)
    imported = import_file(path, "shop", shop.settings)
    assert (imported.outcome.resumed_at, imported.outcome.fates) == (2 * CHUNK, {"added": 3 * CHUNK})
    assert len(opened) == 2 * CHUNK  # a reader stays with what it opened
    assert opened.count(Filters()) == 2 * CHUNK
    opened.close()
    assert unfinished(shop.folder) is None


def test_other_models_are_not_mixed_into_a_library(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.bring(A)
    with closing(schema.connect_writing(shop.folder)) as connection:
        connection.execute("UPDATE state SET manifest = replace(manifest, 'fake-embedder', 'older')")
    with pytest.raises(LibraryDamaged, match="made with the embedder older, and fake-embedder is chosen now"):
        shop.bring(B)
    assert monkeypatch


def test_a_file_without_a_usable_row_makes_no_library(shop: Shop) -> None:
    with pytest.raises(LibraryError, match="not a single review"):
        shop.bring(("a", "x" * 20_001, "Pot", "1"))
    assert not shop.folder.exists()


def test_what_is_gone_or_redacted_later_leaves_the_disk(shop: Shop) -> None:
    rows = (("a", "joy write to jo.doe@example.org", "Pot", "5"), ("b", "anger of the zebra", "Pot", "1"))
    shop.bring(*rows)
    shop.bring(rows[0], wishes=Wishes(redact=True, remove_missing=True))
    assert shop.reviews() == {"a": ("joy write to [email]", 5, 1)}
    for path in shop.folder.iterdir():
        assert b"jo.doe" not in path.read_bytes()
        assert b"zebra" not in path.read_bytes()


def test_memory_does_not_grow_with_the_file(tmp_path: Path, settings: Settings) -> None:
    def peak(rows: int) -> int:
        path = tmp_path / f"{rows}.csv"
        with path.open("w", encoding="utf-8") as out:
            out.write("id,text,date\n")
            story = "the quick brown fox " * 25
            out.writelines(f"{number},{story}{number},2024-02-{number % 28 + 1}\n" for number in range(rows))
        tracemalloc.start()
        with open_intake(path, settings) as intake:
            source = intake.source(Columns("text", "id", date="date"))
            assert source.total == rows
            assert sum(isinstance(record, Record) for record in source.records()) == rows
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    assert peak(12_000) < 1.1 * peak(4_000)
