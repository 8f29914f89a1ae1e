"""Readable names for groups of reviews, from the reviews' own words: the phrases that set a group apart from the rest.

A phrase is one to three words as they stand beside each other within a sentence: "runs small", "true to size". How much
it belongs to a group is its weighted log-odds against the other groups, with all of them as the informative Dirichlet
prior (Monroe, Colaresi & Quinn 2008, https://doi.org/10.1093/pan/mpn018), over the number of reviews that say it: like
the class-based TF-IDF of BERTopic (Grootendorst 2022) it rewards what is frequent here and rare elsewhere, but a word
in two reviews does not win over one in two hundred. Of those phrases, the ones whose meaning lies closest to the centre
of the group name it (as in KeyBERT, Grootendorst 2020).

Does not handle: languages other than English (endings and filler words stay).
"""

import itertools
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from math import log, sqrt

from backends.contracts import FloatArray
from rag.words import STOPWORDS, spans, stem

PRIOR_REVIEWS = 50.0
"""How many reviews the prior weighs."""
FEWEST_REVIEWS, FEWEST_SHARE = 3, 0.03
"""A phrase counts in a group if so many of its reviews, and this share of them, say it."""
MOST_WORDS = 8
LONGER_COUNTS = (1.0, 1.6, 1.7)
"""What the score of a phrase of one, two or three words is multiplied by: longer ones say more."""
CANDIDATES = 40
"""Phrases per group whose meaning is compared with the group's."""
_BREAK = re.compile(r"[^\s'’\-/]")
_OPENERS = frozenset({"too", "not", "no", "never"})
_VAGUE = frozenset(
    """love loved loves great good nice bad best better perfect perfectly beautiful beautifully wonderful amazing
    awesome excellent happy pleased glad lovely recommend recommended definitely absolutely highly worst terrible
    horrible poor bit lot little big pretty favorite favourite overall review reviews reviewer reviewers bought buy
    buying purchase purchased ordered order want wanted need needed look looks looked looking work works worked
    think find found give gave wear wearing wore day days week weeks month months year years time times first second
    last old new product item products items star stars sure way enough everything anything nothing everyone anyone
    tried trying try use used using seem seems seemed one two three today
    """.split()
)
"""Words that say little alone; they may be part of a phrase."""

Phrase = tuple[str, ...]
Meaning = Callable[[list[str]], FloatArray]


@dataclass(frozen=True)
class Term:
    """A phrase as people write it, its stems, in how many of the group's read reviews it occurs, and its z-score."""

    text: str
    stems: Phrase
    reviews: int
    z: float


@dataclass(frozen=True)
class Named:
    """A name and the phrases it was made from, strongest first."""

    name: str
    terms: tuple[Term, ...]


def phrases(text: str) -> Iterator[tuple[Phrase, str]]:
    """Yield (stems, words as written) of every phrase of one to three words.

    >>> sorted({words for _, words in phrases("Runs small. The zipper broke, not flattering")})
    ['broke', 'flattering', 'not flattering', 'runs', 'runs small', 'small', 'zipper', 'zipper broke']
    """
    found = spans(text)
    for place, (start, end, word) in enumerate(found):
        if word in STOPWORDS and word not in _OPENERS:
            continue
        if word not in STOPWORDS and len(word) > 2:
            yield (stem(word),), word
        for length in (2, 3):
            part = found[place : place + length]
            if len(part) < length or (_BREAK.search(text, end, part[-1][0]) and _broken(text, part)):
                break
            last = part[-1][2]
            if last not in STOPWORDS and len(last) > 2:
                yield tuple(stem(w) for _, _, w in part), text[start : part[-1][1]].lower()


def _broken(text: str, part: Sequence[tuple[int, int, str]]) -> bool:
    gaps = itertools.pairwise(part)
    return any(_BREAK.search(text, before[1], after[0]) for before, after in gaps)


def name_all(groups: Sequence[Sequence[str]], meaning: Meaning, dull: Collection[str] = ()) -> list[Named]:
    """Name groups of texts; no two names are the same.

    Args:
        groups: texts per group.
        meaning: phrases -> (n, groups) how close each is in meaning to each group, as cosine.
        dull: words of product names, left out where most groups use them.
    """
    counts, forms = _count(groups)
    everywhere: Counter[Phrase] = Counter()
    for counter in counts:
        everywhere.update(counter)
    banned = _said_everywhere(counts, groups, {stem(word.lower()) for word in dull})
    ranked = [
        _ranked(counter, len(group), everywhere, sum(map(len, groups)), forms, banned)
        for counter, group in zip(counts, groups, strict=True)
    ]
    return _unique(_by_meaning(ranked, meaning))


