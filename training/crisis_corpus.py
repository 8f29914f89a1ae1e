"""What the crisis classifier learns from: written phrases, each with the idea it says, and ordinary messages.

The phrases (training/crisis_phrases) were written for this project, and nothing of anybody's life is in them. Those of
`ideas/` stand under the idea they say; the older ones, without headings, are given the nearest of these.
Cross-validation leaves out whole ideas: a phrase whose sister is learnt is no stranger. Ordinary messages are the cues
of the replies, sentences of the example reviews and, with a data folder, first messages of EmpatheticDialogues and
comments of GoEmotions. Does not handle: languages other than English.
"""

from __future__ import annotations

import csv
import json
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from backends.contracts import FloatArray
from benchmarks.chat_data import openings
from chat import safety
from chat.danger import KINDS
from settings import PROJECT_FOLDER
from training import goemotions

PHRASES = Path(__file__).with_name("crisis_phrases")
HELD_OUT = ("held_out", "held_out_2", "held_out_3")
"""Files of phrases that are only measured; each was written before the phrases of its day were learnt."""
REVIEW_SENTENCES = 600
DIALOGUES = 4000
COMMENTS = 3000
NO_IDEA = -1

Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Phrase:
    """A written phrase: its kind (one of KINDS) and the heading it stands under, "" in the older files."""

    kind: str
    idea: str
    text: str


@dataclass(frozen=True)
class Corpus:
    """Texts with the number of their kind and of their idea; ordinary messages, at the end, have NO_IDEA."""

    texts: list[str]
    kinds: Integers
    ideas: Integers

    @property
    def written(self) -> NDArray[np.bool_]:
        """(n,) True for written phrases: ordinary messages are too easy to choose anything on."""
        return np.asarray(self.ideas != NO_IDEA)


def phrases(kind: str) -> list[Phrase]:
    """Return the written phrases of a kind, those under headings first, each text once."""
    found: dict[str, Phrase] = {}
    for name in (f"ideas/{kind}.txt", f"{kind}.txt"):
        idea = ""
        for line in (PHRASES / name).read_text("utf-8").splitlines():
            if line.startswith("# "):
                idea = line[2:]
            elif line:
                found.setdefault(line.casefold(), Phrase(kind, idea, line))
    return list(found.values())


def held_out(name: str) -> list[tuple[str, str]]:
    """Return (kind, text) of one of the files in HELD_OUT, on which nothing was tuned."""
    rows = (PHRASES / f"{name}.tsv").read_text("utf-8").splitlines()
    return [(kind, text) for kind, text in (row.split("\t") for row in rows)]


def everyday(seed: int) -> list[str]:
    """Return harmless texts of the project: cues of replies and sentences of reviews that no rule takes for more."""
    replies = json.loads((PROJECT_FOLDER / "data" / "models" / "replies" / "replies.json").read_text("utf-8"))
    with (PROJECT_FOLDER / "data" / "reviews.csv").open(encoding="utf-8", newline="") as file:
        sentences = [part for row in csv.DictReader(file) for part in re.split(r"(?<=[.!?])\s+", row["text"])]
    chosen = random.Random(seed).sample(sorted(set(sentences)), REVIEW_SENTENCES)
    return _harmless([*(cue for row in replies for cue in row["cues"]), *chosen])


def told(folder: Path, seed: int) -> list[str]:
    """Return ordinary messages of a data folder, chosen by the seed: first messages of EmpatheticDialogues and comments
    of GoEmotions that no rule takes for a danger."""
    messages = sorted({row.message for row in openings(folder / "dialogue" / "empathetic_train.tsv")})
    texts = {comment.text for comment in goemotions.comments(folder / "goemotions" / "train.tsv")}
    comments = sorted(text for text in texts if "[" not in text)  # [NAME] stands for a name there
    return [
        *_harmless(random.Random(seed).sample(messages, min(DIALOGUES, len(messages)))),
        *_harmless(random.Random(seed).sample(comments, min(COMMENTS, len(comments)))),
    ]


def _harmless(texts: Sequence[str]) -> list[str]:
    return [text for text in texts if safety.by_rule(text) is None]


def corpus(written: Sequence[Phrase], ideas: Integers, messages: Sequence[str] = ()) -> Corpus:
    """Return phrases with their ideas, and harmless messages without any, as what is learnt from."""
    kinds = [KINDS.index(phrase.kind) for phrase in written]
    return Corpus(
        [*(phrase.text for phrase in written), *messages],
        np.array([*kinds, *[0] * len(messages)]),
        np.concatenate([ideas, np.full(len(messages), NO_IDEA)]),
    )


def number_ideas(written: Sequence[Phrase], embeddings: FloatArray) -> Integers:
    """Return (n,) the number of each phrase's idea; a phrase without a heading gets the idea of its kind whose mean
    embedding is nearest.

    Args:
        written: phrases of which at least one of each kind has a heading.
        embeddings: (n, d) unit rows.
    """
    named = sorted({(phrase.kind, phrase.idea) for phrase in written if phrase.idea})
    numbers = {key: number for number, key in enumerate(named)}
    keys = [(phrase.kind, phrase.idea) for phrase in written]
    ideas = np.array([numbers.get(key, NO_IDEA) for key in keys])
    means = np.stack([embeddings[ideas == number].mean(axis=0) for number in range(len(named))])
    means /= np.linalg.norm(means, axis=1, keepdims=True)
    similarity = embeddings @ means.T
    for row, (kind, idea) in enumerate(keys):
        if not idea:
            own = [number for (other, _), number in numbers.items() if other == kind]
            ideas[row] = own[int(similarity[row, own].argmax())]
    return np.asarray(ideas, np.int64)


def folds_of(learnt: Corpus, folds: int, seed: int) -> Integers:
    """Return (n,) the fold of each text: an idea lies in one fold, every kind's ideas are dealt out in turn."""
    generator = np.random.default_rng(seed)
    fold = generator.integers(0, folds, len(learnt.texts))
    for kind in range(len(KINDS)):
        ideas = generator.permutation(np.unique(learnt.ideas[(learnt.kinds == kind) & learnt.written]))
        for place, idea in enumerate(ideas):
            fold[learnt.ideas == idea] = place % folds
    return np.asarray(fold, np.int64)


def misspelt(text: str, chance: random.Random) -> str:
    """Return a text with one or two slips: a letter dropped, doubled, swapped or wrong."""
    words = text.lower().split()
    for _ in range(chance.choice((1, 1, 2))):
        place = chance.randrange(len(words))
        word = words[place]
        if len(word) < 4:
            continue
        at = chance.randrange(1, len(word) - 1)
        words[place] = chance.choice(
            (
                word[:at] + word[at + 1 :],
                word[:at] + word[at] + word[at:],
                word[:at] + word[at + 1] + word[at] + word[at + 2 :],
                word[:at] + chance.choice("aeioustrn") + word[at + 1 :],
            )
        )
    return " ".join(words)
