"""Any review file -> a table of text: looks at the first bytes, then at the name, and hands over to the reader.

Reads CSV, TSV (any of , ; tab |), JSON Lines, JSON, Excel .xlsx and Parquet, and a .gz or .zip that holds one of them.
Each input that cannot be read gets one sentence that says what it is and what to do.
"""

import gzip
import io
import itertools
import re
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePath
from typing import BinaryIO, cast

from errors import ReviewFileError
from rag.formats_binary import DAMAGED_ARCHIVE, check_unpacked, read_excel, read_parquet
from rag.formats_encoding import Encoding, find_encoding
from rag.formats_json import is_json, read_json
from rag.formats_text import read_delimited
from rag.table import Found, Rejected, Row, Table, as_frame, check_bytes
from settings import Settings

READABLE = "CSV, TSV, JSON Lines, Excel (.xlsx) or Parquet"
SUFFIXES = ("csv", "tsv", "txt", "jsonl", "ndjson", "json", "xlsx", "xlsm", "parquet", "gz", "zip")

_FOREIGN: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"GIF8", "a picture (GIF)"),
    (b"II*\0", "a picture (TIFF)"),
    (b"MM\0*", "a picture (TIFF)"),
    (b"RIFF", "a picture, sound or film"),
    (b"ID3", "a sound file"),
    (b"OggS", "a sound file"),
    (b"{\\rtf", "a text document (RTF)"),
    (b"SQLite format 3", "a database"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"\x80\x04\x95", "a Python pickle, which is never opened because it can run code,"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_WEB_PAGE = re.compile(rb"\s*(<!doctype html|<html|<\?xml)", re.IGNORECASE)
_CONTROL = bytes(set(range(32)) - set(b"\t\n\r\f\v\x1b"))
_BLOCK_BYTES, _SPOOLED_BYTES = 1 << 20, 1 << 25
_DAMAGED = "The archive is damaged or not complete. Download or pack it again."
_NAMED_DELIMITER = {"tsv": "\t", "tab": "\t", "csv": ","}


def read_table(data: bytes, file_name: str, settings: Settings) -> Table:
    """Read a review file of any supported format into memory.

    Args:
        data: the whole file.
        file_name: its name; used for what the content leaves open, never trusted alone.
        settings: the limits on bytes, rows and columns.

    Raises:
        ReviewFileError: it cannot be read; one or two sentences say why and what to do.
    """
    with open_review_file(io.BytesIO(data), file_name, settings) as file:
        rows: list[Row] = []
        rejected: list[Rejected] = []
        for item in file.rows():
            if isinstance(item, Row):
                rows.append(item)
            else:
                rejected.append(item)
        found = file.found
        frame = as_frame(found.names, rows, rejected)
        return Table(frame, found.format, found.encoding, found.delimiter, tuple(found.notes), tuple(rejected))


class ReviewFile:
    """A review file that is read row by row, as often as needed; memory stays flat whatever its size.

    Attributes:
        found: what the last pass through it found out.
    """

    def __init__(self, file: BinaryIO, file_name: str, note: str, settings: Settings) -> None:
        """See `open_review_file`."""
        self._file, self._settings, self._note = file, settings, note
        self._suffix = PurePath(file_name).suffix.lower().lstrip(".")
        self.found = Found()
        self._size = file.seek(0, io.SEEK_END)
        file.seek(0)
        self._start = file.read(8192)
        self._encoding: Encoding | None = None

    def rows(self) -> Iterator[Row | Rejected]:
        """Yield every row from the beginning; `found` is complete at the end.

        Raises:
            ReviewFileError: it cannot be read; one or two sentences say why and what to do.
        """
        self.found = Found(notes=[self._note] if self._note else [])
        self._file.seek(0)
        if self._start.startswith(b"PK\x03\x04"):
            return read_excel(self._file, self.found, self._settings)
        if self._start.startswith(b"PAR1"):
            return read_parquet(self._file, self.found, self._settings)
        _refuse_foreign(self._start, self._suffix)
        return self._text_rows()

    def _text_rows(self) -> Iterator[Row | Rejected]:
        self._encoding = encoding = self._encoding or find_encoding(self._file)
        self.found.encoding = encoding.label
        self.found.notes += encoding.notes
        begun = "".join(itertools.islice(encoding.lines(), 20))
        if is_json(begun):
            return read_json(encoding.lines, self._size, self.found, self._settings)
        if self._suffix in {"json", "jsonl", "ndjson"}:
            raise ReviewFileError("The file is named as JSON, but does not begin with a { or [ as JSON does. Check it.")
        named = _NAMED_DELIMITER.get(self._suffix, "")
        return read_delimited(encoding.lines(), named, self.found, self._settings)


@contextmanager
def open_review_file(file: BinaryIO, file_name: str, settings: Settings) -> Iterator[ReviewFile]:
    """Open a review file of any supported format; what is packed is unpacked into a temporary file.

    Raises:
        ReviewFileError: it is empty, too large, damaged or no table of reviews.
    """
    check_bytes(file.seek(0, io.SEEK_END), settings)
    with _unpacked_file(file, file_name, settings) as (content, name, note):
        if _is_blank(content):
            raise ReviewFileError("The file is empty. Choose a file with reviews in it.")
        yield ReviewFile(content, name, note, settings)


def _is_blank(file: BinaryIO) -> bool:
    file.seek(0)
    while part := file.read(_BLOCK_BYTES):
        if part.strip(b" \t\r\n\0"):
            return False
    return True


def _refuse_foreign(data: bytes, suffix: str) -> None:
    """Refuse what is recognised as something else than a table.

    Raises:
        ReviewFileError: names what the file seems to be.
    """
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise ReviewFileError("The Excel workbook is protected by a password. Save a copy without one and retry.")
        raise ReviewFileError("Old Excel or Office files cannot be read. Open it in Excel and save it as .xlsx.")
    for magic, name in _FOREIGN:
        if data.startswith(magic):
            raise ReviewFileError(f"The file is {name} and not a table of reviews. Choose {READABLE}.")
    if data[4:8] == b"ftyp":
        raise ReviewFileError(f"The file is a film or picture and not a table of reviews. Choose {READABLE}.")
    if _WEB_PAGE.match(data[:200]):
        raise ReviewFileError(f"The file is a web page or XML and not a table of reviews. Save it as {READABLE}.")
    sample = data[:8192].replace(b"\0", b"")
    if len(sample) - len(sample.translate(None, _CONTROL)) > 0.05 * len(sample):
        if suffix == "xls":
            raise ReviewFileError("Old Excel files (.xls) cannot be read. Open it in Excel and save it as .xlsx.")
        raise ReviewFileError(f"The file is not a table of text. Choose {READABLE}.")


@contextmanager
def _unpacked_file(file: BinaryIO, file_name: str, settings: Settings) -> Iterator[tuple[BinaryIO, str, str]]:
    """Give the content of a .gz, or of a .zip that holds one file, its name, and a note; anything else as it is."""
    file.seek(0)
    start = file.read(4)
    file.seek(0)
    if start.startswith(b"\x1f\x8b"):
        with gzip.GzipFile(fileobj=file) as packed, _copied(cast("BinaryIO", packed), settings) as content:
            yield content, file_name.removesuffix(".gz"), "The file was unpacked (gzip)."
    elif start.startswith(b"PK\x03\x04") and (member := _only_member(file, settings)):
        with zipfile.ZipFile(file) as archive, _member(archive, member) as part, _copied(part, settings) as content:
            yield content, member, f"“{PurePath(member).name}” was unpacked from the archive."
    else:
        yield file, file_name, ""


def _only_member(file: BinaryIO, settings: Settings) -> str:
    """Return the name of the one file in a zip archive, or "" for an Excel workbook, which is one too."""
    check_unpacked(file, settings)
    with zipfile.ZipFile(file) as archive:
        names = [info.filename for info in archive.infolist() if not info.is_dir()]
    if "[Content_Types].xml" in names or "mimetype" in names:
        _refuse_other_office(names)
        return ""
    names = [name for name in names if not name.startswith("__MACOSX/") and not PurePath(name).name.startswith(".")]
    if len(names) != 1:
        raise ReviewFileError(f"The archive holds {len(names):,} files. Unpack it and choose one of them.")
    return names[0]


@contextmanager
def _member(archive: zipfile.ZipFile, name: str) -> Iterator[BinaryIO]:
    try:
        opened = archive.open(name)
    except DAMAGED_ARCHIVE as error:
        raise ReviewFileError(_DAMAGED) from error
    except RuntimeError as error:  # zipfile's way to say that a password is needed
        raise ReviewFileError("The archive is protected by a password. Unpack it and choose the file in it.") from error
    with opened:
        yield cast("BinaryIO", opened)


@contextmanager
def _copied(packed: BinaryIO, settings: Settings) -> Iterator[BinaryIO]:
    """Give a temporary file, in memory while it is small, with what comes out of an archive."""
    with tempfile.SpooledTemporaryFile(max_size=_SPOOLED_BYTES) as content:
        while part := _read_part(packed):
            content.write(part)
            if content.tell() > settings.max_file_megabytes * 1e6:
                raise ReviewFileError(
                    f"Unpacked, the file has more than {settings.max_file_megabytes:,.0f} MB, which is the limit. "
                    "Split it into smaller files and import them one after the other."
                )
        yield cast("BinaryIO", content)


def _read_part(packed: BinaryIO) -> bytes:
    try:
        return packed.read(_BLOCK_BYTES)
    except DAMAGED_ARCHIVE as error:
        raise ReviewFileError(_DAMAGED) from error


def _refuse_other_office(names: list[str]) -> None:
    if "xl/workbook.xml" in names:
        return
    if "xl/workbook.bin" in names:
        raise ReviewFileError("Binary Excel files (.xlsb) cannot be read. Open it in Excel and save it as .xlsx.")
    raise ReviewFileError(f"The file is an Office document that cannot be read. Save the table as {READABLE}.")
