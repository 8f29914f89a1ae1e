"""Records into a library, chunk by chunk: each chunk is acknowledged as a whole, and a run that broke off goes on.

    run(folder, name, source, options, settings)   # makes the library, adds to it, or goes on with it

The journal (table `runs`) holds the digest of the source and how many of its records are done; it moves in the same
transaction as the reviews. The same source given again after an interruption goes on behind the last acknowledged
record; given again after it was finished, it is a new run in which every record is found unchanged.
"""

import datetime
import itertools
import shutil
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from errors import ImportCancelled, LibraryDamaged, LibraryError
from rag import near
from rag import writer as writers
from rag.annotate import Annotator
from rag.build import CHUNK, append_tagged, new_manifest, put_in_place, unfinished_folder
from rag.ledger import REPEATED, Fate, Ledger, Record
from rag.lock import reason
from rag.manifest import same_vectors
from rag.progress import Progress
from rag.table import Rejected
from rag.writer import LibraryWriter
from settings import Settings

PASSED_CHUNK = 2_000
"""Records after which a chunk is closed at the latest, also if hardly any of them is new."""
_REMOVED_CHUNK = 500

Tell = Callable[[Progress], None]


@dataclass(frozen=True)
class Source:
    """What is imported.

    Attributes:
        records: makes a fresh iterator over the rows of the file, in order, always the same.
        digest: changes with the content of the file and with how it is read.
        file: its name, for people.
        total: how many records there are, None if that is not known.
    """

    records: Callable[[], Iterable[Record | Rejected]]
    digest: str
    file: str
    total: int | None = None


@dataclass
class Outcome:
    """What a run has done by now, in all its parts: records by fate, and those that an interrupted run did before.

    `repeated` are the records whose id came before in the file.
    """

    fates: Counter[Fate] = field(default_factory=Counter)
    resumed_at: int = 0
    count: int = 0
    near: int = 0
    repeated: int = 0


