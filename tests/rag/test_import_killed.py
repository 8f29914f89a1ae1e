"""A real import process is killed again and again: nothing that it acknowledged is lost, nothing is there twice."""

import csv
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rag import check, schema
from rag.build import folder_of
from rag.import_file import unfinished
from rag.layout import REVIEW_ARRAYS, SENTENCE_ARRAYS
from rag.library import Library, open_library
from rag.lock import writing
from rag.progress import STAGES
from settings import PROJECT_FOLDER, Settings
from tests.rag import fakes

ROWS = 160
_ACKNOWLEDGED = re.compile(rf"{STAGES['embedding']}: (\d+) of")


class Processes:
    """Starts processes of `tests.rag.import_child` and reads what they write."""

    def __init__(self, store: Path) -> None:
        command = [sys.executable, "-m", "tests.rag.import_child", str(store)]
        self._server = subprocess.Popen(
            command, cwd=PROJECT_FOLDER, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._line() == "ready"

    def _line(self) -> str:
        assert self._server.stdout is not None
        return self._server.stdout.readline().strip()

    def run(self, *arguments: str, kill_after: int | None = None, **order: Any) -> tuple[int, list[str]]:
        """Run a command; SIGKILL it once it has acknowledged so many chunks. Return its status and its lines."""
        self._order(arguments, order)
        return self._rest([], kill_after)

    def _order(self, arguments: tuple[str, ...], order: dict[str, Any]) -> None:
        assert self._server.stdin is not None
        self._server.stdin.write(json.dumps({"arguments": arguments, **order}) + "\n")
        self._server.stdin.flush()

    def _rest(self, lines: list[str], kill_after: int | None) -> tuple[int, list[str]]:
        process: int | None = None
        while True:
            line = self._line()
            if line.startswith("process "):
                process = int(line.split()[1])
            elif line.startswith("ended "):
                return int(line.split()[1]), lines
            elif line:
                lines.append(line)
            acknowledged = sum(_ACKNOWLEDGED.match(line) is not None for line in lines)
            if kill_after is not None and process is not None and acknowledged >= kill_after:
                os.kill(process, signal.SIGKILL)
                kill_after = None

    def start(self, *arguments: str, until: str) -> Callable[[], tuple[int, list[str]]]:
        """Begin a command and read up to a line that has these words; return what reads the rest."""
        self._order(arguments, {})
        lines = [self._line()]
        while until not in lines[-1]:
            assert not lines[-1].startswith("ended "), lines  # or it would wait for ever
            lines.append(self._line())
        return lambda: self._rest(lines, None)

    def close(self) -> None:
        self._server.communicate(timeout=60)


@pytest.fixture
def processes(settings: Settings) -> Iterator[Processes]:
    started = Processes(settings.store_folder)
    yield started
    started.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Reviews with copies, near copies and rows that cannot be used among them."""
    rng = np.random.default_rng(5)
    words = [f"word{number}" for number in range(400)]
    path = tmp_path / "shop.csv"
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(["id", "text", "product"])
        texts: list[str] = []
        for number in range(ROWS):
            kind = rng.random()
            text = " ".join(rng.choice(words, 8)) + ". joy here"
            if texts and kind < 0.1:
                text = texts[int(rng.integers(len(texts)))]
            elif texts and kind < 0.2:
                text = texts[int(rng.integers(len(texts)))] + " indeed"
            elif kind < 0.25:
                text = " "
            texts.append(text)
            writer.writerow([f"r{number}", text, "Pot"])
    return path


def acknowledged(lines: list[str]) -> int:
    return max((int(found[1]) for line in lines if (found := _ACKNOWLEDGED.match(line))), default=0)


def tables(folder: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Return everything in the database but times and the counter of commits."""
    sql = {
        "reviews": "SELECT * FROM reviews ORDER BY row",
        "records": "SELECT * FROM records ORDER BY key",
        "words": "SELECT * FROM words ORDER BY word",
        "fates": "SELECT * FROM fates ORDER BY rowid",
        "bands": "SELECT * FROM bands ORDER BY band, row",
        "runs": "SELECT run, source, file, done, total FROM runs",
        "state": "SELECT committed, sentences FROM state",
    }
    with closing(schema.connect_reading(folder)) as connection:
        return {name: connection.execute(query).fetchall() for name, query in sql.items()}


def arrays(library: Library) -> dict[str, bytes]:
    rows = {file.name: library.manifest.sentences for file in SENTENCE_ARRAYS}
    rows |= {file.name: library.rows for file in REVIEW_ARRAYS}
    files = (*REVIEW_ARRAYS, *SENTENCE_ARRAYS)
    return {
        file.name: (library.folder / file.name).read_bytes()[: rows[file.name] * file.row_bytes(fakes.DIMENSION)]
        for file in files
    }


def check_now(folder: Path, settings: Settings, least: int) -> int:
    """Open the library as a user would and compare it with what was acknowledged; return the rows that are done."""
    opened = open_library(folder, settings)
    assert check.problems(folder) == []
    fates = tables(folder)["fates"]
    done = len(fates)
    assert done >= least
    assert [number for _, number, *_ in fates] == list(range(2, done + 2))  # each row of the file once, none left out
    ids = [review.id for review in opened.store.stream()]
    assert len(ids) == len(set(ids)) == len(opened)
    texts = [review.text for review in opened.store.stream()]
    np.testing.assert_array_equal(opened.emotions, fakes.emotions(texts))
    opened.close()
    return done


@pytest.mark.usefixtures("fake_models")
@pytest.mark.parametrize("seed", [1, 2])
def test_a_killed_import_goes_on_and_ends_as_if_nothing_had_happened(
    processes: Processes, file: Path, settings: Settings, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    command, folder = ("import", str(file), "--library", "killed"), folder_of("killed", settings)
    done = kills = 0
    while True:
        torn = bool(rng.random() < 0.5)  # in the middle of a write, or wherever it is when the signal comes
        when = int(rng.integers(0, 40 if torn else 3))
        order: dict[str, Any] = {"torn_at": when} if torn else {"kill_after": when}
        status, lines = processes.run(*command, **order)
        if folder.exists():
            done = check_now(folder, settings, max(done, acknowledged(lines)))
        kills += status == -signal.SIGKILL
        if done == ROWS and unfinished(folder) is None:  # killed or not, it had said that it was done
            break
        assert status == -signal.SIGKILL
    assert kills >= 5
    assert unfinished(folder) is None
    assert processes.run("import", str(file), "--library", "whole")[0] == 0
    whole, killed = (open_library(folder_of(name, settings), settings) for name in ("whole", "killed"))
    assert tables(whole.folder) == tables(killed.folder)
    assert arrays(whole) == arrays(killed)
    whole.close()
    killed.close()


@pytest.mark.usefixtures("fake_models")
@pytest.mark.parametrize("max_bytes", [400_000, 900_000])
def test_a_full_disk_keeps_what_was_acknowledged_and_says_how_to_go_on(
    processes: Processes, file: Path, settings: Settings, max_bytes: int
) -> None:
    command, folder = ("import", str(file), "--library", "full"), folder_of("full", settings)
    status, lines = processes.run(*command, max_bytes=max_bytes)  # of every file, the log of the database too
    assert status == 1
    assert "What was done so far is kept: the same file goes on where it stopped." in lines[-1]
    assert check_now(folder, settings, acknowledged(lines)) >= 8
    status, lines = processes.run(*command)
    assert status == 0
    assert any(line.startswith("Went on behind row ") for line in lines)
    assert check_now(folder, settings, ROWS) == ROWS


@pytest.mark.usefixtures("fake_models")
def test_a_replacement_that_is_killed_leaves_the_old_library(
    processes: Processes, file: Path, settings: Settings, tmp_path: Path
) -> None:
    old = tmp_path / "old.csv"
    old.write_text("id,text\na,joy of the old coffee\n", "utf-8")
    folder = folder_of("shop", settings)
    assert processes.run("import", str(old), "--library", "shop")[0] == 0
    command = ("import", str(file), "--library", "shop", "--replace")
    assert processes.run(*command, kill_after=5)[0] == -signal.SIGKILL
    opened = open_library(folder, settings)
    assert [review.id for review in opened.store.stream()] == ["a"]
    status, lines = processes.run(*command)
    assert status == 0
    assert any(line.startswith("Went on behind row ") for line in lines)
    assert [review.id for review in opened.store.stream()] == ["a"]  # who has it open may finish reading
    opened.close()
    assert check_now(folder, settings, ROWS) == ROWS
    assert [path.name for path in folder.parent.iterdir() if path.is_dir()] == [folder.name]


@pytest.mark.usefixtures("fake_models")
def test_a_second_process_is_told_who_writes_or_waits(processes: Processes, file: Path, settings: Settings) -> None:
    folder, command = folder_of("shop", settings), ("import", str(file), "--library", "shop")
    with writing(folder, "shop", "tested"):
        status, lines = processes.run(*command)
        assert status == 1
        assert lines[-1].startswith(f"The library 'shop' is being tested by process {os.getpid()} since ")
        rest = processes.start(*command, "--wait", until="Waiting")
    assert rest()[0] == 0
    assert check_now(folder, settings, ROWS) == ROWS


@pytest.mark.usefixtures("fake_models")
def test_a_reader_sees_its_own_library_while_another_process_writes(
    processes: Processes, file: Path, settings: Settings
) -> None:
    command, folder = ("import", str(file), "--library", "shop"), folder_of("shop", settings)
    rest = processes.start(*command, until=f"{STAGES['embedding']}: ")
    seen = [open_library(folder, settings) for _ in range(5)]
    kept = [[review.text for review in opened.store.stream()] for opened in seen]
    assert rest()[0] == 0
    for opened, texts in zip(seen, kept, strict=True):
        assert [review.text for review in opened.store.stream()] == texts
        assert len(texts) == len(opened) >= 1
        np.testing.assert_array_equal(opened.emotions, fakes.emotions(texts))
        opened.close()
