"""An import that runs beside the page, in a thread, and can be stopped.

job = ImportJob(chosen, columns, "My shop", settings, Wishes())
job.start()
job.state          # how far it is; the page asks now and then
job.cancel()

`start` also notes the import for its store, so that a page that was reloaded finds it again (`running_in`).
"""

import threading
from dataclasses import replace
from pathlib import Path

from errors import ImportCancelled, MoodlensError
from rag import import_file
from rag.import_file import CHECKING, Imported, Wishes
from rag.ingest import Columns
from rag.progress import Progress
from settings import Settings
from ui.import_file import Chosen

_running: dict[Path, "ImportJob"] = {}
"""Store folder -> the import into one of its libraries that began last; a finished one goes when it is asked for."""


def running_in(settings: Settings) -> "ImportJob | None":
    """Return the import that this process makes into the store now, whichever window began it; None without one."""
    job = _running.get(settings.store_folder)
    if job is not None and job.finished:
        _running.pop(settings.store_folder, None)
        return None
    return job


class ImportJob:
    """One import in a thread of its own. `state` may be read from any thread.

    When `finished` is set, exactly one of these holds: `result` is there; `error` says why not; `cancelled` says what
    was kept; or none of them, after an unexpected failure (its trace is in the server's log).
    """

    def __init__(self, chosen: Chosen, columns: Columns, name: str, settings: Settings, wishes: Wishes) -> None:
        self.name = name
        self.rows = chosen.survey.rows + chosen.survey.rejected
        self.state = Progress(CHECKING, 0, self.rows, 0.0)
        self.result: Imported | None = None
        self.error: MoodlensError | None = None
        self.cancelled = ""
        self._work = (chosen, columns, settings, wishes)
        self._stop = threading.Event()
        self._finished = threading.Event()
        self._thread = threading.Thread(target=self._run, name="import", daemon=True)

    def start(self) -> None:
        """Begin."""
        _running[self._work[2].store_folder] = self
        self._thread.start()

    def cancel(self) -> None:
        """Ask it to stop; it does so within a chunk of rows, and what is done by then is kept."""
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
        except ImportCancelled as stopped:
            self.cancelled = str(stopped)
        except MoodlensError as error:
            self.error = error
        finally:
            self._work = None  # type: ignore[assignment]  # the file must not live as long as the result
            self._finished.set()

    def _import(self) -> Imported:
        chosen, columns, settings, wishes = self._work
        return import_file.import_file(
            chosen.path, self.name, settings, wishes, columns=columns, file_name=chosen.name,
            progress=self._tell, cancelled=self._stop.is_set,
        )  # fmt: skip

    def _tell(self, progress: Progress) -> None:
        self.state = replace(progress, total=self.rows)
