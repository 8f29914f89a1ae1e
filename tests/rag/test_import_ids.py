"""Ids that were guessed: rows that change are updated, and none is lost where the ids turn out to repeat."""

import csv
from contextlib import closing
from pathlib import Path

import pytest

from rag import schema
from rag.build import folder_of
from rag.columns import Columns
from rag.export_set import export
from rag.import_file import Imported, Wishes, import_file
from rag.import_report import lines
from rag.ledger import REPEATED
from rag.opened import open_library
from rag.query import Filters
from settings import Settings

pytestmark = pytest.mark.usefixtures("fake_models")

HEADER = ("Ref", "Stay date", "What guests said")


def stay(number: int, ref: str, month: int = 1, words: str = "joy good coffee") -> tuple[str, str, str]:
    return ref, f"2024-{month:02}-{number % 28 + 1:02}", f"{words} of stay number {number} in month {month}"


JANUARY = [stay(number, f"A{number}") for number in range(20)]


class Inn:
    """One library, and the files that are imported into it with guessed columns."""

    def __init__(self, folder: Path, settings: Settings) -> None:
        self._folder, self.settings = folder, settings
        self.folder = folder_of("inn", settings)

    def bring(
        self,
        rows: list[tuple[str, str, str]],
        columns: Columns | None = None,
        header: tuple[str, ...] = HEADER,
        wishes: Wishes | None = None,
    ) -> Imported:
        path = self._folder / "inn.csv"
        with path.open("w", newline="", encoding="utf-8") as out:
            csv.writer(out).writerows([header, *rows])
        return self.bring_file(path, columns, wishes)

    def bring_file(self, path: Path, columns: Columns | None = None, wishes: Wishes | None = None) -> Imported:
        if columns is None:
            return import_file(path, "inn", self.settings, wishes)
        return import_file(path, "inn", self.settings, wishes, columns=columns)

    def texts(self) -> dict[str, str]:
        with closing(schema.connect_reading(self.folder)) as connection:
            return dict(connection.execute("SELECT id, text FROM reviews WHERE alive = 1").fetchall())

    def copies(self) -> int:
        with closing(schema.connect_reading(self.folder)) as connection:
            return int(connection.execute("SELECT sum(copies) FROM reviews WHERE alive = 1").fetchone()[0])


@pytest.fixture
def inn(tmp_path: Path, settings: Settings) -> Inn:
    return Inn(tmp_path, settings)


def test_a_changed_row_is_updated_by_a_guessed_id(inn: Inn) -> None:
    assert inn.bring(JANUARY).columns.id == "Ref"
    changed = [*JANUARY[:1], ("A1", JANUARY[1][1], "anger bad coffee"), *JANUARY[2:]]
    assert inn.bring(changed).outcome.fates == {"updated": 1, "unchanged": 19}
    assert inn.texts() == {ref: text for ref, _, text in changed}


def test_a_guessed_id_that_repeats_further_down_loses_no_row(inn: Inn) -> None:
    rows = [stay(number, f"A{number}") for number in range(1_000)]
    rows += [stay(number, f"A{number % 1_000}", 2, "anger bad coffee") for number in range(1_000, 1_030)]
    imported = inn.bring(rows)
    assert imported.columns.id == "Ref"
    assert imported.outcome.fates == {"added": 1_030}
    assert "30 rows have an id that came before in the file: each is kept as a review of its own." in imported.notes
    assert sorted(inn.texts().values()) == sorted(text for _, _, text in rows)
    assert sum(line.note == REPEATED for line in lines(inn.folder)) == 30
    again = inn.bring(rows)
    assert again.outcome.fates == {"unchanged": 1_030}
    assert not again.notes
    assert inn.bring(rows[::-1]).outcome.count == 1_030
    assert sorted(inn.texts().values()) == sorted(text for _, _, text in rows)


