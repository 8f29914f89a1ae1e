"""Results of benchmarks as JSON in `benchmarks/results/`; the README's tables are made from these files.

A file holds: name, title, command, date, machine, versions, rows ({"figure", "measured", "asked"} as a reader sees
them) and `values`, everything that was measured, in numbers with the unit in the name.
"""

import datetime
import importlib.metadata
import json
import os
import platform
import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

RESULTS_FOLDER = Path(__file__).parent / "results"
PACKAGES = (
    "onnxruntime", "faiss-cpu", "torch", "transformers", "sentence-transformers", "ctranslate2", "streamlit", "numpy",
)  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One line of a README table: what was measured, the result, and what it should be ("" if nothing was asked)."""

    figure: str
    measured: str
    asked: str = ""


def machine() -> dict[str, Any]:
    """Describe the processor, cores, memory and system; nothing that names this particular computer."""
    cpu = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [
            line.split(":", 1)[1].strip() for line in info.read_text().splitlines() if line.startswith("model name")
        ]
        cpu = names[0] if names else cpu
    gigabytes = round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30) if hasattr(os, "sysconf") else 0
    return {"processor": cpu, "cores": os.cpu_count(), "memory_gib": gigabytes, "system": platform.system()}


def versions(packages: Iterable[str] = PACKAGES) -> dict[str, str]:
    """Return the installed version of Python and of each package."""
    return {"python": platform.python_version()} | {name: importlib.metadata.version(name) for name in packages}


def say(rows: Iterable[Row]) -> None:
    """Print what was measured, a line for each row."""
    for row in rows:
        print(f"{row.figure}: {row.measured} {row.asked}".rstrip())


def write(name: str, title: str, command: str, rows: Sequence[Row], values: Mapping[str, Any]) -> Path:
    """Write `results/<name>.json` and return its path."""
    content = {
        "name": name,
        "title": title,
        "command": command,
        "date": datetime.date.today().isoformat(),
        "machine": machine(),
        "versions": versions(),
        "rows": [asdict(row) for row in rows],
        "values": dict(values),
    }
    RESULTS_FOLDER.mkdir(exist_ok=True)
    path = RESULTS_FOLDER / f"{name}.json"
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", "utf-8")
    return path


def quantile(values: Sequence[float], share: float) -> float:
    """Return the value below which `share` of the values lie (linear between neighbours)."""
    ordered = sorted(values)
    position = share * (len(ordered) - 1)
    low = int(position)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (position - low)


def interleave(variants: Mapping[str, Callable[[], float]], repetitions: int) -> dict[str, list[float]]:
    """Run every variant once per round, in turn, so that a busy moment of the machine hits all of them alike.

    Each variant returns its own figure (for example the seconds of the part that counts).
    """
    results: dict[str, list[float]] = {name: [] for name in variants}
    for _ in range(repetitions):
        for name, run in variants.items():
            results[name].append(run())
    return results


def median(values: Sequence[float]) -> float:
    """Return the median."""
    return statistics.median(values)
