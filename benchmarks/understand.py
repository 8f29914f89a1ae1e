"""How long a library of 100 thousand reviews takes to be understood, the first time and ever after.

    python -m benchmarks.understand [--reviews 100000]
    python -m benchmarks.understand --work FOLDER    # where benchmarks.scale keeps its libraries

The library is one of benchmarks.scale: drawn around the shipped reviews (or what that benchmark drew around), their
texts with sentences swapped, with products, categories, ratings, and dates over three years. The first computation
(themes, map, columns) happens once and is kept; everything after it happens at each click. Does not measure: the
browser's drawing.
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from backends.contracts import FACE_EMOTIONS, SENTIMENTS
from benchmarks import report, scale_library
from rag import atlas, build, compare, facets, themes, themes_facts, trends
from rag.opened import Library, open_library
from rag.query import Filters
from settings import Settings

ONCE = ("columns", "themes", "map", "facets")
SECONDS_AFTERWARDS, SECONDS_FIRST = 2.0, 60.0


def drawn(settings: Settings, count: int) -> Library:
    """Return the library of `count` drawn reviews, made now unless it is there; what is kept of it is forgotten."""
    folder = build.folder_of(scale_library.name_of(count), settings)
    if not folder.exists():
        scale_library.make(scale_library.origins(settings, None), count, settings)
    for kept in ("themes.npz", "atlas.npz"):
        (folder / kept).unlink(missing_ok=True)
    return open_library(folder, settings)


def timed(work: Callable[[], Any]) -> tuple[Any, float, float]:
    """Return the result, the seconds it took, and the processor seconds of this process."""
    started, used = time.perf_counter(), time.process_time()
    result = work()
    return result, time.perf_counter() - started, time.process_time() - used


def measure(opened: Library, settings: Settings, repetitions: int) -> dict[str, dict[str, float]]:
    """Return step -> seconds and processor seconds: medians for what happens at each click."""
    facts, *facts_seconds = timed(lambda: themes_facts.read(opened))
    made, *theme_seconds = timed(lambda: themes.find(opened, facts, settings))
    map_, *atlas_seconds = timed(lambda: atlas.find(opened, facts))
    table, *facet_seconds = timed(lambda: facets.facet_table(opened))
    once = {"columns": facts_seconds, "themes": theme_seconds, "map": atlas_seconds, "facets": facet_seconds}
    filters = Filters(products=facts.products[:3], min_rating=1, max_rating=4)
    rows = opened.matching(filters)
    assert rows is not None
    some = np.arange(len(opened), dtype=np.int64)
    codes: dict[trends.Kind, Any] = {
        "theme": (made.names, made.place),
        "emotion": (FACE_EMOTIONS, facts.emotion),
        "sentiment": (SENTIMENTS, facts.sentiment),
    }
    halves = ("left", some[facts.product % 2 == 0]), ("right", some[facts.product % 2 == 1])
    clicks: dict[str, Callable[[], Any]] = {
        "kept themes and map read again": lambda: (
            themes.find(opened, facts, settings), atlas.find(opened, facts), themes_facts.read(opened)
        ),
        "filter": lambda: opened.matching(filters),
        "figures of all themes": lambda: themes.figures(made, facts),
        "figures of all themes, filtered": lambda: themes.figures(made, facts, rows),
        "quotes": lambda: themes.quotes(opened, made, made.rows(0), 4),
        "trends with tests": lambda: trends.trends(facts.day, codes, read=facts.read),
        "comparison": lambda: compare.compare(*halves, facts, made),
        "counts of all facets": lambda: table.counts(filters),
        "map, filtered": lambda: map_.among(rows),
    }  # fmt: skip
    found = {step: {"seconds": wall, "processor_seconds": used} for step, (wall, used) in once.items()}
    for step, work in clicks.items():
        runs = [timed(work)[1:] for _ in range(repetitions)]
        found[step] = {
            "seconds": report.median([run[0] for run in runs]),
            "processor_seconds": report.median([run[1] for run in runs]),
        }
    found["far"] = {"share": made.far_share, "themes": float(len(made.names))}
    return found


def rows_of(values: dict[str, dict[str, float]], count: int) -> list[report.Row]:
    """Return the README's lines."""
    first = sum(values[step]["seconds"] for step in ONCE)
    used = sum(values[step]["processor_seconds"] for step in ONCE)
    steps = {name: value["seconds"] for name, value in values.items() if name not in (*ONCE, "far")}
    slowest = max(steps, key=lambda name: steps[name])
    return [
        report.Row(
            f"themes and map of {count:,} reviews, once", f"{first:.0f} s ({used:.0f} s of one core)",
            f"about {SECONDS_FIRST:g} s",
        ),
        report.Row(
            f"slowest step of any later click ({slowest})", f"{steps[slowest]:.2f} s", f"≤ {SECONDS_AFTERWARDS:g} s"
        ),
        report.Row("reviews that belong to no theme", f"{values['far']['share']:.1%}", "no 40 % “other”"),
    ]  # fmt: skip


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and write results/understand.json."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.understand", description=__doc__.splitlines()[0])
    parser.add_argument("--reviews", type=int, default=100_000)
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--work", type=Path, help="folder with libraries of benchmarks.scale")
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as temporary:
        settings = Settings(profile="embedded", store_folder=options.work or Path(temporary))
        opened = drawn(settings, options.reviews)
        values = measure(opened, settings, options.repetitions)
        opened.close()
    lines = rows_of(values, options.reviews)
    report.write(
        "understand",
        "Understanding a large library",
        f"python -m benchmarks.understand --reviews {options.reviews}",
        lines,
        {"steps": values, "reviews": options.reviews},
    )
    report.say(lines)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
