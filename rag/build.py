"""Reviews in, library out: tagged in chunks, written beside the others, and put in place in one step."""

import datetime
import itertools
import os
import re
import secrets
import shutil
import sqlite3
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Sized
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from backends.weights import digest
from errors import ImportCancelled, LibraryError
from rag import manifest as manifests
from rag import opened
from rag.annotate import Annotator
from rag.index import METRIC
from rag.manifest import Manifest, identity
from rag.opened import Library, open_library
from rag.reviews import Review
from rag.writer import LibraryWriter
from settings import Settings

CHUNK = 64
_UNFINISHED = ".building-"
_FORGOTTEN_SECONDS = 86_400


@dataclass(frozen=True)
class Progress:
    """How far an import is: `done` of `total` reviews (None if unknown) after `seconds`."""

    stage: str
    done: int
    total: int | None
    seconds: float

    @property
    def rate(self) -> float:
        """Reviews per second."""
        return self.done / self.seconds if self.seconds > 0 else 0.0

    @property
    def seconds_left(self) -> float | None:
        """Seconds until the end at this rate, if it can be told."""
        if self.total is None or self.rate <= 0:
            return None
        return (self.total - self.done) / self.rate


def libraries_folder(settings: Settings) -> Path:
    """Return where libraries are kept."""
    return settings.store_folder / "libraries"


def folder_of(name: str, settings: Settings) -> Path:
    """Return the folder of a library: its name made safe for any file system, and a checksum that keeps it unique."""
    safe = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40] or "library"
    return libraries_folder(settings) / f"{safe}-{zlib.crc32(name.encode()):08x}"


def build(
    reviews: Iterable[Review],
    name: str,
    settings: Settings,
    progress: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Library:
    """Tag reviews and keep them as the library `name`; either all of it exists afterwards or nothing.

    Args:
        reviews: each id once; read lazily, in chunks.
        progress: called after every chunk.
        cancelled: asked before every chunk.

    Raises:
        ImportCancelled: `cancelled` said so; nothing is left behind.
        LibraryError: no reviews, two with one id, or the name is taken.
        ModelError: a model cannot be had.
    """
    if not name.strip():
        raise LibraryError("Give the library a name.")
    return build_in(folder_of(name, settings), reviews, name, settings, progress, cancelled)


def build_in(
    folder: Path,
    reviews: Iterable[Review],
    name: str,
    settings: Settings,
    progress: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Library:
    """Do the work of `build` for a folder of one's own choice."""
    if folder.exists():
        raise LibraryError(f"There is already a library called {name!r}. Choose another name, or delete it first.")
    started = time.monotonic()
    total = len(reviews) if isinstance(reviews, Sized) else None

    def tell(stage: str, done: int) -> None:
        if progress is not None:
            progress(Progress(stage, done, total, time.monotonic() - started))

    tell("reading", 0)
    annotator = Annotator(settings)
    try:
        with _unfinished(folder) as unfinished:
            writer = _write(unfinished, reviews, annotator, tell, cancelled)
            manifests.write(unfinished, _manifest(unfinished, writer, name, annotator))
            _put_in_place(unfinished, folder, name)
    except (OSError, sqlite3.OperationalError) as error:
        raise LibraryError(f"The library could not be written: {error}. Free some space and try again.") from error
    return open_library(folder, settings)


def _write(
    folder: Path,
    reviews: Iterable[Review],
    annotator: Annotator,
    tell: Callable[[str, int], None],
    cancelled: Callable[[], bool] | None,
) -> LibraryWriter:
    with LibraryWriter(folder) as writer:
        for chunk in _chunks(reviews):
            if cancelled is not None and cancelled():
                raise ImportCancelled(f"The import was stopped after {writer.count:,} reviews; nothing was kept.")
            writer.append(chunk, annotator)
            tell("embedding", writer.count)
        if not writer.count:
            raise LibraryError("There is not a single review to import.")
        tell("writing", writer.count)
        writer.finish()
    return writer


def _chunks(reviews: Iterable[Review]) -> Iterator[list[Review]]:
    iterator = iter(reviews)
    while chunk := list(itertools.islice(iterator, CHUNK)):
        yield chunk


@contextmanager
def _unfinished(folder: Path) -> Iterator[Path]:
    """Give a fresh folder beside the final one; it is gone afterwards, whatever happened."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    for old in folder.parent.glob(_UNFINISHED + "*"):
        if time.time() - old.stat().st_mtime > _FORGOTTEN_SECONDS:
            shutil.rmtree(old, ignore_errors=True)
    unfinished = folder.parent / f"{_UNFINISHED}{secrets.token_hex(8)}"
    unfinished.mkdir()
    try:
        yield unfinished
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _manifest(folder: Path, writer: LibraryWriter, name: str, annotator: Annotator) -> Manifest:
    arrays = (opened.EMOTIONS, opened.FEELINGS, opened.SENTIMENT, opened.TOXICITY)
    return Manifest(
        format=manifests.FORMAT,
        name=name,
        created=datetime.datetime.now(datetime.UTC),
        count=writer.count,
        dimension=writer.dimension,
        metric=METRIC,
        sentences=writer.sentences,
        embedder=annotator.names["embedder"],
        embedder_identity=identity(annotator.embedder.card),
        models=annotator.names,
        sha256={file: digest(folder / file) for file in (opened.INDEX_FILE, *(array.name for array in arrays))},
    )


def _put_in_place(unfinished: Path, folder: Path, name: str) -> None:
    """Push every file to the disk, then give the folder its final name: the one step that makes the library exist."""
    if os.name == "posix":  # elsewhere a folder cannot be pushed, and files only through a handle that may write
        for path in (*unfinished.iterdir(), unfinished):
            handle = os.open(path, os.O_RDONLY)
            os.fsync(handle)
            os.close(handle)
    try:
        unfinished.rename(folder)
    except OSError as error:
        if folder.exists():
            raise LibraryError(f"A library called {name!r} was made in the meantime. Choose another name.") from error
        raise
