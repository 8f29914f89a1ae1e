"""The one door to importing a file, for page and command line: look through it, then make, add to or replace a library.

Nothing that was acknowledged is lost: an import that broke off goes on when the same file is given again, and a library
that is replaced stays until the new one is complete.
"""

import dataclasses
import shutil
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from errors import LibraryBusy, LibraryError, MoodlensError
from rag import schema
from rag.build import SHIPPED_NAME, folder_of, push_folder
from rag.columns import Columns, guess_columns
from rag.import_ids import taken_by_others
from rag.importing import Outcome, Source, explained, run
from rag.intake import open_intake
from rag.layout import STORE_FILE
from rag.lock import is_being_written, writing
from rag.progress import Progress
from rag.table import Table
from settings import Settings

CHECKING = "checking"
"""The stage before those of `rag.importing`: looking through the file."""
REPLACING = ".replacing-"
DELETED = ".deleted-"
"""What the names of folders begin with in which a new library grows, or that are out of sight on their way out."""


@dataclass(frozen=True)
class Wishes:
    """How a file is to be imported.

    Attributes:
        replace: make the library anew from this file instead of adding to it.
        remove_missing: take out the reviews that this file does not have (any more).
        redact: replace e-mail addresses, phone and card numbers before anything is stored.
        wait: wait for another process that writes to the library instead of failing.
        id_is_given: the user named the column of the ids; one that was guessed is left aside where its values stand for
            other reviews in the library. None: it is where the columns are given.
        text_too: further columns of text, joined to that of the reviews (likes and dislikes asked for apart).
    """

    replace: bool = False
    remove_missing: bool = False
    redact: bool = False
    wait: bool = False
    id_is_given: bool | None = None
    text_too: tuple[str, ...] = ()


@dataclass(frozen=True)
class Imported:
    """What an import did: the library, what became of the records, notes in the user's words."""

    name: str
    folder: Path
    columns: Columns
    outcome: Outcome
    notes: tuple[str, ...]
    seconds: float


def import_file(
    path: Path,
    name: str,
    settings: Settings,
    wishes: Wishes | None = None,
    *,
    columns: Columns | Callable[[Table], Columns] = guess_columns,
    file_name: str = "",
    progress: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    waiting: Callable[[str], None] | None = None,
) -> Imported:
    """Import a review file into the library `name`, which is made where there is none.

    Args:
        columns: which column holds what, or what chooses them by the first rows.
        file_name: as the user knows it; default: that of the path.
        progress: called after every chunk that is on the disk.
        cancelled: asked before every chunk.
        waiting: told for whom this import waits, if it is to wait.

    Raises:
        ImportCancelled: `cancelled` said so; what was acknowledged is kept.
        LibraryBusy: another process writes to the library.
        LibraryError: the library cannot be written or does not fit, or its name is that of the example reviews.
        ModelError: a model cannot be had.
        ReviewFileError: the file cannot be read.
    """
    wishes = wishes or Wishes()
    is_given = isinstance(columns, Columns) if wishes.id_is_given is None else wishes.id_is_given
    started = time.monotonic()
    folder = folder_of(name, settings)
    if name.casefold() == SHIPPED_NAME.casefold() and not folder.exists():
        raise LibraryError(f"The reviews that come with Moodlens are called “{SHIPPED_NAME}”. Choose another name.")

    def looked_at(rows: int) -> None:
        if progress is not None:
            progress(Progress(CHECKING, rows, None, time.monotonic() - started))

    with open_intake(path, settings, file_name) as intake:
        chosen = columns if isinstance(columns, Columns) else columns(intake.sample)
        look = partial(
            intake.source,
            redact=wishes.redact, text_too=wishes.text_too, progress=looked_at, cancelled=cancelled,
        )  # fmt: skip
        source = look(chosen)
        told = [] if is_given or wishes.replace else _foreign_ids(folder, chosen, source)
        if told:
            chosen = dataclasses.replace(chosen, id=None)
            source = look(chosen)
        with writing(folder, name, f"imported to from {intake.name}", wait=wishes.wait, waiting=waiting):
            recover(folder)
            clear_deleted(folder.parent)
            target = _replacement(folder, source) if wishes.replace else folder
            outcome = run(
                target, name, source, settings,
                remove_missing=wishes.remove_missing, progress=progress, cancelled=cancelled,
            )  # fmt: skip
            if wishes.replace:
                _swap(target, folder)
        if outcome.repeated:
            told.append(_repeated(outcome.repeated))
        return Imported(name, folder, chosen, outcome, (*intake.notes, *told), time.monotonic() - started)


