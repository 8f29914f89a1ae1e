"""The command `import`: what it says of files, columns and rows."""

import errno
import sqlite3
from pathlib import Path

import pytest

from rag.build import folder_of
from rag.command_line import main
from rag.lock import reason
from settings import Settings
from tests.rag.conftest import SHOP

pytestmark = pytest.mark.usefixtures("fake_models")


def test_a_file_added_to_a_library_that_is_there_says_so_and_keeps_its_whole_name(
    imported: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "shop.2024.csv"
    file.write_text(SHOP, "utf-8")
    assert main(["import", str(file)], imported) == 0
    assert "'shop.2024' holds 2 reviews." in capsys.readouterr().out
    assert main(["import", str(file), "--library", "shop"], imported) == 0
    assert "The library 'shop' is there already: the file is added to it." in capsys.readouterr().out
    assert main(["import", str(file), "--library", " "], imported) == 1
    assert capsys.readouterr().err == "Give the library a name: --library NAME.\n"


def test_what_cannot_be_used_is_kept_without_personal_data(settings: Settings, tmp_path: Path) -> None:
    file, report = tmp_path / "shop.csv", tmp_path / "bad.csv"
    file.write_text("id,text,title\n1,good joy,\n2,,mail jo@example.org now please\n", "utf-8")
    assert main(["import", str(file), "--redact", "--rejected", str(report)], settings) == 0
    assert "mail [email] now please" in report.read_text("utf-8-sig")
    for path in folder_of("shop", settings).rglob("*"):
        assert path.is_dir() or b"jo@example.org" not in path.read_bytes(), path


def test_a_file_without_a_usable_row_is_told_with_the_first_reason(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "none.csv").write_text("id,review\n1," + "x" * 30_000 + "\n", "utf-8")
    assert main(["import", str(tmp_path / "none.csv")], settings) == 1
    assert "no row of the file can be used. Row 2: The text has 30,000 characters;" in capsys.readouterr().err


def test_columns_left_out_are_told_with_the_way_to_use_them(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "stays.csv").write_text("Wo waren Sie?;Text\nLöwen;joy joy good\n" + "Ä" * 200 + ";anger\n", "utf-8")
    assert main(["import", str(tmp_path / "stays.csv")], settings) == 0
    roles = "--product COLUMN or --category COLUMN or --date COLUMN or --rating COLUMN"
    told = f" not used: Wo waren Sie?\n           To use one of them: {roles}\n"
    assert told in capsys.readouterr().out
    again = ["import", str(tmp_path / "stays.csv"), "--product", "Wo waren Sie?", "--replace"]
    assert main(again, settings) == 0
    assert "not used" not in capsys.readouterr().out
    assert main(["info", "stays"], settings) == 0
    assert f"  products: Löwen 1, {'Ä' * 60} 1\n" in capsys.readouterr().out


def test_without_an_id_the_consequence_is_told(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    consequence = "    no id: a row that is changed later will be a new review beside the old one."
    (tmp_path / "a.csv").write_text("hotel,what,product\nx,joy joy good,Pot\ny,anger bad,Pan\n", "utf-8")
    assert main(["import", str(tmp_path / "a.csv"), "--text", "what", "--category", "hotel"], settings) == 0
    assert f"{consequence}\n" in capsys.readouterr().out, "no column is left"
    (tmp_path / "b.csv").write_text("mark,what,product\nx,joy joy good,Pot\ny,anger bad,Pan\n", "utf-8")
    command = ["import", str(tmp_path / "b.csv"), "--text", "what"]
    assert main(command, settings) == 0
    assert f"{consequence} If a column holds ids: --id COLUMN\n" in capsys.readouterr().out
    assert main([*command, "--id", "mark", "--replace"], settings) == 0
    assert "no id" not in capsys.readouterr().out


def test_rows_that_cannot_be_used_are_told_with_the_reason(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "shop.csv").write_text(SHOP, "utf-8")
    assert main(["import", str(tmp_path / "shop.csv")], settings) == 0
    reason = "Could not be used:\n  row 4: The text is empty.\n  To have all of them in a file, give the same "
    assert capsys.readouterr().out.endswith(f"{reason}command again with --rejected FILE.\n")


def test_without_a_column_of_texts_the_command_says_how_to_name_one(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "shop.csv").write_text("sku,stars\nA,5\n", "utf-8")
    assert main(["import", str(tmp_path / "shop.csv")], settings) == 1
    told = "No column looks like the text of the reviews. Say which: --text COLUMN, of “sku”, “stars”.\n"
    assert capsys.readouterr().err == told


def test_a_folder_that_cannot_be_written_to_is_told_with_the_way_on(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "shop.csv").write_text(SHOP, "utf-8")
    (tmp_path / "a file").write_text("", "utf-8")
    other = settings.model_copy(update={"store_folder": tmp_path / "a file"})
    assert main(["import", str(tmp_path / "shop.csv")], other) == 1
    told = f"Nothing can be written to {tmp_path / 'a file' / 'libraries'}: Not a directory. Ask for the right to "
    assert capsys.readouterr().err.endswith(f"{told}write there, or name another folder in MOODLENS_STORE_FOLDER.\n")


@pytest.mark.parametrize(
    ("error", "cure"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "No space left on device. Free some space and try again."),
        (sqlite3.OperationalError("database or disk is full"), "database or disk is full. Free some space"),
        (PermissionError(errno.EACCES, "Permission denied"), "Permission denied. Ask for the right to write there"),
        (sqlite3.OperationalError("database is locked"), "database is locked. Try again."),
    ],
)
def test_why_nothing_can_be_written_comes_with_a_cure(error: OSError | sqlite3.Error, cure: str) -> None:
    assert reason(error).startswith(cure)


def test_the_same_file_again_adds_nothing_and_replace_makes_it_anew(
    imported: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["import", str(tmp_path / "shop.csv")]
    assert main(arguments, imported) == 0
    assert "2 unchanged, 1 could not be used.\n'shop' holds 2 reviews.\n" in capsys.readouterr().out
    assert main([*arguments, "--replace"], imported) == 0
    assert "2 added, 1 could not be used.\n" in capsys.readouterr().out


def test_what_became_of_every_row_is_written(imported: Settings, tmp_path: Path) -> None:
    changed = SHOP.replace("joy joy good coffee", "joy no more. bad coffee") + "4,anger bad coffee  LEAKS,Pot,1\n"
    (tmp_path / "shop.csv").write_text(changed, "utf-8")
    report = tmp_path / "report.csv"
    assert main(["import", str(tmp_path / "shop.csv"), "--report", str(report)], imported) == 0
    assert report.read_text("utf-8-sig").splitlines() == [
        "row,what happened,id,note",
        "2,updated,1,",
        "3,unchanged,2,",
        "4,skipped,,The text is empty. | 3 Pot 2",
        "5,merged,4,Says the same of the same product as an earlier row.",
    ]


def test_ids_that_repeat_and_ratings_above_the_scale_are_told(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [f"{number // 2},joy number {number} good coffee,{number % 5 + 1}" for number in range(20)]
    (tmp_path / "odd.csv").write_text("\n".join(["id,review,rating", *rows, "7,anger bad,9"]) + "\n", "utf-8")
    assert main(["import", str(tmp_path / "odd.csv")], settings) == 0
    told = capsys.readouterr().out
    assert "The column “id” repeats itself: reviews are named after their rows instead.\n" in told
    assert "1 rating is above 5, up to 9, where the others are 1 to 5: kept as they are; correct the file" in told


def test_a_scale_of_ten_is_no_mistake(settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [f"{number},joy number {number} good coffee,{number % 10 + 1}" for number in range(20)]
    (tmp_path / "ten.csv").write_text("\n".join(["id,review,rating", *rows]) + "\n", "utf-8")
    assert main(["import", str(tmp_path / "ten.csv")], settings) == 0
    told = capsys.readouterr().out
    assert "above 5" not in told
    assert "repeats itself" not in told
