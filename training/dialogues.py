"""Conversations to learn replies from: EmpatheticDialogues (Rashkin et al. 2019, https://arxiv.org/abs/1811.00207,
CC BY-NC 4.0) and DailyDialog (Li et al. 2017, https://arxiv.org/abs/1710.03957, CC BY-NC-SA 4.0).

Every reply of a listener becomes one example: the message, the turns before it, the emotion, the reply.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Literal

from backends.contracts import FACE_EMOTIONS, Turn
from emotion.labels import EKMAN_GROUPS
from training.command import UnusableInput
from training.text_data import EMPATHETIC_LABELS

Part = Literal["train", "valid"]

_FACE_OF = {label: face for face, labels in EKMAN_GROUPS.items() for label in labels}
EMPATHETIC_FACES = {name: _FACE_OF[label] for name, label in EMPATHETIC_LABELS.items()} | {
    "anticipating": "happy", "caring": "happy", "confident": "happy", "content": "happy", "faithful": "happy",
    "jealous": "angry", "nostalgic": "sad", "prepared": "neutral", "sentimental": "sad", "trusting": "happy",
}  # fmt: skip
"""The 32 emotions of EmpatheticDialogues -> FACE_EMOTIONS: by way of GoEmotions where there is a plain counterpart."""

DAILY_FACES = ("neutral", "angry", "disgust", "fear", "happy", "sad", "surprise")
"""The emotion numbers of DailyDialog, 0 to 6."""
DAILY_FILES = ("dialogues_text.txt", "dialogues_emotion.txt")
DAILY_VALID = 13
"""Of 256 conversations, how many are validation: about 5 %."""
MAX_EARLIER_TURNS = 6


@dataclass(frozen=True)
class Example:
    """A reply to learn: what was said before it, and the emotion (one of FACE_EMOTIONS) of the message."""

    message: str
    history: tuple[Turn, ...]
    emotion: str
    reply: str
    source: str


def load(folder: Path, part: Part) -> list[Example]:
    """Read every conversation under a folder: `empathetic_<part>.tsv`, and DailyDialog's two files where they are.

    DailyDialog's published text file has no split; conversations are parted by the hash of their text, so that one
    that comes twice never lies in both parts.

    Raises:
        FileNotFoundError: a file is missing; the message names it.
        ValueError: a file is not what its publisher describes.
    """
    path = folder / f"empathetic_{part}.tsv"
    if not path.is_file():
        raise FileNotFoundError(f"{path.name} is not in {folder.name}")
    found = list(empathetic(path))
    daily = next((place for place in (folder, folder / "dailydialog") if (place / DAILY_FILES[0]).is_file()), None)
    return found + (list(daily_dialog(daily, part)) if daily else [])


def empathetic(path: Path) -> Iterator[Example]:
    """Yield the examples of an EmpatheticDialogues file: dialog_id, emotion, speaker, text, tab-separated.

    Raises:
        ValueError: the first line is not that, or an emotion is unknown.
    """
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        if rows.fieldnames != ["dialog_id", "emotion", "speaker", "text"]:
            raise UnusableInput(f"{path.name} does not begin with dialog_id, emotion, speaker, text")
        for _, talk in groupby(rows, key=lambda row: row["dialog_id"]):
            lines = list(talk)
            if (emotion := EMPATHETIC_FACES.get(lines[0]["emotion"])) is None:
                raise UnusableInput(
                    f"{path.name} names the emotion {lines[0]['emotion']!r}, which is not one of its 32"
                )
            said = [(row["speaker"], row["text"].strip()) for row in lines if row["speaker"] != "situation"]
            yield from _replies(_turns(said), [emotion] * len(said), "EmpatheticDialogues")


def _turns(said: list[tuple[str, str]]) -> list[Turn]:
    """Join what one person says in a row; the one who begins is the user."""
    talk = [(who, " ".join(text for _, text in rows)) for who, rows in groupby(said, key=lambda row: row[0])]
    return [Turn("user" if who == talk[0][0] else "assistant", text) for who, text in talk]


def daily_dialog(folder: Path, part: Part) -> Iterator[Example]:
    """Yield the examples of DailyDialog: one conversation a line, `__eou__` behind every turn, numbers for emotions.

    Both people are listeners here: every turn but the first is a reply to learn.

    Raises:
        ValueError: the two files do not belong together; the message names the line.
    """
    texts, emotions = ((folder / name).read_text("utf-8").splitlines() for name in DAILY_FILES)
    if len(texts) != len(emotions):
        raise UnusableInput(f"{DAILY_FILES[0]} has {len(texts)} lines, {DAILY_FILES[1]} {len(emotions)}")
    for number, (text, row) in enumerate(zip(texts, emotions, strict=True), 1):
        said = [turn.strip() for turn in text.split("__eou__") if turn.strip()]
        felt = [DAILY_FACES[int(value)] for value in row.split()]
        if len(said) != len(felt):
            raise UnusableInput(f"line {number} of {DAILY_FILES[0]} has {len(said)} turns, but {len(felt)} emotions")
        if (hashlib.sha256(text.encode()).digest()[0] < DAILY_VALID) != (part == "valid"):
            continue
        for end in range(2, len(said) + 1):
            turns = [Turn("assistant" if (end - place) % 2 else "user", line) for place, line in enumerate(said[:end])]
            yield from _last_reply(turns, felt[end - 2], "DailyDialog")


def _replies(turns: list[Turn], emotions: list[str], source: str) -> Iterator[Example]:
    """Yield an example for every turn of the assistant."""
    for place, turn in enumerate(turns):
        if turn.role == "assistant":
            yield from _last_reply(turns[: place + 1], emotions[place - 1], source)


def _last_reply(turns: list[Turn], emotion: str, source: str) -> Iterator[Example]:
    """Yield the last turn as a reply to the one before it, unless one of them is empty."""
    *earlier, message, reply = turns
    assert emotion in FACE_EMOTIONS
    if message.text and reply.text:
        yield Example(message.text, tuple(earlier[-MAX_EARLIER_TURNS:]), emotion, reply.text, source)
