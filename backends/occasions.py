"""On which occasion somebody writes, told by words: something ahead, a gift, a fault of their own, a pest.

A reply written for an occasion ("Congratulations! You earned it.") says more than one for any glad message and fits
whatever the matter is. The words are in `occasions.txt`. Does not handle: languages other than English; occasions that
are only hinted at; who acted, but for a few verbs.
"""

from pathlib import Path

from backends import rules

SOBER = frozenset({"unwell", "others", "for_other", "doctor", "missing", "own_fault", "past", "asks"})
"""What may still be spoken to where somebody is unwell: no countdown and no bravo."""

_OCCASIONS = rules.read(Path(__file__).with_suffix(".txt"), whole_words=True)
NAMES = frozenset(_OCCASIONS)


def occasions(message: str) -> frozenset[str]:
    """Return the occasions that a message speaks of; several may fit, or none.

    >>> sorted(occasions("I can't wait for the party tomorrow! My sister bought me a dress."))
    ['ahead', 'close', 'given']
    """
    plain = message.casefold().replace("\u2019", "'")
    found = frozenset(name for name, pattern in _OCCASIONS.items() if pattern.search(plain))
    return found & SOBER if "unwell" in found else found
