"""The libraries of a user: the shipped reviews, and those that were imported."""

import csv
import datetime
import hashlib
import json
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from errors import LibraryDamaged, LibraryError, LibraryNotFound
from rag.annotate import models_identity
from rag.build import SHIPPED_NAME, build_in, folder_of, libraries_folder
from rag.import_file import DELETED, clear_deleted, recover_all
from rag.layout import FORMAT, OLD_MANIFEST
from rag.lock import writing
from rag.opened import Library, open_library
from rag.progress import Progress
from rag.reviews import Review
from rag.store import Store
from settings import Settings, from_environment

__all__ = [
    "SHIPPED_NAME",
    "Library",
    "LibraryInfo",
    "delete",
    "names",
    "open_library",
    "shipped",
    "shipped_reviews",
    "unreadable",
]

_SHIPPED_PREFIX = "shipped-"
_shipped_guard = threading.Lock()


@dataclass(frozen=True)
class LibraryInfo:
    """A library that can be opened."""

    name: str
    folder: Path
    count: int
    created: datetime.datetime
    generation: int = 0


@dataclass(frozen=True)
class Unreadable:
    """A library that is there but cannot be opened, and the sentence that says why and how to go on."""

    name: str
    folder: Path
    reason: str


def names(settings: Settings | None = None) -> list[LibraryInfo]:
    """Return the imported libraries, newest first; those that cannot be opened and the shipped one are left out."""
    found = [info for info in _all(settings) if isinstance(info, LibraryInfo)]
    return sorted(found, key=lambda info: info.created, reverse=True)


def unreadable(settings: Settings | None = None) -> list[Unreadable]:
    """Return the imported libraries that cannot be opened: damaged, or of another format."""
    return [info for info in _all(settings) if isinstance(info, Unreadable)]


def _all(settings: Settings | None) -> Iterator[LibraryInfo | Unreadable]:
    folder = libraries_folder(settings or from_environment())
    recover_all(folder)
    for found in sorted(folder.glob("*/")):
        if not found.name.startswith((_SHIPPED_PREFIX, ".")):
            yield _look_at(found)


def _look_at(folder: Path) -> LibraryInfo | Unreadable:
    try:
        store = Store(folder)
    except LibraryError as error:
        return Unreadable(_old_name(folder) or folder.name, folder, str(error))
    manifest, alive = store.manifest, store.manifest.count - len(store.dead)
    store.close()
    return LibraryInfo(manifest.name, folder, alive, manifest.created, manifest.generation)


def _old_name(folder: Path) -> str:
    """Return the name that a library of the earlier format gave itself, "" if there is none."""
    try:
        return str(json.loads((folder / OLD_MANIFEST).read_text("utf-8"))["name"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def delete(name: str, settings: Settings | None = None) -> None:
    """Delete an imported library for good. Whoever has it open may finish reading.

    Raises:
        LibraryNotFound: there is no library of that name.
        LibraryBusy: an import writes to it.
    """
    folder = folder_of(name, settings or from_environment())
    if not folder.exists():
        known = ", ".join(info.name for info in names(settings)) or "none yet"
        raise LibraryNotFound(f"There is no library called {name!r}. Known: {known}.")
    with writing(folder, name, "deleted"):
        _remove(folder)
        clear_deleted(folder.parent)


def shipped(settings: Settings | None = None, progress: Callable[[Progress], None] | None = None) -> Library:
    """Return the library of the 700 shipped reviews, built on first use and kept in the user's store.

    Another file or another model gives another library. Two processes that start at once may both build it; the first
    to finish puts it in place and the other takes that one.
    """
    settings = settings or from_environment()
    with _shipped_guard:
        folder = libraries_folder(settings) / (_SHIPPED_PREFIX + _shipped_identity(settings))
        if folder.exists():
            try:
                return open_library(folder, settings)
            except LibraryDamaged:  # a copy of what ships: made anew, nothing of the user's is lost
                _remove(folder)
        try:
            return build_in(folder, shipped_reviews(settings), SHIPPED_NAME, settings, progress)
        except LibraryError:
            if not folder.exists():
                raise
            return open_library(folder, settings)


def shipped_reviews(settings: Settings | None = None) -> list[Review]:
    """Read the shipped reviews. The emotion they were written to carry is not read: only benchmarks may see it."""
    path = _shipped_file(settings or from_environment())
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Review(
                id=row["id"],
                text=row["text"],
                title=row["title"],
                product=row["product"],
                category=row["category"],
                date=datetime.date.fromisoformat(row["date"]),
                rating=float(row["rating"]),
                channel=row["channel"],
            )
            for row in csv.DictReader(file)
        ]


def _shipped_file(settings: Settings) -> Path:
    return settings.data_folder / "reviews.csv"


def _shipped_identity(settings: Settings) -> str:
    models = models_identity(settings)
    parts = [_shipped_file(settings).read_bytes(), *(models[task].encode() for task in sorted(models))]
    return hashlib.sha256(b"\n".join([*parts, str(FORMAT).encode()])).hexdigest()[:16]


def _remove(folder: Path) -> None:
    """Take the folder out of sight in one step, then delete it."""
    grave = folder.with_name(f"{DELETED}{folder.name}-{time.time_ns()}")
    folder.rename(grave)
    shutil.rmtree(grave, ignore_errors=True)
