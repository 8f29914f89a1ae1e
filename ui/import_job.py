"""An import that runs beside the page: rows are checked and reviews tagged in a thread, and it can be stopped.

job = ImportJob(table, columns, "My shop", settings)
job.start()
job.state          # how far it is; the page asks now and then
job.cancel()
"""

import threading
import time
from dataclasses import dataclass

from errors import ImportCancelled, MoodlensError
from rag import build
from rag.build import Progress
from rag.ingest import Columns, Prepared, Table, check_rows
from settings import Settings

CHECKING = "checking"
"""The stage before those of `rag.build`: turning rows into reviews."""


@dataclass(frozen=True)
class ImportResult:
    """What an import brought: the name of the new library and what became of every row."""

    name: str
    count: int
    prepared: Prepared
    seconds: float


class ImportJob:
    """One import in a thread of its own. `state` may be read from any thread.

    When `finished` is set, exactly one of these holds: `result` is there; `error` says why not; `cancelled` is true;
    or none of them, after an unexpected failure (its trace is in the server's log).
    """

    def __init__(self, table: Table, columns: Columns, name: str, settings: Settings) -> None:
        self.name = name
        self.rows = len(table.frame)
        self.state = Progress(CHECKING, 0, self.rows, 0.0)
        self.result: ImportResult | None = None
        self.error: MoodlensError | None = None
        self.cancelled = False
        self._work = (table, columns, settings)
        self._stop = threading.Event()
        self._finished = threading.Event()
        self._thread = threading.Thread(target=self._run, name="import", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def cancel(self) -> None:
        """Ask it to stop; it does so within a chunk of rows, and nothing half-built remains."""
        self._stop.set()

    @property
    def stopping(self) -> bool:
        """True from `cancel` until the thread has stopped."""
        return self._stop.is_set() and not self.finished

    @property
    def finished(self) -> bool:
        """True once nothing more will happen."""
        return self._finished.is_set()

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until it is finished, at most so long; return whether it is."""
        return self._finished.wait(seconds)

    def _run(self) -> None:
        try:
            self.result = self._import()
        except ImportCancelled:
            self.cancelled = True
        except MoodlensError as error:
            self.error = error
        finally:
            self._work = None  # type: ignore[assignment]  # a large table must not live as long as its result
            self._finished.set()

    def _import(self) -> ImportResult:
        table, columns, settings = self._work
        started = time.monotonic()
        prepared = check_rows(table, columns, settings, lambda done, total: self._checked(done, total, started))
        library = build.build(prepared.reviews, self.name, settings, self._built, self._stop.is_set)
        count = len(library)
        library.close()
        return ImportResult(self.name, count, prepared, time.monotonic() - started)

    def _checked(self, done: int, total: int, started: float) -> None:
        if self._stop.is_set():
            raise ImportCancelled("The import was stopped; nothing was kept.")
        self.state = Progress(CHECKING, done, total, time.monotonic() - started)

    def _built(self, progress: Progress) -> None:
        self.state = progress
