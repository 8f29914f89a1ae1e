"""Words that a question and a review use for the same: irregular forms, and everyday names of one thing.

Search, highlights and themes see the words as they are (rag.words); only where a sentence is held against a question do
these count as one. Does not handle: other languages than English; words that are the same in some sense only.
"""

from collections.abc import Iterable

from rag.words import stem

_SAME = """
break broke broken breaks
die died dies dead
tear tore torn rip ripped
lose lost loses losing
wake woke woken wakes waking
freeze froze frozen
steal stole stolen theft
fall fell fallen
bite bit bitten
eat ate eaten
drive drove driven driver
hear heard
send sent
pay paid
charge charged charging
burn burnt burned
leak leaked leakage
shrink shrank shrunk
child children kid kids
man men
woman women
luggage baggage suitcase suitcases
late delay delayed delays
staff employee employees
dirty filthy
noise noisy noises
photo photos picture pictures
parcel parcels package packages
doctor doctors dr gp
refund refunded reimburse reimbursed
cancel cancelled cancelling cancellation canceled
mould mold mouldy moldy
colour color colours colors
delivery deliver delivered deliveries
subscription subscribe subscribed subscriptions
battery batteries
"""
_FIRST = {
    stem(word): stem(line.split()[0]) for line in _SAME.strip().splitlines() for word in line.split() if len(word) > 1
}


def same(stems: Iterable[str]) -> set[str]:
    """Return stems with one for all that mean the same.

    >>> sorted(same({"broken", "suitcas", "kid"} )) == sorted(same({"break", "luggag", "children"}))
    True
    """
    return {_FIRST.get(one, one) for one in stems}
