"""From a question to the reviews that answer it: similarity and stored emotions together, filters inside the search.

Score of a review = w_s z + w_e log p, where z is its cosine to the query words, standardised against a sample of the
library (so 0 is "like any review" and the scale does not depend on the words), and p the share of the asked emotion
that import stored. The sum of log-probabilities treats both as independent evidence. The first k are then chosen by
maximal marginal relevance (Carbonell & Goldstein 1998, https://doi.org/10.1145/290941.291025).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

import model_utils
from backends.contracts import FACE_EMOTIONS, SENTIMENTS, FloatArray
from emotion.language import UNDETERMINED, detect, is_foreign
from rag.index import Rows
from rag.opened import Library
from rag.query import Query
from rag.reviews import Review
from settings import Settings, from_environment

WORDS_WEIGHT = 1.0
EMOTION_WEIGHT = 1.5
EMOTION_WORDS_WEIGHT = 0.15
"""Weight of similarity where the words are only those that describe the emotion: it mostly breaks ties."""
RELEVANCE_SHARE = 0.8
"""Relevance against novelty in maximal marginal relevance; 1 would be relevance alone."""
SAME_COSINE = 0.95
"""Two reviews at least this alike are one hit."""
CANDIDATES = 100
_SMALLEST_PROBABILITY = 1e-4


@dataclass(frozen=True, eq=False)
class Hit:
    """A review that was found, and why.

    Attributes:
        similarity: cosine between the review and the query words.
        match: share of the asked emotion in [0, 1]; None if none was asked.
        score: what the hits are ordered by; comparable within one answer only.
        emotions: (28,) GOEMOTIONS; face_emotions: (7,) FACE_EMOTIONS; sentiment: (3,) SENTIMENTS.
        toxicity: in [0, 1].
        language: of the review, as emotion/language.py tells it; where `foreign` is true, the scores are guesses.
    """

    review: Review
    similarity: float
    match: float | None
    score: float
    emotions: FloatArray
    face_emotions: FloatArray
    sentiment: FloatArray
    toxicity: float
    language: str = UNDETERMINED

    @property
    def foreign(self) -> bool:
        """Whether the review is not English."""
        return is_foreign(self.language)

    @property
    def emotion(self) -> str:
        """The strongest of FACE_EMOTIONS."""
        return FACE_EMOTIONS[int(self.face_emotions.argmax())]

    @property
    def sentiment_label(self) -> str:
        """The strongest of SENTIMENTS."""
        return SENTIMENTS[int(self.sentiment.argmax())]


@dataclass(frozen=True, eq=False)
class _Candidates:
    rows: Rows
    vectors: FloatArray
    similarities: FloatArray
    matches: FloatArray | None
    scores: FloatArray

    def best_first(self) -> "_Candidates":
        order = np.lexsort((self.rows, -self.scores))
        matches = None if self.matches is None else self.matches[order]
        return _Candidates(self.rows[order], self.vectors[order], self.similarities[order], matches, self.scores[order])


def search(query: Query, library: Library, k: int, settings: Settings | None = None) -> list[Hit]:
    """Return the k reviews that fit the question best, best first; fewer if fewer pass the filters.

    Raises:
        ModelError: the embedder of the library cannot be had.
        QuestionError: a filter names something that does not exist.
    """
    return find(query, embed(query, library, settings), library, k)


def embed(query: Query, library: Library, settings: Settings | None = None) -> FloatArray:
    """Return the query words as a (dimension,) unit vector of the embedder that the library was built with."""
    embedder = model_utils.load("embedder", library.manifest.embedder, settings or from_environment())
    vector: FloatArray = embedder.embed([query.words])[0]
    return vector


def find(query: Query, vector: FloatArray, library: Library, k: int) -> list[Hit]:
    """Search with a query whose words are embedded already."""
    allowed = library.matching(query.filters)
    rows = _candidate_rows(query, vector, library, allowed, max(CANDIDATES, 5 * k))
    if k <= 0 or len(rows) == 0:
        return []
    candidates = _scored(query, vector, library, rows).best_first()
    fresh = without_duplicates(candidates.vectors, library.fingerprints[candidates.rows])
    chosen = np.sort(fresh[most_relevant_and_new(candidates.scores[fresh], candidates.vectors[fresh], k)])
    reviews = library.store.by_row(candidates.rows[chosen].tolist())
    languages = detect(review.text for review in reviews)
    told = zip(reviews, chosen, languages, strict=True)
    return [_hit(candidates, review, int(place), library, language) for review, place, language in told]


def _candidate_rows(query: Query, vector: FloatArray, library: Library, allowed: Rows | None, count: int) -> Rows:
    """Return the nearest rows and, with an emotion asked, those that carry it most, each row once."""
    rows, _ = library.index.search(vector, count, allowed)
    if query.emotion is None:
        return rows
    column = library.feelings[:, FACE_EMOTIONS.index(query.emotion)]
    shares = column if allowed is None else column[allowed]
    strongest = np.argpartition(-shares, count - 1)[:count] if count < len(shares) else np.arange(len(shares))
    carriers = strongest if allowed is None else allowed[strongest]
    return np.union1d(rows, carriers.astype(np.int64))


def _scored(query: Query, vector: FloatArray, library: Library, rows: Rows) -> _Candidates:
    vectors = library.index.vectors(rows)
    similarities = vectors @ vector
    background = library.background() @ vector
    spread = float(background.std()) or 1.0
    standardised = (similarities - float(background.mean())) / spread
    if query.emotion is None:
        return _Candidates(rows, vectors, similarities, None, WORDS_WEIGHT * standardised)
    matches = np.asarray(library.feelings[rows, FACE_EMOTIONS.index(query.emotion)])
    words_weight = WORDS_WEIGHT if query.own_words else EMOTION_WORDS_WEIGHT
    evidence = EMOTION_WEIGHT * np.log(np.maximum(matches, _SMALLEST_PROBABILITY))
    return _Candidates(rows, vectors, similarities, matches, words_weight * standardised + evidence)


def without_duplicates(vectors: FloatArray, fingerprints: NDArray[np.int64]) -> Rows:
    """Return the places, in order, that are neither the same text as a place before them nor nearly."""
    alike = (vectors @ vectors.T >= SAME_COSINE) | (fingerprints[:, None] == fingerprints[None])
    if not np.triu(alike, 1).any():
        return np.arange(len(vectors))
    kept: list[int] = []
    for place in range(len(vectors)):
        if not alike[place, kept].any():
            kept.append(place)
    return np.array(kept, np.int64)


def most_relevant_and_new(scores: FloatArray, vectors: FloatArray, k: int) -> Rows:
    """Choose up to k places by maximal marginal relevance, in the order they were chosen.

    Args:
        scores: (n,) relevance on any scale; stretched to [0, 1] here.
        vectors: (n, d) unit rows, whose cosines say how alike two candidates are.
    """
    span = float(scores.max() - scores.min()) or 1.0
    relevance = RELEVANCE_SHARE * (scores - scores.min()) / span
    nearest = np.zeros(len(scores), np.float32)
    open_places = np.ones(len(scores), bool)
    chosen: list[int] = []
    for _ in range(min(k, len(scores))):
        gain = np.where(open_places, relevance - (1 - RELEVANCE_SHARE) * nearest, -np.inf)
        best = int(gain.argmax())
        chosen.append(best)
        open_places[best] = False
        nearest = np.maximum(nearest, vectors @ vectors[best])
    return np.array(chosen, np.int64)


def _hit(candidates: _Candidates, review: Review, place: int, library: Library, language: str) -> Hit:
    row = int(candidates.rows[place])
    return Hit(
        review=review,
        similarity=float(candidates.similarities[place]),
        match=None if candidates.matches is None else float(candidates.matches[place]),
        score=float(candidates.scores[place]),
        emotions=np.array(library.emotions[row]),
        face_emotions=np.array(library.feelings[row]),
        sentiment=np.array(library.sentiments[row]),
        toxicity=float(library.toxicity[row]),
        language=language,
    )
