"""Bytes -> text: the encoding of a review file is found, said, and never a reason to fail."""

import codecs
import re
from typing import NamedTuple

import charset_normalizer

from rag.table import counted

_SAMPLE_BYTES = 65_536
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


class Decoded(NamedTuple):
    """A file's text, the encoding it was found to have, and what the user should know about it."""

    text: str
    encoding: str
    notes: list[str]


def decode(data: bytes) -> Decoded:
    """Find the encoding of a text file and decode it; never fails, what cannot be read is replaced and noted.

    UTF-8 (with or without byte order mark), UTF-16 and UTF-32 are certain. A file that is UTF-8 in part is decoded
    line by line, its other lines as Windows-1252. Anything else is guessed by charset-normalizer.
    """
    for bom, codec, label in _BOMS:
        if data.startswith(bom):
            if label == "UTF-8":
                return _decode_utf8(data[len(bom) :], "UTF-8 with BOM")
            return _without_nul(data.decode(codec, "replace"), label)
    if codec := _utf16_without_bom(data[:4096]):
        return _without_nul(data.decode(codec, "replace"), "UTF-16")
    return _decode_utf8(data, "UTF-8")


def _utf16_without_bom(sample: bytes) -> str:
    """Return the codec if every other byte of the sample is mostly zero, as in UTF-16 of Latin letters; else ""."""
    half = len(sample) // 2
    if half and sample[1::2].count(0) > 0.6 * half and sample[0::2].count(0) < 0.1 * half:
        return "utf-16-le"
    if half and sample[0::2].count(0) > 0.6 * half and sample[1::2].count(0) < 0.1 * half:
        return "utf-16-be"
    return ""


def _decode_utf8(data: bytes, label: str) -> Decoded:
    try:
        return _without_nul(data.decode("utf-8"), label)
    except UnicodeDecodeError:
        return _decode_legacy(data)


def _without_nul(text: str, encoding: str, notes: tuple[str, ...] = ()) -> Decoded:
    if "\0" not in text:
        return Decoded(text, encoding, list(notes))
    note = f"{counted(text.count(chr(0)), 'NUL character')} left out: they cannot be shown."
    return Decoded(text.replace("\0", ""), encoding, [*notes, note])


def _decode_legacy(data: bytes) -> Decoded:
    """Decode what is not UTF-8 throughout: mixed line by line, or one older encoding."""
    lines = data.split(b"\n")
    foreign = [line for line in lines if not line.isascii()]
    broken = [line for line in foreign if not _is_utf8(line)]
    if len(foreign) - len(broken) >= 0.1 * len(foreign):
        text = "\n".join(line.decode("utf-8") if _is_utf8(line) else _windows(line) for line in lines)
        note = (
            f"The file mixes encodings: {len(broken):,} of its {len(lines):,} lines are not UTF-8 and were read as "
            "Windows-1252. Check that accents and signs look right."
        )
        return _without_nul(text, "UTF-8 and Windows-1252", (note,))
    codec = _older_codec(b"\n".join(broken)[:_SAMPLE_BYTES])
    text = _windows(data) if codec == "cp1252" else data.decode(codec, "replace")
    label = codecs.lookup(codec).name.replace("cp125", "Windows-125")
    note = f"The file is not UTF-8; it was read as {label}. If accents or signs look wrong, save it as UTF-8."
    return _without_nul(text, label, (note,))


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
