"""One writer at a time: a lock beside the folder of a library, and who holds it."""

import datetime
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import BaseFileLock, FileLock, Timeout

from errors import LibraryBusy

_CURE = "Try again when it is done, or wait for it (on the command line: --wait)."
_POLL_SECONDS = 0.2


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
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    lock, told = _files(folder)
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        if not wait:
            raise LibraryBusy(f"{_busy(name, told)} {_CURE}") from error
        if waiting is not None:
            waiting(_busy(name, told))
        lock.acquire(poll_interval=_POLL_SECONDS)
    try:
        since = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
        told.write_text(json.dumps({"process": os.getpid(), "since": since, "doing": doing}), "utf-8")
        yield
    finally:
        with suppress(OSError):
            told.unlink()
        lock.release()


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
