"""The product in one call: a question in, the reviews that answer it and what they say out."""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from backends.contracts import FACE_EMOTIONS, SENTIMENTS, CitedSentence, Summary
from rag.disagreement import Disagreement, disagreement
from rag.hits import Hit
from rag.opened import Library
from rag.query import Query
from rag.search import allowed_rows, embed, find_among, reranker_for
from rag.summarize import summarize
from settings import Settings, from_environment


@dataclass(frozen=True, eq=False)
class Answer:
    """What was found.

    Attributes:
        summary: None when nothing relevant was found; then `note` says so in the user's words.
        matching: how many reviews pass the filters, hold the phrases and none of the exclusions.
        sentiment_mix, emotion_mix: share of the hits by strongest sentiment and emotion, in the order of the labels, of
            those that were read; empty without any.
        models: task -> the model that really did it.
        seconds: stage -> duration: "embedding", "search", "summary", "disagreement", "mixes" and "total".
        rests_on: ids of the hits that the summary rests on; cited: those that its sentences cite, counts aside.
        disagreement: both sides of what was asked, if the hits have two.
        caution: what was left out of the summary and why.
        nearest: sentences that come nearest to what no sentence says outright; then there is no summary.
        unread: hits in another language than English, which the models do not read and the mixes leave out.
    """

    query: Query
    hits: tuple[Hit, ...]
    summary: Summary | None
    matching: int
    sentiment_mix: dict[str, float]
    emotion_mix: dict[str, float]
    models: dict[str, str]
    seconds: dict[str, float]
    note: str = ""
    rests_on: tuple[str, ...] = ()
    cited: tuple[str, ...] = ()
    disagreement: Disagreement | None = None
    caution: str = ""
    unread: int = 0
    nearest: tuple[CitedSentence, ...] = ()

    @property
    def is_counted(self) -> bool:
        """Whether the summary begins with a sentence of counts: two of its reviews or more were read."""
        return sum(hit.review.id in self.rests_on and not hit.foreign for hit in self.hits) > 1


def explore(query: Query | str, library: Library, settings: Settings | None = None) -> Answer:
    """Find the reviews that answer a question, summarise them and count their feelings.

    Args:
        query: a Query; or a bare string, which is an emotion if it is one of FACE_EMOTIONS, else words.

    Raises:
        QuestionError: the question is empty, too long, or a filter names something that does not exist.
        ModelError: a model cannot be had.
        LibraryError: the library can no longer be read.
    """
    settings = settings or from_environment()
    if isinstance(query, str):
        query = Query(emotion=query) if query in FACE_EMOTIONS else Query(text=query)
    seconds: dict[str, float] = {}
    with _timed(seconds, "total"):
        with _timed(seconds, "embedding"):
            vector = embed(query, library, settings)
        with _timed(seconds, "search"):
            allowed = allowed_rows(query, library)
            reranker = reranker_for(query, settings)
            hits = find_among(allowed, query, vector, library, settings.hits_per_answer, reranker)
            matching = len(library) if allowed is None else int(np.count_nonzero(allowed))
        with _timed(seconds, "summary"):
            told = summarize(query, hits, library, settings, vector, matching)
        with _timed(seconds, "disagreement"):
            read = [hit for hit in hits if not hit.foreign]
            two_sided = disagreement(query, [hit for hit in read if hit.review.id in told.rests_on], settings)
        with _timed(seconds, "mixes"):
            sentiments = _shares([hit.sentiment_label for hit in read], SENTIMENTS)
            emotions = _shares([hit.emotion for hit in read], FACE_EMOTIONS)
    models = dict(library.manifest.models)
    if reranker is not None:
        models["reranker"] = reranker.card.name
    if told.summary is not None:
        models["summarizer"] = told.summary.model
    return Answer(
        query, tuple(hits), told.summary, matching, sentiments, emotions, models, seconds, told.note, told.rests_on,
        told.cited, two_sided, told.caution, len(hits) - len(read), told.nearest,
    )  # fmt: skip


def _shares(found: Sequence[str], labels: Sequence[str]) -> dict[str, float]:
    counts = Counter(found)
    return {label: counts[label] / len(found) for label in labels if counts[label]}


@contextmanager
def _timed(seconds: dict[str, float], stage: str) -> Iterator[None]:
    started = time.perf_counter()
    try:
        yield
    finally:
        seconds[stage] = time.perf_counter() - started
