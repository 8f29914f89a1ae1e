"""Files of every format -> the same table."""

import datetime
import io
import json
import re
import zipfile

import openpyxl
import pyarrow as pa
import pytest

from errors import ReviewFileError
from rag.formats import read_table
from settings import Settings
from tests.rag.files import CSV, HEADER, JSON, ROWS, SAME, as_bytes, parquet_bytes, workbook


def records(settings: Settings, data: bytes, name: str = "file.csv") -> list[list[str]]:
    frame = read_table(data, name, settings).frame
    return [list(map(str, frame.columns)), *frame.to_numpy().tolist()]


@pytest.mark.parametrize("kind", SAME)
def test_every_format_gives_the_same_table(kind: str, settings: Settings) -> None:
    data, found, encoding = SAME[kind]
    table = read_table(data, "reviews", settings)
    assert list(table.frame.columns) == HEADER
    assert table.frame.to_numpy().tolist() == ROWS
    assert (table.format, table.encoding) == (found, encoding)
    assert table.rejected == ()


def test_rows_are_numbered_as_a_spreadsheet_does(settings: Settings) -> None:
    table = read_table(b"text,n\nfirst,1\n\nthird,3\n", "a.csv", settings)
    assert list(table.frame.index) == [2, 4]


def test_content_decides_over_the_name(settings: Settings) -> None:
    assert read_table(json.dumps(JSON).encode(), "reviews.csv", settings).format == "JSON"
    assert read_table(CSV.encode(), "reviews.xlsx", settings).format == "CSV"


def test_excel_dates_and_numbers_become_plain_text(settings: Settings) -> None:
    data = workbook(
        ["text", "day", "moment", "number", "yes"],
        ["fine", datetime.date(2024, 2, 29), datetime.datetime(2024, 2, 29, 13, 5), 4.0, True],
    )
    assert records(settings, data)[1] == ["fine", "2024-02-29", "2024-02-29 13:05:00", "4", "true"]


def test_excel_takes_the_sheet_with_the_most_text_and_says_so(settings: Settings) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook()))
    book.create_sheet("Read me").append(["all"])
    second = book.create_sheet("Reviews")
    second.append([])
    second.append(["text", None, "rating"])
    second.append(["fine"])
    table = read_table(as_bytes(book), "a.xlsx", settings)
    assert table.frame.to_dict("list") == {"text": ["fine"], "column 2": [""], "rating": [""]}
    assert list(table.frame.index) == [3]
    assert table.notes == ("The workbook has 3 sheets; “Reviews”, the one with the most text, was read.",)


def calculated(data: bytes, formula: bytes, value: bytes) -> bytes:
    """Return a workbook as Excel saves it: with the value of a formula beside it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            pattern = b"<f>%b</f><v(?: ?/>|></v>)" % re.escape(formula)
            new.writestr(name, re.sub(pattern, b"<f>%b</f><v>%b</v>" % (formula, value), content))
    return buffer.getvalue()


def test_excel_formulas_give_the_value_that_was_saved(settings: Settings) -> None:
    data = calculated(workbook(["text", "sum", "never"], ["fine", "=1+1", "=2+2"]), b"1+1", b"2")
    table = read_table(data, "a.xlsx", settings)
    assert table.frame.to_dict("list") == {"text": ["fine"], "sum": ["2"], "never": [""]}
    assert table.notes[0].startswith("Some cells are formulas; the value saved with them was read.")


def test_parquet_values_become_plain_text(settings: Settings) -> None:
    data = parquet_bytes(
        text=pa.array(["a", None]).dictionary_encode(),
        day=[datetime.date(2024, 2, 29), None],
        moment=[datetime.datetime(2024, 2, 29, 13, 5), datetime.datetime(2024, 3, 1)],
        tags=[["x", "y"], []],
        count=[3, None],
    )
    assert records(settings, data)[1:] == [
        ["a", "2024-02-29", "2024-02-29 13:05:00", '["x", "y"]', "3"],
        ["", "", "2024-03-01", "[]", ""],
    ]


def test_nested_json_becomes_dotted_columns(settings: Settings) -> None:
    data = b'{"id": 1, "review": {"text": "ok", "tags": ["a"]}}\n{"review": {"text": null, "stars": 4.0}, "new": true}'
    assert records(settings, data) == [
        ["id", "review.text", "review.tags", "review.stars", "new"],
        ["1", "ok", '["a"]', "", ""],
        ["", "", "", "4", "true"],
    ]


def test_a_json_list_of_texts_is_a_column(settings: Settings) -> None:
    assert records(settings, '["good", "슬퍼요"]'.encode()) == [["text"], ["good"], ["슬퍼요"]]


def test_half_a_surrogate_pair_in_json_is_replaced(settings: Settings) -> None:
    assert records(settings, b'[{"text": "a\\ud83d b \\ud83d\\ude00"}]')[1] == ["a\ufffd b 😀"]


@pytest.mark.parametrize("position", [0, 1, 2])
def test_a_broken_json_line_is_rejected_with_its_number(position: int, settings: Settings) -> None:
    lines = ['{"text": "one"}', '{"text": "two"}']
    lines.insert(position, '{"text": "bro')
    table = read_table("\n".join(lines).encode(), "a.jsonl", settings)
    assert table.frame["text"].tolist() == ["one", "two"]
    assert [(item.row, item.excerpt) for item in table.rejected] == [(position + 1, '{"text": "bro')]


@pytest.mark.parametrize("in_memory", [0, 1_000_000])
def test_reviews_further_inside_an_answer_of_a_web_service_are_found(
    in_memory: int, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.formats_json.IN_MEMORY", in_memory)
    answer = {"status": "all is well", "data": {"page": {"number": 1}, "reviews": [{"text": "one"}, {"text": "two"}]}}
    assert records(settings, json.dumps(answer).encode()) == [["text"], ["one"], ["two"]]


def test_a_list_further_inside_a_single_review_stays_part_of_it(settings: Settings) -> None:
    review = {"text": "one", "media": {"photos": [{"url": "a"}, {"url": "b"}]}}
    header, *rows = records(settings, json.dumps(review).encode())
    assert (header, rows) == (["text", "media.photos"], [["one", '[{"url": "a"}, {"url": "b"}]']])


@pytest.mark.parametrize("kind", ["json array", "json in an object"])
def test_large_json_is_read_record_by_record_and_gives_the_same(
    kind: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, *_ = SAME[kind]
    whole = read_table(data, "a.json", settings)
    monkeypatch.setattr("rag.formats_json.IN_MEMORY", 0)
    streamed = read_table(data, "a.json", settings)
    assert streamed.frame.to_dict("split") == whole.frame.to_dict("split")
    with pytest.raises(ReviewFileError, match="The JSON breaks off or is damaged"):
        read_table(data[:-9], "a.json", settings)
