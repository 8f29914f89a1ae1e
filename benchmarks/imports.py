"""How fast files of reviews become a library by the command line, in how much memory; what the same file again does.

    python -m benchmarks.imports [--data FILE ...]    # else the shipped reviews

Each import is `python -m rag import` in a process of its own, its models loaded anew; memory is the peak of that
process. A file is imported, then imported again. Does not measure: the page.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks import report
from rag.build import folder_of
from rag.import_report import lines
from rag.store import Store
from settings import PROJECT_FOLDER, Settings

NAME = "imported"
SHIPPED = PROJECT_FOLDER / "data" / "reviews.csv"


def imported(path: Path, store: Path) -> dict[str, float]:
    """Import a file in a process of its own; return its seconds and the peak of its memory in MB.

    Raises:
        RuntimeError: it ended with an error.
    """
    command = [sys.executable, "-m", "rag", "import", str(path), "--library", NAME]
    started = time.perf_counter()
    process = subprocess.Popen(
        command,
        cwd=PROJECT_FOLDER,
        env=os.environ | {"MOODLENS_STORE_FOLDER": str(store)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}")
    return {
        "seconds": seconds,
        "processor_seconds": used.ru_utime + used.ru_stime,
        "megabytes": used.ru_maxrss / 1000,
    }


def measure(path: Path) -> dict[str, Any]:
    """Import a file twice into one library and count what it held after each."""
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder)
        place = folder_of(NAME, Settings(store_folder=store))
        first = imported(path, store)
        fates = count_fates(place)
        held = reviews_in(place)
        again = imported(path, store)
        return {
            "first": first,
            "again": again,
            "rows": sum(fates.values()),
            "fates": fates,
            "fates_again": count_fates(place),
            "reviews": held,
            "reviews_again": reviews_in(place),
        }


def count_fates(folder: Path) -> dict[str, int]:
    """Return what became of how many rows of the last import."""
    found: dict[str, int] = {}
    for line in lines(folder):
        found[line.fate] = found.get(line.fate, 0) + 1
    return found


def reviews_in(folder: Path) -> int:
    """Return how many reviews count."""
    store = Store(folder)
    number = store.manifest.count - len(store.dead)
    store.close()
    return number


def rows_of(values: dict[str, dict[str, Any]]) -> list[report.Row]:
    """Return the README's lines."""
    found = []
    for name, value in values.items():
        first, again = value["first"], value["again"]
        rate, rows = value["rows"] / first["seconds"], f"{value['rows']:,}"
        more = value["reviews_again"] - value["reviews"]
        found += [
            report.Row(f"import of {name}, {rows} rows", f"{rate:.0f} rows/s, {first['megabytes']:.0f} MB at the peak"),
            report.Row("the same file again", f"{again['seconds']:.0f} s, {more} reviews more", "0 reviews more"),
        ]
    return found


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and write results/imports.json."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.imports", description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, nargs="+", default=[SHIPPED], metavar="FILE")
    options = parser.parse_args(argv)
    values = {path.name: measure(path) for path in options.data}
    command = "python -m benchmarks.imports" + (" --data FILE ..." if options.data != [SHIPPED] else "")
    rows = rows_of(values)
    report.write("imports", "Importing files of reviews", command, rows, values)
    report.say(rows)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
