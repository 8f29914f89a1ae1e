"""The command line, from a file to an answer and back."""

import os
import sys
from contextlib import closing
from pathlib import Path

import pytest

from rag import schema
from rag.build import folder_of, libraries_folder
from rag.command_line import main
from rag.formats import read_table
from rag.import_file import Unfinished, unfinished
from rag.library import shipped_reviews
from rag.lock import writing
from rag.store import Store
from settings import Settings

pytestmark = pytest.mark.usefixtures("fake_models")


def test_similar_reviews_are_not_mixed_with_a_question(
    imported: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["search", "coffee", "--like", "1", "--library", "shop"], imported) == 1
    assert "Leave out one or the other" in capsys.readouterr().err
    assert main(["search", "coffee", "--library", "shop", "--output", str(tmp_path / "A.CSV")], imported) == 0
    assert (tmp_path / "A.CSV").read_bytes().startswith(b"\xef\xbb\xbfrank,id,")


def test_libraries_are_listed_described_and_deleted(imported: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list"], imported) == 0
    listed = capsys.readouterr().out.splitlines()
    assert listed[0].startswith("shop: 2 reviews, made 2")
    assert listed[1:] == ["Example reviews: 700 reviews, come with Moodlens; used where no library is named"]
    assert main(["info", "shop"], imported) == 0
    out = capsys.readouterr().out
    assert "shop: 2 reviews\n  products: Pot 2\n" in out
    assert "   ratings: 1 to 5\n" in out
    assert main(["delete", "shop"], imported) == 0
    assert main(["list"], imported) == 0
    assert capsys.readouterr().out.endswith("Make one with: python -m rag import FILE\n")


def test_the_example_reviews_go_by_their_name(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    few = shipped_reviews(settings)[:3]
    monkeypatch.setattr("rag.library.shipped_reviews", lambda _: few)
    assert main(["info"], settings) == 0
    name = capsys.readouterr().out.splitlines()[0].removesuffix(": 3 reviews")
    assert main(["export", name, str(tmp_path / "few.csv")], settings) == 0
    assert read_table((tmp_path / "few.csv").read_bytes(), "few.csv", settings).frame["text"].tolist() == [
        review.text for review in few
    ]
    assert main(["search", "refund", "--library", name.lower()], settings) == 0
    assert main(["check", name], settings) == 0
    assert capsys.readouterr().out.endswith(f"{name}: whole.\n")
    assert main(["delete", name], settings) == 1
    assert capsys.readouterr().err == "The example reviews come with Moodlens and cannot be deleted.\n"
    assert main(["import", str(tmp_path / "few.csv"), "--library", name], settings) == 1
    assert "The reviews that come with Moodlens are called “Example reviews”." in capsys.readouterr().err


def test_an_exported_file_imported_again_changes_nothing(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = "1,=HYPERLINK(joy),Pot,5\n2,-5 stars if I could,-Pot,1\n3,'tis '=good,Pot,2\n4,'-quoted,'=Pot,2\n"
    (tmp_path / "h.csv").write_text("number,review,product,rating\n" + rows, "utf-8")
    assert main(["import", str(tmp_path / "h.csv"), "--id", "number"], settings) == 0
    assert main(["export", "h", str(tmp_path / "out.csv")], settings) == 0
    capsys.readouterr()
    assert main(["import", str(tmp_path / "out.csv"), "--library", "h"], settings) == 0
    assert "4 unchanged.\n" in capsys.readouterr().out


def test_a_second_column_of_text_is_told_and_can_be_joined(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [
        "Negative_Review,Positive_Review,Hotel",
        "the room was very cold at night,joy joy good breakfast every day,Inn",
        "n/a,the staff were good and quick to help,Inn",
        "anger at the long wait for keys,,Inn",
    ]
    file = tmp_path / "stays.csv"
    file.write_text("\n".join(rows), "utf-8")
    assert main(["import", str(file), "--text", "Negative_Review"], settings) == 0
    told = capsys.readouterr().out
    assert "     note: “Positive_Review” holds text too and is left out.\n" in told
    assert "To read both as one review: --text Negative_Review --text Positive_Review\n" in told
    assert "To read that one instead: --text Positive_Review\n" in told
    both = ["import", str(file), "--text", "Negative_Review", "--text", "Positive_Review", "--library", "both"]
    assert main(both, settings) == 0
    told = capsys.readouterr().out
    assert "     text: Negative_Review and Positive_Review\n" in told
    assert "holds text too" not in told
    assert [review.text for review in Store(folder_of("both", settings)).stream()] == [
        "the room was very cold at night\njoy joy good breakfast every day",
        "the staff were good and quick to help",
        "anger at the long wait for keys",
    ]
    assert main(both, settings) == 0
    assert "3 unchanged" in capsys.readouterr().out
    assert main([*both, "--text", "Smell"], settings) == 1
    assert "The file has no column “Smell”, which was chosen for text." in capsys.readouterr().err


def test_nothing_is_asked_before_anything_is_loaded(
    settings: Settings, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.command_libraries.opened", None)
    assert main(["search"], settings) == 1
    assert capsys.readouterr().err == "Type a question or choose an emotion first.\n"


def test_a_search_prints_the_reviews_best_first(imported: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", "coffee leaks", "--library", "shop", "--emotion", "angry"], imported) == 0
    out = capsys.readouterr().out
    assert out.index("2 · Pot · angry · negative · similarity ") < out.index("anger bad coffee leaks")


def test_a_search_narrows_and_leaves_out(imported: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    searches = {
        ("coffee -leaks",): "1",
        ('"coffee leaks"',): "2",
        ("coffee", "--sentiment", "positive"): "1",
        ("coffee", "--feels", "angry"): "2",
        ("--like", "1"): "2",
    }
    for words, expected in searches.items():
        assert main(["search", *words, "--library", "shop"], imported) == 0
        out = capsys.readouterr().out
        assert [line.split(" · ")[0] for line in out.splitlines() if " · similarity " in line] == [expected]
    assert main(["search", "coffee", "--library", "shop", "--no-date"], imported) == 0
    assert "2 reviews" in capsys.readouterr().out
    assert main(["search", "coffee", "--library", "shop", "--since", "2026-01-01"], imported) == 0
    assert "No review passes these filters." in capsys.readouterr().out
    assert main(["search", "--like", "9", "--library", "shop"], imported) == 1
    assert capsys.readouterr().err == "There is no review '9' in the library 'shop'.\n"
    with pytest.raises(SystemExit):
        main(["search", "coffee", "--since", "yesterday"], imported)
    assert "'yesterday' is not a day; write it as 2026-01-31" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("suffix", "begins"), [("csv", b"\xef\xbb\xbfrank,id,"), ("md", b"# coffee\n"), ("html", b"<!doctype html>")]
)
def test_an_answer_is_written_in_the_format_of_the_name(
    suffix: str, begins: bytes, imported: Settings, tmp_path: Path
) -> None:
    output = tmp_path / f"answer.{suffix}"
    assert main(["search", "coffee", "--library", "shop", "--output", str(output)], imported) == 0
    assert output.read_bytes().lstrip().startswith(begins)


def test_reviews_are_exported_as_they_were_imported(imported: Settings, tmp_path: Path) -> None:
    assert main(["export", "shop", str(tmp_path / "again.csv")], imported) == 0
    frame = read_table((tmp_path / "again.csv").read_bytes(), "again.csv", imported).frame
    assert frame[["id", "text", "product", "rating"]].to_numpy().tolist() == [
        ["1", "joy joy good coffee", "Pot", "5"],
        ["2", "anger bad coffee leaks", "Pot", "1"],
    ]


def test_a_check_finds_a_changed_byte_and_says_how_to_repair(
    imported: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check"], imported) == 0
    assert capsys.readouterr().out == "shop: whole.\n"
    with (folder_of("shop", imported) / "vectors.f16").open("r+b") as file:
        file.write(b"\xff")
    assert main(["check", "shop"], imported) == 1
    told = capsys.readouterr()
    assert told.out == "shop: The file vectors.f16 is not what was written in rows 0 to 1.\n"
    assert "python -m rag import saved.csv --library NAME --replace" in told.err
    assert main(["export", "shop", str(tmp_path / "saved.csv")], imported) == 0
    assert main(["import", str(tmp_path / "saved.csv"), "--library", "shop", "--replace"], imported) == 0
    assert main(["check", "shop"], imported) == 0


def test_a_check_of_all_tells_of_a_library_that_cannot_be_opened(
    imported: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = folder_of("shop", imported)
    (folder / "reviews.sqlite").write_bytes(b"no database at all")
    assert main(["check"], imported) == 1
    assert capsys.readouterr().out.startswith(f"{folder.name}: cannot be opened. ")


def test_half_a_database_is_told_to_an_import_which_can_make_it_anew(
    imported: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    database = folder_of("shop", imported) / "reviews.sqlite"
    database.write_bytes(database.read_bytes()[: database.stat().st_size // 2])
    arguments = ["import", str(tmp_path / "shop.csv")]
    assert main(arguments, imported) == 1
    told = capsys.readouterr().err.splitlines()[-1]
    assert told.startswith(f"The database of the library in {database.parent} cannot be read: ")
    assert told.endswith("Make the library anew from the review file (on the command line: --replace).")
    assert main([*arguments, "--replace"], imported) == 0
    assert main(["check", "shop"], imported) == 0


def test_what_a_killed_deletion_left_goes_with_the_next_command_that_writes(imported: Settings, tmp_path: Path) -> None:
    folder = folder_of("shop", imported)
    for number, command in enumerate((["import", str(tmp_path / "shop.csv")], ["delete", "shop"])):
        grave = folder.with_name(f".deleted-{folder.name}-{number}")
        grave.mkdir()
        (grave / "vectors.f16").write_bytes(b"half gone")
        assert main(["list"], imported) == 0
        assert grave.exists()
        assert main(command, imported) == 0
        assert not grave.exists()
        assert folder.exists() is (command[0] == "import")


def test_a_labelled_file_is_read_before_a_library_is_built(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", str(tmp_path / "nowhere.csv")], settings) == 1
    assert capsys.readouterr().err.endswith("nowhere.csv cannot be opened: No such file or directory.\n")
    assert not libraries_folder(settings).exists()


def test_the_first_build_of_the_examples_is_told_and_the_second_opening_is_silent(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["info"], settings) == 0
    told = capsys.readouterr()
    assert told.err.startswith("The example reviews are read once; this takes a while.\nGetting the models ready …\n")
    assert "\nReading each review: 64 of 700, " in told.err
    assert "\nStoring the library …\n" in told.err
    assert "700 reviews" in told.out
    assert main(["info"], settings) == 0
    assert capsys.readouterr().err == ""


def test_a_reader_that_has_seen_enough_is_no_error(imported: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "w", encoding="utf-8") as nobody_reads:
        monkeypatch.setattr(sys, "stdout", nobody_reads)
        assert main(["search", "coffee", "--library", "shop"], imported) == 141


def test_the_name_of_a_librarys_folder_is_understood(
    imported: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["import", str(tmp_path / "shop.csv"), "--library", "Women's shop"], imported) == 0
    folder = folder_of("Women's shop", imported).name
    capsys.readouterr()
    for name in ("women-s-shop", folder):
        assert main(["info", name], imported) == 0
        assert capsys.readouterr().out.startswith("Women's shop: 2 reviews")
    assert main(["import", str(tmp_path / "shop.csv"), "--library", "women's: shop"], imported) == 0
    capsys.readouterr()
    assert main(["info", "women-s-shop"], imported) == 1, "two have it"
    assert "Known: " in capsys.readouterr().err


def test_a_second_writer_is_told_who_writes(
    imported: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with writing(folder_of("shop", imported), "shop", "imported to from big.csv"):
        for command in (["import", str(tmp_path / "shop.csv")], ["delete", "shop"]):
            assert main(command, imported) == 1
            message = capsys.readouterr().err.splitlines()[-1]
            assert message.startswith(
                f"The library 'shop' is being imported to from big.csv by process {os.getpid()} since"
            )
        assert main(["info", "shop"], imported) == 0  # readers never wait
    assert main(["delete", "shop"], imported) == 0


def test_an_import_that_goes_on_is_told_from_one_that_stopped(
    imported: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = folder_of("shop", imported)
    with closing(schema.connect_writing(folder)) as connection:
        connection.execute("UPDATE runs SET finished = NULL, done = 2")
    with writing(folder, "shop", "imported to from shop.csv"):
        assert unfinished(folder) == Unfinished("shop.csv", 2, 3, running=True)
        assert main(["list"], imported) == main(["check"], imported) == 0
        told = capsys.readouterr().out
        assert ", its import is going on\n" in told
        assert "shop: the import of shop.csv is going on: 2 of 3 rows so far.\n" in told
    assert unfinished(folder) == Unfinished("shop.csv", 2, 3, running=False)
    assert main(["list"], imported) == main(["check"], imported) == 0
    told = capsys.readouterr().out
    assert ", its import is not finished\n" in told
    assert "shop: the import of shop.csv stopped after 2 of 3 rows; give it again to go on.\n" in told


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["import", "nowhere.csv"], "The file nowhere.csv cannot be opened: No such file or directory."),
        (["info", "other"], "There is no library called 'other'. Known: Example reviews, shop."),
        (["delete", "other"], "There is no library called 'other'. Known: shop."),
        (["search", "--library", "shop"], "Type a question or choose an emotion first."),
        (["search", "x", "--output", "a.pdf"], "a.pdf should end in .csv, .md or .html, which says what to write."),
    ],
)
def test_a_mistake_is_answered_with_one_sentence(
    arguments: list[str], message: str, imported: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments, imported) == 1
    assert capsys.readouterr().err.splitlines()[-1] == message