def test_ids_that_count_anew_in_another_file_replace_no_review(inn: Inn) -> None:
    header = ("No", *HEADER[1:])
    january = [stay(number, str(number)) for number in range(1, 21)]
    february = [stay(number + 5, str(number), 2, "anger bad tea") for number in range(1, 16)]
    assert inn.bring(january, header=header).columns.id == "No"
    imported = inn.bring(february, header=header, wishes=Wishes(redact=False, remove_missing=False))
    assert (imported.columns.id, imported.outcome.fates) == (None, {"added": 15})
    assert imported.notes == (
        "The column “No” was not used as the id: of its values, 15 are in the library, 15 of them for other reviews. "
        "To let these rows take their place: --id “No” on the command line.",
    )
    every = sorted(text for _, _, text in (*january, *february))
    assert sorted(inn.texts().values()) == every
    assert inn.bring(february, header=header).outcome.fates == {"unchanged": 15}
    assert inn.bring(january, header=header).outcome.fates == {"unchanged": 20}
    assert sorted(inn.texts().values()) == every


def test_an_id_that_the_user_names_is_trusted(inn: Inn) -> None:
    columns = Columns("What guests said", "Ref", date="Stay date")
    inn.bring(JANUARY, columns)
    other = [stay(number, f"A{number}", 2, "anger bad tea") for number in range(20)]
    assert inn.bring(other, columns).outcome.fates == {"updated": 20}


def test_an_own_export_imported_again_is_unchanged_also_without_ids(inn: Inn, tmp_path: Path) -> None:
    without = Columns("What guests said", date="Stay date")
    inn.bring([*JANUARY, JANUARY[3]], without)
    assert (len(inn.texts()), inn.copies()) == (20, 21)
    library = open_library(inn.folder, inn.settings)
    export(library, Filters(), tmp_path / "out.csv")
    library.close()
    imported = inn.bring_file(tmp_path / "out.csv")
    assert (imported.columns.id, imported.outcome.fates) == ("id", {"unchanged": 20})
    assert (len(inn.texts()), inn.copies()) == (20, 21)
    assert inn.bring([*JANUARY, JANUARY[3]], without).outcome.fates == {"unchanged": 21}
    assert inn.copies() == 21


def test_an_own_export_of_ids_that_repeat_is_unchanged(inn: Inn, tmp_path: Path) -> None:
    inn.bring([*JANUARY, ("A3", "2024-02-02", "anger other words")])
    library = open_library(inn.folder, inn.settings)
    export(library, Filters(), tmp_path / "out.csv")
    library.close()
    assert inn.bring_file(tmp_path / "out.csv").outcome.fates == {"unchanged": 21}
    assert inn.copies() == 21


def test_ids_that_were_not_used_before_are_given_to_the_records(inn: Inn) -> None:
    """A library from before its id column was guessed."""
    twice = [*JANUARY, ("A20", *JANUARY[3][1:])]
    inn.bring(twice, Columns("What guests said", date="Stay date"))
    assert inn.bring(twice).outcome.fates == {"unchanged": 21}
    assert (len(inn.texts()), inn.copies()) == (20, 21)
    changed = [("A0", JANUARY[0][1], "anger bad coffee"), *twice[1:]]
    assert inn.bring(changed).outcome.fates == {"updated": 1, "unchanged": 20}
    assert JANUARY[0][2] not in inn.texts().values()
    assert (len(inn.texts()), inn.copies()) == (20, 21)


def test_a_row_without_its_id_and_one_with_an_id_are_two_copies(inn: Inn) -> None:
    columns = Columns("What guests said", "Ref", date="Stay date")
    rows = [("", *JANUARY[0][1:]), JANUARY[0]]
    assert inn.bring(rows, columns).outcome.fates == {"added": 1, "merged": 1}
    assert inn.copies() == 2
    assert inn.bring(rows, columns).outcome.fates == {"unchanged": 2}
    assert inn.copies() == 2
