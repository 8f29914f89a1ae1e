"""Reviews read in a second: embedding, 28 emotions, sentiment and toxicity of each, two ways in one run.

    python -m benchmarks.annotate [--rounds 5]

- straightforward: sentence-transformers in float32 and three base-size text-classification pipelines of transformers,
  one review at a time, as their examples show it. Real configurations, random weights: they cost the same.
- Moodlens: what an import does (rag/annotate.py with the embedded model), in chunks of the import's size; and the same
  with the language of each review.

Every review has 40 words. Rounds interleave the ways, each on other reviews. Does not measure: loading, files, index,
and the sentences that an import keeps of its first reviews.
"""

import argparse
import itertools
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from backends.torchvision_guard import declare_missing_operators
from benchmarks import full_size, report
from emotion import language
from rag.annotate import Annotator
from rag.build import CHUNK
from settings import Settings

WORDS = 40
STRAIGHTFORWARD_REVIEWS = 6
MOODLENS_REVIEWS = 4 * CHUNK
ASKED, AIM = 40.0, 80.0

Way = Callable[[Sequence[str]], None]


def reviews(texts: Sequence[str]) -> Iterator[str]:
    """Yield reviews of exactly WORDS words, cut out of `texts` one after the other, without end and never twice alike.

    The words of all texts form a ring; each time round it is cut one word later.
    """
    words = [word for text in texts for word in text.split()]
    for turn in itertools.count():
        ring = words[turn % len(words) :] + words[: turn % len(words)]
        for start in range(0, len(ring) - WORDS + 1, WORDS):
            yield " ".join(ring[start : start + WORDS])


def straightforward(hub_folder: Path) -> Way:
    """Return the libraries' own way: an embedding and three classifiers, review by review."""
    declare_missing_operators()
    from sentence_transformers import SentenceTransformer
    from transformers import pipeline

    embedder: Any = SentenceTransformer(str(hub_folder / full_size.MINILM), device="cpu")
    model = str(hub_folder / full_size.ROBERTA)
    classifiers = [pipeline("text-classification", model=model, top_k=None, device="cpu") for _ in range(3)]

    def run(texts: Sequence[str]) -> None:
        for text in texts:
            embedder.encode(text, normalize_embeddings=True, show_progress_bar=False)
            for classify in classifiers:
                classify(text, truncation=True)

    return run


def moodlens(settings: Settings, *, with_language: bool) -> Way:
    """Return the product's way, in chunks as an import reads them."""
    annotator = Annotator(settings)

    def run(texts: Sequence[str]) -> None:
        for start in range(0, len(texts), CHUNK):
            chunk = texts[start : start + CHUNK]
            scores = annotator.read(chunk)
            assert scores.emotions.shape == (len(chunk), 28)
            if with_language:
                language.detect(chunk)

    return run


def rate(way: Way, texts: Sequence[str]) -> float:
    """Return reviews per second."""
    started = time.perf_counter()
    way(texts)
    return len(texts) / (time.perf_counter() - started)


def measure(rounds: int, hub_folder: Path) -> dict[str, list[float]]:
    """Return way -> reviews per second, a figure a round; one more round before them warms up."""
    declare_missing_operators()
    full_size.save_minilm(hub_folder / full_size.MINILM)
    full_size.save_roberta(hub_folder / full_size.ROBERTA)
    settings = Settings(profile="embedded")
    ways = {
        "straightforward": (straightforward(hub_folder), STRAIGHTFORWARD_REVIEWS),
        "moodlens": (moodlens(settings, with_language=False), MOODLENS_REVIEWS),
        "moodlens_with_language": (moodlens(settings, with_language=True), MOODLENS_REVIEWS),
    }
    supply = reviews(full_size.reviews())

    def run(way: Way, count: int) -> float:
        return rate(way, list(itertools.islice(supply, count)))

    variants = {name: lambda way=way, count=count: run(way, count) for name, (way, count) in ways.items()}
    return {name: rates[1:] for name, rates in report.interleave(variants, rounds + 1).items()}


def rows(rates: dict[str, list[float]]) -> list[report.Row]:
    """Return the README's lines."""
    middle = {name: report.median(values) for name, values in rates.items()}
    times = middle["moodlens"] / middle["straightforward"]
    return [
        report.Row("straightforward: four models, one review at a time", f"{middle['straightforward']:.1f} reviews/s"),
        report.Row("Moodlens: one pass, all scores", f"{middle['moodlens']:.0f} reviews/s"),
        report.Row("the same and its language", f"{middle['moodlens_with_language']:.0f} reviews/s"),
        report.Row("Moodlens against straightforward", f"{times:.0f} × as many", f"≥ {ASKED:g} × (aim {AIM:g} ×)"),
    ]


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and write results/annotate.json."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.annotate", description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5, help="rounds that count, after one that warms up")
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        rates = measure(options.rounds, Path(folder))
    lines = rows(rates)
    values = {"reviews_per_second": {name: [round(one, 2) for one in found] for name, found in rates.items()}}
    command = f"python -m benchmarks.annotate --rounds {options.rounds}"
    report.write("annotate", f"Reading reviews of {WORDS} words", command, lines, {**values, "words": WORDS})
    report.say(lines)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
