"""How every training command says what it cannot use: one sentence and a status other than 0, never a traceback."""

from __future__ import annotations

import argparse
import functools
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from errors import InputError, MoodlensError

P = ParamSpec("P")
R = TypeVar("R")
_OF_PATHS = (FileNotFoundError, NotADirectoryError, IsADirectoryError, FileExistsError, PermissionError)


class UnusableInput(InputError, ValueError):
    """What a command was given (arguments, files, folders of earlier runs) does not fit; the message is a sentence."""


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


def require_files(folder: Path, names: Iterable[str]) -> None:
    """Check that a folder of data holds all the files `names`.

    Raises:
        FileNotFoundError: there is no such folder, or files are missing; the message names them.
    """
    if not folder.is_dir():
        raise FileNotFoundError(f"There is no folder {folder}.")
    if missing := [name for name in names if not (folder / name).is_file()]:
        raise FileNotFoundError(f"{folder} lacks {', '.join(missing)}.")


def existing_file(text: str) -> Path:
    """Return the path of a file that an argument names; for `type` of argparse, which tells what is wrong.

    Raises:
        argparse.ArgumentTypeError: there is no such file.
    """
    if not (path := Path(text)).is_file():
        raise argparse.ArgumentTypeError(f"there is no file {text}")
    return path


def checkpoint_folder(text: str) -> Path:
    """The same for a folder in Hugging Face format, which holds a config.json."""
    if not (Path(text) / "config.json").is_file():
        raise argparse.ArgumentTypeError(f"{text} is not the folder of a checkpoint: it has no config.json")
    return Path(text)


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
