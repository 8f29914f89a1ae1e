"""What a reply must not bring up by itself, a death, a relative, an animal, and a death that none may pass over.

However near its cue is in meaning, a reply that speaks of a grandfather must not answer one who lost a grandmother, nor
one about walks with a dog the news that it died. Does not handle: what is only hinted at.
"""

import re
from collections.abc import Iterable

_DEATH = re.compile(
    r"\b(?:di(?:ed|es|e)|dying|dead|deaths?|pass(?:ed|ing|es)? (?:away|on)|funerals?|buried|burial|lost the fight|"
    r"(?:got|gets?|was|were|been|being) (?:run over|ran over|killed)|"
    r"(?:ran|run) (?:(?:him|her|it|them) over|over (?:him|her|it|them|my|our)\b)|"
    r"put (?:(?:my|our|the|his|her) )?(?:\w+ ){0,4}?(?:down|to sleep)|"
    r"lost (?:my|our|his|her|their) (?:\w+ )?(?:mom|mum|mother|dad|father|parents?|grand\w+|wife|husband|son|daughter|"
    r"baby|child|brother|sister|aunt|uncle|cousin|niece|nephew|friend|dog|puppy|cat|kitten|pet|horse))\b"
)
_NAMED = tuple(
    frozenset(words.split())
    for words in (
        "grandmother grandma granny gran nana grandmothers grandmas",
        "grandfather grandpa granddad grandad grandfathers",
        "mother mom mum mommy mama mothers moms",
        "father dad daddy papa fathers dads",
        "sister sisters",
        "brother brothers",
        "wife wives",
        "husband husbands",
        "daughter daughters",
        "son sons",
        "girlfriend",
        "boyfriend",
        "aunt auntie aunts",
        "uncle uncles",
        "niece nieces",
        "nephew nephews",
        "cousin cousins",
        "dog dogs puppy puppies pup",
        "cat cats kitten kittens",
        "horse horses pony",
        "rabbit rabbits bunny",
        "hamster guinea",
    )
)
_WORD = re.compile(r"[a-z]+")


def speaks_of_death(text: str) -> bool:
    """Whether a text tells that somebody or something died.

    >>> speaks_of_death("we had to put our old dog down"), speaks_of_death("I passed my exam")
    (True, False)
    """
    return _DEATH.search(text.casefold()) is not None


def named(text: str) -> frozenset[int]:
    """Return which relatives and animals a text names, as numbers that mean nothing by themselves."""
    words = frozenset(_WORD.findall(text.casefold()))
    return frozenset(number for number, group in enumerate(_NAMED) if not group.isdisjoint(words))


class Tact:
    """What one reply speaks of."""

    def __init__(self, said: str, cues: Iterable[str], condition: str) -> None:
        """Take what the reply says, the cues it answers and the regular expression that is its condition."""
        cues = tuple(cues)
        deaths = sum(speaks_of_death(cue) for cue in cues)
        self._on_a_matter = bool(cues or condition)
        self._of_death = deaths > 0 or re.search(r"\b(?:die|dead|death|pass)", condition) is not None
        self._only_of_death = bool(cues) and deaths == len(cues)
        told = [named(cue) for cue in cues] or [named(condition)]
        self._named = named(said).intersection(*told)  # a hot dog is no dog

    def allows(self, of_death: bool, names: frozenset[int]) -> bool:
        """Whether the reply may answer a message that speaks of a death or does not, and names these."""
        if not self._named <= names:
            return False
        if of_death:
            return self._of_death or not self._on_a_matter
        return not self._only_of_death
