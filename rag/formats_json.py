"""JSON Lines, a JSON array, or an object that holds one list of records -> rows. Nested objects become dotted names."""

import json
from collections.abc import Iterator
from typing import Any

from errors import ReviewFileError
from rag.table import Rows, check_columns, without_surrogates
from settings import Settings

_DEEPEST = 5
_TRIED_LINES = 20


def read_json(text: str, settings: Settings) -> tuple[Rows, str]:
    """Return the rows of JSON text and the format found: "JSON Lines" or "JSON".

    A broken line of JSON Lines is rejected with its number; a broken array cannot be read at all.

    Raises:
        ReviewFileError: not JSON, no list of records in it, too many columns or rows.
    """
    lines = [line for line in text.lstrip("\ufeff").split("\n") if line.strip()]
    if len(lines) > 1 and isinstance(_parsed(lines[0]), dict):
        return _read_lines(text, settings), "JSON Lines"
    try:
        document = json.loads(text.lstrip("\ufeff"))
    except (ValueError, RecursionError) as error:
        if any(isinstance(_parsed(line), dict) for line in lines[:_TRIED_LINES]):
            return _read_lines(text, settings), "JSON Lines"
        raise _damaged(error) from error
    return _collect(_records_of(document), Rows([]), settings), "JSON"


def _read_lines(text: str, settings: Settings) -> Rows:
    rows = Rows([])
    return _collect(_records_by_line(text, rows), rows, settings)


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
        lists = [value for value in document.values() if isinstance(value, list)]
        document = max(lists, key=len) if lists else [document]
    if not isinstance(document, list):
        raise ReviewFileError("The JSON holds a single value. A list of records, one per review, is needed.")
    for number, record in enumerate(document, start=1):
        yield number, record if isinstance(record, dict) else {"text": record}


def _records_by_line(text: str, rows: Rows) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in enumerate(text.lstrip("\ufeff").split("\n"), start=1):
        if not line.strip():
            continue
        record = _parsed(line)
        if isinstance(record, dict):
            yield number, record
        else:
            rows.reject(number, "This line is not a JSON record. Repair its quotes, commas and brackets.", line)


def _collect(records: Iterator[tuple[int, dict[str, Any]]], rows: Rows, settings: Settings) -> Rows:
    columns: dict[str, None] = {}
    for number, record in records:
        flat = dict(_flat(record))
        columns.update(dict.fromkeys(flat))
        check_columns(len(columns), settings)
        rows.add(number, [flat.get(name, "") for name in columns], settings)
    rows.header = list(columns)
    for row in rows.rows:
        row.extend([""] * (len(columns) - len(row)))
    return rows


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
