"""How search grows with a library: recall, times, memory and opening at ten thousand to a million reviews.

    python -m benchmarks.scale --data FOLDER    # CSV files of real reviews to draw around; else the shipped ones
    python -m benchmarks.scale --sizes 10000 100000
    python -m benchmarks.scale --work FOLDER    # keeps the libraries there, and goes on where it stopped

Each library is measured in a fresh process, one thread per search, over questions that are not in it; recall is against
an exact search in float32. Times are without the embedding of the question (its own figure is given). LangChain's FAISS
wrapper holds the same reviews as it does by itself: a flat index, a docstore in memory, filters after the search;
reading back what it saves would unpickle a file, so that is not measured. At 100 thousand a run takes some minutes,
at a million three quarters of an hour and 4 GB of disk. The plot goes to docs/images/scale.svg.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import report, scale_library, scale_measure
from rag import index_upgrade
from rag.build import folder_of
from settings import PROJECT_FOLDER, Settings, from_environment

SIZES = (10_000, 100_000, 1_000_000)
LANGCHAIN_UP_TO = 1_000_000
QUESTIONS = 300
PLOT = PROJECT_FOLDER / "docs" / "images" / "scale.svg"
RECALL, HYBRID_MS, DENSE_MS, MEGABYTES, OPEN_SECONDS = 0.97, 25, 3, 900, 2


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and write the results."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--data", type=Path, help="folder of CSV files with real reviews")
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--langchain-up-to", type=int, default=LANGCHAIN_UP_TO)
    parser.add_argument("--work", type=Path, help="folder for the libraries; what is done there is not done again")
    options = parser.parse_args(argv)
    with _work_folder(options.work) as folder:
        settings = from_environment().model_copy(update={"store_folder": folder})
        questions = folder / "questions.npz"

        @cache
        def real() -> scale_library.Origins:
            return scale_library.origins(settings, options.data)

        if not questions.exists():
            scale_measure.draw_questions(real(), QUESTIONS, questions)
        values = {str(size): _one_size(real, size, settings, questions, options) for size in options.sizes}
    sizes = " ".join(map(str, options.sizes))
    command = f"python -m benchmarks.scale --sizes {sizes}" + (" --data FOLDER" if options.data else "")
    report.write("scale", "Libraries that grow", command, rows(values), {"sizes": values})
    plot(values, PLOT)
    return 0


@contextmanager
def _work_folder(given: Path | None) -> Iterator[Path]:
    if given is None:
        with tempfile.TemporaryDirectory() as folder:
            yield Path(folder)
    else:
        given.mkdir(parents=True, exist_ok=True)
        yield given


def _one_size(
    real: Callable[[], scale_library.Origins],
    size: int,
    settings: Settings,
    questions: Path,
    options: argparse.Namespace,
) -> dict[str, Any]:
    """Make a library of this size, index it, and measure it and LangChain in processes of their own."""
    steps = settings.store_folder / f"steps-{size}.json"
    folder = folder_of(scale_library.name_of(size), settings)

    def write() -> dict[str, float]:
        return _timed("write_seconds", lambda: scale_library.make(real(), size, settings))

    def index() -> dict[str, float]:
        made = _timed("index_seconds", lambda: index_upgrade.is_due(size, 0) and index_upgrade.make(folder))
        return made | {"folder_megabytes": _megabytes(folder, "**/*"), "index_megabytes": _megabytes(folder, "index/*")}

    found = _once(steps, "write", write) | _once(steps, "index", index)
    found["moodlens"] = _once(steps, "moodlens", lambda: _in_a_process("moodlens", folder, questions, settings))
    if size <= options.langchain_up_to:
        found["langchain"] = _once(steps, "langchain", lambda: _in_a_process("langchain", folder, questions, settings))
    return found


def _once(steps: Path, name: str, run: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Return what a step gave, now or in an earlier run in the same folder."""
    done: dict[str, dict[str, Any]] = json.loads(steps.read_text("utf-8")) if steps.exists() else {}
    if name not in done:
        done[name] = run()
        steps.write_text(json.dumps(done), "utf-8")
        print(f"{steps.stem}: {name} {json.dumps(done[name])}", flush=True)
    return done[name]


def _timed(name: str, run: Callable[[], object]) -> dict[str, float]:
    started = time.perf_counter()
    run()
    return {name: time.perf_counter() - started}


