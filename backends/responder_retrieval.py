"""Replies written for this project, chosen by meaning and emotion. Nothing is generated, so nothing in a message can
make it say what is not in `data/models/replies/replies.json` or `openings.txt`, but a clause of the user's own.

Each written reply has a need (comfort, celebrate, calm, explore, thank, apologise, inform), the emotions it fits, and
either cues (what a user might have said) or none, which makes it a general reply for its emotions; a general reply
may have a condition instead: the matter that it speaks of, or the occasion (`backends.occasions`). First comes a reply
of which a cue fits the message (`backends.cues`), then a general one on a matter or for an occasion that it names, then
any, of these the one whose words lie closest, with much chance: else the same few would be nearest to everything.

Does not handle: languages other than English; what was said more than a turn ago, except that no reply comes twice.
"""

import copy
import re
from collections.abc import Iterator, Sequence
from math import log
from typing import Protocol

import numpy as np

from backends.chance import chance
from backends.composing import compose
from backends.contracts import FloatArray, Reply, Turn
from backends.cues import Cues, views
from backends.occasions import occasions
from backends.tact import Tact, named, speaks_of_death
from backends.weights import checked_file, shipped_card, shipped_folder
from backends.written_replies import Written, read_replies, read_rows, stock, texts_of
from settings import Settings

EMOTION_BONUS = 0.08
NEAR = 0.15
"""A cue counts only if its fit is at most this much below that of the nearest one, used already or not."""
STOCK, STOCK_GENERAL = 0.007, 0.02
"""What a reply with cues, and a general one, pays for each unit of `stock`: of two that fit, the shorter is taken, and
the one that is said in words of its own."""
ON_THE_MATTER = 0.3
"""Cosine of a general reply on a matter with a message that names it: a cat in passing is not what it is about."""
VARIED, VARIED_GENERAL = 0.45, 0.45
"""How much chance decides on a reply on a matter or occasion, and on one that fits whatever was said: each is taken as
often as exp(score / VARIED) says (Gumbel's trick), else the same few would lie nearest to every message."""
VARIED_CUE = 0.02
"""The same for replies of which a cue fits: only between those that fit about as well."""
ON_OCCASION = 0.15
"""What is added to the cosine of a reply for an occasion, which lies farther than one on the matter."""

NEIGHBOURS, SHARPNESS = 15, 10.0
"""How many cues tell the leaning of a text, and how much more the nearer ones count (exp(SHARPNESS * cosine))."""


class Embeds(Protocol):
    """The part of an embedder that is needed here."""

    def embed(self, texts: Sequence[str]) -> FloatArray:
        """Return (n, d) float32 with unit rows."""
        ...


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
        costs = zip(replies, stock(replies), strict=True)
        self._cost = [(STOCK if reply.cues else STOCK_GENERAL) * cost for reply, cost in costs]

    def corrected(self) -> "RetrievalResponder":
        """See `backends.contracts.TakesCorrections`."""
        other = copy.copy(self)
        other._only_this_emotion = True
        return other

    def reply(self, message: str, history: Sequence[Turn], emotion: str) -> Reply:
        """Answer a message; see `backends.contracts.Responder`. The same input gives the same reply."""
        said = [turn.text for turn in history if turn.role == "assistant"]
        chosen = self._choose(message, emotion, said)
        return Reply(compose(chosen, message, emotion, said), self.card.name)

    def stream(self, message: str, history: Sequence[Turn], emotion: str) -> Iterator[str]:
        """Yield the reply word by word."""
        yield from re.findall(r"\s*\S+", self.reply(message, history, emotion).text)

    def leaning(self, text: str) -> float:
        """Return how glad the replies are whose cues lie nearest to a text in meaning: -1 (all low) to 1 (all glad)."""
        cosines = self._cues.vectors @ self._embedder.embed([text])[0]
        nearest = np.argpartition(-cosines, NEIGHBOURS)[:NEIGHBOURS]
        weights = np.exp(SHARPNESS * cosines[nearest])
        glad = np.array([self._replies[self._owner[place]].gladness for place in nearest], np.float32)
        return float(weights @ glad / weights.sum())

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
            varied = VARIED_CUE if reply.cues else VARIED_GENERAL if reply.general else VARIED
            score -= varied * log(-log(chance(message, number)))
            if reply.cues:
                if fit >= nearest - NEAR and reply.suits(emotion, fit):
                    specific.append((score + EMOTION_BONUS * (emotion in reply.emotions), number))
                continue
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
