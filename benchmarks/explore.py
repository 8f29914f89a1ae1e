"""Seconds from a photo to the complete answer over the shipped reviews, three pipelines in one run.

    python -m benchmarks.explore [--rounds 12]

- embedded: what Moodlens does by default (face detection included).
- hub: Moodlens with the full-size models: ResNet-50, MiniLM, Flan-T5-base, RoBERTa-base.
- straightforward: those models as their libraries' examples use them (benchmarks/naive.py).

The full-size models have their real configurations and random weights, which cost the same; Flan-T5 is held to exactly
60 new tokens in both. Photos and emotions change from run to run so that nothing can be remembered. Rounds interleave
the pipelines. Does not measure: loading, import, network, and the browser (benchmarks/app.py does).
"""

import argparse
import contextlib
import io
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np
from PIL import Image

import model_utils
from backends.contracts import FACE_EMOTIONS, Task
from benchmarks import full_size, report
from benchmarks.naive import NEW_TOKENS, NaivePipeline
from emotion import face
from rag import explore, library
from rag.query import Query
from settings import Settings

WIDTHS_PIXELS = (512, 640, 800, 1024, 1280)
EMBEDDED_RUNS_PER_ROUND = 5
ASKED_EMBEDDED, ASKED_HUB = 25.0, 2.5

Photo = tuple[bytes, str]
Pipeline = Callable[[Photo], dict[str, float]]


def photos(count: int) -> list[Photo]:
    """Return `count` different JPEGs of one face, in five sizes, each with one of the seven emotions to ask for."""
    from skimage import data

    image = Image.fromarray(data.astronaut())
    random = np.random.default_rng(0)
    made = []
    for number in range(count):
        left, top, right, bottom = (int(cut) for cut in random.integers(0, 60, 4))
        part = image.crop((left, top, image.width - right, image.height - bottom))
        width = WIDTHS_PIXELS[number % len(WIDTHS_PIXELS)]
        buffer = io.BytesIO()
        part.resize((width, width * part.height // part.width)).save(buffer, "JPEG", quality=90)
        made.append((buffer.getvalue(), FACE_EMOTIONS[number % len(FACE_EMOTIONS)]))
    return made


def moodlens(settings: Settings, reviews: library.Library) -> Pipeline:
    """Return the product's own two lines, timed: seconds per stage and "total"."""

    def run(photo: Photo) -> dict[str, float]:
        started = time.perf_counter()
        reading = face.read(photo[0], settings)
        seen = time.perf_counter()
        answer = explore.explore(Query(emotion=photo[1]), reviews, settings)
        total = time.perf_counter() - started
        assert reading.faces
        assert len(answer.hits) == settings.hits_per_answer
        stages = {stage: seconds for stage, seconds in answer.seconds.items() if stage != "total"}
        return {"face": seen - started, **stages, "total": total}

    return run


def straightforward(pipeline: NaivePipeline) -> Pipeline:
    """Return the naive pipeline, timed."""

    def run(photo: Photo) -> dict[str, float]:
        started = time.perf_counter()
        pipeline.answer(*photo)
        return {"total": time.perf_counter() - started}

    return run


@contextlib.contextmanager
def sixty_tokens(settings: Settings) -> Iterator[None]:
    """Hold Flan-T5 to exactly NEW_TOKENS tokens and let its random words count as supported while this lasts."""
    from backends import summarizer_hub_flan_t5 as flan

    model: Any = model_utils.load("summarizer", flan.CARD.name, settings)
    engine, module = model._engine, cast("Any", flan)
    generate, support = engine.generate, module.support
    engine.generate = lambda prompt, most: generate(prompt, most, min_new_tokens=NEW_TOKENS) or "nothing"
    module.support = lambda _sentence, reviews: tuple(review.id for review in reviews)
    try:
        yield
    finally:
        engine.generate, module.support = generate, support


def measure(rounds: int, folder: Path) -> tuple[dict[str, list[dict[str, float]]], dict[str, dict[str, str]]]:
    """Run every pipeline `rounds` times in turn (embedded more often: it is short); return stages and models."""
    full_size.save_all(folder / "hub")
    embedded = Settings(profile="embedded", store_folder=folder / "embedded")
    hub = Settings(profile="auto", hub_folder=folder / "hub", store_folder=folder / "store")
    libraries = {"embedded": library.shipped(embedded), "hub": library.shipped(hub)}
    pipelines: dict[str, Pipeline] = {
        "embedded": moodlens(embedded, libraries["embedded"]),
        "hub": moodlens(hub, libraries["hub"]),
        "straightforward": straightforward(NaivePipeline(folder / "hub", full_size.reviews())),
    }
    runs = {"embedded": EMBEDDED_RUNS_PER_ROUND, "hub": 1, "straightforward": 1}
    supply = iter(photos((rounds + 1) * sum(runs.values())))
    results: dict[str, list[dict[str, float]]] = {name: [] for name in pipelines}
    with sixty_tokens(hub):
        for number in range(rounds + 1):  # the first round warms up
            for name, pipeline in pipelines.items():
                found = [pipeline(next(supply)) for _ in range(runs[name])]
                results[name] += found if number else []
    models = {name: _models(settings) for name, settings in (("embedded", embedded), ("hub", hub))}
    for opened in libraries.values():
        opened.close()
    return results, models


def _models(settings: Settings) -> dict[str, str]:
    tasks: tuple[Task, ...] = ("face_detector", "face", "embedder", "summarizer", "sentiment", "text_emotion")
    return {task: model_utils.choose(task, settings).card.name for task in tasks}


def rows(totals: dict[str, list[float]]) -> list[report.Row]:
    """Return the README's lines."""
    middle = {name: report.median(values) for name, values in totals.items()}
    late = {name: report.quantile(values, 0.95) for name, values in totals.items()}
    told = {name: f"{_seconds(middle[name])} (p95 {_seconds(late[name])})" for name in totals}
    return [
        report.Row("photo → complete answer, embedded models", told["embedded"]),
        report.Row("the same, full-size hub models in Moodlens", told["hub"]),
        report.Row("the same, full-size models used straightforwardly", told["straightforward"]),
        report.Row(
            "embedded against straightforward",
            f"{middle['straightforward'] / middle['embedded']:.0f} × faster",
            f"≥ {ASKED_EMBEDDED:g} ×",
        ),
        report.Row(
            "hub against straightforward",
            f"{middle['straightforward'] / middle['hub']:.1f} × faster",
            f"≥ {ASKED_HUB:g} ×",
        ),
    ]


def _seconds(value: float) -> str:
    return f"{value * 1000:.0f} ms" if value < 1 else f"{value:.2f} s"


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and write results/explore.json."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.explore", description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=12, help="rounds that count, after one that warms up")
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        stages, models = measure(options.rounds, Path(folder))
    totals = {name: [run["total"] for run in runs] for name, runs in stages.items()}
    lines = rows(totals)
    medians = {
        name: {stage: report.median([run[stage] for run in runs]) for stage in runs[0]} for name, runs in stages.items()
    }
    values = {"seconds": totals, "median_seconds_per_stage": medians, "models": models, "reviews": 700}
    report.write(
        "explore",
        "From a photo to the complete answer",
        f"python -m benchmarks.explore --rounds {options.rounds}",
        lines,
        values,
    )
    report.say(lines)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