def _by_meaning(ranked: Sequence[Sequence[Term]], meaning: Meaning) -> list[list[Term]]:
    """Order each group's phrases by z-score times meaning."""
    texts = sorted({term.text for terms in ranked for term in terms})
    closeness = meaning(texts)
    row = {text: number for number, text in enumerate(texts)}

    def score(term: Term, group: int) -> float:
        return term.z * max(float(closeness[row[term.text], group]), 0.0)

    return [
        _without_overlap(sorted(terms, key=lambda term: (-score(term, group), term.text)))
        for group, terms in enumerate(ranked)
    ]


def same(named: Sequence[Named]) -> list[int]:
    """Return for each group the first one that has the same two strongest phrases, whatever their order."""
    first: dict[frozenset[Phrase], int] = {}
    keys = [frozenset(term.stems for term in item.terms[:2]) or frozenset({(str(n),)}) for n, item in enumerate(named)]
    return [first.setdefault(key, number) for number, key in enumerate(keys)]


def _count(groups: Sequence[Sequence[str]]) -> tuple[list[Counter[Phrase]], dict[Phrase, Counter[str]]]:
    counts: list[Counter[Phrase]] = []
    forms: dict[Phrase, Counter[str]] = {}
    for texts in groups:
        counter: Counter[Phrase] = Counter()
        for text in texts:
            said = dict(phrases(text))
            counter.update(said.keys())
            for key, words in said.items():
                forms.setdefault(key, Counter())[words] += 1
        fewest = max(FEWEST_REVIEWS, FEWEST_SHARE * len(texts))
        counts.append(Counter({key: n for key, n in counter.items() if n >= fewest}))
    return counts, forms


def _said_everywhere(counts: Sequence[Counter[Phrase]], groups: Sequence[Sequence[str]], dull: set[str]) -> set[str]:
    """Return the product words that at least half of the groups use in at least one of a hundred reviews."""

    def common(word: str) -> bool:
        using = sum(counter[(word,)] >= 0.01 * len(group) for counter, group in zip(counts, groups, strict=True))
        return using >= max(len(groups) / 2, 2)

    return {word for word in dull if common(word)}


def _ranked(
    counter: Counter[Phrase],
    reviews: int,
    everywhere: Counter[Phrase],
    reviews_everywhere: int,
    forms: dict[Phrase, Counter[str]],
    banned: set[str],
) -> list[Term]:
    terms = []
    for key, count in counter.items():
        if banned & set(key):
            continue
        z = z_score(count, reviews, everywhere[key], reviews_everywhere) * LONGER_COUNTS[len(key) - 1]
        if z > 0:
            terms.append(Term(forms[key].most_common(1)[0][0], key, count, z))
    return sorted(terms, key=lambda term: (-term.z, term.text))[:CANDIDATES]


def _without_overlap(terms: Sequence[Term]) -> list[Term]:
    """Keep, strongest first, the terms that share no word with one kept before; vague single words go last."""
    kept: list[Term] = []
    seen: set[str] = set()
    for vague in (False, True):
        for term in terms:
            if len(kept) >= MOST_WORDS:
                return kept
            if _is_vague(term) == vague and not seen & set(term.stems):
                kept.append(term)
                seen |= {word for word in term.stems if word not in STOPWORDS}
    return kept


def _is_vague(term: Term) -> bool:
    return all(word in _VAGUE or word in STOPWORDS for word in term.text.split())


def _unique(ranked: Sequence[Sequence[Term]]) -> list[Named]:
    """Name each group by its strongest phrase and, unless that is long, the next; more where names would be equal."""
    taken: set[str] = set()
    named = []
    for number, terms in enumerate(ranked, 1):
        for used in range(1 if terms and len(terms[0].stems) > 2 else 2, MOST_WORDS + 1):
            name = ", ".join(term.text for term in terms[:used]) or f"theme {number}"
            if name not in taken:
                break
        else:
            name = f"{name} ({number})"
        taken.add(name)
        named.append(Named(name[0].upper() + name[1:], tuple(terms)))
    return named


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
