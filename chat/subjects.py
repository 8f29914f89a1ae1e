"""Which product a word means, learnt from where it stands in the library: whoever writes "earbuds" reviews the earbuds.

A word or a pair of words that nearly all stand in reviews of one product names it. So a product is found that is never
called by its name, without a list of words. Does not handle: words that no review uses; libraries of one product, where
every word stands in its reviews (there a word must be frequent instead).
"""

import re
from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from rag.index_vectors import Rows
from rag.opened import Library
from rag.topic import FRAME_WORDS, GENERAL
from rag.words import STOPWORDS, words

NAMES, PAIR_NAMES = 0.9, 0.75
"""Share of the reviews with a word, or with a pair of words, that one product must have for them to name it."""
BELONGS = 0.6
"""Share from which a word is at least one of the matters of this library."""
FEWEST = 2
OF_ITS_PRODUCT = 0.02
"""A word must stand in at least FEWEST reviews of the product and in this share of them."""
FREQUENT = 0.02
"""Share of all reviews from which a word is a matter of a library that holds one product or none by name."""
EVERYDAY = frozenset(
    """time times day days night week month year years today tomorrow yesterday morning evening man woman men women
    people person friend friends mother father mum mom dad sister brother daughter son kid kids child children family
    husband wife partner girlfriend boyfriend life love hate job work boss home house old new first last long short big
    small little one two three four five six seven eight nine ten hundred thousand buy use keep stop start help need
    want make way back wrong right happy sad angry bad good well say ask read write call feel cry lost find leave stay
    live show sound cat dog song play money name birthday world head hand hands eye eyes face heart voice word
    words stand
    sit run walk turn hold open close""".split()
)  # fmt: skip
"""Words of everybody's life, which alone say nothing of what a library is about."""
_NO_SUBJECT = STOPWORDS | FRAME_WORDS | set(GENERAL.split())


def content(text: str) -> list[str]:
    """Return the words of a text, in order, that could name something."""
    return [word for word in words(text) if word not in _NO_SUBJECT and len(word) > 2]


def product_of(text: str, library: Library) -> tuple[str, tuple[str, ...]] | None:
    """Return the one product that words of a text name, with those words; None if they name none or several.

    A pair ("coffee machine") goes before single words.
    """
    if len(_products(library)) < 2:
        return None
    own = content(text)
    pairs: list[tuple[str, tuple[str, ...]]] = [
        (_owner(library.lexicon.holding(" ".join(pair)), library, PAIR_NAMES), pair) for pair in pairwise(own)
    ]
    found = [(name, pair) for name, pair in pairs if name] or [
        (name, (word,))
        for word in own
        if word not in EVERYDAY and (name := _owner(_rows(word, library), library, NAMES))
    ]
    if len({name for name, _ in found}) != 1:
        return None
    return found[0][0], tuple(dict.fromkeys(word for _, said in found for word in said))


def is_known(text: str, library: Library) -> bool:
    """True if a word of a text is one of the matters that this library is about."""
    return any(True for _ in _matters(text, library))


def _matters(text: str, library: Library) -> Iterator[str]:
    several = len(_products(library)) > 1
    for word in content(text):
        if word in EVERYDAY:
            continue
        rows = _rows(word, library)
        if (several and len(rows) > FEWEST and _owner(rows, library, BELONGS)) or len(rows) >= max(
            FEWEST, FREQUENT * len(library)
        ):
            yield word


def _rows(word: str, library: Library) -> Rows:
    terms = library.lexicon.terms(word)
    return library.lexicon.postings(terms[0]).rows if len(terms) == 1 else library.lexicon.holding(word)


def _products(library: Library) -> list[str]:
    return [name for name in library.columns.names["product"] if name]


def _owner(rows: Rows, library: Library, share: float) -> str:
    """Return the product that so large a share of the reviews in these rows is of, or ""."""
    if len(rows) < FEWEST:
        return ""
    names, codes = library.columns.names["product"], library.columns.codes["product"]
    counts = np.bincount(codes[rows[rows < len(codes)]], minlength=len(names))
    best = int(counts.argmax())
    enough = max(FEWEST, OF_ITS_PRODUCT * np.count_nonzero(codes == best))
    return names[best] if counts[best] >= max(enough, share * len(rows)) else ""


def without(text: str, said: tuple[str, ...]) -> list[str]:
    """Return the content words of a text but those that named the product."""
    return [word for word in content(text) if word not in said]


def is_definite(text: str, said: tuple[str, ...]) -> bool:
    """True if a text speaks of a thing known to both ("the backpack", "earbuds"), not of the user's own."""
    return not re.search(rf"\b(?:my|our|his|her|their|your)\s+(?:\w+\s+)?{re.escape(said[0])}\b", text, re.IGNORECASE)
