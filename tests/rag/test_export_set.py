"""A whole set of reviews as a file: every format read back, value by value."""

import contextlib
import csv
import datetime
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest

from backends.contracts import FACE_EMOTIONS, GOEMOTIONS, SENTIMENTS
from emotion.language import is_foreign
from errors import ReviewFileError
from rag import export_excel, export_parquet
from rag.build import build
from rag.export_set import COLUMNS, TAG_COLUMNS, export
from rag.library import Library
from rag.opened import open_library
from rag.query import Filters
from rag.report_set import report_set_html
from rag.reviews import Review
from settings import Settings

AWKWARD = (
    Review(
        "1", '=HYPERLINK("http://x") joy good', "+1", "Kettle & Co", "-Home", datetime.date(2024, 2, 29), 4.5, "@web"
    ),
    Review("2", "<script>alert(1)</script> bad anger 😡", product="מוצר", rating=1),
    Review("3", "المنتج تعطل\nبعد يوم", title="#N/A", product="Kettle & Co", date=datetime.date(2025, 1, 5), rating=2),
    Review("4", "long " * 8_000 + "end", product="Kettle & Co", rating=1),
    Review("005", "  bell \x07 inside ", product="Kettle & Co", rating=3),
)
GIVEN = ("id", "product", "category", "date", "rating", "title", "text", "channel")


@pytest.fixture
def awkward(fake_models: None, settings: Settings) -> Iterator[Library]:  # noqa: ARG001
    made = build(AWKWARD, "awkward", settings)
    yield made
    made.close()


def given(review: Review) -> dict[str, Any]:
    return {name: getattr(review, name) for name in GIVEN}


def tags(library: Library, row: int) -> dict[str, Any]:
    """What import stored of one review, by the names of the columns."""
    sentiments, feelings = library.sentiments[row], library.feelings[row]
    numbers = {
        **{f"sentiment_{name}": value for name, value in zip(SENTIMENTS, sentiments, strict=True)},
        **{f"emotion_{name}": value for name, value in zip(FACE_EMOTIONS, feelings, strict=True)},
        **{f"goemotions_{name}": value for name, value in zip(GOEMOTIONS, library.emotions[row], strict=True)},
        "toxicity": library.toxicity[row],
    }
    language = library.store.languages([row])[row]
    if is_foreign(language):
        return dict.fromkeys(numbers) | {"language": language, "sentiment": "not English", "emotion": "not English"}
    return {name: pytest.approx(float(value), abs=6e-5) for name, value in numbers.items()} | {
        "language": language,
        "sentiment": SENTIMENTS[int(sentiments.argmax())],
        "emotion": FACE_EMOTIONS[int(feelings.argmax())],
    }


def read_csv(path: Path) -> list[dict[str, Any]]:
    data = path.read_bytes()
    assert data.startswith(b"\xef\xbb\xbfid,product,")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    words = {*GIVEN, "language", "sentiment", "emotion"}
    return [
        {name: value if name in words else float(value) if value else None for name, value in row.items()}
        for row in rows
    ]


