"""Short texts that turn round with a negation, written as patterns: what `training/negation/learnt.tsv` stands for.

A line of the file holds, between tabs: the readings that are right (one or more of negative, neutral, positive), the
emotions that the text denies (GoEmotions labels, may be empty), and a pattern in which `(a|b|)` is one of the
alternatives, `{thing}` something one buys or meets and `{noun}` a kind of it. `held_out.tsv` has plain texts of other
wordings, in the same columns; it is only ever measured. Does not handle: irony.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from pathlib import Path

from backends.contracts import GOEMOTIONS, SENTIMENTS

FOLDER = Path(__file__).with_name("negation")
LEARNT, HELD_OUT = FOLDER / "learnt.tsv", FOLDER / "held_out.tsv"

THINGS = (
    "the room", "the hotel", "this dress", "the phone", "the charger", "the crew", "the food", "my order", "the app",
    "this blender", "the service", "the flight", "the driver", "the jacket", "the film", "the nurse", "this book",
    "the breakfast", "the delivery", "it", "this", "the staff", "the battery", "the tablet", "the waiter",
)  # fmt: skip
NOUNS = ("coffee", "dress", "tablet", "hotel", "meal", "jacket", "app", "speaker", "breakfast")
_ALTERNATIVES = re.compile(r"\(([^()]*)\)")


@dataclass(frozen=True)
class Contrast:
    """One line: numbers of the sentiments that are right, of the emotions denied, and a pattern or a text."""

    readings: tuple[int, ...]
    denied: tuple[int, ...]
    text: str


def read_contrasts(path: Path) -> list[Contrast]:
    """Read a file of the format above.

    Raises:
        ValueError: a line has other columns, or a name that is no sentiment or no emotion.
    """
    found = []
    for line in path.read_text("utf-8").splitlines():
        readings, denied, text = line.split("\t")
        found.append(
            Contrast(
                tuple(SENTIMENTS.index(name) for name in readings.split()),
                tuple(GOEMOTIONS.index(name) for name in denied.split(",") if name),
                text,
            )
        )
    return found


def written_out(pattern: str, generator: random.Random) -> str:
    """One of the texts that a pattern stands for, with a capital at its beginning."""
    while match := _ALTERNATIVES.search(pattern):
        pattern = pattern[: match.start()] + generator.choice(match[1].split("|")) + pattern[match.end() :]
    for place, names in (("{noun}", NOUNS), ("{thing}", THINGS)):
        while place in pattern:
            pattern = pattern.replace(place, generator.choice(names), 1)
    return pattern[:1].upper() + pattern[1:]


def contrasts(each: int, seed: int) -> list[Contrast]:
    """Up to `each` different texts of every pattern; a quarter are followed by another of the same readings."""
    generator = random.Random(seed)
    patterns = read_contrasts(LEARNT)
    held = {plain(one.text) for one in read_contrasts(HELD_OUT)}
    found: list[Contrast] = []
    for one in patterns:
        texts = dict.fromkeys(written_out(one.text, generator) for _ in range(3 * each))
        found += [Contrast(one.readings, one.denied, text) for text in texts if plain(text) not in held][-each:]
    for place in generator.sample(range(len(found)), len(found) // 4):
        first = found[place]
        second = generator.choice([other for other in found if other.readings == first.readings])
        found[place] = Contrast(first.readings, first.denied + second.denied, f"{first.text} {second.text}")
    return found


def plain(text: str) -> str:
    """A text in small letters without its last sign, to compare by."""
    return text.lower().rstrip(".!")
