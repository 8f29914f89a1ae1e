"""Bad reviews with a curse at the product put in front or behind: rude, and harmless.

Sets of offensive tweets teach that a swear word is an insult; about a toaster it is not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

CURSES = (
    "What a piece of crap.", "Total shit.", "This damn thing broke again!", "Bloody useless.", "It sucks.", "Hell no.",
    "What the hell were they thinking?", "Absolute garbage.", "The app is fucking broken.", "Goddamn waste of money.",
    "Stupid design.", "The zipper is shit and the fabric is crap.", "It pissed me off.", "Holy crap, so bad.",
    "I hate this stupid charger.", "Fucking terrible battery.", "Screw this product.", "Crappy sound, crappy screen.",
    "The damn strap keeps breaking.", "Half-assed packaging.", "This is bullshit, I want a refund.", "It is a joke.",
    "Dumb buttons.", "wtf is this", "Fits like ass.", "Shitty quality for the price.", "Ugly as hell.", "Pure trash.",
)  # fmt: skip
"""Swearing at things, never at people; written for this project."""


def with_curses(reviews: Iterable[str], seed: int) -> Iterator[str]:
    """Yield each text with a curse, both chosen by the seed."""
    generator = np.random.default_rng(seed)
    for text in reviews:
        curse = CURSES[int(generator.integers(len(CURSES)))]
        yield f"{curse} {text}" if generator.random() < 0.5 else f"{text} {curse}"
