"""Phrases of one to three words as people wrote them, and what kind of word each is, told from the words around it.

Whether a word is a noun, an adjective or a verb is counted in the texts themselves: nouns stand behind "the" and "my",
verbs behind "I" and "will", adjectives behind "very" and "is"; the ending decides where a word is rare. No model is
needed, and "runs" is a verb among dresses even where it is a noun among shoes.

Does not handle: languages other than English (endings and filler words stay).
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Literal, NamedTuple

from rag.words import STOPWORDS, spans, stem

Kind = Literal["noun", "adjective", "verb", "adverb"]
Phrase = tuple[str, ...]
"""The stems of its words."""
_BREAK = re.compile(r"[^\s'’\-/]")
_OPENERS = frozenset({"too", "not", "no", "never"})
NUMBERS = frozenset(
    """one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
    eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred hundreds thousand dozen half double
    triple third quarter first second fourth fifth once twice both couple several around about roughly almost exactly
    nearly total plus minus""".split()
)
"""Words of number and amount: they never stand in a phrase that names a theme."""
JUDGING = frozenset(
    """love loved loves loving great greatest good nice nicer nicest bad best better perfect perfectly beautiful
    beautifully wonderful wonderfully amazing amazed awesome excellent happy happier pleased glad satisfied lovely
    recommend recommended recommending definitely absolutely highly worst worse terrible horrible awful poor poorly
    pretty favorite favourite fine cool weird disappointed disappointing disappointment gorgeous fantastic super
    fabulous terrific outstanding superb decent ok okay hate hated enjoy enjoyed enjoys adore adored worth""".split()
)
"""Words that say whether something is good or bad, not what: a phrase with one of them names no theme."""
VAGUE = JUDGING | frozenset(
    """bit lot little big overall review reviews reviewer reviewers bought buy buying purchase purchased ordered order
    want wanted need needed look looks looked looking work works worked think find found give gave wear wearing
    wore day days week weeks month months year years time times minute minutes hour hours last old new product
    item products items star stars sure way enough everything anything nothing everyone anyone tried trying try
    use used using seem seems seemed today something kind part though back well keep kept many lbs lb pounds
    pound inches inch feet foot grams gram cm kg oz ft bc lol etc able easy real whole different stuff place put
    got getting make makes made start started end side next long short high low full free another far usually
    normally typically generally exactly tts mm ml hr mr ms dr vs st friend family job honest honestly person yr
    yrs mo mos lady ladies woman women man men guy guys gentleman
    hand hands left right wrong true see saw seen never always often however although though especially
    except despite unlike including instead rather actually maybe perhaps probably certainly obviously however may might
    otherwise without within along away already soon later ago lately recently currently previous previously usual
    sometimes constantly either neither whether whenever whoever somebody nobody everywhere somewhere anywhere nowhere
    completely totally extremely slightly fairly incredibly somewhat barely mostly mainly finally fortunately
    unfortunately sadly hopefully hope hoping wish wishing guess agree believe literally seriously others mine reason
    fact means type idea case point sort course thanks thank please sorry done ready unless due lack less besides
    monday tuesday wednesday thursday friday saturday sunday weekend weekends weekday weekdays january february march
    april june july august september october november december today tonight yesterday tomorrow morning mornings
    afternoon evening evenings night nights noon midnight overnight date schedule""".split()
)
"""Words that say little alone, or only when; they may be part of a phrase."""
WEAK_OPENERS = frozenset(
    """love loved loves like liked likes hate hated adore adored recommend year years month months week weeks day days
    hour hours minute minutes yr yrs mo mos old""".split()
)
"""A phrase that begins with one of these tells a feeling about its subject ("love this top") or the rest of a number
("year old daughter"); the subject alone is the better name."""


def judges(words: Sequence[str]) -> bool:
    """Return whether a phrase of these lower-case words says that something is good or bad.

    >>> judges(["great", "price"]), judges(["fits", "well"]), judges(["well", "made"]), judges(["runs", "large"])
    (True, True, False, False)
    """
    return words[-1] == "well" or not JUDGING.isdisjoint(words)


_DETERMINERS = frozenset("the a an my your his her its our their this these those any some each every of".split())
_OWN = frozenset(["my", "our"])
_ACTORS = frozenset(
    """i you he she it we they to will would can could should must may might did does do didn't doesn't don't won't
    can't couldn't wouldn't never i'd i'll he'd we'd they'd i've we've who just""".split()
)
_DEGREES = frozenset(
    "very so too is was are were be being been looks look feels feel extremely super pretty quite more most it's"
    " they're really bit little incredibly as".split()
)
_ENDINGS: tuple[tuple[str, Kind], ...] = (
    ("ly", "adverb"), ("ing", "verb"), ("ed", "verb"), ("tion", "noun"), ("ment", "noun"), ("ness", "noun"),
    ("ity", "noun"), ("ship", "noun"), ("able", "adjective"), ("ful", "adjective"), ("ous", "adjective"),
    ("ive", "adjective"), ("less", "adjective"), ("ish", "adjective"),
)  # fmt: skip
_PRIOR = 2.0
_ENDING_COUNTS = 12.0
_LETTERS = 1
_PARTICLES = frozenset("up off out down away back".split())
"""Words that belong to the verb before them: "easy to set" without "up" is half a phrase."""


class Said(NamedTuple):
    """A phrase in a text: its stems, its words as written, and whether it opens a sentence."""

    stems: Phrase
    written: str
    opens: bool


class Kinds:
    """Counts what stands before each word of the texts it is given."""

    def __init__(self) -> None:
        self._before: dict[Kind, Counter[str]] = {"noun": Counter(), "verb": Counter(), "adjective": Counter()}
        self._own: Counter[str] = Counter()

    def read(self, text: str) -> None:
        """Count the words of a text."""
        before = ""
        for _, _, word in spans(text):
            if before in _DETERMINERS:
                self._before["noun"][word] += 1
                self._own[word] += before in _OWN
            elif before in _ACTORS:
                self._before["verb"][word] += 1
            elif before in _DEGREES:
                self._before["adjective"][word] += 1
            before = word

    def own(self, word: str) -> float:
        """Return how often a lower-case word behind a determiner is the writer's own: "my sister", not "the screen"."""
        return self._own[word] / (self._before["noun"][word] + _PRIOR)

    def of(self, word: str) -> Kind:
        """Return the likeliest kind of a lower-case word; a noun where nothing speaks against it."""
        votes: dict[Kind, float] = {kind: float(counts[word]) for kind, counts in self._before.items()}
        votes["noun"] += _PRIOR
        for ending, kind in _ENDINGS:
            if word.endswith(ending) and len(word) > len(ending) + _LETTERS:
                votes[kind] = votes.get(kind, 0.0) + _ENDING_COUNTS
                break
        return max(votes, key=lambda kind: votes[kind])


