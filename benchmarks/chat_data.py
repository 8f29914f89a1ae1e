"""EmpatheticDialogues (Rashkin et al. 2019) as the chat benchmark reads it, and its emotions in Ekman's groups."""

import csv
import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

EKMAN_OF = {
    "angry": "angry", "annoyed": "angry", "furious": "angry",
    "disgusted": "disgust",
    "afraid": "fear", "terrified": "fear", "anxious": "fear", "apprehensive": "fear",
    "joyful": "happy", "excited": "happy", "grateful": "happy", "proud": "happy", "hopeful": "happy",
    "impressed": "happy", "caring": "happy", "content": "happy",
    "sad": "sad", "devastated": "sad", "disappointed": "sad", "embarrassed": "sad", "ashamed": "sad", "guilty": "sad",
    "lonely": "sad",
    "surprised": "surprise",
}  # fmt: skip
"""24 of the 32 emotions: those that are, or are a plain synonym of, a label of GoEmotions, in the group of that label
in Demszky et al. 2020 (embarrassment and remorse with sadness, pride, optimism, admiration and caring with joy)."""
UNMAPPED = ("anticipating", "confident", "faithful", "jealous", "nostalgic", "prepared", "sentimental", "trusting")
"""Of no group: mixed, or a stance rather than one of the six."""


@dataclass(frozen=True)
class Opening:
    """The first message of a dialogue, the listener's reply to it, and the emotion the dialogue was written for."""

    emotion: str
    message: str
    reply: str


def openings(path: Path) -> list[Opening]:
    """Read the first message and reply of every dialogue that has both."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = [
            row for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE) if row["speaker"] != "situation"
        ]
    found = []
    for _, turns in groupby(rows, key=lambda row: row["dialog_id"]):
        first, second = [*turns, None, None][:2]
        if first and second and (first["speaker"], second["speaker"]) == ("speaker", "listener"):
            found.append(Opening(first["emotion"], first["text"].strip(), second["text"].strip()))
    return [row for row in found if row.message and row.reply]


def sample(rows: Sequence[Opening], count: int | None, seed: int) -> list[Opening]:
    """Return `count` of the rows, chosen by the seed, in their order; all if there are no more than that."""
    if count is None or count >= len(rows):
        return list(rows)
    return [rows[place] for place in sorted(random.Random(seed).sample(range(len(rows)), count))]
