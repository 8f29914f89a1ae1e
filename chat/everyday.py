"""Plain statements of everyday life, "I ate an apple", told by their words alone: all of them stand in `everyday.txt`.

Models of emotion were trained on posts in which hardly anybody says such a thing without a reason, and hear remorse or
pride in them. One word that is not in the list ("I ate a mouldy apple") and nothing is recognised. Does not handle:
languages other than English.
"""

from pathlib import Path

from backends import rules
from chat.spelling import normalise

MOST_WORDS = 16
_WORDS = {
    section: frozenset(" ".join(lines).split())
    for section, lines in rules.sections(Path(__file__).with_suffix(".txt")).items()
}


def everyday(message: str) -> bool:
    """True if a message tells of something done, and of nothing else.

    >>> everyday("I drank a glass of water."), everyday("I drank a glass of bleach."), everyday("I ate.")
    (True, False, False)
    """
    words = normalise(message).replace(".", " ").split()
    if "?" in message or not 2 <= len(words) <= MOST_WORDS:
        return False
    did, things, rest = (_WORDS[section] for section in ("did", "things", "rest"))
    if not all(word in did or word in things or word in rest or word.isdigit() for word in words):
        return False
    kinds = [word in things for word in words if word in did or word in things]
    return len(set(kinds)) == 2 and not kinds[0]  # what is named first acts itself: "the dog ate ..."
