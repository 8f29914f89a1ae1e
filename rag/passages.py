"""The hits as a summarizer sees them, with their sentences, and which of these are about the question.

A sentence is about a question if it fits it well enough (rag.fit): near in meaning, with the question's words, and in
a like mood. A title's words count for the first sentence.
Does not handle: what rag.fit does not; the mood of reviews that are not English is never a reason to leave them out.
"""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

import model_utils
from backends.contracts import GOEMOTIONS, CitedSentence, Embedder, FloatArray
from backends.passage import Passage, StoredSentence
from backends.readable import readable
from backends.sentences import quoted, split
from rag.fit import FEWEST_WORDS, FITS, MARGIN, MOST_NEAREST, NEAREST, PERHAPS, claims, contrary, fits, mood, mood_of
from rag.hits import Hit
from rag.opened import Library
from rag.query import Query
from rag.words import surface
from settings import Settings


def passages(hits: Sequence[Hit], library: Library, settings: Settings) -> list[Passage]:
    """Return the hits with their sentences: those that import stored, else read now, all in one batch.

    Raises:
        ModelError: the embedder of the library cannot be had, though sentences must be read.
    """
    rows = library.store.rows_of([hit.review.id for hit in hits])
    made = [
        Passage(
            id=hit.review.id,
            text=hit.review.text,
            product=hit.review.product,
            sentences=library.sentences(rows[hit.review.id]),
            embedder=library.manifest.embedder,
            title=hit.review.title,
        )
        for hit in hits
    ]
    unread = [place for place, passage in enumerate(made) if not passage.sentences]
    if unread:
        embedder = model_utils.load("embedder", library.manifest.embedder, settings)
        for place, sentences in zip(unread, _read([made[place].text for place in unread], embedder), strict=True):
            made[place] = replace(made[place], sentences=sentences)
    return made


def weights(query: Query, library: Library) -> dict[str, float]:
    """Return stem -> how much each word that says what is asked about tells: the rarer, the more; they sum to 1."""
    counts = library.store.word_counts(sorted(query.asked))
    told = {stem: math.log(1 + len(library) / (1 + counts.get(stem, 0))) for stem in query.asked}
    total = sum(told.values())
    return {stem: weight / total for stem, weight in told.items()}


def about(query: Query, vector: FloatArray, hits: Sequence[Hit], library: Library, settings: Settings) -> list[Passage]:
    """Return the hits that hold a sentence about the question, with those sentences marked in `Passage.about`.

    All are returned unmarked where the question names no subject: an emotion, or only that customers say something.

    Args:
        vector: (d,) unit vector of `query.words`, of the library's embedder.

    Raises:
        ModelError: the embedder of the library cannot be had, though something must be read.
    """
    return about_or_nearest(query, vector, hits, library, settings)[0]


def about_or_nearest(
    query: Query, vector: FloatArray, hits: Sequence[Hit], library: Library, settings: Settings
) -> tuple[list[Passage], tuple[CitedSentence, ...]]:
    """Return what `about` does and, where that is nothing, the sentences that come nearest, one of a review.

    Args and errors as of `about`.
    """
    read, scores = _scored(query, vector, hits, library, settings)
    if scores is None:
        return read, ()
    marked = _fitting(read, scores)
    return marked, () if marked else _nearest(read, scores)


def _fitting(read: Sequence[Passage], scores: Sequence[FloatArray]) -> list[Passage]:
    """Return the passages that hold a sentence about the question, with those sentences marked."""
    best = max((float(found.max(initial=-1.0)) for found in scores), default=-1.0)
    if best < PERHAPS:
        return []
    marked = [_marked(one, found, min(FITS, best)) for one, found in zip(read, scores, strict=True)]
    return [one for one in marked if one.about]


def _nearest(read: Sequence[Passage], scores: Sequence[FloatArray]) -> tuple[CitedSentence, ...]:
    """Return the best sentences, one of a review, that come near enough to be shown."""
    best = [
        (float(found.max()), one.sentences[int(found.argmax())], one)
        for one, found in zip(read, scores, strict=True)
        if len(found)
    ]
    best.sort(key=lambda found: -found[0])
    least = max(NEAREST, best[0][0] - MARGIN) if best else NEAREST
    return tuple(
        CitedSentence(quoted(one.product, one.text[sentence.start : sentence.end]), (one.id,))
        for score, sentence, one in best[:MOST_NEAREST]
        if score >= least
    )


def _scored(
    query: Query, vector: FloatArray, hits: Sequence[Hit], library: Library, settings: Settings
) -> tuple[list[Passage], list[FloatArray] | None]:
    """Return the hits with their sentences and how well each fits; no scores where no subject is asked about."""
    read = passages(hits, library, settings)
    if not query.has_subject or not read:
        return read, None
    forms = surface(query.own_words)
    told = {one: (forms.get(one, one), weight) for one, weight in weights(query, library).items()}
    scores = fits(query.words, vector, told, read, [hit.similarity for hit in hits], settings)
    if not any(len(found) and found.max() >= NEAREST for found in scores):
        return read, scores
    asked = ""  # with an emotion, the hits were chosen by their mood already
    if not query.emotion and len(told) >= FEWEST_WORDS:
        asked = mood_of(query.words, model_utils.load("embedder", library.manifest.embedder, settings).joint)
    claimed = claims(query.words)
    return read, [_in_mood(asked, claimed, *one) for one in zip(read, hits, scores, strict=True)]


def _in_mood(asked: str, claimed: bool, passage: Passage, hit: Hit, found: FloatArray) -> FloatArray:
    """Return how well each sentence fits, less what its mood takes away; that of a foreign review was not read."""
    if not asked or hit.foreign:
        return found
    taken = [
        contrary(asked, mood(sentence.emotions, hit.sentiment_label), claimed=claimed) for sentence in passage.sentences
    ]
    return found - np.array(taken, np.float32)


def _marked(passage: Passage, found: FloatArray, least: float) -> Passage:
    """Return a passage with the sentences marked that fit well enough, and nearly as well as its best one."""
    least = max(least, float(found.max(initial=-1.0)) - MARGIN)
    starts = [sentence.start for sentence, score in zip(passage.sentences, found, strict=True) if score >= least]
    return replace(passage, about=frozenset(starts))


def sentiments(passages: Sequence[Passage], hits: Sequence[Hit]) -> dict[str, str]:
    """Return id -> sentiment of what each passage says about the question; the whole review's where nothing is marked.

    Args:
        hits: of the same ids, in any order.
    """
    whole = {hit.review.id: hit.sentiment_label for hit in hits}
    return {one.id: _sentiment(one, whole[one.id]) for one in passages}


def _sentiment(passage: Passage, whole: str) -> str:
    said = [sentence.emotions for sentence in passage.sentences if sentence.start in (passage.about or ())]
    return mood(np.mean(said, axis=0), whole) if said else whole


def _read(texts: Sequence[str], embedder: Embedder) -> list[tuple[StoredSentence, ...]]:
    """Return the sentences of each text; without a joint reader no emotion is known and all are zero."""
    spans = [split(text) for text in texts]
    said = [readable(text[start:end]) for text, found in zip(texts, spans, strict=True) for start, end in found]
    if embedder.joint is not None:
        scores = embedder.joint.read(said)
        vectors, emotions = scores.embeddings, scores.emotions
    else:
        vectors, emotions = embedder.embed(said), np.zeros((len(said), len(GOEMOTIONS)), np.float32)
    rows = iter(zip(vectors, emotions, strict=True))
    return [tuple(StoredSentence(start, end, *next(rows)) for start, end in found) for found in spans]
