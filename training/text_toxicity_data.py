"""What sets of offensive tweets do not hold, for the head of toxicity: anger that hurts nobody, laughing, contempt.

Sources and licences: those of training/text_data.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from backends.contracts import GOEMOTIONS
from emotion.labels import EKMAN_GROUPS
from training.text_data import Example, rows_of

HARMLESS_EMOTIONS = (
    "angry", "furious", "annoyed", "disgusted", "devastated", "jealous", "disappointed", "embarrassed", "terrified",
    "sad",
)  # fmt: skip
"""EmpatheticDialogues emotions whose stories sound hard and hurt nobody."""

SHORT_WORDS = 8


def toxicity_examples(folder: Path, train: Iterable[Example]) -> list[Example]:
    """All of them, from the folder of data and the comments of GoEmotions among the training part."""
    return [
        *harmless_situations(folder / "dialogue" / "empathetic_train.tsv"),
        *cheerful_comments(example for example in train if example.source == "goemotions"),
        *hateful_tweets(folder / "toxicity" / "davidson_hate.csv"),
    ]


def harmless_situations(path: Path) -> Iterator[Example]:
    """Stories of anger, fear and grief from EmpatheticDialogues: told to somebody, against nobody who reads them."""
    for row in rows_of(path):
        if row[1] in HARMLESS_EMOTIONS and row[2] == "situation":
            yield Example(row[3].replace("_comma_", ","), "situations", toxicity=0)


def cheerful_comments(comments: Iterable[Example]) -> Iterator[Example]:
    """Of GoEmotions' comments the short ones with nothing but glad labels, of which most laugh, thank or praise."""
    glad = {GOEMOTIONS.index(label) for label in (*EKMAN_GROUPS["happy"], "surprise")} - {GOEMOTIONS.index("desire")}
    for comment in comments:
        labels = {place for place, known in enumerate(comment.emotions) if known == 1}
        if labels <= glad and len(comment.text.split()) <= SHORT_WORDS:
            yield Example(comment.text, "cheerful", toxicity=0)


def hateful_tweets(path: Path) -> Iterator[Example]:
    """Tweets that raters called hate (class 0): contempt for groups of people, often without a swear word."""
    for row in rows_of(path, ","):
        if row[5] == "0":
            yield Example(row[6], "hateful", toxicity=1)
