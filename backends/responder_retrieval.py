"""Replies written for this project, chosen by meaning and emotion. Nothing is generated, so nothing in a message can
make it say what is not in `data/models/replies/replies.json` or `backends/openings.py`, but a clause of the user's own.

Each written reply has a need (comfort, celebrate, calm, explore, thank, apologise, inform), the emotions it fits, and
either cues (what a user might have said) or none, which makes it a general reply for its emotions. A reply with cues
is taken when the message means nearly the same as a cue; else the general reply whose words lie closest.

Does not handle: languages other than English; what was said more than a turn ago, except that no reply comes twice.
"""

import copy
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from backends import openings
from backends.contracts import FloatArray, Reply, Turn
from backends.echo import clause
from backends.weights import checked_file, shipped_card, shipped_folder
from errors import DamagedModel
from settings import Settings

SURE = 0.68
"""Cosine from which a cue is taken although the reply was written for another emotion."""
LIKELY = 0.6
"""Cosine from which a cue is taken if the emotion fits too."""
SURE_OF_BLAME = 0.74
"""Cosine from which a message is taken for a complaint about the replies themselves."""
EMOTION_BONUS = 0.08
NEAR = 0.15
"""A cue counts only if its cosine is at most this much below that of the nearest one, used already or not."""
MAX_SENTENCES = 6
_LOW = frozenset({"sad", "angry", "fear", "disgust"})
_FELT = frozenset({"comfort", "calm", "celebrate"})
_ANY_EMOTION = frozenset({"thank", "apologise", "inform", "explore"})


@dataclass(frozen=True)
class Written:
    """One written reply. `question` may be empty; `cues` empty means that it fits its emotions in general.

    `only_if` is a regular expression that the message must hold, in lower case: what speaks of a death must not answer
    "sad about my dog". Empty for most.
    """

    need: str
    emotions: tuple[str, ...]
    cues: tuple[str, ...]
    text: str
    question: str
    only_if: str = ""

    def suits(self, emotion: str, similarity: float) -> bool:
        """True if this reply may answer a message of that emotion whose best cue has that cosine."""
        if self.need == "apologise" and similarity < SURE_OF_BLAME:
            return False
        if emotion in self.emotions:
            return similarity >= LIKELY
        if similarity < SURE:
            return False
        if self.need in _ANY_EMOTION or emotion in ("neutral", "surprise"):
            return True
        return emotion in _LOW and not _LOW.isdisjoint(self.emotions)


class Embeds(Protocol):
    """The part of an embedder that is needed here."""

    def embed(self, texts: Sequence[str]) -> FloatArray:
        """Return (n, d) float32 with unit rows."""
        ...


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
            )
            for row in json.loads(path.read_text("utf-8"))
        )
    except (ValueError, KeyError, TypeError) as error:
        raise DamagedModel(f"The replies in {path.name} cannot be read. Get a complete copy of Moodlens.") from error


