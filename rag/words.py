"""The words of a text as search, highlighting and themes see them: lower case, without endings, without filler words.

Does not handle: languages other than English beyond splitting at non-letters; irregular forms (went, better).
"""

import hashlib
import re
from functools import lru_cache

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")

STOPWORDS = frozenset(
    """a about above after again all also am an and any are aren't as at be because been before being below between both
    but by can can't cannot could couldn't did didn't do does doesn't doing don't down during each else even ever every
    few for from further get gets getting got had hadn't has hasn't have haven't having he he'd he'll he's her here
    here's hers herself him himself his how how's i i'd i'll i'm i've if in into is isn't it it's its itself just let
    let's like made make many me more most much must my myself no nor not now of off on once one only or other our ours
    ourselves out over own per please put quite really said same say saying says she she'd she'll she's should
    shouldn't since so some someone something still such than that that's the their theirs them themselves then there
    there's these they they'd they'll they're they've thing things this those though through to too two under until up
    upon us very was wasn't we we'd we'll we're we've went were weren't what what's when when's where where's which
    while who who's whom whose why why's will with won't would wouldn't yes yet you you'd you'll you're you've your
    yours yourself yourselves im ive dont didnt cant wont isnt wasnt doesnt id customer customers people feel feels
    feeling felt tell told thought think know came come goes going go took take""".split()
)

_ENDINGS = (
    ("ational", "ate"), ("ization", "ize"), ("fulness", "ful"), ("ousness", "ous"), ("iveness", "ive"),
    ("ingly", ""), ("edly", ""), ("ement", ""), ("ments", ""), ("ment", ""), ("ness", ""), ("ings", ""), ("ing", ""),
    ("ied", "y"), ("ies", "y"), ("ers", ""), ("ed", ""), ("er", ""), ("ly", ""), ("es", ""), ("s", ""), ("e", ""),
)  # fmt: skip
_SHORTEST_STEM = 3


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """Cut common English endings off a lower-case word, so that forms of one word meet.

    >>> [stem(word) for word in ["leaking", "leaks", "leaked", "battery", "batteries", "disappointment", "stopped"]]
    ['leak', 'leak', 'leak', 'battery', 'battery', 'disappoint', 'stop']
    """
    word = word.replace("’", "'").removesuffix("'s")
    for ending, instead in _ENDINGS:
        kept = len(word) - len(ending)
        enough = 2 if ending in ("ied", "ies") else _SHORTEST_STEM
        if word.endswith(ending) and kept >= enough and not (ending == "s" and word[-2] in "sui"):
            word = word[:kept] + instead
            if ending in ("ing", "ed", "er", "ers", "ings") and len(word) > _SHORTEST_STEM and word[-1] == word[-2]:
                word = word if word[-1] in "lsz" else word[:-1]
            break
    return word[:-1] if len(word) > _SHORTEST_STEM + 1 and word.endswith("e") else word


def spans(text: str) -> list[tuple[int, int, str]]:
    """Return (start, end, lower-case word) of every word of a text."""
    return [(match.start(), match.end(), match.group().lower().replace("’", "'")) for match in _WORD.finditer(text)]


def words(text: str) -> list[str]:
    """Return the words of `spans` alone, three times as fast."""
    return " ".join(_WORD.findall(text)).lower().replace("’", "'").split()


def stems(text: str) -> set[str]:
    """Return the stems of the words of a text that mean something by themselves."""
    return {stem(word) for word in set(words(text)) - STOPWORDS if len(word) > 2}


def fingerprint(text: str) -> int:
    """Return a 64-bit number that is equal for texts of the same words in the same order, whatever their punctuation.

    A text without words stands for itself.
    """
    plain = " ".join(words(text)) or text
    return int.from_bytes(hashlib.blake2b(plain.encode(), digest_size=8).digest(), "little", signed=True)


def surface(text: str) -> dict[str, str]:
    """Return stem -> its first form in the text, for showing."""
    forms: dict[str, str] = {}
    for _, _, word in spans(text):
        if word not in STOPWORDS and len(word) > 2:
            forms.setdefault(stem(word), word)
    return forms