def _foreign_ids(folder: Path, columns: Columns, source: Source) -> list[str]:
    """Say why the column that was guessed to hold the ids is left aside, if it has to be."""
    if columns.id is None:
        return []
    with explained(folder):
        others, known = taken_by_others(folder, source)
    if 2 * others <= known:
        return []
    return [
        f"The column “{columns.id}” was not used as the id: of its values, {known:,} are in the library, {others:,} of "
        f"them for other reviews. To let these rows take their place: --id “{columns.id}” on the command line."
    ]


def _repeated(count: int) -> str:
    which, kept = ("row has", "kept as") if count == 1 else ("rows have", "each is kept as")
    return f"{count:,} {which} an id that came before in the file: {kept} a review of its own."


def _replacement(folder: Path, source: Source) -> Path:
    """Return the folder where the new library grows; what is left of another replacement goes."""
    target = folder.with_name(REPLACING + folder.name)
    if target.exists() and _last_run(target)[0] != source.digest:
        shutil.rmtree(target)
    return target


def _last_run(folder: Path) -> tuple[str, bool]:
    """Return the digest of what was imported last, and whether it is complete."""
    with suppress(sqlite3.DatabaseError), closing(sqlite3.connect(folder / STORE_FILE)) as connection:
        last = connection.execute("SELECT source, finished FROM runs ORDER BY run DESC LIMIT 1").fetchone()
        if last:
            return str(last[0]), last[1] is not None
    return "", False


def _swap(target: Path, folder: Path) -> None:
    """Put the complete new library in the place of the old one; `recover` ends what a dying process began."""
    grave = folder.with_name(f"{DELETED}{folder.name}-{time.time_ns()}")
    if folder.exists():
        folder.rename(grave)
    target.rename(folder)
    push_folder(folder.parent)
    shutil.rmtree(grave, ignore_errors=True)


def recover(folder: Path) -> None:
    """End a replacement that died between taking the old library away and putting the complete new one in place."""
    target = folder.with_name(REPLACING + folder.name)
    if not folder.exists() and target.exists() and _last_run(target)[1]:
        target.rename(folder)
        push_folder(folder.parent)


def recover_all(libraries: Path) -> None:
    """Do so for every library; those that are being written right now are left alone."""
    for target in libraries.glob(f"{REPLACING}*"):
        folder = target.with_name(target.name.removeprefix(REPLACING))
        if not folder.exists():
            with suppress(LibraryBusy, OSError), writing(folder, folder.name, "put in place"):
                recover(folder)


def clear_deleted(libraries: Path) -> None:
    """Remove what a process left that died while it deleted a library; one that is still at it does not mind."""
    for grave in libraries.glob(f"{DELETED}*"):
        shutil.rmtree(grave, ignore_errors=True)


@dataclass(frozen=True)
class Unfinished:
    """An import that is not complete: the file, the rows that are done, all of them where that is known, and whether
    it goes on at this moment or broke off."""

    file: str
    done: int
    total: int | None
    running: bool = False


def unfinished(folder: Path) -> Unfinished | None:
    """Return the last import into a library if it is not complete."""
    try:
        with closing(schema.connect_reading(folder)) as connection:
            sql = "SELECT file, done, total, finished FROM runs ORDER BY run DESC LIMIT 1"
            last = connection.execute(sql).fetchone()
    except (sqlite3.DatabaseError, MoodlensError):
        return None
    if not last or last[3] is not None:
        return None
    return Unfinished(last[0], last[1], last[2], is_being_written(folder))