def test_parquet_holds_every_review_and_tag(awkward: Library, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    exported = export(awkward, Filters(), tmp_path / "all.parquet", lambda done, total: told.append((done, total)))
    assert (exported.rows, exported.notes, told) == (5, (), [(5, 5)])
    table = pq.read_table(tmp_path / "all.parquet")
    assert tuple(table.column_names) == COLUMNS
    assert table.to_pylist() == [given(review) | tags(awkward, row) for row, review in enumerate(AWKWARD)]


def test_csv_holds_every_review_and_tag_and_no_formula(awkward: Library, tmp_path: Path) -> None:
    export(awkward, Filters(), tmp_path / "all.csv")
    rows = read_csv(tmp_path / "all.csv")
    assert [row["text"] for row in rows] == ["'" + AWKWARD[0].text, *(review.text for review in AWKWARD[1:])]
    first = {
        "id": "1", "product": "Kettle & Co", "category": "'-Home", "date": "2024-02-29", "rating": "4.5",
        "title": "'+1", "text": "'" + AWKWARD[0].text, "channel": "'@web",
    }  # fmt: skip
    assert rows[0] == first | tags(awkward, 0)
    assert [row["rating"] for row in rows[1:]] == ["1", "2", "1", "3"]
    assert {name: rows[2][name] for name in TAG_COLUMNS} == tags(awkward, 2)


def test_excel_holds_every_review_and_tag_as_text(awkward: Library, tmp_path: Path) -> None:
    exported = export(awkward, Filters(), tmp_path / "all.xlsx")
    assert exported.notes == ("1 texts were longer than a cell of Excel holds and were cut.",)
    sheet = openpyxl.load_workbook(tmp_path / "all.xlsx")["Reviews"]
    heading, *rows = sheet.iter_rows()
    assert tuple(cell.value for cell in heading) == COLUMNS
    found = [dict(zip(COLUMNS, (cell.value for cell in row), strict=True)) for row in rows]
    for place in (0, 1, 2):
        expected = given(AWKWARD[place]) | tags(awkward, place)
        date = expected["date"] and datetime.datetime.combine(expected["date"], datetime.time())
        assert found[place] == {name: value if value != "" else None for name, value in expected.items()} | {
            "date": date
        }
    text = str(found[3]["text"])
    assert len(text) == 32_767
    assert text == AWKWARD[3].text[: 32_767 - len(export_excel.CUT)] + export_excel.CUT
    assert (found[4]["id"], found[4]["text"]) == ("005", "  bell  inside ")
    for row in rows:
        assert {cell.data_type for cell in row} <= {"s", "n", "d"}
    begins = {str(cell.value)[0]: cell.quotePrefix for row in rows for cell in row if cell.data_type == "s"}
    assert {sign for sign, quoted in begins.items() if quoted} == {"=", "+", "-", "@", "#"}
    with zipfile.ZipFile(tmp_path / "all.xlsx") as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")


def test_a_cut_never_splits_a_character() -> None:
    kept = export_excel.fitting("😡" * 20_000)
    assert kept.removesuffix(export_excel.CUT) == "😡" * ((32_767 - len(export_excel.CUT)) // 2)
    assert export_excel.fitting("a" * 32_767) == "a" * 32_767
    assert export_excel.fitting("😡" * 16_383 + "a") == "😡" * 16_383 + "a"


def test_more_rows_than_a_sheet_holds_go_on_in_the_next(
    awkward: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_excel, "MOST_ROWS", 4)
    exported = export(awkward, Filters(), tmp_path / "all.xlsx")
    with contextlib.closing(openpyxl.load_workbook(tmp_path / "all.xlsx", read_only=True)) as book:
        ids = {sheet.title: [row[0] for row in sheet.iter_rows(values_only=True)] for sheet in book}
    assert ids == {"Reviews": ["id", "1", "2", "3"], "Reviews 2": ["id", "4", "005"]}
    assert exported.notes[-1] == "The reviews fill 2 sheets: one holds 4 rows."


@pytest.mark.parametrize("ending", ["csv", "xlsx", "parquet"])
@pytest.mark.parametrize(
    "filters",
    [
        Filters(products=("Kettle & Co",), max_rating=3),
        Filters(sentiments=("positive",)),
        Filters(emotions=("happy",)),
        Filters(since=datetime.date(2024, 12, 1)),
        Filters(categories=("",), undated=True),
    ],
)
def test_the_rows_are_those_that_pass_the_filters(
    awkward: Library, tmp_path: Path, ending: str, filters: Filters, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.export_set.CHUNK", 2)
    path = tmp_path / f"some.{ending}"
    export(awkward, filters, path)
    if ending == "csv":
        ids = [row["id"] for row in read_csv(path)]
    elif ending == "parquet":
        ids = pq.read_table(path).column("id").to_pylist()
    else:
        with contextlib.closing(openpyxl.load_workbook(path, read_only=True)) as book:
            ids = [str(row[0]) for row in book["Reviews"].iter_rows(min_row=2, values_only=True)]
    allowed = awkward.matching(filters)
    assert allowed is not None
    assert 0 < len(allowed) < 5
    assert ids == [review.id for review in awkward.store.by_row(allowed.tolist())]


def test_parquet_groups_keep_the_order(awkward: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.export_set.CHUNK", 1)
    monkeypatch.setattr(export_parquet, "GROUP_ROWS", 2)
    export(awkward, Filters(), tmp_path / "all.parquet")
    assert pq.ParquetFile(tmp_path / "all.parquet").num_row_groups == 3
    assert pq.read_table(tmp_path / "all.parquet").column("id").to_pylist() == [review.id for review in AWKWARD]


def test_a_csv_can_be_imported_again(awkward: Library, tmp_path: Path) -> None:
    from rag.ingest import guess_columns, read_table

    export(awkward, Filters(), tmp_path / "all.csv")
    columns = guess_columns(read_table((tmp_path / "all.csv").read_bytes(), "all.csv", Settings()))
    assert (columns.text, columns.id, columns.product, columns.rating) == ("text", "id", "product", "rating")


@pytest.mark.parametrize(
    ("name", "filters", "words"),
    [
        ("all.ods", Filters(), "should end in .csv, .xlsx, .parquet or .html"),
        ("all.csv", Filters(products=("none",)), "No review passes these filters"),
        ("no/such/folder.csv", Filters(), "cannot be written: No such file or directory"),
    ],
)
def test_what_cannot_be_written_says_so_and_leaves_nothing(
    awkward: Library, tmp_path: Path, name: str, filters: Filters, words: str
) -> None:
    with pytest.raises(ReviewFileError, match=words):
        export(awkward, filters, tmp_path / name)
    assert not [path for path in tmp_path.iterdir() if path.is_file()]


def test_a_file_that_fails_half_way_keeps_the_old_one(
    awkward: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    path = folder / "all.csv"
    path.write_text("old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("rag.export_set.Csv.write", full)
    with pytest.raises(ReviewFileError, match="No space left on device"):
        export(awkward, Filters(), path)
    assert [(found.name, found.read_text()) for found in folder.iterdir()] == [("all.csv", "old")]


def test_the_report_has_charts_escapes_words_and_needs_no_network(awkward: Library, settings: Settings) -> None:
    filters = Filters(products=("Kettle & Co", "מוצר"), max_rating=2)
    page = report_set_html(awkward, filters, datetime.date(2026, 1, 2))
    assert '<h1 dir="auto">3 reviews</h1>' in page
    assert "Product: Kettle &amp; Co, מוצר" in page
    assert "Rating: at most 2" in page
    assert "3 of 5 reviews of the library pass the filters." in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; bad anger 😡" in page
    assert "<script" not in page
    assert "http://" not in page.replace("&#34;http://x", "").replace("http://www.w3.org", "")
    assert "negative 50%, neutral 50%, positive 0%" in page
    assert "1 review is not English: emotion and sentiment were not read, and the shares leave it out." in page
    assert "Emotion: <b>not English</b>" in page
    assert "1 67%, 2 33%" in page
    assert '>Kettle &amp; Co</th><td class="number">2</td>' in page
    lacking = report_set_html(awkward, Filters(categories=("",), unrated=True, min_rating=1))
    assert '<h1 dir="auto">4 reviews</h1>' in lacking
    assert "Category: (no category)" in lacking
    assert "Rating: (no rating)" in lacking
    assert '>(no category)</th><td class="number">4</td>' in lacking
    assert "3 more without a date." in lacking
    assert open_library(awkward.folder, settings).name == "awkward"
