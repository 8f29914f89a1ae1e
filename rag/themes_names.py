"""Readable names for groups of reviews, from the reviews' own words: the phrases that set a group apart from the rest.

A phrase may name a group if clearly more of its reviews say it than of the others (z-score of the log-odds with all
groups as the informative Dirichlet prior; Monroe, Colaresi & Quinn 2008, https://doi.org/10.1093/pan/mpn018). Of those
the strongest is the one that many of the group's reviews say and few others (pointwise Kullback-Leibler divergence,
Tomokiyo & Hurst 2003, https://doi.org/10.3115/1119282.1119287; the same idea as the class-based TF-IDF of BERTopic,
Grootendorst 2022), whose meaning lies close to the centre of the group (as in KeyBERT, Grootendorst 2020), and that
reads like a name: nouns and phrases rather than single verbs. A name's second phrase adds something to the first one.

Does not handle: languages other than English (endings and filler words stay).
"""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from math import log, sqrt

from backends.contracts import FloatArray
from rag.themes_phrases import VAGUE, WEAK_OPENERS, Kind, Kinds, Phrase, Said, as_most_write, lowered, phrases
from rag.words import STOPWORDS, stem

PRIOR_REVIEWS = 50.0
"""How many reviews the prior weighs."""
FEWEST_REVIEWS, FEWEST_SHARE = 3, 0.03
"""A phrase counts in a group if so many of its reviews, and this share of them, say it."""
LEAST_Z = 2.0
MOST_WORDS = 8
LONGER_COUNTS = (1.0, 1.7, 1.9)
"""What the score of a phrase of one, two or three words is multiplied by: longer ones say more."""
LAST_WORD_COUNTS: Mapping[Kind, float] = {"noun": 1.0, "adjective": 0.7, "verb": 0.4, "adverb": 0.2}
"""What the score is multiplied by for the kind of the phrase's last word; halfway to 1 for phrases."""
VAGUE_COUNTS = 0.3
"""What the score is multiplied by where all words say little alone, or where the first one is a weak opener."""
STRONGER_ELSEWHERE = 0.5
"""What the score is multiplied by where another group says the phrase more."""
SECOND_SHARE, SAME_MEANING = 0.05, 0.75
"""The second phrase of a name has at least this share of the first one's score and is less alike in meaning."""
ABBREVIATION = 2
"""A name of so few letters needs a second phrase, however weak."""
ABOUT_IT = 2.0
"""How many times as common as everywhere a word of product names is in a group that is about the product."""
CANDIDATES = 40
"""Phrases per group whose meaning is compared with the group's."""
_VOWELS = frozenset("aeiouyAEIOUY")

Meaning = Callable[[list[str]], FloatArray]
"""Phrases -> (n, d) unit vectors in the space of the groups' centres."""


@dataclass(frozen=True)
class Term:
    """A phrase as people write it, its stems, in how many of the group's read reviews it occurs, and its z-score."""

    text: str
    stems: Phrase
    reviews: int
    z: float
    score: float = 0.0


@dataclass(frozen=True)
class Named:
    """A name and the phrases it was made from, strongest first."""

    name: str
    terms: tuple[Term, ...]


def name_all(
    groups: Sequence[Sequence[str]], meaning: Meaning, centres: FloatArray, dull: Collection[str] = ()
) -> list[Named]:
    """Name groups of texts; no two names are the same.

    Args:
        groups: texts per group.
        meaning: gives phrases as vectors; centres: (groups, d) unit rows.
        dull: words of product names, left out where most groups use them.
    """
    said = _Counted(groups)
    banned = _said_everywhere(said.counts, groups, {stem(word.lower()) for word in dull})
    ranked = [said.ranked(number, banned) for number in range(len(groups))]
    texts = sorted({term.text for terms in ranked for term in terms})
    vectors = meaning(texts)
    row = {text: number for number, text in enumerate(texts)}
    close = vectors @ centres.T
    weighed = [
        [_weighed(term, max(float(close[row[term.text], group]), 0.0)) for term in terms]
        for group, terms in enumerate(ranked)
    ]
    best: dict[Phrase, float] = {}
    for terms in weighed:
        for term in terms:
            best[term.stems] = max(best.get(term.stems, 0.0), term.score)
    ordered = [
        sorted(
            (_weighed(term, 1.0 if term.score >= best[term.stems] else STRONGER_ELSEWHERE) for term in terms),
            key=lambda term: (-term.score, term.text),
        )
        for terms in weighed
    ]

    def alike(one: Term, two: Term) -> float:
        return float(vectors[row[one.text]] @ vectors[row[two.text]])

    return _unique([_without_overlap(terms) for terms in ordered], alike)


def same(named: Sequence[Named]) -> list[int]:
    """Return for each group the first one that has the same two strongest phrases, whatever their order."""
    first: dict[frozenset[Phrase], int] = {}
    keys = [frozenset(term.stems for term in item.terms[:2]) or frozenset({(str(n),)}) for n, item in enumerate(named)]
    return [first.setdefault(key, number) for number, key in enumerate(keys)]


