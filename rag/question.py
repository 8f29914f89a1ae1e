"""What a user typed into the question box, understood: words, "phrases", and what to leave out.

    battery dies "after a week" -refund NOT "customer service"

A phrase in quotes must stand in a review in these very words (case, accents and the signs between them do not count); a
phrase behind a minus sign or NOT must not, nor may a word in any of its forms ("refunds" for "refund"). Everything else
is words to look for, whatever signs it holds: a lone quote or minus, a colon or an asterisk means nothing here.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

_QUOTED = r"[\"“”„«](?P<quoted>[^\"“”„«»]*)[\"“”«»]"
_ITEM = re.compile(
    rf"(?P<sign>(?:(?<=\s)|^)(?:[-−–](?=[^\W\d]|[\"“”„«])|NOT\s+(?=\S)))?(?:{_QUOTED}|(?P<word>[^\s\"“”„«»]+|\S))"
)
_LETTER = re.compile(r"\w")


@dataclass(frozen=True)
class Question:
    """The parts of a question.

    Attributes:
        words: what to look for, phrases included, without quotes and exclusions, in the order typed.
        phrases: what must stand in a review in these very words.
        excluded: words and phrases that must not.
    """

    words: str = ""
    phrases: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()


@lru_cache(maxsize=256)
def parse(text: str) -> Question:
    """Read a question; any text is one.

    >>> parse('battery "after a week" -refund')
    Question(words='battery after a week', phrases=('after a week',), excluded=('refund',))
    """
    words: list[str] = []
    phrases: list[str] = []
    excluded: list[str] = []
    for item in _ITEM.finditer(text):
        quoted, word = item["quoted"], item["word"]
        said = " ".join((quoted if quoted is not None else word).split())
        if item["sign"] and _LETTER.search(said):
            excluded.append(said)
            continue
        if quoted is not None and _LETTER.search(said):
            phrases.append(said)
        words.append(said)
    if not phrases and not excluded:
        return Question(text.strip())
    return Question(" ".join(filter(None, words)), tuple(phrases), tuple(excluded))
