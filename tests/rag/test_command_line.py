"""The command line, from a file to an answer and back."""

from pathlib import Path

import pytest

from rag.command_line import main
from rag.formats import read_table
from settings import Settings

CSV = "id,review,product,rating\n1,joy joy good coffee,Pot,5\n2,anger bad coffee leaks,Pot,1\n3,,Pot,2\n"

pytestmark = pytest.mark.usefixtures("fake_models")


@pytest.fixture
def imported(settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Settings:
    """A library called shop."""
    (tmp_path / "shop.csv").write_text(CSV, "utf-8")
    assert main(["import", str(tmp_path / "shop.csv"), "--rejected", str(tmp_path / "bad.csv")], settings) == 0
    out = capsys.readouterr().out
    assert "     text: review\n" in out
    assert "2 reviews imported as 'shop'; 1 row could not be used, 0 exact duplicates left out.\n" in out
    assert (
        tmp_path / "bad.csv"
    ).read_bytes() == b"\xef\xbb\xbfrow,reason,beginning\r\n4,The text is empty.,3 Pot 2\r\n"
    return settings


def test_libraries_are_listed_described_and_deleted(imported: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list"], imported) == 0
    assert capsys.readouterr().out.startswith("shop: 2 reviews, made 2")
    assert main(["info", "shop"], imported) == 0
    out = capsys.readouterr().out
    assert "shop: 2 reviews\n  products: Pot 2\n" in out
    assert "   ratings: 1 to 5\n" in out
    assert main(["delete", "shop"], imported) == 0
    assert main(["list"], imported) == 0
    assert capsys.readouterr().out.endswith("No library yet. Make one with: python -m rag import FILE\n")


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


def test_a_library_is_replaced_only_when_asked(
    imported: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["import", str(tmp_path / "shop.csv")]
    assert main(arguments, imported) == 1
    assert "There is already a library called 'shop'." in capsys.readouterr().err
    assert main([*arguments, "--replace"], imported) == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["import", "nowhere.csv"], "The file nowhere.csv cannot be opened: No such file or directory."),
        (["info", "other"], "There is no library called 'other'. Known: shop."),
        (["delete", "other"], "There is no library called 'other'."),
        (["search", "--library", "shop"], "Type a question or choose an emotion first."),
        (["search", "x", "--output", "a.pdf"], "a.pdf should end in .csv, .md or .html, which says what to write."),
    ],
)
def test_a_mistake_is_answered_with_one_sentence(
    arguments: list[str], message: str, imported: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments, imported) == 1
    assert capsys.readouterr().err.splitlines()[-1] == message
