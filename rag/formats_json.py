"""JSON Lines, a JSON array, or an object that holds a list of records -> rows. Nested objects become dotted names.

JSON Lines are read line by line. A document is parsed as a whole up to IN_MEMORY bytes, and record by record with ijson
where it is larger.
"""

import itertools
import json
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from errors import ReviewFileError
from rag.column_names import KNOWN_NAMES
from rag.columns import plain_name
from rag.table import Found, Rejected, Row, check_columns, reject, without_surrogates
from settings import Settings

_DEEPEST = 5
_TRIED_LINES = 20
IN_MEMORY = 32_000_000

_Numbered = tuple[int, dict[str, Any]]


def read_json(
    lines: Callable[[], Iterator[str]], size: int, found: Found, settings: Settings
) -> Iterator[Row | Rejected]:
    """Yield the rows of JSON text and say which format it is: "JSON Lines" or "JSON".

    A broken line of JSON Lines is rejected with its number; a broken array cannot be read at all.

    Args:
        lines: begins to read the text from its start, line ends included.
        size: of the file in bytes.

    Raises:
        ReviewFileError: not JSON, no list of records in it, too many columns or rows.
    """
    first = list(itertools.islice((line for line in _split(lines()) if line.strip()), _TRIED_LINES))
    found.format = "JSON Lines"
    if len(first) > 1 and isinstance(_parsed(first[0]), dict):
        yield from _collect(_records_by_line(lines()), found, settings)
        return
    if size > IN_MEMORY:
        records = _records_streamed(lines)
    else:
        try:
            records = _records_of(json.loads("".join(lines()).lstrip("\ufeff")))
        except (ValueError, RecursionError) as error:
            if any(isinstance(_parsed(line), dict) for line in first):
                yield from _collect(_records_by_line(lines()), found, settings)
                return
            raise _damaged(error) from error
    found.format = "JSON"
    yield from _collect(records, found, settings)


def _split(lines: Iterator[str]) -> Iterator[str]:
    """Yield lines that end at a line feed only, as JSON Lines do; a bare carriage return is a space there."""
    begun = ""
    for number, line in enumerate(lines):
        begun += line if number else line.lstrip("\ufeff")
        if begun.endswith("\n"):
            yield begun[:-1]
            begun = ""
    yield begun


class _Text:
    """Lines of text as the file of UTF-8 bytes that ijson reads."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines

    def read(self, size: int = -1) -> bytes:
        if size == 0:
            return b""
        return next((line.encode("utf-8", "replace") for line in self._lines if line), b"")


def _records_streamed(lines: Callable[[], Iterator[str]]) -> Iterator[_Numbered]:
    """Yield the records of a large document without holding it."""
    import ijson

    try:
        prefix = _longest_list(ijson.parse(_Text(lines()), use_float=True))
        items = ijson.items(_Text(lines()), prefix, use_float=True)
        for number, record in enumerate(items, start=1):
            yield number, record if isinstance(record, dict) else {"text": record}
    except ijson.JSONError as error:
        raise ReviewFileError(
            f"The JSON breaks off or is damaged ({error}). "
            "Repair it, or save one record per line (JSON Lines), where single broken lines do no harm."
        ) from error


def _longest_list(events: Iterator[tuple[str, str, Any]]) -> str:
    """Return where the records are: in the document itself, in the longest list directly inside it, or else in the
    longest one of objects further in."""
    lengths: Counter[str] = Counter()
    deeper: Counter[str] = Counter()
    starts = ("start_map", "start_array", "string", "number", "boolean", "null")
    for prefix, event, _ in events:
        if prefix == "" and event == "start_array":
            return "item"
        if prefix.endswith(".item") and prefix.count(".") == 1 and event in starts:
            lengths[prefix] += 1
        elif event == "start_map" and prefix.endswith(".item") and prefix.count("item") == 1:
            deeper[prefix] += 1
    lengths = lengths or deeper
    if not lengths:
        raise ReviewFileError("The JSON holds a single value. A list of records, one per review, is needed.")
    return lengths.most_common(1)[0][0]


def is_json(text: str) -> bool:
    """Whether the text starts like JSON rather than like a table whose first name begins with a bracket."""
    start = text.lstrip("\ufeff \t\r\n")[:1000]
    return start.startswith(("{", "[")) and start[1:].lstrip()[:1] in {'"', "'", "{", "[", "}", "]"}


def _parsed(line: str) -> Any:
    """Return the parsed line, or None where it is not JSON."""
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def _damaged(error: ValueError | RecursionError) -> ReviewFileError:
    if isinstance(error, json.JSONDecodeError):
        return ReviewFileError(
            f"The JSON breaks off or is damaged at line {error.lineno:,}, column {error.colno:,} ({error.msg}). "
            "Repair it there, or save one record per line (JSON Lines), where single broken lines do no harm."
        )
    return ReviewFileError("The JSON is nested too deeply or holds numbers too long to be read.")


def _records_of(document: Any) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the records of a list, or of the longest list inside an object, counted from 1."""
    if isinstance(document, dict):
        lists = [value for value in document.values() if isinstance(value, list)] or list(_lists_of_reviews(document))
        document = max(lists, key=len) if lists else [document]
    if not isinstance(document, list):
        raise ReviewFileError("The JSON holds a single value. A list of records, one per review, is needed.")
    for number, record in enumerate(document, start=1):
        yield number, record if isinstance(record, dict) else {"text": record}


