"""How long a library of 100 thousand reviews takes to be understood, the first time and ever after.

    python -m benchmarks.understand [--reviews 100000]

The library is made of the shipped reviews' own embeddings, tiled with noise (cosine to their origin about 0.9), with
their texts, tags and ratings, and dates over three years. The first computation (themes, map) happens once and is kept
beside the library; everything after it happens at each click. Does not measure: the browser's drawing.
"""

import argparse
import datetime
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from backends.contracts import FACE_EMOTIONS, SENTIMENTS, TextScores
from benchmarks import report
from rag import atlas, build, compare, library, themes, themes_facts, trends
from rag.annotate import Annotator, SentenceTags
from rag.opened import Library
from rag.query import Filters
from rag.reviews import Review
from settings import Settings

NOISE = 0.025
"""Standard deviation added to each of the 384 numbers of a unit vector."""
SECONDS_AFTERWARDS, SECONDS_FIRST = 2.0, 60.0
_FIRST_DAY = datetime.date(2023, 1, 1)


class TiledAnnotator:
    """Stands where the models would: gives each review the tags of the one it was made from, its vector with noise."""

    def __init__(self, origin: Library, seed: int = 0) -> None:
        rows = np.arange(len(origin), dtype=np.int64)
        self.vectors, self.origin = origin.index.vectors(rows), origin
        self.random, self.next = np.random.default_rng(seed), 0
        self.embedder = Annotator(origin.settings).embedder
        self.names = dict(origin.manifest.models)

    def read(self, texts: Sequence[str]) -> TextScores:
        rows = np.arange(self.next, self.next + len(texts)) % len(self.origin)
        self.next += len(texts)
        moved = self.vectors[rows] + self.random.normal(0, NOISE, (len(rows), self.vectors.shape[1]))
        moved /= np.linalg.norm(moved, axis=1, keepdims=True)
        source = self.origin
        return TextScores(
            moved.astype(np.float32), source.emotions[rows], source.sentiments[rows], source.toxicity[rows]
        )

    def read_sentences(self, _reviews: Sequence[Review]) -> Any:
        return SentenceTags(
            np.empty((0, 3), np.int32), np.empty((0, self.vectors.shape[1]), np.float32), np.empty((0, 28), np.float32)
        )


def tiled(settings: Settings, count: int) -> Library:
    """Return a library of `count` reviews made from the shipped ones."""
    origin = library.shipped(settings)
    given = library.shipped_reviews(settings)
    reviews = [
        Review(
            f"{number}", review.text, review.title, review.product, review.category,
            _FIRST_DAY + datetime.timedelta(days=(number * 7919) % 1_090), review.rating, review.channel,
        )
        for number, review in ((number, given[number % len(given)]) for number in range(count))
    ]  # fmt: skip
    annotator: Any = TiledAnnotator(origin)
    module: Any = build
    original = module.Annotator
    try:
        module.Annotator = lambda _settings: annotator
        return build.build(reviews, "tiled", settings)
    finally:
        module.Annotator = original


def timed(work: Callable[[], Any]) -> tuple[Any, float, float]:
    """Return the result, the seconds it took, and the processor seconds of this process."""
    started, used = time.perf_counter(), time.process_time()
    result = work()
    return result, time.perf_counter() - started, time.process_time() - used


def measure(opened: Library, settings: Settings, repetitions: int) -> dict[str, dict[str, float]]:
    """Return step -> seconds and processor seconds: medians for what happens at each click."""
    facts, *facts_seconds = timed(lambda: themes_facts.read(opened))
    made, *theme_seconds = timed(lambda: themes.find(opened, facts, settings))
    drawn, *atlas_seconds = timed(lambda: atlas.find(opened, facts))
    once = {"columns": facts_seconds, "themes": theme_seconds, "map": atlas_seconds}
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
        "trends with tests": lambda: trends.trends(facts.day, codes),
        "comparison": lambda: compare.compare(*halves, facts, made),
        "map, filtered": lambda: drawn.among(rows),
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
    first = sum(values[step]["seconds"] for step in ("columns", "themes", "map"))
    used = sum(values[step]["processor_seconds"] for step in ("columns", "themes", "map"))
    steps = {
        name: value["seconds"] for name, value in values.items() if name not in ("columns", "themes", "map", "far")
    }
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
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(profile="embedded", store_folder=Path(folder))
        opened = tiled(settings, options.reviews)
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
    for line in lines:
        print(f"{line.figure}: {line.measured} {line.asked}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