class RetrievalResponder:
    """Chooses among written replies; see the module. About 20 ms a reply on two cores."""

    def __init__(self, replies: Sequence[Written], embedder: Embeds) -> None:
        self.card = CARD
        self._replies = tuple(replies)
        self._embedder = embedder
        self._only_this_emotion = False
        owners = [(number, cue) for number, reply in enumerate(replies) for cue in reply.cues]
        self._owner = np.array([number for number, _ in owners], np.int64)
        self._cues = embedder.embed([cue for _, cue in owners])
        self._texts = embedder.embed([reply.text for reply in replies])

    def corrected(self) -> "RetrievalResponder":
        """See `backends.contracts.TakesCorrections`."""
        other = copy.copy(self)
        other._only_this_emotion = True
        return other

    def reply(self, message: str, history: Sequence[Turn], emotion: str) -> Reply:
        """Answer a message; see `backends.contracts.Responder`. The same input gives the same reply."""
        said = [turn.text for turn in history if turn.role == "assistant"]
        chosen = self._choose(message, emotion, said)
        asked = chosen.question if not (said and said[-1].rstrip().endswith("?")) else ""
        if not chosen.cues:
            asked = asked and (openings.question(message, emotion, said) or asked)
        own = clause(message)
        parts = [chosen.text, asked]
        if not chosen.cues and own and asked and (begun := openings.reaction(message, own, emotion, said)):
            parts = [begun, asked]  # their own words and a question say more than a general sentence between the two
        elif chosen.need in _FELT or not chosen.cues:
            parts.insert(0, openings.opening(message, own, emotion, chosen.text, said))
        return Reply(" ".join(part for part in parts if part), self.card.name)

    def stream(self, message: str, history: Sequence[Turn], emotion: str) -> Iterator[str]:
        """Yield the reply word by word."""
        yield from re.findall(r"\s*\S+", self.reply(message, history, emotion).text)

    def _choose(self, message: str, emotion: str, said: Sequence[str]) -> Written:
        """Return the best reply not used yet; when all that fit are used up, the one used longest ago."""
        order = self._ranked(message, emotion)
        fresh = (reply for reply in order if _last_used(reply, said) < 0)
        return next(fresh, None) or min(order, key=lambda reply: _last_used(reply, said))

    def _ranked(self, message: str, emotion: str) -> list[Written]:
        """Return every reply that may be given, best first: by cue, then the general ones, then those of neutral."""
        vectors = self._embedder.embed(_views(message))
        by_cue = np.full(len(self._replies), -1.0, np.float32)
        np.maximum.at(by_cue, self._owner, (self._cues @ vectors.T).max(axis=1))
        by_text: FloatArray = self._texts @ vectors[0]
        nearest = float(by_cue.max())
        specific, general, spare = [], [], []
        for number, reply in enumerate(self._replies):
            similarity = float(by_cue[number])
            if self._only_this_emotion and emotion not in reply.emotions:
                continue
            if reply.only_if and not re.search(reply.only_if, message.lower()):
                continue
            if reply.cues and similarity >= nearest - NEAR and reply.suits(emotion, similarity):
                specific.append((similarity + EMOTION_BONUS * (emotion in reply.emotions), number))
            elif not reply.cues and emotion in reply.emotions:
                general.append((float(by_text[number]), number))
            elif not reply.cues and "neutral" in reply.emotions:
                spare.append((float(by_text[number]), number))
        ranked = [number for group in (specific, general, spare) for _, number in sorted(group, reverse=True)]
        return [self._replies[number] for number in ranked] or list(self._replies)


def _views(message: str) -> list[str]:
    """Return the whole message and, if there are several, its first sentences: a cue may match any of them."""
    sentences = [part.strip() for part in re.split(r"(?<=[.!?])\s+|\n+", message) if part.strip()]
    return [message, *sentences[:MAX_SENTENCES]] if len(sentences) > 1 else [message]


def _last_used(reply: Written, said: Sequence[str]) -> int:
    """Return the place of the last reply that held this text or its question, or -1."""
    held = (reply.text, reply.question or reply.text)
    return max((place for place, text in enumerate(said) if any(part in text for part in held)), default=-1)


def load(settings: Settings) -> RetrievalResponder:
    """Read the written replies and embed them (about a second).

    Raises:
        DamagedModel: a file does not match its sha256.
    """
    from backends import embedder_minilm

    folder = shipped_folder(settings, "replies")
    paths = [checked_file(folder, file) for file in CARD.files]
    return RetrievalResponder(read_replies(paths[0]), embedder_minilm.load(settings))


CARD = shipped_card(
    "responder",
    "replies",
    load,
    title="Replies written for Moodlens, chosen by meaning and emotion",
    limits=(
        "English only. It chooses among written replies and does not reason: it knows nothing of the world, remembers "
        "little of what was said before, and gives no medical, legal or financial advice."
    ),
)
