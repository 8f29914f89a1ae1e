"""How many of the first ten reviews carry the emotion that was asked for, on the 700 shipped reviews.

    python -m benchmarks.retrieval

Three ways to ask, over the same reviews, embeddings and index: a sentence about the emotion by similarity alone (what
the straightforward pipeline does), the bare word by similarity alone, and this project's search. The gold column of
data/reviews.csv is read here and nowhere else.
"""

import argparse
import csv
from collections.abc import Callable, Sequence

import model_utils
from backends.contracts import FACE_EMOTIONS
from benchmarks import report
from rag.library import Library, shipped
from rag.query import Query
from rag.search import search
from settings import Settings, from_environment

COMMAND = "python -m benchmarks.retrieval"
ASKED = 0.9
K = 10
NAIVE = "What are customers saying who feel {}?"
PRODUCT_QUESTIONS = ("delivery", "customer service", "price", "noise", "the app", "cleanliness", "quality")
"""Free words asked together with each emotion; the share then counts the emotion only."""

Ask = Callable[[str], Sequence[str]]


def gold_emotions(settings: Settings) -> dict[str, str]:
    """Return review id -> the emotion it was written to carry."""
    with (settings.data_folder / "reviews.csv").open(encoding="utf-8", newline="") as file:
        return {row["id"]: row["emotion"] for row in csv.DictReader(file)}


def nearest(words: str, library: Library, settings: Settings) -> list[str]:
    """Return the ids of the K reviews nearest to some words, by similarity alone."""
    vector = model_utils.load("embedder", library.manifest.embedder, settings).embed([words])[0]
    rows, _ = library.index.search(vector, K)
    return [review.id for review in library.store.by_row(rows.tolist())]


def share(ask: Ask, gold: dict[str, str]) -> dict[str, float]:
    """Return emotion -> share of the reviews found that carry it, and their "mean"."""
    found = {emotion: ask(emotion) for emotion in FACE_EMOTIONS}
    shares = {emotion: sum(gold[id_] == emotion for id_ in ids) / K for emotion, ids in found.items()}
    return {key: round(value, 3) for key, value in (shares | {"mean": sum(shares.values()) / len(shares)}).items()}


def measure(library: Library, settings: Settings) -> dict[str, dict[str, float]]:
    """Return way of asking -> shares."""
    gold = gold_emotions(settings)

    def found(query: Query) -> list[str]:
        return [hit.review.id for hit in search(query, library, K, settings)]

    def with_words(emotion: str) -> list[list[str]]:
        return [found(Query(words, emotion)) for words in PRODUCT_QUESTIONS]

    results = {
        "naive": share(lambda emotion: nearest(NAIVE.format(emotion), library, settings), gold),
        "word": share(lambda emotion: nearest(emotion, library, settings), gold),
        "moodlens": share(lambda emotion: found(Query(emotion=emotion)), gold),
    }
    mixed = {emotion: with_words(emotion) for emotion in FACE_EMOTIONS}
    runs = [share(lambda emotion, n=n: mixed[emotion][n], gold) for n in range(len(PRODUCT_QUESTIONS))]  # type: ignore[misc]
    results["moodlens_with_words"] = {key: round(sum(run[key] for run in runs) / len(runs), 3) for key in runs[0]}
    return results


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and write the results."""
    argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0]).parse_args(argv)
    settings = from_environment()
    library = shipped(settings)
    shares = measure(library, settings)
    rows = [
        report.Row("similarity to “What are customers saying who feel …?”", f"{shares['naive']['mean']:.2f}"),
        report.Row("similarity to the bare word", f"{shares['word']['mean']:.2f}"),
        report.Row("Moodlens, an emotion", f"{shares['moodlens']['mean']:.2f}", f"≥ {ASKED:.2f}"),
        report.Row("Moodlens, an emotion and free words", f"{shares['moodlens_with_words']['mean']:.2f}"),
    ]
    values = {"reviews": len(library), "k": K, "models": library.manifest.models, "share_of_top_10": shares}
    report.write("retrieval", "Share of the first 10 reviews that carry the asked emotion", COMMAND, rows, values)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