def run(
    folder: Path,
    name: str,
    source: Source,
    settings: Settings,
    *,
    remove_missing: bool = False,
    progress: Tell | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Outcome:
    """Bring a source into a library; the caller holds `rag.lock.writing`.

    Args:
        folder: of the library, which is made where there is none.
        remove_missing: take out what this source does not have (any more).
        progress: called after every chunk that is on the disk.
        cancelled: asked before every chunk.

    Raises:
        ImportCancelled: `cancelled` said so; what was acknowledged is kept.
        LibraryDamaged: the library was made with other models.
        LibraryError: the disk is full, or nothing in the source can be used.
        ModelError: a model cannot be had.
    """
    if progress is not None:
        progress(Progress("reading", 0, source.total, 0.0))
    annotator = Annotator(settings)
    with explained(folder):
        if not folder.exists():
            _make(folder, name, annotator)
        with LibraryWriter(folder) as writer:
            _check_models(writer, annotator)
            outcome = _Run(writer, annotator, source, progress).all(remove_missing, cancelled)
            first = writer.connection.execute("SELECT number, note FROM fates ORDER BY rowid LIMIT 1").fetchone()
        if not writer.count:
            shutil.rmtree(folder)
            why = f" Row {first[0]:,}: {first[1].partition(' | ')[0]}" if first else ""
            raise LibraryError(f"There is not a single review to import: no row of the file can be used.{why}")
        return outcome


class _Run:
    def __init__(self, writer: LibraryWriter, annotator: Annotator, source: Source, progress: Tell | None) -> None:
        self._writer, self._annotator, self._source, self._progress = writer, annotator, source, progress
        self._started = time.monotonic()
        with writer.chunk():
            self._number, self._done = _begin(writer.connection, source)
        self._skipped = self._done

    def all(self, remove_missing: bool, cancelled: Callable[[], bool] | None) -> Outcome:
        records = itertools.islice(self._source.records(), self._skipped, None)
        for chunk in self._chunks(iter(records)):
            if cancelled is not None and cancelled():
                raise ImportCancelled(
                    f"The import was stopped. {self._done:,} rows are done and kept; import the same file into the "
                    "same library to go on."
                )
            self._write(chunk)
            self._tell("embedding")
        while remove_missing and self._remove():
            pass
        self._tell("writing")
        with self._writer.chunk():
            now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
            self._writer.connection.execute("UPDATE runs SET finished = ? WHERE run = ?", (now, self._number))
            self._writer.erase_dead()
        return self._outcome()

    def _chunks(self, records: Iterator[Record | Rejected]) -> Iterator[list[Record | Rejected]]:
        """Cut the records so that each chunk holds about CHUNK texts that must be read by the models."""
        known = "SELECT 1 FROM records WHERE key = ?"
        chunk: list[Record | Rejected] = []
        fresh = 0
        for record in records:
            chunk.append(record)
            if isinstance(record, Record):
                fresh += self._writer.connection.execute(known, (record.key,)).fetchone() is None
            if fresh >= CHUNK or len(chunk) >= PASSED_CHUNK:
                yield chunk
                chunk, fresh = [], 0
        if chunk:
            yield chunk

    def _write(self, chunk: list[Record | Rejected]) -> None:
        with self._writer.chunk():
            ledger = Ledger(self._writer, self._number)
            for record in chunk:
                if isinstance(record, Record):
                    ledger.place(record)
                else:
                    ledger.skip(record)
            for start in range(0, len(ledger.fresh), CHUNK):
                reviews = ledger.fresh[start : start + CHUNK]
                rows = append_tagged(self._writer, reviews, self._annotator)
                near.mark(self._writer.connection, rows, [review.text for review in reviews])
            ledger.finish()
            self._writer.connection.execute("UPDATE runs SET done = done + ? WHERE run = ?", (len(chunk), self._number))
        self._done += len(chunk)

    def _remove(self) -> int:
        with self._writer.chunk():
            return Ledger(self._writer, self._number).remove_missing(_REMOVED_CHUNK)

    def _tell(self, stage: str) -> None:
        if self._progress is not None:
            seconds = time.monotonic() - self._started
            self._progress(Progress(stage, self._done, self._source.total, seconds, self._skipped))

    def _outcome(self) -> Outcome:
        counted = "SELECT fate, count(*) FROM fates WHERE run = ? GROUP BY fate"
        fates: Counter[Fate] = Counter(dict(self._writer.connection.execute(counted, (self._number,)).fetchall()))
        living = "SELECT count(*), count(near) FROM reviews WHERE alive = 1"
        count, alike = self._writer.connection.execute(living).fetchone()
        again = "SELECT count(*) FROM fates WHERE run = ? AND note = ?"
        repeated = self._writer.connection.execute(again, (self._number, REPEATED)).fetchone()[0]
        return Outcome(fates, self._skipped, count, alike, repeated)


def _make(folder: Path, name: str, annotator: Annotator) -> None:
    """Put an empty library in place, so that its first chunk already counts."""
    with unfinished_folder(folder) as unfinished:
        writers.create(unfinished, new_manifest(name, annotator))
        put_in_place(unfinished, folder, name)


def _begin(connection: sqlite3.Connection, source: Source) -> tuple[int, int]:
    """Return the number of the run and how many of its records are done: the last one if it broke off, else 0."""
    last = connection.execute("SELECT run, source, finished, done FROM runs ORDER BY run DESC LIMIT 1").fetchone()
    if last and last[1] == source.digest and last[2] is None:
        return int(last[0]), int(last[3])
    number = int(last[0]) + 1 if last else 1
    now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    connection.execute("DELETE FROM fates")
    connection.execute(
        "INSERT INTO runs VALUES (?, ?, ?, ?, NULL, 0, ?)", (number, source.digest, source.file, now, source.total)
    )
    return number, 0


def _check_models(writer: LibraryWriter, annotator: Annotator) -> None:
    """Refuse to mix vectors of two embedders in one library."""
    made, now = writer.manifest, annotator.embedder.card
    if made.embedder != now.name or not same_vectors(made.embedder_identity, now):
        raise LibraryDamaged(
            f"The library {made.name!r} was made with the embedder {made.embedder}, and {now.name} is chosen now; "
            f"their vectors cannot be compared. Choose {made.embedder} again, or replace the library (--replace)."
        )


@contextmanager
def explained(folder: Path) -> Iterator[None]:
    """Say what a full disk, one that may not be written to, or a damaged database means for the library."""
    try:
        yield
    except (OSError, sqlite3.OperationalError) as error:
        kept = " What was done so far is kept: the same file goes on where it stopped." if folder.exists() else ""
        raise LibraryError(f"The library could not be written to {folder}: {reason(error)}{kept}") from error
    except sqlite3.DatabaseError as error:
        raise LibraryDamaged(
            f"The database of the library in {folder} cannot be read: {error}. Make the library anew from the "
            "review file (on the command line: --replace)."
        ) from error
