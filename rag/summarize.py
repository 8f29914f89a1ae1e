"""What the hits say: one counted sentence, then the summary of the chosen model, every sentence with its reviews."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import model_utils
from backends.contracts import CitedSentence, Passage, Summary
from rag.opened import Library
from rag.query import Query
from rag.search import Hit
from rag.words import stems
from settings import Settings, from_environment

ANSWERED_SIMILARITY = 0.35
"""Cosine that a hit must reach for the words to count as answered (evidence: docs/experiments.md, Search)."""
WORDING_AS_SIMILARITY = 0.1
"""What holding all the words of the question adds to that cosine; holding some adds less."""
RELEVANT_SIMILARITY = 0.25
"""Cosine from which, in an answered question, a hit counts as being about it."""
RELEVANT_MATCH = 0.25
"""Share of the asked emotion from which a review counts as carrying it."""
CLEAR_SHARE = 0.6
"""Share of the reviews from which one sentiment is called theirs."""


@dataclass(frozen=True)
class Told:
    """A summary, or none and the reason in the user's words."""

    summary: Summary | None
    note: str = ""


def about_the_words(query: Query, hits: Sequence[Hit]) -> list[Hit]:
    """Return the hits that are about the words of the question; none if the words are not answered at all.

    A hit is, if it is near enough or holds the words of the question that mean something, in any form: all of them, or
    at least two and half of them where it is fairly near as well. A question without words of its own (an emotion
    alone) is answered by all.
    """
    if not query.own_words:
        return list(hits)
    asked = stems(query.own_words)
    literal = [_holds(asked, hit) for hit in hits]
    nearest = max((hit.similarity + WORDING_AS_SIMILARITY * min(hit.wording, 1.0) for hit in hits), default=-1.0)
    if not any(literal) and nearest < ANSWERED_SIMILARITY:
        return []
    return [hit for hit, same in zip(hits, literal, strict=True) if same or hit.similarity >= RELEVANT_SIMILARITY]


def _holds(asked: set[str], hit: Hit) -> bool:
    """True if a review says what was asked, word for word as far as that goes."""
    shared = len(asked & stems(f"{hit.review.title} {hit.review.text}"))
    if shared == len(asked):
        return shared > 0
    return shared >= max(2, len(asked) / 2) and hit.similarity >= RELEVANT_SIMILARITY


def relevant(query: Query, hits: Sequence[Hit]) -> list[Hit]:
    """Return the hits that a summary may rest on: about the words, and carrying the emotion."""
    return [hit for hit in about_the_words(query, hits) if hit.match is None or hit.match >= RELEVANT_MATCH]


def summarize(query: Query, hits: Sequence[Hit], library: Library, settings: Settings | None = None) -> Told:
    """Summarise those hits that are relevant; nothing relevant gives no summary, and the reason.

    Raises:
        ModelError: the summarizer cannot be had.
    """
    used = relevant(query, hits)
    if not used:
        return Told(None, _nothing(query, hits))
    model = model_utils.load("summarizer", settings=settings or from_environment())
    written = model.summarize(query.words, _passages(used, library))
    lead = counted(used)
    sentences = written.sentences if lead is None else (lead, *written.sentences)
    if not written.sentences:
        return Told(None, f"The model {model.card.name} found no sentence that these reviews support.")
    return Told(Summary(sentences, written.model))


def counted(hits: Sequence[Hit]) -> CitedSentence | None:
    """Return one sentence of plain counts over the hits with the reviews it counts; None for fewer than two hits.

    "8 of these 10 reviews are negative; most are about Hotel Meridane and Arrowfen Air."
    """
    total = len(hits)
    if total < 2:
        return None
    label, most = Counter(hit.sentiment_label for hit in hits).most_common(1)[0]
    if most >= CLEAR_SHARE * total:
        who = f"All {total} reviews" if most == total else f"{most} of these {total} reviews"
        text, cited = f"{who} are {label}", [hit for hit in hits if hit.sentiment_label == label]
    else:
        negative, positive = (sum(hit.sentiment_label == name for hit in hits) for name in ("negative", "positive"))
        shares = f"{positive} {_are(positive)} positive and {negative} {_are(negative)} negative"
        text, cited = f"Of these {total} reviews, {shares}", list(hits)
    about = _subject([hit.review.product for hit in cited])
    return CitedSentence(f"{text}{about}.", tuple(hit.review.id for hit in cited))


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def _subject(products: Sequence[str]) -> str:
    """Say which products the cited reviews are about, if one or two of them make up more than half."""
    ranked = Counter(product for product in products if product).most_common()
    if not ranked or len(products) < 2:
        return ""
    if ranked[0][1] == len(products):
        return f"; all are about {ranked[0][0]}"
    for many in (1, 2):
        named = ranked[:many]
        share = sum(count for _, count in named)
        is_tied = len(ranked) > many and ranked[many][1] == named[-1][1]
        if share > len(products) / 2 and not is_tied:
            word = "all" if share == len(products) else "most"
            return f"; {word} are about {' and '.join(name for name, _ in named)}"
    return ""


def _passages(hits: Sequence[Hit], library: Library) -> list[Passage]:
    rows = library.store.rows_of([hit.review.id for hit in hits])
    return [
        Passage(
            id=hit.review.id,
            text=hit.review.text,
            product=hit.review.product,
            sentences=library.sentences(rows[hit.review.id]),
            embedder=library.manifest.embedder,
        )
        for hit in hits
    ]


def _nothing(query: Query, hits: Sequence[Hit]) -> str:
    if not hits:
        return _nothing_allowed(query)
    if not about_the_words(query, hits):
        return "No review here is clearly about this. The nearest ones are shown, but they are not summarised."
    if query.own_words:
        return f"The reviews about this do not sound {query.emotion}. The nearest ones are shown without a summary."
    return f"No review here clearly sounds {query.emotion}. The nearest ones are shown without a summary."


def _nothing_allowed(query: Query) -> str:
    if phrases := query.question.phrases:
        said = " and ".join(f"“{phrase}”" for phrase in phrases)
        within = " among those that pass the filters" if query.filters.active else ""
        return (
            f"No review{within} says {said} word for word. Take the quotation marks away to find what means the same."
        )
    if excluded := query.question.excluded:
        return f"No review is left without “{'” and “'.join(excluded)}”. Leave out less, or loosen a filter."
    return "No review passes these filters. Loosen one of them."
