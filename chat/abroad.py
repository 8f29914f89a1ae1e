"""Crisis language in other languages than English, by written rules, and a kind text in each of them.

The classifier of `chat.danger` knows English only, and a cry for help in another language must not end at "I can only
answer in English". The rules (crisis_abroad.txt) are narrow; the texts (crisis_abroad.json) fit every kind of danger
and whoever is in it, the writer or somebody else. Korean has its own rules and texts in `chat.safety`.
Does not handle: hints, slang, and languages written in the letters of another one (romanised Hindi or Arabic).
"""

import itertools
import json
import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import NamedTuple, TypedDict

from backends import rules
from chat.exchange import Crisis
from emotion.language import detect

_RULES = Path(__file__).with_name("crisis_abroad.txt")
_TEXTS = Path(__file__).with_name("crisis_abroad.json")

_SAME_LETTERS = str.maketrans(
    {"ı": "i", "ł": "l", "ø": "o", "đ": "d", "œ": "oe", "æ": "ae", "ي": "ی", "ى": "ی", "ك": "ک", "ँ": "ं", "ß": "ss"}
)
"""Letters that no accent tells apart, but that are often written one for the other."""
_ACCENTS = re.compile("[\u0300-\u036f\u0591-\u05c7\u0640\u064b-\u065f\u0670\u093c]+")


_KIN = {"sv": ("no", "da")}
"""Languages that share the rules of one."""


class Cry(NamedTuple):
    """A danger that a message in another language speaks of; the language is an ISO 639-1 code of `languages`."""

    language: str
    kind: Crisis


class _Text(TypedDict):
    answer: list[str]
    helplines: list[str]
    aftercare: str


def unaccented(text: str) -> str:
    """Return text in small letters without accents, vowel points and the like.

    >>> unaccented("J'AI ÉTÉ blessé"), unaccented("бьёт")
    ("j'ai ete blesse", 'бьет')
    """
    letters = _ACCENTS.sub("", unicodedata.normalize("NFKD", text.casefold()))
    return unicodedata.normalize("NFC", letters).casefold().translate(_SAME_LETTERS)


def folded(text: str) -> str:
    """Return text as the rules read it: `unaccented`, and one space for all that is no letter and no digit.

    >>> folded("¡No quiero vivir más!")
    'no quiero vivir mas'
    """
    kept = (sign if unicodedata.category(sign)[0] in "LMN" else " " for sign in unaccented(text))
    return " ".join("".join(kept).split())


def languages() -> tuple[str, ...]:
    """Return the languages that there is a text for (ISO 639-1)."""
    return tuple(_texts())


def cry(message: str) -> Cry | None:
    """Return the danger that a message speaks of by the written rules of the other languages, or None. No model.

    >>> cry("Quiero morir."), cry("Me muero de risa.")
    (Cry(language='es', kind='self_harm'), None)
    """
    text, said = folded(message), rules.read(_RULES, spelling=unaccented)
    kinds: tuple[Crisis, ...] = ("self_harm", "abuse", "violence")
    for kind, (section, pattern) in itertools.product(kinds, said.items()):
        language, _, of = section.partition(" ")
        if of == kind and pattern.search(text):
            return Cry(_spoken(message, language), kind)
    return None


def may_be_cry(message: str) -> bool:
    """True if a message holds a word of such a danger, whatever it says of it ("Selbstmord")."""
    text, said = folded(message), rules.read(_RULES, spelling=unaccented)
    return any(pattern.search(text) for section, pattern in said.items() if section.endswith(" word"))


def answer(language: str) -> str:
    """Return the text for a danger in a language of `languages`: Markdown, with helplines."""
    text = _texts()[language]
    return "\n\n".join([*text["answer"], "\n".join(f"- {line}" for line in text["helplines"])])


def aftercare(language: str) -> str:
    """Return what is said in a language in the turn after its `answer`."""
    return _texts()[language]["aftercare"]


def _spoken(message: str, language: str) -> str:
    """Return the language whose rule was met, or the one of its near kin that the message is in."""
    kin = _KIN.get(language, ())
    return next((detected for detected in detect([message]) if detected in kin), language) if kin else language


@cache
def _texts() -> dict[str, _Text]:
    texts: dict[str, _Text] = json.loads(_TEXTS.read_text("utf-8"))
    return texts
