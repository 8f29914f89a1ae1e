"""How a chosen reply is said: two of these three, some words of feeling, a sentence, a question.

Where the sentence is short it stands before the question; of a longer one and its question only one is said, so that
a reply has ten words rather than twenty. Two first replies in three ask, and in a conversation never two in a row.
"""

import re
from collections.abc import Sequence

from backends import openings
from backends.chance import chance
from backends.echo import clause
from backends.written_replies import LOW, Written

ASKED = {"sad": 0.9, "angry": 0.9, "fear": 0.9, "disgust": 0.9, "happy": 0.85, "surprise": 0.85, "neutral": 0.95}
"""How often a first reply asks, by emotion: who is glad wants to be heard more than asked, and what is neutral says too
little to be answered otherwise."""
ECHOED, ECHOED_GENERAL = 0.2, 0.5
"""How often a reply for an occasion, and a general one, gives the user's own words back in the place of its text."""
SHORT = 8
"""Words of a text that bears a question behind it."""
ONE_ALONE = 0.5
"""How often a longer text is said without its question."""
THIN = 5
"""Words below which a text is too little without its question."""
WHOLE = 14
"""Words of a text that is said to its end where nothing is asked in a first reply."""

_ALONE = re.compile(r"(?!(?:Or|So)\b)(?:\S+ ){3,}\S+")
"""A question that makes sense without the text before it."""


def compose(chosen: Written, message: str, emotion: str, said: Sequence[str]) -> str:
    """Return what is said to a message with a chosen reply; `said` are the replies before, oldest first."""
    asked = chosen.question if _asks(chosen, message, emotion, said) else ""
    words = clause(message)
    if asked and _echoes(chosen, message, emotion) and (begun := openings.reaction(message, words, emotion, said)):
        # their own words and a question say more than a general sentence between the two
        own_matter = "" if chosen.occasion else openings.question(message, emotion, said)
        return f"{begun} {own_matter or asked}"
    text = chosen.beginning() if asked or (not said and len(chosen.text.split()) > WHOLE) else chosen.text
    if asked and not said and len(text.split()) > SHORT and chance(message, -6) < ONE_ALONE:
        asked = ""
    if not chosen.one_sided or emotion not in LOW:
        return f"{text} {asked}".strip()
    felt = openings.opening(message, words, emotion, text, said)
    return " ".join(part for part in (felt, text, asked) if part)


def _asks(chosen: Written, message: str, emotion: str, said: Sequence[str]) -> bool:
    if said:
        return not said[-1].rstrip().endswith("?")
    return len(chosen.text.split()) < THIN or chance(message, -4) < ASKED[emotion]


def _echoes(chosen: Written, message: str, emotion: str) -> bool:
    """True if the user's own words may take the place of a reply's text: what was written for the matter stays."""
    if chosen.cues or chosen.only_if or not _ALONE.fullmatch(chosen.question):
        return False
    if emotion == "neutral":  # who only listens names what was said
        return True
    return chance(message, -2) < (ECHOED if chosen.occasion else ECHOED_GENERAL)
