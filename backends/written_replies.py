"""The replies written for this project (`data/models/replies`): what each is for, how they are read, their vectors."""

import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log
from pathlib import Path

import numpy as np

from backends.contracts import FloatArray
from errors import DamagedModel

LIKELY = 0.8
"""Fit (`backends.cues`) from which a cue is taken if the emotion fits too."""
SURE = 0.86
"""Fit from which a cue is taken although the reply was written for another emotion, of the same kind."""
SURE_OF_BLAME = 0.9
"""Fit from which a message is taken for a complaint about the replies themselves."""
TELLING = 4
"""Words from which a sentence is more than an exclamation."""
LOW = frozenset({"sad", "angry", "fear", "disgust"})
LIGHT = frozenset({"happy", "surprise", "neutral"})
_WORD = re.compile(r"[\w'’]+")
_ANY_EMOTION = frozenset({"thank", "apologise", "inform"})


@dataclass(frozen=True)
class Written:
    """One written reply. `question` may be empty; `cues` empty means that it fits its emotions in general.

    `only_if` is a regular expression that the message must hold, in lower case: what speaks of a death must not answer
    "sad about my dog", and what speaks of dogs in general answers those who name one. `occasion` is one of
    `backends.occasions.NAMES`. Both are empty for most.
    """

    need: str
    emotions: tuple[str, ...]
    cues: tuple[str, ...]
    text: str
    question: str
    only_if: str = ""
    occasion: str = ""

    @property
    def one_sided(self) -> bool:
        """True if all its emotions are low or none is, so that some words of feeling in front cannot be wrong."""
        return self.need not in _ANY_EMOTION and (LOW.issuperset(self.emotions) or LOW.isdisjoint(self.emotions))

    @property
    def gladness(self) -> int:
        """1 if it answers gladness, -1 if it answers something low, 0 if neither or both."""
        return ("happy" in self.emotions) - (not LOW.isdisjoint(self.emotions))

    @property
    def general(self) -> bool:
        """True if it fits its emotions whatever was said."""
        return not (self.cues or self.only_if or self.occasion)

    def beginning(self) -> str:
        """Return the first sentence of the text, or two where it is but an exclamation; all of what informs."""
        if self.need in _ANY_EMOTION:
            return self.text
        sentences = re.split(r"(?<=[.!])\s+", self.text)
        count = 1 if len(sentences[0].split()) >= TELLING else 2
        return " ".join(sentences[:count])

    def suits(self, emotion: str, fit: float) -> bool:
        """True if this reply may answer a message of that emotion whom its best cue fits so well."""
        if self.need == "apologise" and fit < SURE_OF_BLAME:
            return False
        if emotion in self.emotions:
            return fit >= LIKELY
        if fit < SURE:
            return False
        if self.need in _ANY_EMOTION or emotion in ("neutral", "surprise"):
            return True
        kind = LOW if emotion in LOW else LIGHT
        return not kind.isdisjoint(self.emotions)


def read_replies(path: Path) -> tuple[Written, ...]:
    """Read the written replies.

    Raises:
        DamagedModel: the file is not what this version expects.
    """
    try:
        return tuple(
            Written(
                row["need"],
                tuple(row["emotions"]),
                tuple(row["cues"]),
                row["text"],
                row["question"],
                row.get("only_if", ""),
                row.get("occasion", ""),
            )
            for row in json.loads(path.read_text("utf-8"))
        )
    except (ValueError, KeyError, TypeError) as error:
        raise DamagedModel(f"The replies in {path.name} cannot be read. Get a complete copy of Moodlens.") from error


def texts_of(replies: Sequence[Written]) -> list[str]:
    """Return what of the replies is embedded: all cues, then the texts of those without a cue."""
    return [cue for reply in replies for cue in reply.cues] + [reply.text for reply in replies if not reply.cues]


def stock(replies: Sequence[Written]) -> list[float]:
    """Return for each reply how much of it is stock phrases: the logarithm of how often each pair of words, in what is
    said before a question and in the question, comes in all of them, summed up. Long replies have more of them."""
    pairs = [
        [pair for part in (reply.beginning(), reply.question) for pair in pairwise(_WORD.findall(part.casefold()))]
        for reply in replies
    ]
    counts = Counter(pair for row in pairs for pair in row)
    return [sum(log(counts[pair]) for pair in row) for row in pairs]


def read_rows(path: Path, replies: Sequence[Written]) -> FloatArray:
    """Read the (n, d) unit rows of `texts_of`, kept in 8 bits (`training.replies`): embedding them takes seconds.

    Raises:
        DamagedModel: they are not those of these replies.
    """
    try:
        with np.load(path, allow_pickle=False) as kept:
            rows = kept["rows"].astype(np.float32)
    except (OSError, ValueError, KeyError) as error:
        raise DamagedModel(f"{path.name} cannot be read. Get a complete copy of Moodlens.") from error
    if rows.ndim != 2 or len(rows) != len(texts_of(replies)):
        raise DamagedModel(f"{path.name} belongs to other replies. Run `python -m training.replies`.")
    unit: FloatArray = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return unit
