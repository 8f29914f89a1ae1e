"""One writer at a time: a lock beside the folder of a library, and who holds it."""

import datetime
import errno
import json
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import BaseFileLock, FileLock, Timeout

from errors import LibraryBusy, LibraryError

_CURE = "Try again when it is done; an import can wait for it (on the command line: --wait)."
_POLL_SECONDS = 0.2
_NO_RIGHT = (errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOENT, errno.ENOTDIR, errno.EEXIST)


@contextmanager
def writing(
    folder: Path, name: str, doing: str, *, wait: bool = False, waiting: Callable[[str], None] | None = None
) -> Iterator[None]:
    """Hold the right to change a library, or to make one in this folder. A process that dies lets go of it.

    Args:
        folder: of the library; need not exist.
        name: of the library, for messages.
        doing: what for, in words that follow "is being": "imported to", "deleted".
        wait: wait until it is free instead of failing.
        waiting: told once, in the user's words, for whom.

    Raises:
        LibraryBusy: another process or thread holds it; the message says which, since when, what for.
        LibraryError: the folder of the libraries cannot be written to; the message says why.
    """
    lock, told = _files(folder)
    try:
        with _writable(folder.parent):
            folder.parent.mkdir(parents=True, exist_ok=True)
            lock.acquire(timeout=0)
    except Timeout as error:
        if not wait:
            raise LibraryBusy(f"{_busy(name, told)} {_CURE}") from error
        if waiting is not None:
            waiting(_busy(name, told))
        lock.acquire(poll_interval=_POLL_SECONDS)
    try:
        since = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
        with _writable(folder.parent):
            told.write_text(json.dumps({"process": os.getpid(), "since": since, "doing": doing}), "utf-8")
        yield
    finally:
        with suppress(OSError):
            told.unlink()
        lock.release()


@contextmanager
def _writable(folder: Path) -> Iterator[None]:
    """Say what it means for the user that nothing can be written to the folder of the libraries."""
    try:
        yield
    except Timeout:
        raise
    except OSError as error:
        raise LibraryError(f"Nothing can be written to {folder}: {reason(error)}") from error


def reason(error: OSError | sqlite3.Error) -> str:
    """Return why something could not be written, and what helps, as sentences that follow a colon."""
    why = (getattr(error, "strerror", None) or str(error)).rstrip(".")
    number = getattr(error, "errno", None)
    if number in (errno.ENOSPC, errno.EDQUOT) or "full" in why:
        return f"{why}. Free some space and try again."
    if number in _NO_RIGHT or "readonly" in why:
        return f"{why}. Ask for the right to write there, or name another folder in MOODLENS_STORE_FOLDER."
    return f"{why}. Try again."


def is_being_written(folder: Path) -> bool:
    """Whether a process or thread is changing a library now."""
    lock, told = _files(folder)
    if not told.exists():  # else a look at the lock could turn away a writer that comes at this moment
        return False
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return True
    lock.release()
    return False


def _files(folder: Path) -> tuple[BaseFileLock, Path]:
    lock = FileLock(folder.parent / f".{folder.name}.lock", thread_local=False)
    return lock, folder.parent / f".{folder.name}.writer.json"


def _busy(name: str, told: Path) -> str:
    try:
        holder = json.loads(told.read_text("utf-8"))
        since = datetime.datetime.fromisoformat(holder["since"]).astimezone()
        who = f"{holder['doing']} by process {holder['process']} since {since:%H:%M:%S on %d %B}"
    except (OSError, ValueError, KeyError, TypeError):
        who = "changed by another process"
    return f"The library {name!r} is being {who}."
