"""What of a message a model of English may be asked about.

The classifier of dangers learnt English only: "Ik ben blij" (I am happy) was as grave to it as anything it never saw.
english_words.txt holds the words that the project's own English texts (written phrases, replies, example reviews) use
three times and more, in the spelling of `chat.spelling.normalise`.
Does not handle: sentences in two languages.
"""

import re
from functools import cache
from pathlib import Path

from chat.danger import sentences_of
from chat.spelling import normalise
from emotion.language import ENGLISH, UNDETERMINED, detect

_WORDS = Path(__file__).with_name("english_words.txt")
_MOSTLY, _SURELY = 0.5, 0.75
"""Share of known words that makes a text of no determined language English, and any text of _SENTENCE_WORDS words."""
_SENTENCE_WORDS = 3
_LETTERS = ("i", "a", "u")


def english_part(message: str) -> str:
    """Return a message if it is English, or undetermined with mostly known words; else its English sentences, or "".

    >>> english_part("so done"), english_part("Sono triste oggi"), english_part("Ik ben blij. I want to go home now.")
    ('so done', '', 'I want to go home now.')
    """
    if _surely(message):
        return message
    language = detect([message])[0]
    if language == ENGLISH or (language == UNDETERMINED and _known(message) >= _MOSTLY):
        return message
    return " ".join(sentence for sentence in sentences_of(message) if _surely(sentence))


def _surely(text: str) -> bool:
    return len(text.split()) >= _SENTENCE_WORDS and _known(text) >= _SURELY


def _known(text: str) -> float:
    """Return the share of words that are known, of those with letters; 0 without any."""
    words = [word for word in normalise(text).split() if re.search(r"[^\W\d_]", word)]
    return sum(word in _words() or word in _LETTERS for word in words) / len(words) if words else 0.0


@cache
def _words() -> frozenset[str]:
    return frozenset(_WORDS.read_text("utf-8").split())
