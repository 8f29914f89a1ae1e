"""How well a message fits the cues of written replies: by meaning (cosine), by the words both share, by who acts.

Sentence embeddings put "my friend got a dog" near "my friend got a car", and "my son lied to me" near "I lied to my
son": the frame is the same, the matter or the roles are not. So a cue gains by the rare words it shares with the
message (the rarer among all cues, the more) and loses where it speaks of what "I" did and the message of others, or
the other way round. Does not handle: synonyms, for which the cosine alone must speak; negation.
"""

import re
from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from backends.contracts import FloatArray
from backends.tact import named

SHARED = 0.3
"""What the words of an endless cue would add to its cosine if the message had them all; see `HALF`."""
HALF = 6.0
"""Rarity (natural logarithm) of the words at which a cue gains half of SHARED: one or two words say little."""
LEAST_COSINE = 0.66
"""A cue farther away in meaning does not fit, whatever words it shares: with those between 0.58 and 0.66 half of the
replies to 76 messages were about something else."""
OTHER_NAMES = 0.1
"""What a cue loses where it names a relative or an animal that the message does not name."""
OTHER_ROLES = 0.25
"""What a cue loses where somebody else acts."""
MAX_SENTENCES = 6
_COMMON = frozenset(
    "a an the and or but so to of in on at for from with by about into up out off over as than then that this these "
    "those there it its he him his she her they them their we us our i me my mine you your is am are was were be been "
    "being do does did done have has had having get got getting can could will would should may might must just really "
    "very too all some any no not never always when while because if what who how why s t m re ve ll d don im ive "
    "one day today yesterday last next week month year ago time now again back go going went feel feeling felt "
    "angry mad furious annoyed scared afraid nervous anxious worried terrified sad happy glad excited proud jealous "
    "embarrassed ashamed guilty lonely upset surprised shocked disgusted hate love good bad great".split()
)
"""Words that tell one matter from another in no message: those of grammar, of time, and of what was felt."""
_WORD = re.compile(r"[a-z]+")
_ENDINGS = re.compile(r"(?<=[a-z]{3})(?:ing|ed|es|s|ly)$")
_CLAUSES = re.compile(r"[.!?,;:\n]+|\b(?:and|but|because|when|while|that|so|after|before|since|as)\b")
_LEAD = re.compile(r"^\W*(?:(?:well|oh|so|then|today|yesterday|recently|once|last \w+|one \w+|the other \w+)\W+)+")
_TO_ME = re.compile(r"\b(?:to|on|at|from|hurt|left|told|dumped|cheated) me\b", re.IGNORECASE)
_SPEAKER = re.compile(r"^\W*(?:i|i'm|im|i've|ive|i'd|i'll|we|we're|we've|we'll)\b")


def stems(text: str) -> frozenset[str]:
    """Return the words of a text that say what it is about, without their endings.

    >>> sorted(stems("My friends were talking about the new cars"))
    ['car', 'friend', 'new', 'talk']
    """
    return frozenset(_ENDINGS.sub("", word) for word in _WORD.findall(text.casefold()) if word not in _COMMON)


def actors(text: str) -> list[bool]:
    """Return for each clause of a text whether the speaker acts in it.

    >>> actors("My son lied to me, and I believed him")
    [False, True]
    """
    parts = (_LEAD.sub("", part.strip()) for part in _CLAUSES.split(text.casefold().replace("’", "'")))
    return [_SPEAKER.match(part) is not None for part in parts if part]


def views(message: str) -> list[str]:
    """Return the whole message and, if there are several, its first sentences that say more than one thing.

    A cue may match any of them; "I was so scared." alone would match what is said of fear, whatever it was about.
    """
    sentences = [part.strip() for part in re.split(r"(?<=[.!?])\s+|\n+", message) if part.strip()]
    telling = [part for part in sentences if len(stems(part)) > 1]
    return [message, *telling[:MAX_SENTENCES]] if len(sentences) > 1 else [message]


class Cues:
    """The cues of all replies."""

    def __init__(self, texts: Sequence[str], vectors: FloatArray) -> None:
        """Take n cues and their (n, d) unit rows."""
        self.vectors = vectors
        self._by_speaker = np.array([actors(text)[:1] == [True] for text in texts], np.bool_)
        held: dict[str, list[int]] = defaultdict(list)
        for place, text in enumerate(texts):
            for stem in stems(text):
                held[stem].append(place)
        self._places = {stem: np.array(places, np.int64) for stem, places in held.items()}
        self._rarity = {stem: float(np.log((1 + len(texts)) / len(places))) for stem, places in held.items()}
        self._told_of_me = np.array([_TO_ME.search(text) is not None for text in texts], np.bool_)
        self._named = [named(text) for text in texts]
        self._whole = np.full(len(texts), HALF, np.float32)
        for stem, places in self._places.items():
            self._whole[places] += self._rarity[stem]

    def fits(self, message: str, seen: FloatArray) -> FloatArray:
        """Return (n,): how well each cue fits: its cosine with the nearest of the (m, d) unit rows of the message's
        views, plus SHARED for its words, minus OTHER_ROLES where the roles differ and OTHER_NAMES where others
        are named; -1 below LEAST_COSINE."""
        nearest: FloatArray = (self.vectors @ seen.T).max(axis=1)
        acting, suffered = actors(message), _TO_ME.search(message) is not None
        differs = self._by_speaker if not any(acting) else ~self._by_speaker & (all(acting) and not suffered)
        if suffered:
            differs = differs | (self._by_speaker & ~self._told_of_me)
        fits: FloatArray = nearest + SHARED * self._shared(message) - OTHER_ROLES * differs.astype(np.float32)
        names = named(message)
        fits -= OTHER_NAMES * np.array([not own <= names for own in self._named], np.float32)
        return np.where(nearest < LEAST_COSINE, np.float32(-1.0), fits)

    def _shared(self, message: str) -> FloatArray:
        """Return (n,) in [0, 1): the share of each cue's words, weighted by their rarity, that the message has."""
        found = np.zeros(len(self._whole), np.float32)
        for stem in stems(message):
            if stem in self._places:
                found[self._places[stem]] += self._rarity[stem]
        shared: FloatArray = found / self._whole
        return shared
