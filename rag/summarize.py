"""What the hits say: one counted sentence, then the summary of the chosen model, every sentence with its reviews."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import model_utils
from backends.contracts import CitedSentence, FloatArray, Summary
from backends.sentences import spoken
from emotion.language import NOT_ENGLISH
from rag.hits import Hit
from rag.opened import Library
from rag.passages import about, passages, weights
from rag.query import Query
from rag.relevance import about_the_words, relevant
from rag.search import embed
from rag.support import is_backed, is_verbatim
from settings import Settings, from_environment

CLEAR_SHARE = 0.6
"""Share of the reviews from which one sentiment is called theirs."""
_FELT = {"neutral": "have a neutral sentiment"}
"""Neutral is also an emotion: a sentence that counts sentiments says which it means."""


@dataclass(frozen=True)
class Told:
    """A summary, or none and the reason in the user's words.

    Attributes:
        rests_on: ids of the hits that the summarizer was given; cited: those that its sentences cite (the sentence of
            counts aside).
        caution: what was left out of the summary and why; "" if nothing.
    """

    summary: Summary | None
    note: str = ""
    rests_on: tuple[str, ...] = ()
    cited: tuple[str, ...] = ()
    caution: str = ""


def summarize(
    query: Query,
    hits: Sequence[Hit],
    library: Library,
    settings: Settings | None = None,
    vector: FloatArray | None = None,
) -> Told:
    """Summarise those hits that are relevant and say something about the question; none gives no summary, but why.

    Sentences that the reviews they cite do not back are left out, and `caution` says so.

    Args:
        vector: what `rag.search.embed` gave for the query, if it is known already.

    Raises:
        ModelError: the summarizer cannot be had.
    """
    settings = settings or from_environment()
    used = relevant(query, hits, library)
    vector = embed(query, library, settings) if vector is None else vector
    read = about(query, vector, passages(used, library, settings), weights(query, library))
    if not read:
        return Told(None, _nothing(query, hits, used, library))
    fitting = {passage.id for passage in read}
    used = [hit for hit in used if hit.review.id in fitting]
    model = model_utils.load("summarizer", settings=settings)
    written = model.summarize(query.words, read)
    backed = _backed(written.sentences, used, library, settings)
    rests_on = tuple(hit.review.id for hit in used)
    if not backed:
        return Told(None, f"The model {model.card.name} found no sentence that these reviews support.", rests_on)
    cited = tuple(dict.fromkeys(key for sentence in backed for key in sentence.citations))
    lead = counted(used)
    sentences = backed if lead is None else (lead, *backed)
    told = _caution(len(written.sentences) - len(backed)), _unread(used) if lead is not None else ""
    return Told(Summary(sentences, written.model), "", rests_on, cited, " ".join(filter(None, told)))


def foundation(found: int, used: int, cited: int, *, is_counted: bool = True) -> str:
    """Say how a summary came about: how many of the reviews that were found went into it, and how many it cites.

    The sentence of counts cites every review that it counts, which says little about the others: they are told apart
    where there is one (`is_counted`).

    >>> foundation(9, 8, 4)
    'Made from 8 of the 9 reviews below; 1 is only loosely about it. The first sentence counts them, the others cite 4.'
    >>> foundation(3, 1, 1)
    'Made from 1 of the 3 reviews below; 2 are only loosely about it.'
    """
    loose = found - used
    which = f"{used} of the {found} reviews below" if loose else f"the {found} reviews below"
    left = f"; {loose} {_are(loose)} only loosely about it" if loose else ""
    parts = f" The first sentence counts them, the others cite {cited}." if used > 1 and is_counted else ""
    return f"Made from {which if found > 1 else 'the review below'}{left}.{parts}"


def _backed(
    sentences: Sequence[CitedSentence], hits: Sequence[Hit], library: Library, settings: Settings
) -> tuple[CitedSentence, ...]:
    """Return the sentences that stand in a review they cite, or say nearly what one of them says."""
    texts = {hit.review.id: hit.review.text for hit in hits}

    def holds(sentence: CitedSentence) -> bool:
        cited = [texts[key] for key in sentence.citations if key in texts]
        if any(sentence.text in text for text in cited) or is_verbatim(sentence.text, cited):
            return True
        embedder = model_utils.load("embedder", library.manifest.embedder, settings)
        return is_backed(sentence, cited, embedder)

    return tuple(sentence for sentence in sentences if holds(sentence))


def _caution(left_out: int) -> str:
    if not left_out:
        return ""
    if left_out == 1:
        return "One sentence was left out: the reviews cited for it do not say so."
    return f"{left_out} sentences were left out: the reviews cited for them do not say so."


def _unread(hits: Sequence[Hit]) -> str:
    """Say how many of the hits the sentence of counts leaves out."""
    count = sum(hit.foreign for hit in hits)
    if not count:
        return ""
    which = f"{count} of them {_are(count)} {NOT_ENGLISH}"
    return f"{which}; the first sentence does not count {'it' if count == 1 else 'them'}."


def counted(hits: Sequence[Hit]) -> CitedSentence | None:
    """Return one sentence of plain counts over the hits with the reviews it counts; None for fewer than two hits.

    "8 of these 10 reviews are negative; most are about Hotel Meridane and Arrowfen Air." Reviews in other languages
    than English, whose sentiment was not read, are not among those it counts.
    """
    hits = [hit for hit in hits if not hit.foreign]
    total = len(hits)
    if total < 2:
        return None
    label, most = Counter(hit.sentiment_label for hit in hits).most_common(1)[0]
    if most >= CLEAR_SHARE * total:
        everyone = "Both reviews" if total == 2 else f"All {total} reviews"
        who = everyone if most == total else f"{most} of these {total} reviews"
        text = f"{who} {_FELT.get(label, f'{_are(most)} {label}')}"
        cited = [hit for hit in hits if hit.sentiment_label == label]
    else:
        counts = {
            name: sum(hit.sentiment_label == name for hit in hits) for name in ("positive", "negative", "neutral")
        }
        *first, last = [f"{count} {_are(count)} {name}" for name, count in counts.items() if count]
        text, cited = f"Of these {total} reviews, {', '.join(first)} and {last}", list(hits)
    about = _subject([hit.review.product for hit in cited])
    return CitedSentence(f"{text}{about}.", tuple(hit.review.id for hit in cited))


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def _subject(products: Sequence[str]) -> str:
    """Say which products the cited reviews are about, if one or two of them make up more than half."""
    ranked = Counter(spoken(product) for product in products if product).most_common()
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


def _nothing(query: Query, hits: Sequence[Hit], carrying: Sequence[Hit], library: Library) -> str:
    """Say why there is no summary of hits, although those `carrying` the emotion are near the question."""
    if not hits:
        return _nothing_allowed(query)
    if carrying or not about_the_words(query, hits, library):
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
