"""Phrases that set a group of reviews apart from the others, and how well each would do as its name.

A phrase may name a group if clearly more of its reviews say it than of the others (z-score of the log-odds with all
groups as the informative Dirichlet prior; Monroe, Colaresi & Quinn 2008, https://doi.org/10.1093/pan/mpn018). Of those
the strongest is the one that many of the group's reviews say and few others (pointwise Kullback-Leibler divergence,
Tomokiyo & Hurst 2003, https://doi.org/10.3115/1119282.1119287; the same idea as the class-based TF-IDF of BERTopic,
Grootendorst 2022) and that reads like a name: nouns and phrases rather than single verbs, what is judged rather than
the judgement.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import log, sqrt

from rag.themes_phrases import (
    VAGUE,
    WEAK_OPENERS,
    Kind,
    Kinds,
    Phrase,
    Said,
    as_most_write,
    judges,
    lowered,
    phrases,
)
from rag.themes_values import property_of
from rag.words import STOPWORDS

PRIOR_REVIEWS = 50.0
"""How many reviews the prior weighs."""
FEWEST_REVIEWS, FEWEST_SHARE = 3, 0.03
"""A phrase counts in a group if so many of its reviews, and this share of them, say it."""
LEAST_Z = 2.0
LONGER_COUNTS = (1.0, 1.7, 1.9, 1.9)
"""What the score of a phrase of one to four words is multiplied by: longer ones say more."""
CONCEPT_LONGER_COUNTS = (1.0, 1.3, 1.3, 1.3)
"""The same where the group has a concept: a longer phrase names it where nearly as many say it as its word."""
JOINING = frozenset("of to for the in on".split())
"""The filler words that may stand within the name of a concept: "easy to set up", not "bathroom was filthy"."""
LAST_WORD_COUNTS: Mapping[Kind, float] = {"noun": 1.0, "adjective": 0.7, "verb": 0.4, "adverb": 0.2}
"""What the score is multiplied by for the kind of the phrase's last word; halfway to 1 for phrases."""
VAGUE_COUNTS = 0.3
"""What the score is multiplied by where all words say little alone, or where the first one is a weak opener."""
JUDGING_COUNTS = 0.02
"""What the score is multiplied by where a word of it says that something is good or bad."""
ABOUT_IT = 2.0
"""How many times as common as everywhere a word of product names is in a group that is about the product."""
CANDIDATES = 40
"""Phrases per group whose meaning is compared with the group's."""
_VOWELS = frozenset("aeiouyAEIOUY")


@dataclass(frozen=True)
class Term:
    """A phrase as people write it, its stems, in how many of the group's read reviews it occurs, and its z-score."""

    text: str
    stems: Phrase
    reviews: int
    z: float
    score: float = 0.0


class Counted:
    """How many reviews of each group say each phrase, how it is written, and what kind of words it has."""

    def __init__(self, groups: Sequence[Sequence[str]]) -> None:
        self._groups, self.counts = groups, [Counter[Phrase]() for _ in groups]
        self._forms: dict[Phrase, Counter[Said]] = {}
        self._kinds = Kinds()
        for texts, counter in zip(groups, self.counts, strict=True):
            for text in texts:
                self._kinds.read(text)
                said = {phrase.stems: phrase for phrase in phrases(text)}
                counter.update(said.keys())
                for key, phrase in said.items():
                    self._forms.setdefault(key, Counter())[phrase] += 1
        self._everywhere: Counter[Phrase] = Counter()
        for counter in self.counts:
            self._everywhere.update(counter)

    def ranked(self, group: int, banned: set[str], about: Collection[str] = ()) -> list[Term]:
        """Return the CANDIDATES that set a group apart most, strongest first.

        With one of the words `about`, if there are any: these set the group apart already, so that how many of its
        reviews say a phrase counts more than how few of the others.
        """
        reviews, everyone = len(self._groups[group]), sum(map(len, self._groups))
        fewest, terms = max(FEWEST_REVIEWS, FEWEST_SHARE * reviews), []
        for key, count in self.counts[group].items():
            if count < fewest or any(not self._about(word, group) for word in banned & set(key)):
                continue
            if about and not any(word in about for word in key):
                continue
            everywhere = self._everywhere[key]
            z = z_score(count, reviews, everywhere, everyone)
            if z > 0:
                share, other = count / reviews, (everywhere - count + 1) / (everyone - reviews + 1)
                text = " ".join(map(_shown, as_most_write(self._forms[key].items()).split()))
                apart = max(log(share / other), 0.0)
                score = share * (sqrt(apart) if about else apart) * self._reads_like_a_name(text, bool(about))
                terms.append(Term(text, key, count, z, score if z >= LEAST_Z else score * z / LEAST_Z / 10))
        return sorted(terms, key=lambda term: (-term.score, term.text))[:CANDIDATES]

    def _about(self, word: str, group: int) -> bool:
        here, everywhere = self.counts[group][(word,)], self._everywhere[(word,)]
        return here * sum(map(len, self._groups)) >= ABOUT_IT * everywhere * len(self._groups[group])

    def _reads_like_a_name(self, text: str, concept: bool) -> float:
        words = lowered(text).split()
        longer = CONCEPT_LONGER_COUNTS if concept else LONGER_COUNTS
        if concept and any(word in STOPWORDS and word not in JOINING for word in words[1:-1]):
            return 0.0
        opens = VAGUE_COUNTS if words[0] in WEAK_OPENERS else 1.0
        opens *= JUDGING_COUNTS if judges(words) else 1.0
        if _says_little(words):
            return opens * VAGUE_COUNTS
        last = LAST_WORD_COUNTS[self._kinds.of(words[-1])]
        return opens * (last if len(words) == 1 else longer[len(words) - 1] * (1 + last) / 2)


def _shown(word: str) -> str:
    """Return a word as it is shown: two consonants are an abbreviation.

    >>> [_shown(word) for word in ("tv", "xs", "my", "kg", "size")]
    ['TV', 'XS', 'my', 'kg', 'size']
    """
    return word.upper() if len(word) == 2 and not _VOWELS & set(word) and word not in VAGUE else word


def is_vague(term: Term) -> bool:
    """Return whether all words of a phrase say little alone, or only give a value ("green", "kilos")."""
    return _says_little(lowered(term.text).split())


def _says_little(words: Sequence[str]) -> bool:
    return all(word in VAGUE or word in STOPWORDS or property_of(word) for word in words)


def says_what(term: Term) -> bool:
    """Return whether a phrase sets its group apart and says what it is about."""
    return term.z >= LEAST_Z and not is_vague(term) and not judges(lowered(term.text).split())


def z_score(here_with: int, here: int, all_with: int, all_reviews: int) -> float:
    """Return the z-score of a phrase's log-odds among some reviews against the others, with all of them as prior."""
    prior = PRIOR_REVIEWS * all_with / max(all_reviews, 1)
    with_here, without_here = here_with + prior, here - here_with + PRIOR_REVIEWS - prior
    with_there = max(all_with - here_with, 0) + prior
    without_there = max(all_reviews - here - (all_with - here_with), 0) + PRIOR_REVIEWS - prior
    if min(with_here, without_here, with_there, without_there) <= 0:
        return 0.0
    difference = log(with_here / without_here) - log(with_there / without_there)
    return difference / sqrt(1 / with_here + 1 / with_there)
