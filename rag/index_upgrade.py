"""Makes what lets a large library be searched quickly: approximate index, postings of words, columns to filter by.

    python -m rag.index_upgrade FOLDER

It reads what is committed now, writes new files beside the old ones, puts each in place in one step and then deletes
what it replaced. Searches go on meanwhile; a process that dies leaves the old files. Nothing here is needed for right
answers: a library without these files, or with older ones, compares everything that they do not cover.
"""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from rag import filtering, index_ann, lexical_postings, schema
from rag import manifest as manifests
from rag.filtering import Columns
from rag.index_ann import EXACT_UP_TO, FOLDER
from rag.index_vectors import VectorFile
from settings import PROJECT_FOLDER

_LOCK = "index.lock"


def is_due(count: int, covered: int) -> bool:
    """True if a library of `count` rows should be indexed anew, of which `covered` are.

    >>> is_due(30_000, 0), is_due(30_001, 0), is_due(1_000_000, 950_000), is_due(1_000_000, 800_000)
    (False, True, False, True)
    """
    return count - covered > max(EXACT_UP_TO, covered // 10)


def make(folder: Path, *, wait: bool = False) -> bool:
    """Index a library as it is now, if it is not indexed already; return False if another process is at it.

    Args:
        wait: wait for the other process instead, and do what it left to do.

    Raises:
        LibraryError: there is no library, or it is damaged.
        OSError: the disk is full; the old files stay.
    """
    manifests.check_folder(folder)
    index = folder / FOLDER
    index.mkdir(exist_ok=True)
    try:
        with FileLock(index / _LOCK, timeout=-1 if wait else 0, thread_local=False):
            for unfinished in index.glob(".*"):  # of a process that died: whoever holds the lock lives
                _delete(unfinished)
            _make(folder, index)
    except Timeout:
        return False
    return True


def _make(folder: Path, index: Path) -> None:
    connection = schema.connect_reading(folder)
    manifest = manifests.read_from(connection)
    vectors = VectorFile(folder, manifest.count, manifest.dimension)
    try:
        if _is_whole(index, manifest.count):
            return
        identity = vectors.identity(manifest.count)
        built = Columns.read(connection.execute(filtering.SQL, [0, manifest.count]), manifest.count)
        made = [built.write(index, identity)]

        def query(sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
            return connection.execute(sql, values).fetchall()

        made.append(lexical_postings.build(query, connection.execute, index, manifest.count, identity))
        made.append(index_ann.write(index_ann.build(vectors, manifest.count), index, identity))
    finally:
        vectors.close()
        connection.close()
    for path in index.iterdir():
        if path not in made and path.name != _LOCK:
            _delete(path)


def _is_whole(index: Path, count: int) -> bool:
    """True if there is a file of each kind over exactly so many rows."""
    return all(any(index.glob(f"{kind}-{count}-*")) for kind in ("vectors", "postings", "columns"))


def _delete(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError:  # Windows: another process reads it; the next time will do
        return


class Upgrade:
    """`make` in a process of its own at low priority, so that its memory is given back and searches go on."""

    def __init__(self, folder: Path, done: Callable[[], None]) -> None:
        """Start it; `done` is called from another thread when it succeeded."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__, str(folder)],
            cwd=PROJECT_FOLDER,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._done = done
        self._thread = threading.Thread(target=self._watch, name="index upgrade", daemon=True)
        self._thread.start()

    def wait(self) -> bool:
        """Wait until it ended; return whether it succeeded."""
        self._thread.join()
        return self._process.returncode == 0

    def stop(self) -> None:
        """End it; what is half made is not used."""
        self._process.kill()
        self._thread.join()

    def _watch(self) -> None:
        if self._process.wait() == 0:
            self._done()


def main(argv: Sequence[str]) -> int:
    """Index the library in a folder."""
    if hasattr(os, "nice"):
        os.nice(10)
    return 0 if make(Path(argv[0]), wait=True) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
