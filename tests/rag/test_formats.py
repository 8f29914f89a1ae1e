"""Files of every format -> the same table; files that are no tables -> one sentence that helps."""

import datetime
import gzip
import io
import json
import random
import re
import struct
import zipfile
from contextlib import suppress
from typing import Any

import openpyxl
import pyarrow as pa
import pytest
from openpyxl.workbook.workbook import Workbook
from pyarrow import parquet

from errors import ReviewFileError
from rag.formats import read_table
from settings import Settings

HEADER = ["id", "text", "rating"]
ROWS = [["007", "Great, really", "5"], ["008", "Meh\nsecond line", "2.5"]]


def as_bytes(book: Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def workbook(*rows: list[Any]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    return as_bytes(book)


def parquet_bytes(**columns: Any) -> bytes:
    buffer = io.BytesIO()
    parquet.write_table(pa.table(columns), buffer)
    return buffer.getvalue()


def zipped(**files: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def records(settings: Settings, data: bytes, name: str = "file.csv") -> list[list[str]]:
    frame = read_table(data, name, settings).frame
    return [list(map(str, frame.columns)), *frame.to_numpy().tolist()]


CSV = 'id,text,rating\r\n007,"Great, really",5\r\n008,"Meh\nsecond line",2.5\r\n'
JSON = [dict(zip(HEADER, row, strict=True)) for row in ROWS]

SAME: dict[str, tuple[bytes, str, str]] = {
    "comma": (CSV.encode(), "CSV", "UTF-8"),
    "bom": (CSV.encode("utf-8-sig"), "CSV", "UTF-8 with BOM"),
    "utf-16": (CSV.encode("utf-16"), "CSV", "UTF-16"),
    "utf-16 without bom": (CSV.encode("utf-16-le"), "CSV", "UTF-16"),
    "utf-32": (CSV.encode("utf-32"), "CSV", "UTF-32"),
    "semicolon": (b'id;text;rating\n007;Great, really;5\n008;"Meh\nsecond line";2.5\n', "CSV", "UTF-8"),
    "tab": (b'id\ttext\trating\n007\tGreat, really\t5\n008\t"Meh\nsecond line"\t2.5\n', "TSV", "UTF-8"),
    "pipe": (b'id|text|rating\n007|Great, really|5\n008|"Meh\nsecond line"|2.5\n', "CSV", "UTF-8"),
    "excel's sep line": (b'sep=;\nid;text;rating\n007;Great, really;5\n008;"Meh\nsecond line";2.5', "CSV", "UTF-8"),
    "json lines": ("\n".join(map(json.dumps, JSON)).encode(), "JSON Lines", "UTF-8"),
    "json array": (json.dumps(JSON, indent=1).encode(), "JSON", "UTF-8"),
    "json in an object": (json.dumps({"page": [1], "reviews": JSON}, indent=1).encode(), "JSON", "UTF-8"),
    "excel": (workbook(HEADER, ["007", "Great, really", 5], ["008", "Meh\nsecond line", 2.5]), "Excel", ""),
    "parquet": (
        parquet_bytes(id=["007", "008"], text=["Great, really", "Meh\nsecond line"], rating=[5.0, 2.5]),
        "Parquet",
        "",
    ),
    "gzip": (gzip.compress(CSV.encode()), "CSV", "UTF-8"),
    "zip": (zipped(**{"a/reviews.csv": CSV.encode(), "__MACOSX/a/._reviews.csv": b"x"}), "CSV", "UTF-8"),
}


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


def test_excel_takes_the_first_sheet_with_content_and_says_so(settings: Settings) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook()))
    second = book.create_sheet("Reviews")
    second.append([])
    second.append(["text", None, "rating"])
    second.append(["fine"])
    table = read_table(as_bytes(book), "a.xlsx", settings)
    assert table.frame.to_dict("list") == {"text": ["fine"], "column 2": [""], "rating": [""]}
    assert list(table.frame.index) == [3]
    assert table.notes == ("The workbook has 2 sheets; “Reviews”, the first with content, was read.",)


def calculated(data: bytes, formula: bytes, value: bytes) -> bytes:
    """Return a workbook as Excel saves it: with the value of a formula beside it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            pattern = b"<f>%b</f><v ?/>" % re.escape(formula)
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


def encrypted_workbook() -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500) + "EncryptedPackage".encode("utf-16-le") + bytes(500)


def lying_bomb() -> bytes:
    """A small zip whose file says that it holds 4 GB."""
    data = bytearray(zipped(**{"a.csv": b"text\nx\n"}))
    for signature, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        start = data.index(signature) + offset
        data[start : start + 4] = struct.pack("<I", 4_000_000_000)
    return bytes(data)


BAD: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "The file is empty. Choose a file with reviews in it."),
    "spaces": (b" \r\n\t\n", "The file is empty. Choose a file with reviews in it."),
    "commas": (b",,,\n,,\n", "The file holds nothing but blank lines. Choose a file with reviews in it."),
    "header only": (b"id,text\n", "The file has column names but no rows below them."),
    "excel header only": (workbook(["id", "text"]), "The file has column names but no rows below them."),
    "excel empty": (workbook(), "The Excel workbook has no cells with anything in them."),
    "json empty": (b"[]", "The file has column names but no rows below them."),
    "json cut off": (b'["a", "b"', "The JSON breaks off or is damaged at line 1, column 10"),
    "json deep": (b"[" * 100_000, "The JSON is nested too deeply"),
    "python": (b"{'text': 'a'}", "The JSON breaks off or is damaged at line 1, column 2"),
    "png": (b"\x89PNG\r\n\x1a\n" + bytes(99), "The file is a picture (PNG) and not a table of reviews."),
    "jpeg": (b"\xff\xd8\xff\xe0" + bytes(99), "The file is a picture (JPEG) and not a table of reviews."),
    "pdf": (b"%PDF-1.7 ...", "The file is a PDF document and not a table of reviews."),
    "film": (b"\0\0\0\x20ftypisom" + bytes(99), "The file is a film or picture and not a table of reviews."),
    "web page": (b"<!DOCTYPE html><html>", "The file is a web page or XML and not a table of reviews."),
    "pickle": (b"\x80\x04\x95" + bytes(99), "The file is a Python pickle, which is never opened"),
    "noise": (bytes(range(256)) * 20, "The file is not a table of text."),
    "old excel": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(999), "Old Excel or Office files cannot be read."),
    "password": (encrypted_workbook(), "The Excel workbook is protected by a password."),
    "document": (
        zipped(**{"[Content_Types].xml": b"", "word/document.xml": b""}),
        "The file is an Office document that cannot be read.",
    ),
    "xlsb": (zipped(**{"[Content_Types].xml": b"", "xl/workbook.bin": b""}), "Binary Excel files (.xlsb)"),
    "damaged excel": (
        zipped(**{"[Content_Types].xml": b"<oops", "xl/workbook.xml": b"<oops"}),
        "The Excel workbook is damaged and cannot be read.",
    ),
    "half excel": (workbook(HEADER)[:300], "The file is damaged or was not copied completely."),
    "two files": (zipped(a=b"text\n1", b=b"text\n1"), "The archive holds 2 files. Unpack it and choose one of them."),
    "half gzip": (gzip.compress(CSV.encode())[:-12], "The archive is damaged or not complete."),
    "zip bomb": (lying_bomb(), "Unpacked, the file has 4,000 MB; up to 500 MB are allowed."),
    "damaged parquet": (b"PAR1" + bytes(99), "The Parquet file is damaged"),
}


@pytest.mark.parametrize("kind", BAD)
def test_what_is_no_table_is_refused_with_a_sentence_that_helps(kind: str, settings: Settings) -> None:
    data, message = BAD[kind]
    with pytest.raises(ReviewFileError) as caught:
        read_table(data, "reviews.csv", settings)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize("kind", SAME)
def test_a_damaged_file_never_fails_otherwise(kind: str, settings: Settings) -> None:
    chance = random.Random(kind)
    for _ in range(30):
        data = bytearray(SAME[kind][0])
        for _ in range(3):
            data[chance.randrange(len(data))] = chance.randrange(256)
        with suppress(ReviewFileError):
            table = read_table(bytes(data), "a", settings)
            assert all(isinstance(cell, str) for row in table.frame.to_numpy().tolist() for cell in row)


def test_a_file_named_json_that_is_none_is_refused(settings: Settings) -> None:
    with pytest.raises(ReviewFileError, match="named as JSON, but does not begin"):
        read_table(b"text\nfine\n", "a.jsonl", settings)


def small(settings: Settings, **limits: Any) -> Settings:
    return settings.model_copy(update=limits)


@pytest.mark.parametrize("kind", ["comma", "json lines", "excel", "parquet"])
def test_too_many_rows_are_refused(kind: str, settings: Settings) -> None:
    with pytest.raises(ReviewFileError, match="more than 1 rows, which is the limit"):
        read_table(SAME[kind][0], "a", small(settings, max_rows=1))


@pytest.mark.parametrize("kind", ["comma", "json lines", "excel", "parquet"])
def test_too_many_columns_are_refused(kind: str, settings: Settings) -> None:
    with pytest.raises(ReviewFileError, match="The file has 3 columns; up to 2 are allowed"):
        read_table(SAME[kind][0], "a", small(settings, max_columns=2))


def test_a_million_columns_are_refused_by_the_header_alone(settings: Settings) -> None:
    data = b",".join(b"c%d" % number for number in range(1_000_000)) + b"\n" + b'"' * 1001
    with pytest.raises(ReviewFileError, match="The file has 1,000,000 columns; up to 1,000 are allowed"):
        read_table(data, "wide.csv", settings)


def test_a_file_that_is_too_large_is_refused_packed_or_not(settings: Settings) -> None:
    limited = small(settings, max_file_megabytes=0.001)
    data = b"text\n" + b"word " * 1000
    with pytest.raises(ReviewFileError, match="The file has 0 MB; up to 0 MB"):
        read_table(data, "a.csv", limited)
    with pytest.raises(ReviewFileError, match="Unpacked, the file has more than 0 MB"):
        read_table(gzip.compress(data), "a.csv.gz", limited)
    with pytest.raises(ReviewFileError, match="Unpacked, the file has 0 MB"):
        read_table(zipped(**{"a.csv": data}), "a.zip", limited)
