"""The same small table in every format, and ways to make more files."""

import gzip
import io
import json
import zipfile
from typing import Any

import openpyxl
import pyarrow as pa
from openpyxl.workbook.workbook import Workbook
from pyarrow import parquet

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
