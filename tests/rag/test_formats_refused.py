"""Files that are no tables -> one sentence that helps; nothing else ever comes out."""

import gzip
import random
import struct
from contextlib import suppress
from typing import Any

import pytest

from errors import ReviewFileError
from rag.formats import read_table
from settings import Settings
from tests.rag.files import CSV, HEADER, SAME, workbook, zipped


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