def _megabytes(folder: Path, pattern: str) -> float:
    return sum(path.stat().st_size for path in folder.glob(pattern) if path.is_file()) / 1e6


def _in_a_process(what: str, folder: Path, questions: Path, settings: Settings) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.scale_measure", what, str(folder), str(questions)]
    done = subprocess.run(
        [*command, str(settings.store_folder)], cwd=PROJECT_FOLDER, stdout=subprocess.PIPE, check=True, text=True
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def rows(values: dict[str, dict[str, Any]]) -> list[report.Row]:
    """Return the lines of the README table: one figure each, all sizes side by side, and LangChain's."""
    sizes, largest = list(values), "1000000"

    def line(figure: str, path: Sequence[str], show: str, asked: str = "") -> report.Row:
        told = [_at(values[size], path) for size in sizes]
        text = " · ".join("–" if value is None else show.format(value) for value in told)
        return report.Row(figure, text, asked if largest in values else "")

    at = " · ".join(f"{int(size):,}" for size in sizes)
    ms, mine, theirs = "{:.1f} ms", "moodlens", "langchain"
    return [
        report.Row("reviews", at),
        line("recall@10 of the index", (mine, "recall", "dense"), "{:.3f}", f"≥ {RECALL}"),
        line("recall@10 with filters", (mine, "recall", "filtered"), "{:.3f}", f"≥ {RECALL}"),
        line("index, p95", (mine, "ms", "dense", "p95"), ms, f"≤ {DENSE_MS} ms"),
        line("words (BM25), p95", (mine, "ms", "lexical", "p95"), ms),
        line("hybrid search, p95", (mine, "ms", "hybrid", "p95"), ms),
        line("filtered hybrid search, p50", (mine, "ms", "filtered", "p50"), ms),
        line("filtered hybrid search, p95", (mine, "ms", "filtered", "p95"), ms, f"≤ {HYBRID_MS} ms"),
        line("opening", (mine, "open_seconds"), "{:.2f} s", f"≤ {OPEN_SECONDS} s"),
        line("memory of the whole process", (mine, "megabytes"), "{:.0f} MB", f"≤ {MEGABYTES} MB"),
        line("indexing in the background", ("index_seconds",), "{:.0f} s"),
        line("LangChain's FAISS wrapper: search, p95", (theirs, "ms", "dense", "p95"), ms),
        line("LangChain: hits of 10 with a filter", (theirs, "filtered_hits"), "{:.1f}"),
        line("LangChain: memory of the whole process", (theirs, "megabytes"), "{:.0f} MB"),
    ]


def _at(value: dict[str, Any], path: Sequence[str]) -> Any:
    found: Any = value
    for key in path:
        found = found.get(key)
        if found is None:
            return None
    return found


def plot(values: dict[str, dict[str, Any]], path: Path) -> None:
    """Draw the growth of each curve over the number of reviews, both axes logarithmic."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    sizes = [int(size) for size in values]
    figure, panels = plt.subplots(1, 3, figsize=(11, 3.4), layout="constrained")
    curves: list[tuple[int, str, tuple[str, ...]]] = [
        (0, "index", ("moodlens", "ms", "dense", "p95")),
        (0, "words", ("moodlens", "ms", "lexical", "p95")),
        (0, "hybrid", ("moodlens", "ms", "hybrid", "p95")),
        (0, "filtered hybrid", ("moodlens", "ms", "filtered", "p95")),
        (0, "LangChain, index alone", ("langchain", "ms", "dense", "p95")),
        (1, "Moodlens", ("moodlens", "megabytes")),
        (1, "LangChain", ("langchain", "megabytes")),
        (2, "open", ("moodlens", "open_seconds")),
        (2, "index in the background", ("index_seconds",)),
    ]
    for panel, label, keys in curves:
        heights = np.array([_at(values[size], keys) or np.nan for size in values], np.float64)
        panels[panel].plot(sizes, heights, "o--" if "LangChain" in label else "o-", label=label)
    for panel, title in zip(panels, ("p95 of a search, ms", "memory of the process, MB", "seconds"), strict=True):
        panel.set(xscale="log", yscale="log", xlabel="reviews", title=title)
        panel.grid(alpha=0.3)
        panel.legend(fontsize=7)
    path.parent.mkdir(exist_ok=True)
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)


if __name__ == "__main__":
    raise SystemExit(main())
