"""How every training command says what it cannot use: one sentence and a status other than 0, never a traceback."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from errors import InputError, MoodlensError

P = ParamSpec("P")
R = TypeVar("R")
_OF_PATHS = (FileNotFoundError, NotADirectoryError, IsADirectoryError, FileExistsError, PermissionError)


def command(main: Callable[P, R]) -> Callable[P, R]:
    """Decorate the `main` of a command: what it was given and cannot be used ends it with a sentence and status 1.

    Caught are this project's own errors and files or folders that are not there or not as expected. Everything else
    is a mistake of the program and keeps its traceback.

    Raises:
        SystemExit: with that sentence.
    """

    @functools.wraps(main)
    def told(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return main(*args, **kwargs)
        except (MoodlensError, *_OF_PATHS) as error:
            raise SystemExit(sentence(error)) from error

    return told


def sentence(error: Exception) -> str:
    """Return what went wrong, in one sentence; of an error of the operating system with the path it is about."""
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: {error.strerror}."
    said = str(error)
    return said if said.endswith(".") else f"{said}."


def read_facts(path: Path, needed: Iterable[str], cure: str) -> dict[str, Any]:
    """Return the JSON object in `path`; `cure` says which folder holds the right one.

    Raises:
        FileNotFoundError: there is no such file.
        InputError: it is no JSON object with all the keys `needed`: it belongs to something else.
    """
    try:
        facts = json.loads(path.read_text(encoding="utf-8"))
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read as JSON; {cure}.") from error
    missing = [name for name in needed if not isinstance(facts, dict) or name not in facts]
    if missing:
        raise InputError(f"{path} has no {missing[0]!r}; {cure}.")
    return dict(facts)