class _Counted:
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

    def ranked(self, group: int, banned: set[str]) -> list[Term]:
        """Return the CANDIDATES that set a group apart most, strongest first."""
        reviews, everyone = len(self._groups[group]), sum(map(len, self._groups))
        fewest, terms = max(FEWEST_REVIEWS, FEWEST_SHARE * reviews), []
        for key, count in self.counts[group].items():
            if count < fewest or any(not self._about(word, group) for word in banned & set(key)):
                continue
            everywhere = self._everywhere[key]
            z = z_score(count, reviews, everywhere, everyone)
            if z > 0:
                share, other = count / reviews, (everywhere - count + 1) / (everyone - reviews + 1)
                text = " ".join(map(_shown, as_most_write(self._forms[key].items()).split()))
                score = share * max(log(share / other), 0.0) * self._reads_like_a_name(text)
                terms.append(Term(text, key, count, z, score if z >= LEAST_Z else score * z / LEAST_Z / 10))
        return sorted(terms, key=lambda term: (-term.score, term.text))[:CANDIDATES]

    def _about(self, word: str, group: int) -> bool:
        here, everywhere = self.counts[group][(word,)], self._everywhere[(word,)]
        return here * sum(map(len, self._groups)) >= ABOUT_IT * everywhere * len(self._groups[group])

    def _reads_like_a_name(self, text: str) -> float:
        words = lowered(text).split()
        opens = VAGUE_COUNTS if words[0] in WEAK_OPENERS else 1.0
        if all(word in VAGUE or word in STOPWORDS for word in words):
            return opens * VAGUE_COUNTS
        last = LAST_WORD_COUNTS[self._kinds.of(words[-1])]
        return opens * (last if len(words) == 1 else LONGER_COUNTS[len(words) - 1] * (1 + last) / 2)


def _shown(word: str) -> str:
    """Return a word as it is shown: two consonants are an abbreviation.

    >>> [_shown(word) for word in ("tv", "xs", "my", "kg", "size")]
    ['TV', 'XS', 'my', 'kg', 'size']
    """
    return word.upper() if len(word) == 2 and not _VOWELS & set(word) and word not in VAGUE else word


def _weighed(term: Term, factor: float) -> Term:
    return Term(term.text, term.stems, term.reviews, term.z, term.score * factor)


def _said_everywhere(counts: Sequence[Counter[Phrase]], groups: Sequence[Sequence[str]], dull: set[str]) -> set[str]:
    """Return the product words that at least half of the groups use in at least one of a hundred reviews."""

    def common(word: str) -> bool:
        using = sum(counter[(word,)] >= 0.01 * len(group) for counter, group in zip(counts, groups, strict=True))
        return using >= max(len(groups) / 2, 2)

    return {word for word in dull if common(word)}


def _without_overlap(terms: Sequence[Term]) -> list[Term]:
    """Keep, strongest first, the terms that share no word with one kept before; vague single words go last."""
    kept: list[Term] = []
    seen: set[str] = set()
    for vague in (False, True):
        for term in terms:
            if len(kept) >= MOST_WORDS:
                return kept
            if (_is_vague(term) and len(term.stems) == 1) == vague and not seen & set(term.stems):
                kept.append(term)
                seen |= {word for word in term.stems if word not in STOPWORDS}
    return kept


def _is_vague(term: Term) -> bool:
    return all(word in VAGUE or word in STOPWORDS for word in lowered(term.text).split())


def _unique(ranked: Sequence[Sequence[Term]], alike: Callable[[Term, Term], float]) -> list[Named]:
    """Name each group by its strongest phrase and the next that adds something; more where names would be equal."""
    taken: set[str] = set()
    named = []
    for number, terms in enumerate(ranked, 1):
        order = _name_first(terms, alike)
        least = 2 if _adds_something(order) else 1
        for used in range(least, MOST_WORDS + 1):
            name = ", ".join(term.text for term in order[:used]) or f"theme {number}"
            if name.lower() not in taken:
                break
        else:
            name = f"{name} ({number})"
        taken.add(name.lower())
        named.append(Named(name[0].upper() + name[1:], tuple(order)))
    return named


def _adds_something(order: Sequence[Term]) -> bool:
    """Return whether the second phrase belongs into the name: the first is short, and it is neither weak nor vague.

    An abbreviation ("XS") says too little without one.
    """
    if len(order) < 2 or len(order[0].stems) > 2:
        return False
    if len(order[0].text) <= ABBREVIATION and not _is_vague(order[1]):
        return True
    return order[1].score >= SECOND_SHARE * order[0].score and not (_is_vague(order[1]) and len(order[1].stems) == 1)


def _name_first(terms: Sequence[Term], alike: Callable[[Term, Term], float]) -> list[Term]:
    """Put the first term that means something else than the strongest one behind it."""
    for place, term in enumerate(terms[1:], 1):
        if alike(terms[0], term) < SAME_MEANING and not _is_vague(term):
            return [terms[0], term, *terms[1:place], *terms[place + 1 :]]
    return list(terms)


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
