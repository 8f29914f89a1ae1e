"""Replies written for this project, chosen by meaning and emotion. Nothing is generated, so nothing in a message can
make it say what is not in `data/models/replies/replies.json` or `backends/openings.py`, but a clause of the user's own.

Each written reply has a need (comfort, celebrate, calm, explore, thank, apologise, inform), the emotions it fits, and
either cues (what a user might have said) or none, which makes it a general reply for its emotions; a general reply
may have a condition instead: the matter that it speaks of, or the occasion (`backends.occasions`). First comes a reply
of which a cue fits the message (`backends.cues`), then a general one on a matter or for an occasion that it names, then
any, of these the one whose words lie closest, with much chance: else the same few would be nearest to everything.

Does not handle: languages other than English; what was said more than a turn ago, except that no reply comes twice.
"""

import copy
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from math import log
from pathlib import Path
from typing import Protocol

import numpy as np

from backends import openings
from backends.contracts import FloatArray, Reply, Turn
from backends.cues import Cues, views
from backends.echo import clause
from backends.occasions import occasions
from backends.tact import Tact, named, speaks_of_death
from backends.weights import checked_file, shipped_card, shipped_folder
from errors import DamagedModel
from settings import Settings

LIKELY = 0.8
"""Fit (`backends.cues`) from which a cue is taken if the emotion fits too."""
SURE = 0.86
"""Fit from which a cue is taken although the reply was written for another emotion, of the same kind."""
SURE_OF_BLAME = 0.9
"""Fit from which a message is taken for a complaint about the replies themselves."""
EMOTION_BONUS = 0.08
NEAR = 0.15
"""A cue counts only if its fit is at most this much below that of the nearest one, used already or not."""
BRIEF, BRIEF_GENERAL = 0.01, 0.03
"""What each word of a reply with cues, and of a general one, costs it: of two that fit, the shorter is taken."""
ON_THE_MATTER = 0.3
"""Cosine of a general reply on a matter with a message that names it: a cat in passing is not what it is about."""
VARIED, VARIED_GENERAL = 0.2, 0.3
"""How much chance decides on a reply on a matter or occasion, and on one that fits whatever was said: each is taken as
often as exp(score / VARIED) says (Gumbel's trick), else the same few would lie nearest to every message."""
ON_OCCASION = 0.15
"""What is added to the cosine of a reply for an occasion, which lies farther than one on the matter."""
ECHOED, ECHOED_GENERAL = 0.2, 0.5
"""How often a reply for an occasion, and a general one, gives the user's own words back in the place of its text."""
WARM = {"sad": 0.9, "angry": 0.6, "fear": 0.6, "disgust": 0.5, "happy": 0.0, "surprise": 0.0, "neutral": 0.0}
"""How often a reply that shows no feeling itself begins with some, by emotion; not one of LONG or more words."""
TELLING = 4
"""Words from which a sentence is more than an exclamation."""
LONG = 16
_LOW = frozenset({"sad", "angry", "fear", "disgust"})
_LIGHT = frozenset({"happy", "surprise", "neutral"})
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
        return self.need not in _ANY_EMOTION and (_LOW.issuperset(self.emotions) or _LOW.isdisjoint(self.emotions))

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
        kind = _LOW if emotion in _LOW else _LIGHT
        return not kind.isdisjoint(self.emotions)


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
                row.get("occasion", ""),
            )
            for row in json.loads(path.read_text("utf-8"))
        )
    except (ValueError, KeyError, TypeError) as error:
        raise DamagedModel(f"The replies in {path.name} cannot be read. Get a complete copy of Moodlens.") from error


def texts_of(replies: Sequence[Written]) -> list[str]:
    """Return what of the replies is embedded: all cues, then the texts of those without a cue."""
    return [cue for reply in replies for cue in reply.cues] + [reply.text for reply in replies if not reply.cues]


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


