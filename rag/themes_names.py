"""Readable names for groups of reviews, from the reviews' own words: the phrases that set a group apart from the rest.

The candidates are those of rag.themes_terms. The strongest one whose meaning lies close to the centre of the group (as
in KeyBERT, Grootendorst 2020) is the name; a second phrase is part of it where it adds something. A name says what a
theme is about, not whether that is good: where reviews only judge, the theme is named OVERALL.

Does not handle: languages other than English (endings and filler words stay).
"""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from backends.contracts import FloatArray
from rag.themes_phrases import Phrase, judges, lowered
from rag.themes_terms import LEAST_Z, Counted, Term, is_vague, says_what
from rag.words import STOPWORDS, stem

MOST_WORDS = 8
OVERALL, LEAST_SUBJECT = "Overall impression", 0.01
"""The name of groups whose strongest phrase that does not judge has a smaller score."""
STRONGER_ELSEWHERE = 0.5
"""What the score is multiplied by where another group says the phrase more."""
SECOND_SHARE, RELATED, SAME_MEANING = 0.05, 0.15, 0.65
"""The second phrase of a name has at least this share of the first one's score and is so much alike in meaning."""
FIRST_SHARE, MANY_REVIEWS = 0.08, 100
"""In groups of many reviews, the first phrase of a name is one that this share of them say, if there is one."""
CONCEPT_MEANING = 0.5
"""The power of the meaning in the score where all phrases are of one concept already."""
ABBREVIATION = 2
"""A name of so few letters needs a second phrase, however weak."""

Meaning = Callable[[list[str]], FloatArray]
"""Phrases -> (n, d) unit vectors in the space of the groups' centres."""


@dataclass(frozen=True)
class Named:
    """A name and the phrases it was made from, strongest first; `overall` where the reviews only judge."""

    name: str
    terms: tuple[Term, ...]
    overall: bool = False


def name_all(
    groups: Sequence[Sequence[str]],
    meaning: Meaning,
    centres: FloatArray,
    dull: Collection[str] = (),
    about: Sequence[Collection[str]] = (),
) -> list[Named]:
    """Name groups of texts; no two names are the same.

    Args:
        groups: texts per group.
        meaning: gives phrases as vectors; centres: (groups, d) unit rows.
        dull: words of product names, left out where most groups use them.
        about: stems of the concept of each group, one of which is in every phrase of its name; the group without any,
            beside others that have some, is of reviews that only judge.
    """
    said = Counted(groups)
    banned = _said_everywhere(said.counts, groups, {stem(word.lower()) for word in dull})
    concepts = about or [()] * len(groups)
    ranked = [said.ranked(number, banned, concept) for number, concept in enumerate(concepts)]
    texts = sorted({term.text for terms in ranked for term in terms})
    vectors = meaning(texts)
    row = {text: number for number, text in enumerate(texts)}
    close = vectors @ centres.T
    weighed = [
        [
            _weighed(term, max(float(close[row[term.text], group]), 0.0) ** (CONCEPT_MEANING if concepts[group] else 1))
            for term in terms
        ]
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

    only_judge = [
        not concept if any(concepts) else _only_judge(terms) for concept, terms in zip(concepts, ordered, strict=True)
    ]
    kept = [_without_overlap(terms) for terms in ordered]
    named = [_said_by_many(terms, len(texts)) for terms, texts in zip(kept, groups, strict=True)]
    return _unique([_name_first(terms, alike) for terms in named], only_judge)


def same(named: Sequence[Named]) -> list[int]:
    """Return for each group the first one that has the same two strongest phrases, whatever their order; those that
    only judge are one."""
    first: dict[frozenset[Phrase], int] = {}
    keys = [
        frozenset({(OVERALL,)})
        if item.overall
        else frozenset(term.stems for term in item.terms[:2]) or frozenset({(str(n),)})
        for n, item in enumerate(named)
    ]
    return [first.setdefault(key, number) for number, key in enumerate(keys)]


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
            if (is_vague(term) and len(term.stems) == 1) == vague and not seen & set(term.stems):
                kept.append(term)
                seen |= {word for word in term.stems if word not in STOPWORDS}
    return kept


def _said_by_many(terms: list[Term], reviews: int) -> list[Term]:
    """Put the strongest phrase that enough of many reviews say in front."""
    if reviews >= MANY_REVIEWS:
        for place, term in enumerate(terms):
            if term.reviews >= FIRST_SHARE * reviews and says_what(term):
                return [term, *terms[:place], *terms[place + 1 :]]
    return terms


def _name_first(terms: Sequence[Term], alike: Callable[[Term, Term], float]) -> list[Term]:
    """Put the first term that means something else than the strongest one behind it."""
    others = [term for term in terms[1:] if RELATED <= alike(terms[0], term) < SAME_MEANING and not is_vague(term)]
    second = next((term for term in others if says_what(term)), others[0] if others else None)
    if second is None:
        return list(terms)
    return [terms[0], second, *(term for term in terms[1:] if term is not second)]


def _only_judge(terms: Sequence[Term]) -> bool:
    """Return whether what sets a group apart is that its reviews say good or bad, and not of what."""
    subjects = [term.score for term in terms if not is_vague(term) and not judges(lowered(term.text).split())]
    judged = any(term.z >= LEAST_Z and judges(lowered(term.text).split()) for term in terms)
    return judged and max(subjects, default=0.0) < LEAST_SUBJECT


def _unique(orders: Sequence[list[Term]], only_judge: Sequence[bool]) -> list[Named]:
    """Name each group by its strongest phrase and the next that adds something; more where names would be equal."""
    firsts = Counter(word for order in orders for word in _content(order[:1]))
    taken: set[str] = set()
    named = []
    for number, (order, overall) in enumerate(zip(orders, only_judge, strict=True), 1):
        shared = any(firsts[word] > 1 for word in _content(order[:1]))
        parts = [OVERALL] if overall else []
        parts += [term.text for term in order if not overall or says_what(term)]
        least = 2 if not overall and _adds_something(order, shared) else 1
        for used in range(least, MOST_WORDS + 1):
            name = ", ".join(parts[:used]) or f"theme {number}"
            if name.lower() not in taken:
                break
        else:
            name = f"{name} ({number})"
        taken.add(name.lower())
        named.append(Named(name[0].upper() + name[1:], tuple(order), overall))
    return named


def _content(terms: Sequence[Term]) -> set[str]:
    return {word for term in terms for word in term.stems if word not in STOPWORDS}


def _adds_something(order: Sequence[Term], shared: bool) -> bool:
    """Return whether the second phrase belongs into the name: the first is short, and it is neither weak nor vague.

    An abbreviation ("XS") says too little without one, and so does a phrase that opens another name too (`shared`).
    """
    if len(order) < 2 or len(order[0].stems) > 2:
        return False
    if len(order[0].text) <= ABBREVIATION and not is_vague(order[1]):
        return True
    if shared and says_what(order[1]):
        return True
    return order[1].score >= SECOND_SHARE * order[0].score and not (is_vague(order[1]) and len(order[1].stems) == 1)
