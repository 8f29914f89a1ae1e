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
from collections.abc import Callable, Iterable, Iterator, Sequence, Sized
from contextlib import contextmanager
from pathlib import Path

from emotion import language
from errors import ImportCancelled, LibraryError
from rag.annotate import Annotator
from rag.index import METRIC
from rag.layout import FORMAT
from rag.lock import reason
from rag.manifest import Manifest, vectors_identity
from rag.opened import Library, open_library
from rag.progress import Progress
from rag.reviews import Review
from rag.writer import SENTENCES_UP_TO, LibraryWriter, create
from settings import Settings

CHUNK = 64
SHIPPED_NAME = "Example reviews"
"""Of the library that comes with Moodlens; no other may be called so."""
_UNFINISHED = ".building-"
_FORGOTTEN_SECONDS = 86_400


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
        with unfinished_folder(folder) as unfinished:
            create(unfinished, new_manifest(name, annotator))
            _fill(unfinished, reviews, annotator, tell, cancelled)
            put_in_place(unfinished, folder, name)
    except (OSError, sqlite3.OperationalError) as error:
        raise LibraryError(f"The library could not be written to {folder.parent}: {reason(error)}") from error
    return open_library(folder, settings)


def _fill(
    folder: Path,
    reviews: Iterable[Review],
    annotator: Annotator,
    tell: Callable[[str, int], None],
    cancelled: Callable[[], bool] | None,
) -> None:
    with LibraryWriter(folder) as writer:
        for chunk in _chunks(reviews):
            if cancelled is not None and cancelled():
                raise ImportCancelled(f"The import was stopped after {writer.count:,} reviews; nothing was kept.")
            with writer.chunk():
                append_tagged(writer, chunk, annotator)
            tell("embedding", writer.count)
        if not writer.count:
            raise LibraryError("There is not a single review to import.")
        tell("writing", writer.count)


def append_tagged(writer: LibraryWriter, reviews: Sequence[Review], annotator: Annotator) -> range:
    """Tag reviews and append them, inside a chunk of the writer; return their rows."""
    scores, sentences = (
        annotator.read_with_sentences(reviews)
        if writer.count < SENTENCES_UP_TO
        else (annotator.read([review.text for review in reviews]), None)
    )
    return writer.append(reviews, scores, sentences, language.detect(review.text for review in reviews))


def _chunks(reviews: Iterable[Review]) -> Iterator[list[Review]]:
    iterator = iter(reviews)
    while chunk := list(itertools.islice(iterator, CHUNK)):
        yield chunk


@contextmanager
def unfinished_folder(folder: Path) -> Iterator[Path]:
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


def new_manifest(name: str, annotator: Annotator) -> Manifest:
    """Return the manifest of an empty library that these models will fill."""
    return Manifest(
        format=FORMAT,
        name=name,
        created=datetime.datetime.now(datetime.UTC),
        count=0,
        dimension=annotator.dimension,
        metric=METRIC,
        sentences=0,
        embedder=annotator.names["embedder"],
        embedder_identity=vectors_identity(annotator.embedder.card),
        models=annotator.names,
    )


def put_in_place(unfinished: Path, folder: Path, name: str) -> None:
    """Push a folder to the disk and give it its final name: the one step that makes the library exist.

    Raises:
        LibraryError: there is one of that name by now.
    """
    push_folder(unfinished)
    try:
        unfinished.rename(folder)
    except OSError as error:
        if folder.exists():
            raise LibraryError(f"A library called {name!r} was made in the meantime. Choose another name.") from error
        raise
    push_folder(folder.parent)


def push_folder(folder: Path) -> None:
    """Push the names of the files in a folder to the disk, where the system can do that."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
