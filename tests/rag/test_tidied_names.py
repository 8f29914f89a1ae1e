"""A library from before names were tidied: the same file again adds nothing and tidies what is there."""

import csv
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from rag import filtering, ingest, intake, schema
from rag.build import folder_of
from rag.columns import Columns
from rag.import_file import Imported, Wishes, import_file
from rag.library import open_library
from rag.query import Filters
from rag.reviews import Review
from settings import Settings

pytestmark = pytest.mark.usefixtures("fake_models")

WITH_ID = Columns("text", "id", product="product", category="category", rating="rating")
WITHOUT = Columns("text", product="product", category="category", rating="rating")
UNTIDY = "Echo (White),,,\r\nEcho (White),,,"
ROWS = (
    ("1", "joy one", UNTIDY, "Audio;  TV", "5"),
    ("2", "JOY  one", UNTIDY, "Audio;  TV", "2"),  # a copy of the first with a rating of its own
    ("3", "anger two, write to me@example.org", UNTIDY, "Audio; TV,,", "1"),
    ("4", "fear three", "Kettle", "Home", "3"),
    ("4", "fear four", "Case,,", "Home", "4"),  # an id that came before
)
Rows = Sequence[tuple[str, str, str, str, str]]
READINGS = [(WITH_ID, False), (WITHOUT, False), (WITHOUT, True)]


def bring(folder: Path, settings: Settings, columns: Columns, wishes: Wishes, rows: Rows = ROWS) -> Imported:
    path = folder / "shop.csv"
    with path.open("w", newline="", encoding="utf-8") as out:
        csv.writer(out).writerows([("id", "text", "product", "category", "rating"), *rows])
    return import_file(path, "shop", settings, wishes, columns=columns)


def stored(settings: Settings) -> list[tuple[object, ...]]:
    with closing(schema.connect_reading(folder_of("shop", settings))) as connection:
        fields = "row, text, product, category, copies"
        return connection.execute(f"SELECT {fields} FROM reviews WHERE alive = 1 ORDER BY row").fetchall()


@pytest.fixture(params=READINGS, ids=["ids", "no ids", "redacted"])
def old(
    tmp_path: Path, settings: Settings, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> tuple[Columns, Wishes]:
    """A library as the version before wrote it: names as the file gives them."""
    columns, redact = request.param

    def as_it_was(review: Review) -> Review:
        return review

    with monkeypatch.context() as before:
        before.setattr(ingest, "tidied", as_it_was)
        before.setattr(intake, "tidied", as_it_was)
        made = bring(tmp_path, settings, columns, Wishes(redact=redact))
    assert made.outcome.fates == {"added": 4, "merged": 1}
    assert [fields[2] for fields in stored(settings)] == [UNTIDY, UNTIDY, "Kettle", "Case,,"]
    return columns, Wishes(redact=redact)


def test_the_same_file_adds_nothing_and_tidies_the_names(
    tmp_path: Path, settings: Settings, old: tuple[Columns, Wishes]
) -> None:
    before = stored(settings)
    again = bring(tmp_path, settings, *old)
    assert again.outcome.fates == {"unchanged": 5}
    after = stored(settings)
    assert [(row, text, copies) for row, text, _, _, copies in after] == [
        (row, text, copies) for row, text, _, _, copies in before
    ]
    assert [fields[2:4] for fields in after] == [
        ("Echo (White)", "Audio; TV"), ("Echo (White)", "Audio; TV"), ("Kettle", "Home"), ("Case", "Home"),
    ]  # fmt: skip
    assert bring(tmp_path, settings, *old).outcome.fates == {"unchanged": 5}


def test_new_copies_and_missing_rows_are_told_from_what_was_there(
    tmp_path: Path, settings: Settings, old: tuple[Columns, Wishes]
) -> None:
    columns, wishes = old
    rows = (*ROWS[:3], ("5", "Joy one", "Echo (White)", "", "1"))
    fates = bring(tmp_path, settings, columns, Wishes(redact=wishes.redact, remove_missing=True), rows).outcome.fates
    assert fates == {"unchanged": 3, "merged": 1, "removed": 2}
    assert [(fields[1], fields[4]) for fields in stored(settings)] == [
        ("joy one", 3), ("anger two, write to [email]" if wishes.redact else ROWS[2][1], 1),
    ]  # fmt: skip


def test_columns_that_were_kept_with_the_old_names_are_not_used(
    tmp_path: Path, settings: Settings, old: tuple[Columns, Wishes]
) -> None:
    with closing(open_library(folder_of("shop", settings), settings)) as opened:
        opened.columns.write(opened.folder / "index", opened.index.file.identity(opened.rows))
        assert opened.count(Filters(products=(UNTIDY,))) == 2
    bring(tmp_path, settings, *old)
    assert filtering.files(folder_of("shop", settings) / "index") == []
    with closing(open_library(folder_of("shop", settings), settings)) as opened:
        assert opened.count(Filters(products=("Echo (White)",))) == 2
        assert opened.facets().products == {"Echo (White)": 2, "Case": 1, "Kettle": 1}
