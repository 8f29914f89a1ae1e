"""Titles above the names of the columns, units below them, names that are missing, and files without any."""

import json
from pathlib import Path
from typing import Any

import pytest

from rag.columns import guess_columns
from rag.formats import read_table
from rag.heading import find_heading
from rag.import_file import import_file
from rag.opened import open_library
from rag.table import Table
from settings import Settings
from tests.rag.files import parquet_bytes, workbook

NAMES = ["Property", "Score (of 10)", "Stayed on", "Comment"]
STAYS = [
    [f"Hotel {'AB'[number % 2]}", str(number), f"2024-03-0{number}", f"Room {number} was damp, but we slept well."]
    for number in range(1, 8)
]
NO_NAMES = "The file has no column names; its first row was read as a review."


def lines(*rows: list[str], delimiter: str = ";") -> str:
    return "\n".join(delimiter.join(row) for row in rows) + "\n"


def read(text: str | bytes, settings: Settings, name: str = "a.csv") -> Table:
    return read_table(text.encode() if isinstance(text, str) else text, name, settings)


@pytest.mark.parametrize(
    ("above", "first", "told"),
    [
        (["Hotel feedback export", ""], 4, "1 row above the column names was left out: “Hotel feedback export”."),
        (
            ["Hotel feedback, spring", "Made: 2024-03-09"],
            4,
            "2 rows above the column names were left out: “Hotel feedback, spring, Made: 2024-03-09”.",
        ),
        (["Hotel feedback;;;", ";;;"], 4, "1 row above the column names was left out: “Hotel feedback”."),
        (
            ["From:;2024-03-01", "To:;2024-03-09"],
            4,
            "2 rows above the column names were left out: “From:, 2024-03-01, ",
        ),
        (["Reviews"], 3, "1 row above the column names was left out: “Reviews”."),
        (["Guest;;Review;"], 3, "1 row above the column names was left out: “Guest, Review”."),
    ],
)
@pytest.mark.parametrize("codec", ["utf-8", "utf-16"])
def test_titles_above_the_names_are_left_out_and_told(
    above: list[str], first: int, told: str, codec: str, settings: Settings
) -> None:
    table = read(("\n".join(above) + "\n" + lines(NAMES, *STAYS)).encode(codec), settings)
    assert list(table.frame.columns) == NAMES
    assert table.frame.to_numpy().tolist() == STAYS
    assert table.frame.index[0] == first
    assert (table.delimiter, table.rejected) == (";", ())
    assert len(table.notes) == 1
    assert table.notes[0].startswith(told)


@pytest.mark.parametrize("title", ["Hotel feedback", "Hotel feedback, spring", "Hotel feedback;;;"])
def test_a_title_above_names_that_are_not_complete(title: str, settings: Settings) -> None:
    table = read(f"{title}\n{lines(['Hotel', 'Rating', 'Date'], *STAYS)}", settings)
    assert list(table.frame.columns) == ["Hotel", "Rating", "Date", "column 4"]
    assert table.frame.to_numpy().tolist() == STAYS
    assert len(table.notes) == 2


def test_titles_of_a_workbook_are_left_out_also_where_cells_are_merged(settings: Settings) -> None:
    titles: list[list[Any]] = [
        ["Hotel feedback 2024", None, None, None],
        ["Made by the front desk."],
        ["Guest", None, "Review", None],
    ]
    table = read(workbook(*titles, [], NAMES, *STAYS), settings, "a.xlsx")
    assert list(table.frame.columns) == NAMES
    assert table.frame.to_numpy().tolist() == STAYS
    assert table.frame.index.tolist() == list(range(6, 13))
    assert table.notes == (
        "3 rows above the column names were left out: “Hotel feedback 2024, Made by the front desk., Guest, Review”.",
    )


@pytest.mark.parametrize(
    "below", [["", "(0-10)", "yyyy-mm-dd", "free text"], ["", "1 - 10", "(date)", "-"], ["{a}", "{b}", "{c}", "{d}"]]
)
def test_units_below_the_names_are_no_review(below: list[str], settings: Settings) -> None:
    table = read(lines(NAMES, below, *STAYS), settings)
    assert table.frame.to_numpy().tolist() == STAYS
    told = ", ".join(cell for cell in below if cell)
    assert table.notes == (f"1 row right below the column names was left out: “{told}”.",)


