"""Bytes -> lines of text: the encoding of a review file is found, said, and never a reason to fail."""

import codecs
import io
import re
from collections.abc import Callable, Iterator
from typing import BinaryIO, NamedTuple

import charset_normalizer

from rag.table import counted

_SAMPLE_BYTES = 65_536
_BLOCK_BYTES = 1 << 20
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8"),
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
_LEGACY = [
    "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp949", "cp932", "gb18030", "big5",
]  # fmt: skip
_UNLIKELY_WEST = re.compile(r"[a-z][¹³¿¼¾¯¡£¥]|[ðþýÞÝ]")


class Encoding(NamedTuple):
    """How the text of a file is encoded, what the user should know about it, and how its lines are read."""

    label: str
    notes: list[str]
    lines: Callable[[], Iterator[str]]
    """Begins to read from the start; every line with its end, without NUL characters."""


def find_encoding(file: BinaryIO) -> Encoding:
    """Go through a text file once and find its encoding; never fails, what cannot be read is replaced and noted.

    UTF-8 (with or without byte order mark), UTF-16 and UTF-32 are certain. A file that is UTF-8 in part is decoded
    line by line, its other lines as Windows-1252. Anything else is guessed by charset-normalizer.
    """
    file.seek(0)
    start = file.read(4096)
    for bom, codec, label in _BOMS:
        if start.startswith(bom) and label != "UTF-8":
            return _decoded(file, codec, label)
    if codec := _utf16_without_bom(start):
        return _decoded(file, codec, "UTF-16")
    if not _is_utf8_throughout(file):
        return _legacy(file)
    has_bom = start.startswith(codecs.BOM_UTF8)
    return _decoded(file, "utf-8-sig", "UTF-8 with BOM" if has_bom else "UTF-8")


def _decoded(file: BinaryIO, codec: str, label: str, notes: tuple[str, ...] = ()) -> Encoding:
    def lines() -> Iterator[str]:
        file.seek(0)
        text = io.TextIOWrapper(file, codec, "replace", newline="")
        try:
            for line in text:  # noqa: UP028 - a "yield from" that is given up closes the text, and so the file
                yield line
        finally:
            if not file.closed:  # given up after the file was closed (an import that was stopped): nothing to let go of
                text.detach()

    return _without_nul(label, notes, lines)


def _by_line(file: BinaryIO, decode: Callable[[bytes], str], label: str, note: str) -> Encoding:
    def lines() -> Iterator[str]:
        file.seek(0)
        for raw in file:
            yield from io.StringIO(decode(raw), newline="")

    return _without_nul(label, (note,), lines)


def _without_nul(label: str, notes: tuple[str, ...], lines: Callable[[], Iterator[str]]) -> Encoding:
    nuls = sum(line.count("\0") for line in lines())
    if not nuls:
        return Encoding(label, list(notes), lines)
    note = f"{counted(nuls, 'NUL character')} left out: they cannot be shown."
    return Encoding(label, [*notes, note], lambda: (line.replace("\0", "") for line in lines()))


def _utf16_without_bom(sample: bytes) -> str:
    """Return the codec if every other byte of the sample is mostly zero, as in UTF-16 of Latin letters; else ""."""
    half = len(sample) // 2
    if half and sample[1::2].count(0) > 0.6 * half and sample[0::2].count(0) < 0.1 * half:
        return "utf-16-le"
    if half and sample[0::2].count(0) > 0.6 * half and sample[1::2].count(0) < 0.1 * half:
        return "utf-16-be"
    return ""


def _is_utf8_throughout(file: BinaryIO) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    file.seek(0)
    try:
        while part := file.read(_BLOCK_BYTES):
            decoder.decode(part)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _legacy(file: BinaryIO) -> Encoding:
    """Find how to read what is not UTF-8 throughout: mixed line by line, or one older encoding."""
    lines = foreign = broken = 0
    sample = bytearray()
    file.seek(0)
    for lines, line in enumerate(file, start=1):  # noqa: B007 - the count is needed
        if not line.isascii():
            foreign += 1
            if not _is_utf8(line):
                broken += 1
                if len(sample) < _SAMPLE_BYTES:
                    sample += line
    if foreign - broken >= 0.1 * foreign:
        note = (
            f"The file mixes encodings: {broken:,} of its {lines:,} lines are not UTF-8 and were read as "
            "Windows-1252. Check that accents and signs look right."
        )
        return _by_line(file, _utf8_or_windows, "UTF-8 and Windows-1252", note)
    codec = _older_codec(bytes(sample[:_SAMPLE_BYTES]))
    label = codecs.lookup(codec).name.replace("cp125", "Windows-125")
    note = f"The file is not UTF-8; it was read as {label}. If accents or signs look wrong, save it as UTF-8."
    return _by_line(file, _windows, label, note) if codec == "cp1252" else _decoded(file, codec, label, (note,))


def _utf8_or_windows(line: bytes) -> str:
    return line.decode("utf-8") if _is_utf8(line) else _windows(line)


def _older_codec(sample: bytes) -> str:
    """Guess an encoding from before Unicode; Western European unless the sample speaks against it.

    Short Western texts make as much sense in the Central European or Turkish page to charset-normalizer; those are
    believed only where the Western reading has signs within words or letters that are rare in the West.
    """
    guess = charset_normalizer.from_bytes(sample, cp_isolation=_LEGACY).best()
    codec = guess.encoding if guess else "cp1252"
    if codec in {"cp1250", "cp1254"}:
        western = _windows(sample)
        if len(_UNLIKELY_WEST.findall(western)) <= 0.05 * sum(not letter.isascii() for letter in western):
            return "cp1252"
    return codec


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _windows(data: bytes) -> str:
    """Decode Windows-1252; the five bytes it leaves undefined are taken as Latin-1."""
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in data)