def phrases(text: str) -> Iterator[Said]:
    """Yield every phrase of one to three words that stand beside each other in a sentence; stop words not at the ends,
    but for the rest of a verb such as "set up".

    >>> sorted(said.written for said in phrases("Runs small. The zipper broke, not flattering"))
    ['broke', 'flattering', 'not flattering', 'runs', 'runs small', 'small', 'zipper', 'zipper broke']
    """
    found = spans(text)
    joined = [False] + [not _BREAK.search(text, one[1], two[0]) for one, two in pairwise(found)]
    for place, (start, end, word) in enumerate(found):
        if (word in STOPWORDS and word not in _OPENERS) or word in NUMBERS:
            continue
        opens = not joined[place]
        if text[start - 1 : start] == "-":  # the end of "a-line" is no word
            continue
        if _may_end(word) and text[end : end + 1] != "-":
            yield Said((stem(word),), _written(text, start, end, opens), opens)
        for last in range(place + 1, min(place + 3, len(found))):
            if not joined[last] or found[last][2] in NUMBERS:
                break
            if _may_end(found[last][2]) and text[found[last][1] : found[last][1] + 1] != "-":
                closing = (
                    last + 1 if joined[last + 1 : last + 2] == [True] and found[last + 1][2] in _PARTICLES else last
                )
                stems = tuple(stem(part[2]) for part in found[place : closing + 1])
                yield Said(stems, _written(text, start, found[closing][1], opens), opens)


def _may_end(word: str) -> bool:
    return word not in STOPWORDS and len(word) > _LETTERS


def _written(text: str, start: int, end: int, opens: bool) -> str:
    """Return the words as they stand there; the capital that only opens a sentence, and shouting, are taken away."""
    words = " ".join(text[start:end].split())
    if words.isupper():
        return words.lower()
    return words[:1].lower() + words[1:] if opens else words


@lru_cache(maxsize=20_000)
def lowered(written: str) -> str:
    """Return a phrase in lower case."""
    return written.lower()


def as_most_write(forms: Iterable[tuple[Said, int]]) -> str:
    """Return how a phrase is written most often; with capitals where most write them within a sentence.

    >>> as_most_write([(Said(("netflix",), "Netflix", False), 3), (Said(("netflix",), "netflix", True), 9)])
    'Netflix'
    """
    counts = list(forms)
    lower: Counter[str] = Counter()
    for said, times in counts:
        lower[lowered(said.written)] += times
    best = min(lower, key=lambda form: (-lower[form], form))
    inside: Counter[str] = Counter()
    for said, times in counts:
        if not said.opens and lowered(said.written) == best:
            inside[said.written] += times
    return min(inside, key=lambda form: (-inside[form], form)) if inside else best
