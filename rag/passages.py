"""The hits as a summarizer sees them, with their sentences, and which of these are about the question.

A sentence is about a question if its cosine to it, and what it is worth that it uses the question's words, come to
FITS: a sentence that uses none of them must be very near, one that uses all of them hardly. A title's words count for
the first sentence. Weight and threshold were chosen on one set of topics and judged on another (`python -m
benchmarks.support`; docs/experiments.md).
Does not handle: words in another sense (the charge on a bill and of a battery), other languages than English in the
words; there the cosine alone decides.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

import model_utils
from backends.contracts import GOEMOTIONS, Embedder, FloatArray, Passage, StoredSentence
from backends.readable import readable
from backends.sentences import split
from rag.hits import Hit
from rag.opened import Library
from rag.query import Query
from rag.words import stems
from settings import Settings

IN_THE_SENTENCE = 0.60
"""What it is worth, on the scale of a cosine, that a sentence uses all words of the question; rare ones tell more."""
FITS = 0.50
"""Cosine and words together from which a sentence is about the question."""


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


def about(query: Query, vector: FloatArray, passages: Sequence[Passage], weights: Mapping[str, float]) -> list[Passage]:
    """Return the passages that hold a sentence about the question, with those sentences marked in `Passage.about`.

    All are returned unmarked where the question names no subject: an emotion, or only that customers say something.

    Args:
        vector: (d,) unit vector of `query.words`, of the library's embedder.
        passages: as `passages` gives them; weights: as `weights` gives them.
    """
    if not query.has_subject:
        return list(passages)
    marked = (
        replace(passage, about=frozenset(starts))
        for passage in passages
        if (starts := [sentence.start for sentence in passage.sentences if _fits(vector, passage, sentence, weights)])
    )
    return list(marked)


def _fits(vector: FloatArray, passage: Passage, sentence: StoredSentence, weights: Mapping[str, float]) -> bool:
    begins = f"{passage.title} " if sentence is passage.sentences[0] else ""
    said = stems(begins + passage.text[sentence.start : sentence.end])
    used = sum(weight for stem, weight in weights.items() if stem in said)
    return float(sentence.vector @ vector) + IN_THE_SENTENCE * used >= FITS


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
