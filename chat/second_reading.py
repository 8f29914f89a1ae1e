"""Whether a second reading of a message bears out the first one: where it does not, nobody is cheered or consoled.

Models read words of feeling even where these are denied, wished for, meant for somebody else, or ironic. So a glad
reading must agree with the sentiment of the message, and with what the message reads like without its words of praise
("Great, my train is cancelled": what is left is no gladness), by sentiment and by the written replies whose cues lie
nearest in meaning. A low one must not be what the message denies. Written signs (`doubt_rules.txt`) speak first.
Does not handle: languages other than English; irony without a word of praise; what only the world knows.
"""

from dataclasses import dataclass, field
from pathlib import Path

import model_utils
from backends import rules
from backends.contracts import SENTIMENTS, FloatArray
from backends.responder_retrieval import CARD, RetrievalResponder
from backends.written_replies import LOW
from chat.spelling import normalise
from settings import Settings

POSITIVE = 0.45
"""Probability of a positive sentiment below which gladness is doubted."""
NEGATIVE = 0.6
"""Probability of a negative sentiment of what is left without praise, or without what is denied, that counts."""
LEANING = -0.45
"""Leaning (`RetrievalResponder.leaning`) of what is left without praise below which gladness is doubted."""
_RULES = Path(__file__).with_name("doubt_rules.txt")
_NOT_THERE = ("denied joy", "wished for", "of others")
_FEWEST_WORDS = 2
_NEGATIVE, _POSITIVE = SENTIMENTS.index("negative"), SENTIMENTS.index("positive")


@dataclass(frozen=True)
class SecondReading:
    """Whether the first reading is doubted, and the models that were asked, by task."""

    doubted: bool = False
    models: dict[str, str] = field(default_factory=dict)


def read(message: str, emotion: str, settings: Settings) -> SecondReading:
    """Read a message a second time, where the first reading found gladness or something low in it.

    Raises:
        ModelError: a model cannot be had.
    """
    plain = normalise(message)
    signs = rules.read(_RULES, whole_words=True)
    if emotion == "happy":
        if signs["affirmed"].search(plain):
            return SecondReading()
        if any(signs[section].search(plain) for section in _NOT_THERE):
            return SecondReading(doubted=True)
        return _of_joy(message, _without(plain, "verdict"), settings)
    if (emotion not in LOW and emotion != "surprise") or not signs["denied woe"].search(plain):
        return SecondReading()
    rest = _without(plain, "denied woe")
    if not rest:
        return SecondReading(doubted=True)
    shares, models = _sentiments([rest], settings)
    return SecondReading(float(shares[0, _NEGATIVE]) < NEGATIVE, models)


def _of_joy(message: str, rest: str, settings: Settings) -> SecondReading:
    """Compare a glad message with its sentiment, and with what is left of it without praise."""
    shares, models = _sentiments([message, rest] if rest else [message], settings)
    doubted = bool(shares[0, _POSITIVE] < POSITIVE) or (rest != "" and bool(shares[1, _NEGATIVE] >= NEGATIVE))
    if doubted or not rest:
        return SecondReading(doubted, models)
    written = model_utils.load("responder", CARD.name, settings)
    assert isinstance(written, RetrievalResponder)
    return SecondReading(written.leaning(rest) < LEANING, models)


def _sentiments(texts: list[str], settings: Settings) -> tuple[FloatArray, dict[str, str]]:
    model = model_utils.load("sentiment", settings=settings)
    return model.score(texts), {"sentiment": model.card.name}


def _without(plain: str, section: str) -> str:
    """Return a message without what a section finds, or "" if it finds nothing or leaves next to nothing."""
    left = " ".join(rules.read(_RULES, whole_words=True)[section].sub(" ", plain).split()).strip(" .")
    return left if left != plain and len(left.replace(".", " ").split()) >= _FEWEST_WORDS else ""
