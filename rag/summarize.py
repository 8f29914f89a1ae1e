"""What the hits say: one counted sentence, then the summary of the chosen model, every sentence with its reviews."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import model_utils
from backends.contracts import CitedSentence, FloatArray, Summary
from backends.sentences import spoken
from emotion.language import NOT_ENGLISH
from rag.hits import Hit
from rag.left_out import nothing_allowed
from rag.opened import Library
from rag.passages import about_or_nearest, sentiments
from rag.query import Query
from rag.relevance import about_the_words, relevant
from rag.search import embed
from rag.support import is_backed, is_verbatim
from settings import Settings, from_environment

CLEAR_SHARE = 0.6
"""Share of the reviews from which one sentiment is called theirs."""
_FELT = {"neutral": "have a neutral sentiment"}
"""Neutral is also an emotion: a sentence that counts sentiments says which it means."""
_BELOW = (
    "The nearest reviews follow.",
    "This comes nearest; judge for yourself:",
    "These come nearest; judge for yourself:",
)
_SPOKEN = ("positive", "negative", "neutral")


@dataclass(frozen=True)
class Told:
    """A summary, or none and the reason in the user's words.

    Attributes:
        rests_on: ids of the hits that the summarizer was given; cited: those that its sentences cite (the sentence of
            counts aside).
        caution: what was left out of the summary and why; "" if nothing.
        nearest: where no sentence says outright what was asked, those that come nearest; they are no summary.
    """

    summary: Summary | None
    note: str = ""
    rests_on: tuple[str, ...] = ()
    cited: tuple[str, ...] = ()
    caution: str = ""
    nearest: tuple[CitedSentence, ...] = ()


def summarize(
    query: Query,
    hits: Sequence[Hit],
    library: Library,
    settings: Settings | None = None,
    vector: FloatArray | None = None,
    among: int | None = None,
) -> Told:
    """Summarise those hits that are relevant and say something about the question; none gives no summary, but why.

    Sentences that the reviews they cite do not back are left out, and `caution` says so.

    Args:
        vector: what `rag.search.embed` gave for the query, if it is known already.
        among: how many reviews of the library the hits were looked for in; None for all.

    Raises:
        ModelError: the summarizer cannot be had.
    """
    settings = settings or from_environment()
    used = relevant(query, hits, library, among)
    vector = embed(query, library, settings) if vector is None else vector
    read, close = about_or_nearest(query, vector, used, library, settings)
    if not read:
        note = _nothing(query, library, hits, used, about_the_words(query, hits, library, among))
        return Told(None, f"{note} {_BELOW[len(close)]}" if used else note, nearest=close)
    fitting = {passage.id for passage in read}
    used = [hit for hit in used if hit.review.id in fitting]
    model = model_utils.load("summarizer", settings=settings)
    written = model.summarize(query.words, read)
    backed = _backed(written.sentences, used, library, settings)
    rests_on = tuple(hit.review.id for hit in used)
    if not backed:
        return Told(None, f"The model {model.card.name} found no sentence that these reviews support.", rests_on)
    cited = tuple(dict.fromkeys(key for sentence in backed for key in sentence.citations))
    lead = counted(used, sentiments(read, used) if query.has_subject else None)
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


def counted(hits: Sequence[Hit], about: Mapping[str, str] | None = None) -> CitedSentence | None:
    """Return one sentence of plain counts over the hits with the reviews it counts; None for fewer than two hits.

    "8 of these 10 reviews are negative about it; most of the 8 are about Hotel Meridane and Arrowfen Air." Reviews in
    other languages than English, whose sentiment was not read, are not among those it counts.

    Args:
        about: id -> sentiment of what the review says about the question; None counts whole reviews.
    """
    hits = [hit for hit in hits if not hit.foreign]
    total = len(hits)
    if total < 2:
        return None
    labels = [hit.sentiment_label if about is None else about[hit.review.id] for hit in hits]
    of_it = "" if about is None else " about it"
    label, most = Counter(labels).most_common(1)[0]
    if most >= CLEAR_SHARE * total:
        everyone = "Both reviews" if total == 2 else f"All {total} reviews"
        who = everyone if most == total else f"{most} of these {total} reviews"
        is_felt = f"{_are(most)} {label}" if of_it else _FELT.get(label, f"{_are(most)} {label}")
        text = f"{who} {is_felt}{of_it}"
        cited = [hit for hit, own in zip(hits, labels, strict=True) if own == label]
    else:
        counts = Counter(labels)
        *first, last = [f"{counts[name]} {_are(counts[name])} {name}" for name in _SPOKEN if counts[name]]
        text, cited = f"Of these {total} reviews, {', '.join(first)} and {last}{of_it}", list(hits)
    subject = _subject([hit.review.product for hit in cited])
    return CitedSentence(f"{text}{subject}.", tuple(hit.review.id for hit in cited))


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def _subject(products: Sequence[str]) -> str:
    """Say which products the cited reviews are about, if one or two of them make up more than half.

    >>> _subject(["Pot", "Pot", "Pot"]), _subject(["Pot", "Pan", "Pot"]), _subject(["Pot", "Pot"])
    ('; all 3 are about Pot', '; most of the 3 are about Pot', '; both are about Pot')
    """
    ranked = Counter(spoken(product) for product in products if product).most_common()
    total = len(products)
    if not ranked or total < 2:
        return ""
    for many in (1, 2) if total > 2 else (1,):  # of two reviews each may be about another
        named = ranked[:many]
        share = sum(count for _, count in named)
        is_tied = len(ranked) > many and ranked[many][1] == named[-1][1]
        if share > total / 2 and not is_tied:
            everyone = "both" if total == 2 else f"all {total}"
            who = everyone if share == total else f"most of the {total}"
            return f"; {who} are about {' and '.join(name for name, _ in named)}"
    return ""


def _nothing(
    query: Query, library: Library, hits: Sequence[Hit], carrying: Sequence[Hit], about_it: Sequence[Hit]
) -> str:
    """Say why there is no summary of hits; some are `about_it`, and some of these `carrying` the emotion."""
    if not hits:
        return nothing_allowed(query, library)
    if carrying:
        return "No sentence in these reviews says this outright."
    if not about_it:
        return "No review here is clearly about this, so there is nothing to sum up. The nearest ones follow."
    if query.own_words:
        return (
            f"The reviews about this do not sound {query.emotion}: there is nothing to sum up. The nearest ones follow."
        )
    return f"No review here clearly sounds {query.emotion}, so there is nothing to sum up. The nearest ones follow."
