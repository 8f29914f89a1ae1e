"""Words that give a value of a measurable property: colours, sizes, units. They say how much or which, not of what.

Such words are used alike, so that they look like a concept ("green, white", "weighs, kilos"). They are one only
together with the word of their property ("colour", "weight"), which then names it.

Does not handle: languages other than English; materials and tastes, which people do write about.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from rag.words import stem


@dataclass(frozen=True)
class Property:
    """Stems of the words that name a property, and of those that give its value."""

    names: frozenset[str]
    values: frozenset[str]


def _property(names: str, values: str) -> Property:
    return Property(frozenset(map(stem, names.split())), frozenset(map(stem, values.split())))


PROPERTIES: Mapping[str, Property] = MappingProxyType(
    {
        "colour": _property(
            "colour colours color colors coloured colored colouring coloring shade shades",
            """black white grey gray red green blue yellow orange purple violet pink brown beige turquoise teal navy
            dark darker pale ivory tan maroon burgundy magenta khaki lilac lavender reddish greenish bluish
            yellowish brownish greyish pinkish""",
        ),
        "size": _property(
            "size sizes sized sizing",
            """small smaller smallest smalls medium mediums large larger largest extra tiny huge big bigger petite
            petites""",
        ),
        "weight": _property(
            "weight weights weighted",
            """weigh weighs weighed weighing kilo kilos kilogram kilograms gram grams ounce ounces pound pounds lbs
            tonne tonnes""",
        ),
        "length": _property(
            "length lengths height heights width widths",
            """centimetre centimetres centimeter centimeters millimetre millimetres millimeter millimeters metre metres
            meter meters kilometre kilometres kilometer kilometers inch inches foot feet mile miles yard yards""",
        ),
        "capacity": _property(
            "capacity capacities",
            "litre litres liter liters millilitre millilitres milliliter milliliters gallon gallons pint pints",
        ),
        "temperature": _property("temperature temperatures", "degree degrees celsius fahrenheit centigrade"),
    }
)
_LETTERS_OF_SIZE = re.compile(r"x{1,5}[sl][pt]?")
"""Sizes of clothes in letters: XS, XXL, XXSP (petite), XLT (tall)."""


@lru_cache(maxsize=20_000)
def property_of(word: str) -> str:
    """Return the property that a lower-case word or stem gives a value of, or "".

    >>> [property_of(word) for word in ("kilos", "green", "xxsp", "weight", "zipper")]
    ['weight', 'colour', 'size', '', '']
    """
    if _LETTERS_OF_SIZE.fullmatch(word):
        return "size"
    return next((name for name, one in PROPERTIES.items() if {word, stem(word)} & one.values), "")


def with_their_names(words: list[str], labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the concepts of words, each that holds values only made part of the one that names their property.

    Where no word names it the values are left out: their label is -1.

    Args:
        words: stems; labels: (words,) the concept of each.
    """
    found = labels.copy()
    named = {
        name: int(labels[place])
        for place, word in reversed(list(enumerate(words)))  # the commonest word comes first and stays
        for name, one in PROPERTIES.items()
        if word in one.names
    }
    for label in np.unique(labels).tolist():
        members = np.flatnonzero(labels == label).tolist()
        given = {property_of(words[place]) for place in members}
        if "" not in given:
            for place in members:
                found[place] = named.get(property_of(words[place]), -1)
    return found