class RetrievalResponder:
    """Chooses among written replies; see the module. About 20 ms a reply on two cores."""

    def __init__(self, replies: Sequence[Written], embedder: Embeds, rows: FloatArray | None = None) -> None:
        """Take the replies, who embeds messages, and the unit rows of `texts_of` if they are known already."""
        self.card = CARD
        self._replies = tuple(replies)
        self._embedder = embedder
        self._only_this_emotion = False
        owners = [(number, cue) for number, reply in enumerate(replies) for cue in reply.cues]
        rows = embedder.embed(texts_of(replies)) if rows is None else rows
        self._owner = np.array([number for number, _ in owners], np.int64)
        self._cues = Cues([cue for _, cue in owners], rows[: len(owners)])
        self._general = rows[len(owners) :]
        self._conditions = [re.compile(reply.only_if) for reply in replies]
        self._tact = [Tact(f"{reply.text} {reply.question}", reply.cues, reply.only_if) for reply in replies]
        self._cost = [(BRIEF if reply.cues else BRIEF_GENERAL) * len(reply.beginning().split()) for reply in replies]

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
        if (
            asked
            and self._echoes(chosen, message)
            and (begun := openings.reaction(message, clause(message), emotion, said))
        ):
            # their own words and a question say more than a general sentence between the two
            own_matter = "" if chosen.occasion else openings.question(message, emotion, said)
            return Reply(f"{begun} {own_matter or asked}", self.card.name)
        text = chosen.beginning() if asked else chosen.text  # before a question, one sentence is enough
        parts = [text, asked]
        warm = WARM[emotion] * (1.0 if chosen.cues or chosen.only_if else 0.5)  # other replies are reactions themselves
        if chosen.one_sided and len(text.split()) < LONG and _chance(message, -1) < warm:
            parts.insert(0, openings.opening(message, clause(message), emotion, text, said))
        return Reply(" ".join(part for part in parts if part), self.card.name)

    def stream(self, message: str, history: Sequence[Turn], emotion: str) -> Iterator[str]:
        """Yield the reply word by word."""
        yield from re.findall(r"\s*\S+", self.reply(message, history, emotion).text)

    def _echoes(self, chosen: Written, message: str) -> bool:
        """True if the user's own words may take the place of a reply's text: what was written for the matter stays."""
        if chosen.cues or chosen.only_if:
            return False
        return _chance(message, -2) < (ECHOED if chosen.occasion else ECHOED_GENERAL)

    def _choose(self, message: str, emotion: str, said: Sequence[str]) -> Written:
        """Return the best reply not used yet; when all that fit are used up, the one used longest ago."""
        order = self._ranked(message, emotion)
        fresh = (reply for reply in order if _last_used(reply, said) < 0)
        return next(fresh, None) or min(order, key=lambda reply: _last_used(reply, said))

    def _ranked(self, message: str, emotion: str) -> list[Written]:
        """Return every reply that may be given, best first: by cue, then the general ones, then those of neutral."""
        vectors = self._embedder.embed(views(message))
        by_cue = np.full(len(self._replies), -1.0, np.float32)
        np.maximum.at(by_cue, self._owner, self._cues.fits(message, vectors))
        plain, of_death, names = message.casefold(), speaks_of_death(message), named(message)
        told = occasions(message)
        by_text = iter((self._general @ vectors[0]).tolist())
        suited = [place for place, reply in enumerate(self._replies) if reply.cues and reply.suits(emotion, np.inf)]
        nearest = float(by_cue[suited].max(initial=-1.0))
        groups: tuple[list[tuple[float, int]], ...] = ([], [], [], [])
        specific, topical, general, spare = groups
        for number, reply in enumerate(self._replies):
            fit = float(by_cue[number]) if reply.cues else next(by_text)
            score = fit - self._cost[number]
            if self._only_this_emotion and emotion not in reply.emotions:
                continue
            if not self._conditions[number].search(plain) or not self._tact[number].allows(of_death, names):
                continue
            if reply.cues:
                if fit >= nearest - NEAR and reply.suits(emotion, fit):
                    specific.append((score + EMOTION_BONUS * (emotion in reply.emotions), number))
                continue
            on_something = bool(reply.only_if or reply.occasion)
            score -= (VARIED if on_something else VARIED_GENERAL) * log(-log(_chance(message, number)))
            if reply.only_if:
                if emotion in reply.emotions and fit >= ON_THE_MATTER:
                    topical.append((score, number))
            elif reply.occasion:
                if emotion in reply.emotions and reply.occasion in told:
                    topical.append((score + ON_OCCASION, number))
            elif emotion in reply.emotions:
                general.append((score, number))
            elif "neutral" in reply.emotions:
                spare.append((score, number))
        ranked = [number for group in groups for _, number in sorted(group, reverse=True)]
        return [self._replies[number] for number in ranked] or list(self._replies)


def _chance(message: str, number: int) -> float:
    """Return a number between 0 and 1, decided by both as if by chance.

    A checksum would not do: the order that it brings numbers into hardly changes from message to message.
    """
    drawn = int.from_bytes(blake2b(f"{number} {message}".encode(), digest_size=4).digest())
    return (drawn + 0.5) / 2**32


def _last_used(reply: Written, said: Sequence[str]) -> int:
    """Return the place of the last reply that held this text or its question, or -1."""
    held = (reply.text, reply.question or reply.text)
    return max((place for place, text in enumerate(said) if any(part in text for part in held)), default=-1)


def load(settings: Settings) -> RetrievalResponder:
    """Read the written replies and the embeddings of their cues.

    Raises:
        DamagedModel: a file does not match its sha256.
    """
    from backends import embedder_minilm

    folder = shipped_folder(settings, "replies")
    paths = [checked_file(folder, file) for file in CARD.files]
    replies = read_replies(paths[0])
    return RetrievalResponder(replies, embedder_minilm.load(settings), read_rows(paths[1], replies))


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
