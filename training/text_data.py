"""Texts with whatever labels their source has: emotions (28), sentiment (3), toxicity; the rest is left open.

Sources and licences: GoEmotions (Apache-2.0), EmpatheticDialogues (CC BY-NC 4.0), SemEval 2013-2016 and TweetEval
tweets (Twitter's terms), SST-2, Davidson et al. 2017 (MIT), two sets of star-rated reviews (one MIT, one
non-commercial).
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from backends.contracts import GOEMOTIONS, SENTIMENTS
from emotion.labels import EKMAN_GROUPS
from training.goemotions import comments
from training.swearing import with_curses

UNKNOWN = -1
CHOOSE_ROWS = {"semeval": 1200, "offensive": 900, "reviews": 450}
HELD_ROWS = {"semeval": 1200, "reviews": 450}
"""Rows of those parts that are read; all of the sources that are not named."""

FILES = (
    "goemotions/train.tsv", "goemotions/dev.tsv", "dialogue/empathetic_train.tsv", "sentiment/semeval_2013_2016.tsv",
    "sentiment/sst2_train.tsv", "toxicity/tweeteval_offensive_train.tsv", "toxicity/tweeteval_offensive_val.tsv",
    "toxicity/davidson_hate.csv", "reviews/womens_clothing.csv", "reviews/amazon_consumer.csv",
)  # fmt: skip
"""What a folder of data holds. Without one of them a reading would be learnt from less than the card says."""

EMPATHETIC_LABELS = {
    "afraid": "fear", "terrified": "fear", "anxious": "nervousness", "apprehensive": "nervousness",
    "disgusted": "disgust", "surprised": "surprise", "impressed": "admiration",
    "angry": "anger", "furious": "anger", "annoyed": "annoyance",
    "sad": "sadness", "devastated": "sadness", "lonely": "sadness", "disappointed": "disappointment",
    "embarrassed": "embarrassment", "ashamed": "remorse", "guilty": "remorse",
    "joyful": "joy", "excited": "excitement", "grateful": "gratitude", "proud": "pride", "hopeful": "optimism",
}  # fmt: skip
"""GoEmotions label of the EmpatheticDialogues emotions that have a plain counterpart; the others are not used."""


@dataclass(frozen=True)
class Example:
    """One text. `emotions` holds 1, 0 or UNKNOWN for each of the 28 labels; the others a class or UNKNOWN."""

    text: str
    source: str
    emotions: tuple[int, ...] = (UNKNOWN,) * len(GOEMOTIONS)
    sentiment: int = UNKNOWN
    toxicity: int = UNKNOWN


@dataclass(frozen=True)
class Corpus:
    """Three disjoint parts: fitted on, chosen on (checkpoint, temperature, thresholds), and only reported. And texts
    beside them for the head of toxicity alone (training/text_toxicity_data.py)."""

    train: list[Example]
    choose: list[Example]
    held: list[Example]
    for_toxicity: list[Example] = field(default_factory=list)


def emotion_targets(examples: list[Example]) -> NDArray[np.int8]:
    """(n, 28) of 1, 0 and UNKNOWN."""
    return np.array([example.emotions for example in examples], np.int8).reshape(-1, len(GOEMOTIONS))


def load_corpus(folder: Path, limits: dict[str, int], seed: int) -> Corpus:
    """Read all sources under `folder`.

    Args:
        folder: holds goemotions/, dialogue/, sentiment/, toxicity/ and reviews/.
        limits: rows to train on for each source, e.g. {"sst2": 20000}; all where a source is not named.
        seed: of the choice of those rows.
    """
    parts: dict[str, list[Example]] = {"train": [], "choose": [], "held": []}
    for example in _all(folder):
        parts[_part(example)].append(
            Example(example.text, example.source.split(":")[0], example.emotions, example.sentiment, example.toxicity)
        )
    generator = np.random.default_rng(seed)
    bad = [example.text for example in parts["train"] if example.source == "reviews" and example.sentiment == 0]
    parts["train"] += [Example(text, "swearing", sentiment=0, toxicity=0) for text in with_curses(bad, seed)]
    parts["train"] = limited(parts["train"], limits, generator)
    return Corpus(
        parts["train"],
        limited(parts["choose"], CHOOSE_ROWS, generator),
        limited(parts["held"], HELD_ROWS, generator),
    )


def _all(folder: Path) -> Iterator[Example]:
    yield from goemotions(folder / "goemotions" / "train.tsv", "goemotions")
    yield from goemotions(folder / "goemotions" / "dev.tsv", "goemotions:dev")
    yield from empathetic(folder / "dialogue" / "empathetic_train.tsv")
    yield from semeval(folder / "sentiment" / "semeval_2013_2016.tsv")
    yield from sst2(folder / "sentiment" / "sst2_train.tsv")
    yield from offensive(folder / "toxicity" / "tweeteval_offensive_train.tsv", "offensive")
    yield from offensive(folder / "toxicity" / "tweeteval_offensive_val.tsv", "offensive:held")
    yield from davidson(folder / "toxicity" / "davidson_hate.csv")
    yield from star_reviews(folder / "reviews")


def _part(example: Example) -> str:
    """By the hash of the text, so that a duplicate never lands in two parts."""
    bucket = int(hashlib.sha256(example.text.lower().encode()).hexdigest()[:8], 16) % 100
    source = example.source
    if source == "goemotions:dev":
        return "choose" if bucket < 50 else "held"
    if source == "offensive:held":
        return "held"
    if source in ("semeval", "reviews"):
        return "held" if bucket < 8 else "choose" if bucket < 14 else "train"
    if source == "offensive":
        return "choose" if bucket < 12 else "train"
    return "train"


def limited(examples: list[Example], limits: dict[str, int], generator: np.random.Generator) -> list[Example]:
    """At most so many examples of each source, drawn at random; all of those that `limits` does not name."""
    kept: list[Example] = []
    for source in dict.fromkeys(example.source for example in examples):
        rows = [example for example in examples if example.source == source]
        limit = limits.get(source, len(rows))
        chosen = generator.permutation(len(rows))[:limit] if source != "reviews" else _balanced(rows, limit, generator)
        kept += [rows[row] for row in sorted(chosen)]
    return kept


def _balanced(rows: list[Example], limit: int, generator: np.random.Generator) -> NDArray[np.int64]:
    """At most `limit` rows with as equal a share of each sentiment as there is."""
    classes = np.array([row.sentiment for row in rows])
    chosen = [
        generator.permutation(np.flatnonzero(classes == label))[: limit // len(SENTIMENTS)]
        for label in range(len(SENTIMENTS))
    ]
    return np.concatenate(chosen)


def rows_of(path: Path, delimiter: str = "\t") -> Iterator[list[str]]:
    """The rows of a file as it was published: tab-separated without quotes, or else as CSV; none if it is not there."""
    if not path.exists():
        return
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.reader(
            file, delimiter=delimiter, quoting=csv.QUOTE_NONE if delimiter == "\t" else csv.QUOTE_MINIMAL
        )


def goemotions(path: Path, source: str) -> Iterator[Example]:
    """The comments of a split, with every label known."""
    for text, labels in comments(path) if path.exists() else ():
        yield Example(text, source, tuple(int(number in labels) for number in range(len(GOEMOTIONS))))


def empathetic(path: Path) -> Iterator[Example]:
    """The situations of EmpatheticDialogues: first-person stories with one emotion.

    Labels of other Ekman groups count as absent, the other labels of the same group stay open.
    """
    for row in rows_of(path):
        label = EMPATHETIC_LABELS.get(row[1])
        if label is None or row[2] != "situation":
            continue
        group = next(members for members in EKMAN_GROUPS.values() if label in members)
        targets = tuple(1 if name == label else UNKNOWN if name in group else 0 for name in GOEMOTIONS)
        yield Example(row[3].replace("_comma_", ","), "empathetic", targets)


def semeval(path: Path) -> Iterator[Example]:
    """label, tweet."""
    for row in rows_of(path):
        if len(row) == 2 and row[0] in SENTIMENTS:
            yield Example(row[1], "semeval", sentiment=SENTIMENTS.index(row[0]))


def sst2(path: Path) -> Iterator[Example]:
    """sentence, 0 or 1; a header."""
    for row in rows_of(path):
        if row[1] in ("0", "1"):
            yield Example(row[0], "sst2", sentiment=2 * int(row[1]))


def offensive(path: Path, source: str) -> Iterator[Example]:
    """0 or 1, tweet."""
    for row in rows_of(path):
        yield Example(row[1], source, toxicity=int(row[0]))


def davidson(path: Path) -> Iterator[Example]:
    """Class 0 (hate) and 1 (offensive) count as toxic."""
    for row in rows_of(path, ","):
        if row[5] in ("0", "1", "2"):
            yield Example(row[6], "davidson", toxicity=int(row[5] != "2"))


def star_reviews(folder: Path) -> Iterator[Example]:
    """Reviews with stars: <= 2 negative, 3 neutral, >= 4 positive; none of them counts as toxic. Each text once."""
    sources: list[tuple[str, int, int]] = [("womens_clothing.csv", 3, 4), ("amazon_consumer.csv", 6, 4)]
    seen: set[str] = set()
    for name, text_column, stars_column in sources:
        for row in rows_of(folder / name, ","):
            text, stars = row[text_column].strip(), _stars(row[stars_column])
            if stars is not None and len(text) > 15 and text not in seen:
                seen.add(text)
                yield Example(text, "reviews", sentiment=0 if stars <= 2 else 1 if stars < 4 else 2, toxicity=0)


def _stars(cell: str) -> float | None:
    try:
        return float(cell)
    except ValueError:
        return None


def toy_corpus(copies: int = 12) -> Corpus:
    """A few made-up sentences with all labels, for the smoke run: happy, angry and afraid ones."""
    seeds = [
        ("I love this kettle, thank you", "love", 2, 0),
        ("you are all stupid idiots and I hate you", "anger", 0, 1),
        ("I was scared it would catch fire", "fear", 0, 0),
        ("the parcel weighs two kilos", "neutral", 1, 0),
    ]
    endings = ("today", "again", "at home", "in May", "after lunch", "once", "twice", "on Monday")

    def examples(part: Iterable[str]) -> list[Example]:
        return [
            Example(f"{text} {ending}", "toy", tuple(int(name == label) for name in GOEMOTIONS), sentiment, toxicity)
            for ending in part
            for text, label, sentiment, toxicity in seeds
        ]

    train = [f"{ending} {number}" for number in range(copies) for ending in endings]
    return Corpus(examples(train), examples(endings[:4]), examples(endings[4:]))
