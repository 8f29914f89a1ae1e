"""How many of the first ten reviews carry the emotion that was asked for.

    python -m benchmarks.retrieval                                  on the 700 shipped reviews
    python -m benchmarks.retrieval --data dev.tsv                   on a split of GoEmotions, as if it were reviews
    python -m benchmarks.retrieval --data f.csv --text review --emotion felt --name hotels

Three ways to ask, over the same reviews, embeddings and index: a sentence about the emotion by similarity alone (what
the straightforward pipeline does), the bare word by similarity alone, and this project's search. The gold column of
data/reviews.csv is read here and nowhere else. With --data a library is built of the texts as an import builds it; a
text with several emotions counts for each of them.
"""

import argparse
import csv
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import model_utils
from backends.contracts import FACE_EMOTIONS, GOEMOTIONS
from benchmarks import report
from emotion.labels import EKMAN_GROUPS
from rag.build import build_in
from rag.library import Library, shipped
from rag.query import Query
from rag.reviews import Review
from rag.search import search
from settings import Settings, from_environment
from training import goemotions

COMMAND = "python -m benchmarks.retrieval"
ASKED = 0.9
K = 10
NAIVE = "What are customers saying who feel {}?"
PRODUCT_QUESTIONS = ("delivery", "customer service", "price", "noise", "the app", "cleanliness", "quality")
"""Free words asked together with each emotion; the share then counts the emotion only."""

Ask = Callable[[str], Sequence[str]]
Gold = Mapping[str, frozenset[str]]
_GROUP_OF = {label: emotion for emotion, labels in EKMAN_GROUPS.items() for label in labels}


def gold_emotions(settings: Settings) -> Gold:
    """Return review id -> the emotion it was written to carry."""
    with (settings.data_folder / "reviews.csv").open(encoding="utf-8", newline="") as file:
        return {row["id"]: frozenset({row["emotion"]}) for row in csv.DictReader(file)}


def labelled(path: Path, text: str, emotion: str) -> tuple[list[Review], Gold]:
    """Return the texts of a file as reviews, and review id -> its emotions among FACE_EMOTIONS.

    A `.tsv` file is a split of GoEmotions; any other a CSV with a header.

    Args:
        text, emotion: columns of a CSV; the emotion is one of FACE_EMOTIONS or GOEMOTIONS, or several with commas.

    Raises:
        SystemExit: a column is missing, an emotion is unknown, or there is no text.
    """
    if path.suffix == ".tsv":
        rows = [(text, [GOEMOTIONS[label] for label in labels]) for text, labels in goemotions.comments(path)]
    else:
        with path.open(encoding="utf-8-sig", newline="") as file:
            table = csv.DictReader(file)
            if not {text, emotion} <= set(table.fieldnames or ()):
                raise SystemExit(
                    f"{path.name} has the columns {', '.join(table.fieldnames or ())}: say --text, --emotion"
                )
            rows = [(row[text], [name.strip().lower() for name in row[emotion].split(",")]) for row in table]
    kept = [(words, names) for words, names in rows if words.strip()]
    unknown = {name for _, names in kept for name in names} - set(_GROUP_OF) - set(FACE_EMOTIONS)
    if unknown or not kept:
        raise SystemExit(f"{path.name}: no texts, or emotions nobody knows here: {', '.join(sorted(unknown)[:5])}")
    reviews = [Review(f"T{number}", words) for number, (words, _) in enumerate(kept)]
    felt = [frozenset(_GROUP_OF.get(name, name) for name in names) for _, names in kept]
    return reviews, {review.id: emotions for review, emotions in zip(reviews, felt, strict=True)}


def nearest(words: str, library: Library, settings: Settings) -> list[str]:
    """Return the ids of the K reviews nearest to some words, by similarity alone."""
    vector = model_utils.load("embedder", library.manifest.embedder, settings).embed([words])[0]
    rows, _ = library.index.search(vector, K)
    return [review.id for review in library.store.by_row(rows.tolist())]


def share(ask: Ask, gold: Gold) -> dict[str, float]:
    """Return emotion -> share of the reviews found that carry it, and their "mean"."""
    found = {emotion: ask(emotion) for emotion in FACE_EMOTIONS}
    shares = {emotion: sum(emotion in gold[id_] for id_ in ids) / K for emotion, ids in found.items()}
    return {key: round(value, 3) for key, value in (shares | {"mean": sum(shares.values()) / len(shares)}).items()}


def measure(library: Library, gold: Gold, settings: Settings) -> dict[str, dict[str, float]]:
    """Return way of asking -> shares."""

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


def lines(shares: dict[str, dict[str, float]]) -> list[report.Row]:
    """Return the README's lines."""
    return [
        report.Row("similarity to “What are customers saying who feel …?”", f"{shares['naive']['mean']:.2f}"),
        report.Row("similarity to the bare word", f"{shares['word']['mean']:.2f}"),
        report.Row("Moodlens, an emotion", f"{shares['moodlens']['mean']:.2f}", f"≥ {ASKED:.2f}"),
        report.Row("Moodlens, an emotion and free words", f"{shares['moodlens_with_words']['mean']:.2f}"),
    ]


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and write the results."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.retrieval", description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, help="a split of GoEmotions (.tsv) or a CSV with texts and gold emotions")
    parser.add_argument("--text", default="text", help="the CSV's column of texts")
    parser.add_argument("--emotion", default="emotion", help="the CSV's column of emotions")
    parser.add_argument("--name", help="of the result, instead of the file's")
    given = parser.parse_args(argv)
    settings = from_environment()
    title = "Share of the first 10 reviews that carry the asked emotion"
    if given.data is None:
        return _report("retrieval", title, COMMAND, shipped(settings), gold_emotions(settings), settings)
    reviews, gold = labelled(given.data, given.text, given.emotion)
    name = given.name or given.data.stem
    with tempfile.TemporaryDirectory() as folder:
        library = build_in(Path(folder) / "library", reviews, name, settings)
        command = f"{COMMAND} --data {given.data.name} --name {name}"
        return _report(f"retrieval-{name}", f"{title}, on {name}", command, library, gold, settings)


def _report(name: str, title: str, command: str, library: Library, gold: Gold, settings: Settings) -> int:
    shares = measure(library, gold, settings)
    values = {"reviews": len(library), "k": K, "models": library.manifest.models, "share_of_top_10": shares}
    report.write(name, title, command, lines(shares), values)
    report.say(lines(shares))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