def _lists_of_reviews(document: dict[str, Any], depth: int = 1) -> Iterator[list[Any]]:
    """Yield the lists further inside an object whose records have a name that texts of reviews have: what a web
    service answers. Other lists are part of one record."""
    for value in document.values():
        if isinstance(value, dict) and depth < _DEEPEST:
            yield from _lists_of_reviews(value, depth + 1)
        elif isinstance(value, list) and value and _is_review(value[0]):
            yield value


def _is_review(record: Any) -> bool:
    return isinstance(record, dict) and any(plain_name(name) in KNOWN_NAMES["text"] for name in record)


def _records_by_line(lines: Iterator[str]) -> Iterator[_Numbered | Rejected]:
    for number, line in enumerate(_split(lines), start=1):
        if not line.strip():
            continue
        record = _parsed(line)
        if isinstance(record, dict):
            yield number, record
        else:
            yield reject(number, "This line is not a JSON record. Repair its quotes, commas and brackets.", line)


def _collect(
    records: Iterator[_Numbered] | Iterator[_Numbered | Rejected], found: Found, settings: Settings
) -> Iterator[Row | Rejected]:
    columns: dict[str, None] = {}
    for record in records:
        if isinstance(record, Rejected):
            yield record
            continue
        flat = dict(_flat(record[1]))
        if not columns.keys() >= flat.keys():
            columns.update(dict.fromkeys(flat))
            check_columns(len(columns), settings)
            found.header = list(columns)
        yield found.row(record[0], [flat.get(name, "") for name in columns], settings)


def _flat(record: dict[str, Any], prefix: str = "", depth: int = 1) -> Iterator[tuple[str, str]]:
    for key, value in record.items():
        name = without_surrogates(f"{prefix}{key}")
        if isinstance(value, dict) and depth < _DEEPEST:
            yield from _flat(value, f"{name}.", depth + 1)
        else:
            yield name, as_text(value)


def as_text(value: Any) -> str:
    """Return a value as a cell: None empty, whole numbers without a point, lists and objects as JSON.

    >>> [as_text(value) for value in (None, 4.0, True, ["a", 1])]
    ['', '4', 'true', '["a", 1]']
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return without_surrogates(value.replace("\0", ""))
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, list | dict):
        return without_surrogates(json.dumps(value, ensure_ascii=False, default=str))
    return str(value)