def test_of_two_rows_of_names_the_known_ones_count(settings: Settings) -> None:
    known = ["Hotel", "Rating", "Date", "Comment"]
    coded = read(lines(["q1", "q2", "q3", "q4"], known, *STAYS), settings)
    assert (list(coded.frame.columns), len(coded.frame)) == (known, 7)
    assert coded.notes == ("1 row above the column names was left out: “q1, q2, q3, q4”.",)
    twice = read(lines(known, ["Hotel", "Bewertung", "Datum", "Kommentar"], *STAYS), settings)
    assert (list(twice.frame.columns), len(twice.frame)) == (known, 7)
    assert twice.notes == ("1 row right below the column names was left out: “Hotel, Bewertung, Datum, Kommentar”.",)


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("short.csv", lines(NAMES[:3], *STAYS).encode()),
        ("short.tsv", lines(NAMES[:3], *STAYS, delimiter="\t").encode("utf-16")),
        ("short.xlsx", workbook(NAMES[:3], *STAYS)),
        ("blank.csv", lines([*NAMES[:3], ""], *STAYS).encode()),
        ("blank.jsonl", "\n".join(json.dumps(dict(zip([*NAMES[:3], ""], row, strict=True))) for row in STAYS).encode()),
        ("blank.json", json.dumps([dict(zip([*NAMES[:3], ""], row, strict=True)) for row in STAYS]).encode()),
        ("blank.parquet", parquet_bytes(**dict(zip([*NAMES[:3], ""], zip(*STAYS, strict=True), strict=True)))),
    ],
)
@pytest.mark.usefixtures("fake_models")
def test_a_column_without_a_name_is_guessed_and_imported(
    kind: str, data: bytes, settings: Settings, tmp_path: Path
) -> None:
    path = tmp_path / kind
    path.write_bytes(data)
    imported = import_file(path, "stays", settings)
    assert imported.columns.text == "column 4"
    assert imported.outcome.fates == {"added": 7}
    told = "Only 3 of 4 columns have a name; the rest: “column 4”."
    assert (told in imported.notes) == kind.startswith("short")
    library = open_library(imported.folder, settings)
    assert [review.text for review in library.store.by_row(range(7))] == [row[3] for row in STAYS]
    library.close()


def test_a_missing_name_of_the_first_column_is_its_own(settings: Settings) -> None:
    """As R's write.table does with row names."""
    rows = [[str(number), *row[:1], *row[3:]] for number, row in enumerate(STAYS, 1)]
    table = read(lines(["Property", "Comment"], *rows), settings)
    assert list(table.frame.columns) == ["column 1", "Property", "Comment"]
    assert table.frame.to_numpy().tolist() == rows
    assert table.notes == ("Only 2 of 3 columns have a name; the rest: “column 1”.",)


def test_commas_of_texts_without_quotes_are_no_column(settings: Settings) -> None:
    text = "id,text\n" + "".join(f"{number},Nice room, loud street\n" for number in range(1, 6)) + "6,Fine\n"
    table = read(text, settings)
    assert table.frame["text"].tolist() == ["Fine"]
    assert len(table.rejected) == 5


@pytest.mark.parametrize("name", ["lines.txt", "lines.csv"])
def test_the_first_review_of_a_file_of_lines_is_no_heading(name: str, settings: Settings) -> None:
    reviews = [
        "The room smelled of paint but the staff moved us.",
        "Wi-Fi dropped, again.",
        "Quiet at night, good beds.",
    ]
    for order in (
        reviews,
        reviews[::-1],
        ["Loved it!", *reviews],
        ["👍👍😍", *reviews],
        ["Good, quiet", *reviews] * 2,
        reviews[2:0:-1],
    ):
        table = read("\n".join(order), settings, name)
        assert table.frame.to_dict("list") == {"column 1": order}
        assert table.notes == (NO_NAMES,)


@pytest.mark.parametrize("heading", ["review", "Nr.", "What guests said", "Kundenstimmen", "What guests said in May:"])
def test_a_short_heading_of_one_column_stays_one_and_is_told_where_nobody_knows_it(
    heading: str, settings: Settings
) -> None:
    table = read(f"{heading}\nThe room was clean.\nNot again!\n", settings)
    assert table.frame.to_dict("list") == {heading: ["The room was clean.", "Not again!"]}
    doubt = f"The first line, “{heading}”, was taken for the name of the column. If it is a review, write “review” in a"
    assert [note.startswith(doubt) for note in table.notes] == [True] * (heading not in ("review", "Nr."))


@pytest.mark.parametrize(
    "first",
    [
        ["Alba", "The room smelled of paint, all night long."],
        ["Bruma", "paint and noise"],
    ],
)  # fmt: skip
def test_a_first_row_that_says_what_others_say_is_a_review(first: list[str], settings: Settings) -> None:
    rows = [first, ["Bruma", "Quiet"], ["Bruma", "Never again"], ["Carmo", "Loud"]]
    table = read(lines(*rows), settings)
    assert table.frame.to_numpy().tolist() == rows
    assert table.notes == (NO_NAMES,)


def test_a_workbook_without_names_keeps_its_first_row(settings: Settings) -> None:
    table = read(workbook(*STAYS), settings, "a.xlsx")
    assert table.frame.to_numpy().tolist() == STAYS
    assert table.notes == (NO_NAMES,)
    assert guess_columns(table).text == "column 4"


def test_names_that_are_questions_stay_names(settings: Settings) -> None:
    names = ["Timestamp", "How likely are you to recommend us?", "What could we do better?"]
    table = read(lines(names, ["2024-01-01", "3", "Nothing at all."], ["2024-01-02", "4", "More towels."]), settings)
    assert list(table.frame.columns) == names
    assert len(table.frame) == 2


def test_a_row_of_data_is_not_taken_for_names_below_a_short_heading() -> None:
    rows = [["text"], ["Nice stay", "Service", "Alba"], ["Loud", "Service", "Bruma"], ["Cold", "Food", "Alba"]]
    assert find_heading(rows) == (
        ["text", "", ""], 1, ["Only 1 of 3 columns have a name; the rest: “column 2”, “column 3”."],
    )  # fmt: skip
