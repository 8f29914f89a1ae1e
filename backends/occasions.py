"""On which occasion somebody writes, told by words: something ahead, a gift, a fault of their own, a pest.

A reply written for an occasion ("Congratulations! You earned it.") says more than one for any glad message and fits
whatever the matter is. The words are in `occasions.txt`, one regular expression for each. Does not handle: languages
other than English; occasions that are only hinted at; who acted, but for a few verbs.
"""

import re
from collections.abc import Mapping
from pathlib import Path

SOBER = frozenset({"unwell", "others", "for_other", "doctor", "missing", "own_fault", "past", "asks"})
"""What may still be spoken to where somebody is unwell: no countdown and no bravo."""


def _read(path: Path) -> Mapping[str, re.Pattern[str]]:
    lines = [line for line in path.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    (name, relative), *rows = (line.split(" = ", 1) for line in lines)
    return {key: re.compile(rf"\b(?:{pattern.replace(name, relative)})\b") for key, pattern in rows}


_OCCASIONS = _read(Path(__file__).with_suffix(".txt"))
NAMES = frozenset(_OCCASIONS)


def occasions(message: str) -> frozenset[str]:
    """Return the occasions that a message speaks of; several may fit, or none.

    >>> sorted(occasions("I can't wait for the party tomorrow! My sister bought me a dress."))
    ['ahead', 'close', 'given']
    """
    plain = message.casefold().replace("\u2019", "'")
    found = frozenset(name for name, pattern in _OCCASIONS.items() if pattern.search(plain))
    return found & SOBER if "unwell" in found else found
