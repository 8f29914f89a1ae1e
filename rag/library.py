"""The libraries of a user: the shipped reviews, and those that were imported."""

import csv
import datetime
import hashlib
import shutil
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from errors import LibraryDamaged, LibraryError, LibraryNotFound
from rag.annotate import models_identity
from rag.build import Progress, build_in, folder_of, libraries_folder
from rag.import_file import recover_all
from rag.layout import FORMAT
from rag.lock import writing
from rag.opened import Facets, Library, open_library
from rag.reviews import Review
from rag.store import Store
from settings import Settings, from_environment

__all__ = ["Facets", "Library", "LibraryInfo", "delete", "names", "open_library", "shipped", "shipped_reviews"]

SHIPPED_NAME = "Example reviews"
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


def names(settings: Settings | None = None) -> list[LibraryInfo]:
    """Return the imported libraries, newest first; unfinished and damaged ones and the shipped one are left out."""
    found = []
    recover_all(libraries_folder(settings or from_environment()))
    for folder in libraries_folder(settings or from_environment()).glob("*/"):
        if folder.name.startswith((_SHIPPED_PREFIX, ".")):
            continue
        try:
            store = Store(folder)
        except LibraryError:
            continue
        manifest, alive = store.manifest, store.manifest.count - len(store.dead)
        found.append(LibraryInfo(manifest.name, folder, alive, manifest.created, manifest.generation))
        store.close()
    return sorted(found, key=lambda info: info.created, reverse=True)


def delete(name: str, settings: Settings | None = None) -> None:
    """Delete an imported library for good. Whoever has it open may finish reading.

    Raises:
        LibraryNotFound: there is no library of that name.
        LibraryBusy: an import writes to it.
    """
    folder = folder_of(name, settings or from_environment())
    if not folder.exists():
        raise LibraryNotFound(f"There is no library called {name!r}.")
    with writing(folder, name, "deleted"):
        _remove(folder)


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
    grave = folder.with_name(f".deleted-{folder.name}-{threading.get_ident()}")
    folder.rename(grave)
    shutil.rmtree(grave, ignore_errors=True)
