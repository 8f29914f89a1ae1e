"""Any review file -> a table of text: looks at the first bytes, then at the name, and hands over to the reader.

Reads CSV, TSV (any of , ; tab |), JSON Lines, JSON, Excel .xlsx and Parquet, and a .gz or .zip that holds one of them.
Each input that cannot be read gets one sentence that says what it is and what to do.
"""

import gzip
import io
import re
import zipfile
from collections.abc import Callable
from pathlib import PurePath

from errors import ReviewFileError
from rag.formats_binary import DAMAGED_ARCHIVE, check_unpacked, read_excel, read_parquet
from rag.formats_encoding import decode
from rag.formats_json import is_json, read_json
from rag.formats_text import read_delimited
from rag.table import Rows, Table, check_bytes
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
_NAMED_DELIMITER = {"tsv": "\t", "tab": "\t", "csv": ","}


def read_table(data: bytes, file_name: str, settings: Settings) -> Table:
    """Read a review file of any supported format.

    Args:
        data: the whole file.
        file_name: its name; used for what the content leaves open, never trusted alone.
        settings: the limits on bytes, rows and columns.

    Raises:
        ReviewFileError: it cannot be read; one or two sentences say why and what to do.
    """
    check_bytes(len(data), settings)
    data, file_name, note = _unpack(data, file_name, settings)
    if not data.strip(b" \t\r\n\0"):
        raise ReviewFileError("The file is empty. Choose a file with reviews in it.")
    table = _read(data, PurePath(file_name).suffix.lower().lstrip("."), settings)
    notes = (note, *table.notes) if note else table.notes
    return Table(table.frame, table.format, table.encoding, table.delimiter, notes, table.rejected)


def _read(data: bytes, suffix: str, settings: Settings) -> Table:
    if data.startswith(b"PK\x03\x04"):
        return _table(read_excel(data, settings), "Excel")
    if data.startswith(b"PAR1"):
        return _table(read_parquet(data, settings), "Parquet")
    _refuse_foreign(data, suffix)
    decoded = decode(data)
    if is_json(decoded.text):
        rows, found = read_json(decoded.text, settings)
        return _table(rows, found, decoded.encoding, "", decoded.notes)
    if suffix in {"json", "jsonl", "ndjson"}:
        raise ReviewFileError("The file is named as JSON, but does not begin with a { or [ as JSON does. Check it.")
    rows, delimiter = read_delimited(decoded.text, _NAMED_DELIMITER.get(suffix, ""), settings)
    return _table(rows, "TSV" if delimiter == "\t" else "CSV", decoded.encoding, delimiter, decoded.notes)


def _table(rows: Rows, found: str, encoding: str = "", delimiter: str = "", notes: list[str] | None = None) -> Table:
    all_notes = (*(notes or ()), *rows.notes)
    return Table(rows.to_frame(), found, encoding, delimiter, all_notes, tuple(rows.rejected))


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


def _unpack(data: bytes, file_name: str, settings: Settings) -> tuple[bytes, str, str]:
    """Return the content of a .gz, or of a .zip that holds one file, its name, and a note; anything else as it is."""
    if data.startswith(b"\x1f\x8b"):
        return _gunzip(data, settings), file_name.removesuffix(".gz"), "The file was unpacked (gzip)."
    if not data.startswith(b"PK\x03\x04"):
        return data, file_name, ""
    check_unpacked(data, settings)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = [info.filename for info in archive.infolist() if not info.is_dir()]
        if "[Content_Types].xml" in names or "mimetype" in names:
            _refuse_other_office(names)
            return data, file_name, ""
        names = [name for name in names if not name.startswith("__MACOSX/") and not PurePath(name).name.startswith(".")]
        if len(names) != 1:
            raise ReviewFileError(f"The archive holds {len(names):,} files. Unpack it and choose one of them.")
        content = _unpacked(lambda: archive.read(names[0]))
    return content, names[0], f"“{PurePath(names[0]).name}” was unpacked from the archive."


def _refuse_other_office(names: list[str]) -> None:
    if "xl/workbook.xml" in names:
        return
    if "xl/workbook.bin" in names:
        raise ReviewFileError("Binary Excel files (.xlsb) cannot be read. Open it in Excel and save it as .xlsx.")
    raise ReviewFileError(f"The file is an Office document that cannot be read. Save the table as {READABLE}.")


def _gunzip(data: bytes, settings: Settings) -> bytes:
    limit = int(settings.max_file_megabytes * 1e6)
    with gzip.GzipFile(fileobj=io.BytesIO(data)) as packed:
        content = _unpacked(lambda: packed.read(limit + 1))
    if len(content) > limit:
        raise ReviewFileError(
            f"Unpacked, the file has more than {settings.max_file_megabytes:,.0f} MB, which is the limit. "
            "Split it into smaller files and import them one after the other."
        )
    return content


def _unpacked(read: Callable[[], bytes]) -> bytes:
    try:
        return read()
    except DAMAGED_ARCHIVE as error:
        raise ReviewFileError("The archive is damaged or not complete. Download or pack it again.") from error
    except RuntimeError as error:  # zipfile's way to say that a password is needed
        raise ReviewFileError("The archive is protected by a password. Unpack it and choose the file in it.") from error
