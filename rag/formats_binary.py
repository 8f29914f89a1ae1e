"""Excel workbooks and Parquet files -> rows. Does not handle: old .xls files, several sheets at once."""

import datetime
import itertools
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO

from errors import ReviewFileError
from rag.formats_json import as_text
from rag.heading import LOOKED_AT, find_heading
from rag.table import Found, Rejected, Row, check_bytes, check_columns, too_many_rows
from settings import Settings

DAMAGED_ARCHIVE = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, NotImplementedError)
"""What zipfile and gzip raise on damaged archives, and on kinds of compression they do not know."""
_BLOCK_BYTES, _PARQUET_ROWS, _TRIED_ROWS = 1 << 20, 2_000, 50
_DAMAGED_WORKBOOK = (*DAMAGED_ARCHIVE, SyntaxError, RuntimeError, LookupError, TypeError, AttributeError)
"""SyntaxError: what the XML parsers raise, that of the standard library or lxml, whichever openpyxl finds."""


def read_excel(file: BinaryIO, found: Found, settings: Settings) -> Iterator[Row | Rejected]:
    """Yield the rows of the sheet with the most text. Formulas give the value Excel last saved, dates become ISO.

    Raises:
        ReviewFileError: damaged, empty, too large once unpacked, too many columns or rows.
    """
    check_unpacked(file, settings)
    found.format = "Excel"
    try:
        yield from _read_workbook(file, found, settings)
    except _DAMAGED_WORKBOOK as error:
        raise ReviewFileError(
            "The Excel workbook is damaged and cannot be read. Open it in Excel, save it again as .xlsx, and retry."
        ) from error


def check_unpacked(file: BinaryIO, settings: Settings) -> None:
    """Refuse a zip archive that would be too large unpacked; the sizes it declares are the most that is ever read.

    Raises:
        ReviewFileError: damaged, or too large.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            total = sum(member.file_size for member in archive.infolist())
    except DAMAGED_ARCHIVE as error:
        raise ReviewFileError("The file is damaged or was not copied completely. Download or save it again.") from error
    check_bytes(total, settings, "Unpacked, the file")


def _read_workbook(file: BinaryIO, found: Found, settings: Settings) -> Iterator[Row]:
    import openpyxl

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # openpyxl warns of styles and extensions it leaves aside
        workbook = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
    try:
        sheet = _fullest(workbook.worksheets)
        if sheet is not None:
            yield from _read_sheet(sheet.iter_rows(values_only=True), found, settings)
        if sheet is not None and found.header:
            _note_sheets(found, file, sheet.title, len(workbook.worksheets))
            return
    finally:
        workbook.close()
    raise ReviewFileError("The Excel workbook has no cells with anything in them. Choose a file with reviews in it.")


def _fullest(sheets: list[Any]) -> Any | None:
    """Return the sheet with the most text in its first rows, where reviews are: notes and pivots say less; the first of
    several alike. None if there is no sheet."""
    texts = []
    for sheet in sheets:
        sheet.reset_dimensions()
        if len(sheets) > 1:
            rows = itertools.islice(sheet.iter_rows(values_only=True), _TRIED_ROWS)
            texts.append(sum(len(_cell(value)) for row in rows for value in row))
    return sheets[texts.index(max(texts))] if texts else next(iter(sheets), None)


def _read_sheet(cells: Iterator[tuple[Any, ...]], found: Found, settings: Settings) -> Iterator[Row]:
    rows = _filled_rows(cells, settings)
    begun = list(itertools.islice(rows, LOOKED_AT))
    if not begun:
        return
    heading = find_heading([row for _, row in begun])
    found.header = heading.names
    found.notes += heading.notes
    for number, row in itertools.chain(begun[heading.first :], rows):
        yield found.row(number, row, settings)


def _filled_rows(cells: Iterator[tuple[Any, ...]], settings: Settings) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that are not blank with their numbers, without the empty cells at their end."""
    for number, values in enumerate(cells, start=1):
        row = [_cell(value) for value in values]
        while row and not row[-1]:
            row.pop()
        if any(map(str.strip, row)):
            check_columns(len(row), settings)
            yield number, row


def _note_sheets(found: Found, file: BinaryIO, title: str, sheets: int) -> None:
    if sheets > 1:
        found.notes.append(f"The workbook has {sheets:,} sheets; “{title}”, the one with the most text, was read.")
    if _has_formulas(file):
        found.notes.append(
            "Some cells are formulas; the value saved with them was read. Cells that were never calculated are empty: "
            "open and save the workbook in Excel to fill them."
        )


def _has_formulas(file: BinaryIO) -> bool:
    with zipfile.ZipFile(file) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                with archive.open(name) as sheet:
                    end = b""
                    while part := sheet.read(_BLOCK_BYTES):
                        if b"<f>" in end + part or b"<f " in end + part:
                            return True
                        end = part[-2:]
    return False


def _cell(value: Any) -> str:
    """Return a cell as text: dates as ISO, without the time where it is midnight."""
    if isinstance(value, datetime.datetime):
        midnight = value.time() == datetime.time()
        return value.date().isoformat() if midnight else value.isoformat(" ", timespec="seconds")
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return as_text(value)


def read_parquet(file: BinaryIO, found: Found, settings: Settings) -> Iterator[Row]:
    """Yield the rows of a Parquet file; numbers, dates and nested values become text.

    Raises:
        ReviewFileError: damaged, too large once decoded, too many columns or rows.
    """
    import pyarrow
    from pyarrow import parquet

    found.format = "Parquet"
    try:
        table = parquet.ParquetFile(file)
        meta = table.metadata
        check_columns(meta.num_columns, settings)
        if meta.num_rows > settings.max_rows:
            raise too_many_rows(settings)
        decoded = sum(meta.row_group(group).total_byte_size for group in range(meta.num_row_groups))
        check_bytes(decoded, settings, "Unpacked, the file")
        found.header = [str(name) for name in table.schema_arrow.names]
        for batch in table.iter_batches(batch_size=_PARQUET_ROWS):
            columns = [[_cell(value) for value in column.to_pylist()] for column in batch.columns]
            for values in zip(*columns, strict=True):
                yield found.row(found.rows + 1, list(values), settings)
    except (pyarrow.ArrowException, OSError, ValueError, OverflowError) as error:
        raise ReviewFileError(
            "The Parquet file is damaged or uses a feature that cannot be read. Write it again, or save it as CSV."
        ) from error
