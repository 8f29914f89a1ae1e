"""From a question to the reviews that answer it: similarity, words and stored emotions together, filters inside.

Score of a review = w_s z + w_l b, or w_s z + w_e log p where an emotion is asked for. z is its cosine to the query
words, standardised against a sample of the library (so 0 is "like any review" and the scale does not depend on the
words); b its BM25 for the user's own words, as a share of what a review of average length gets that holds each of them
once; p the share of the asked emotion that import stored. The sums treat them as independent evidence. Each brings its
own best candidates, from among the rows that the filters, phrases and exclusions allow. The first k are then chosen by
maximal marginal relevance (Carbonell & Goldstein 1998, https://doi.org/10.1145/290941.291025). If the settings ask for
it, the first RERANKED are read by a cross-encoder instead and the best k of them in its order are the
hits.
"""

from dataclasses import dataclass, replace

import numpy as np

import model_utils
from backends.contracts import FACE_EMOTIONS, SENTIMENTS, FloatArray, Reranker
from emotion.language import UNDETERMINED, detect, is_foreign
from errors import QuestionError
from rag.diversity import most_relevant_and_new, without_duplicates
from rag.filtering import mask_of
from rag.index_vectors import Mask, Rows, best_of
from rag.opened import Library
from rag.query import Filters, Query
from rag.reviews import Review
from rag.words import STOPWORDS
from settings import Settings, from_environment

WORDS_WEIGHT = 1.0
LEXICAL_WEIGHT = 1.5
"""Weight of BM25 where no emotion is asked for; beside one it draws hits away from it (docs/experiments.md, Search)."""
EMOTION_WEIGHT = 1.5
EMOTION_WORDS_WEIGHT = 0.15
"""Weight of similarity where the words are only those that describe the emotion: it mostly breaks ties."""
CANDIDATES = 100
"""Rows that similarity, words and emotion bring each; twice as many are looked at for copies and novelty."""
RERANKED = 50
"""Hits that a cross-encoder reads, where one is asked for."""
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
        wording: BM25 for the user's own words, as a share of what holding each of them once gives; 0 for none of them.
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
    wording: float = 0.0
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
    wordings: FloatArray
    matches: FloatArray | None
    scores: FloatArray

    def best(self, count: int) -> "_Candidates":
        """Return the `count` best, best first."""
        order = np.lexsort((self.rows, -self.scores))[:count]
        matches = None if self.matches is None else self.matches[order]
        return _Candidates(
            self.rows[order], self.vectors[order], self.similarities[order], self.wordings[order], matches,
            self.scores[order],
        )  # fmt: skip


def search(query: Query, library: Library, k: int, settings: Settings | None = None) -> list[Hit]:
    """Return the k reviews that fit the question best, best first; fewer if fewer pass the filters.

    Raises:
        ModelError: the embedder of the library cannot be had.
        QuestionError: a filter names something that does not exist.
    """
    return find(query, embed(query, library, settings), library, k, reranker_for(query, settings))


def embed(query: Query, library: Library, settings: Settings | None = None) -> FloatArray:
    """Return the query words as a (dimension,) unit vector of the embedder that the library was built with."""
    embedder = model_utils.load("embedder", library.manifest.embedder, settings or from_environment())
    vector: FloatArray = embedder.embed([query.words])[0]
    return vector


def reranker_for(query: Query, settings: Settings | None = None) -> Reranker | None:
    """Return the cross-encoder if the settings ask for one and the user's own words give it something to compare.

    Raises:
        ModelUnavailable: it is asked for and cannot be had; the message says how to go on.
    """
    settings = settings or from_environment()
    return model_utils.load("reranker", settings=settings) if settings.rerank and query.own_words else None


def find(query: Query, vector: FloatArray, library: Library, k: int, reranker: Reranker | None = None) -> list[Hit]:
    """Search with a query whose words are embedded already."""
    return find_among(allowed_rows(query, library), query, vector, library, k, reranker)


def find_among(
    allowed: Mask | None, query: Query, vector: FloatArray, library: Library, k: int, reranker: Reranker | None = None
) -> list[Hit]:
    """Search the rows that `allowed_rows` gave for the query."""
    candidates = _ranked(allowed, query, vector, library, k)
    if candidates is None:
        return []
    fresh = without_duplicates(candidates.vectors, library.fingerprints[candidates.rows])
    if reranker is not None:
        candidates, chosen = _reranked(reranker, query, candidates, fresh[:RERANKED], k, library)
        return _hits(candidates, chosen, library)
    chosen = np.sort(fresh[most_relevant_and_new(candidates.scores[fresh], candidates.vectors[fresh], k)])
    return _hits(candidates, chosen, library)


def more_like(review_id: str, library: Library, k: int, filters: Filters | None = None) -> list[Hit]:
    """Return the k reviews most similar to one of the library, most similar first, without itself and its copies.

    Raises:
        QuestionError: the library holds no review with this id.
    """
    rows = library.store.rows_of([review_id])
    if review_id not in rows:
        raise QuestionError(f"There is no review {review_id!r} in the library {library.name!r}.")
    row = np.array([rows[review_id]], np.int64)
    vector = library.index.vectors(row)[0]
    found, _ = library.index.search(vector, max(CANDIDATES, 5 * k), library.allowed(filters or Filters()))
    found = np.concatenate([row, found[found != row[0]]])
    vectors = library.index.vectors(found)
    fresh = without_duplicates(vectors, library.fingerprints[found])[1 : max(k, 0) + 1]
    cosines = vectors[fresh] @ vector
    nearest = _Candidates(found[fresh], vectors[fresh], cosines, np.zeros_like(cosines), None, cosines)
    return _hits(nearest, np.arange(len(fresh)), library)


def allowed_rows(query: Query, library: Library) -> Mask | None:
    """Return (rows,) which rows may be found: those that pass the filters, hold the phrases and none of the exclusions.

    None stands for all.
    """
    allowed = library.allowed(query.filters)
    asked = [(phrase, True) for phrase in query.question.phrases]
    asked += [(phrase, False) for phrase in query.question.excluded]
    for phrase, wanted in asked:
        holding = mask_of(library.lexicon.holding(phrase), library.rows)
        passing = holding if wanted else ~holding
        allowed = passing if allowed is None else allowed & passing
    return allowed


def _ranked(allowed: Mask | None, query: Query, vector: FloatArray, library: Library, k: int) -> _Candidates | None:
    """Return the best candidates of all kinds of evidence, best first; None if nothing is allowed or asked for."""
    count = max(CANDIDATES, 5 * k)
    near, _ = library.index.search(vector, count, allowed)
    if k <= 0 or len(near) == 0:
        return None
    terms = _terms(query, library)
    bm25 = library.lexicon.scores(terms)
    evidence = [bm25] if query.emotion is None else [bm25, library.feeling(query.emotion)]
    found = [best_of(scores if allowed is None else scores * allowed, count)[0] for scores in evidence]
    rows = np.unique(np.concatenate([near, *found]))
    wordings = bm25[rows] / np.float32(library.lexicon.scale(terms) or 1.0)
    return _scored(query, vector, library, rows, wordings).best(2 * count)


def _reranked(
    reranker: Reranker, query: Query, candidates: _Candidates, places: Rows, k: int, library: Library
) -> tuple[_Candidates, Rows]:
    """Return the candidates with the scores of the cross-encoder, and the best k places in their order.

    Its scores stand in for similarity and words: standardised over what it read, beside the emotion that was asked.
    """
    texts = [review.text for review in library.store.by_row(candidates.rows[places].tolist())]
    read = reranker.score(query.own_words, texts)
    scores = candidates.scores.astype(np.float32)
    scores[places] = WORDS_WEIGHT * (read - read.mean()) / (float(read.std()) or 1.0)
    if candidates.matches is not None:
        scores[places] += _evidence(candidates.matches[places])
    order = np.argsort(-scores[places], kind="stable")[:k]
    return replace(candidates, scores=scores), places[order]


def _terms(query: Query, library: Library) -> list[str]:
    """Return the stored forms of the user's own words that mean something, each once."""
    words = [word for word in query.own_words.split() if word.lower().strip(".,;:!?") not in STOPWORDS]
    return list(dict.fromkeys(library.lexicon.terms(" ".join(words))))


def _scored(query: Query, vector: FloatArray, library: Library, rows: Rows, wordings: FloatArray) -> _Candidates:
    vectors = library.index.vectors(rows)
    similarities = vectors @ vector
    background = library.background() @ vector
    spread = float(background.std()) or 1.0
    standardised: FloatArray = (similarities - float(background.mean())) / spread
    if query.emotion is None:
        scores = WORDS_WEIGHT * standardised + LEXICAL_WEIGHT * wordings
        return _Candidates(rows, vectors, similarities, wordings, None, scores)
    matches = library.feeling(query.emotion)[rows]
    words_weight = WORDS_WEIGHT if query.own_words else EMOTION_WORDS_WEIGHT
    scores = np.asarray(words_weight * standardised + _evidence(matches), np.float32)
    return _Candidates(rows, vectors, similarities, wordings, matches, scores)


def _evidence(matches: FloatArray) -> FloatArray:
    """Return what the probabilities of the asked emotion, (n,), add to scores."""
    return np.asarray(EMOTION_WEIGHT * np.log(np.maximum(matches, _SMALLEST_PROBABILITY)), np.float32)


def _hits(candidates: _Candidates, chosen: Rows, library: Library) -> list[Hit]:
    rows = candidates.rows[chosen].tolist()
    reviews, stored = library.store.by_row(rows), library.store.languages(rows)
    languages = [stored[row] or detect([review.text])[0] for row, review in zip(rows, reviews, strict=True)]
    told = zip(reviews, chosen, languages, strict=True)
    hits = [_hit(candidates, review, int(place), library, language) for review, place, language in told]
    library.release()
    return hits


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
        wording=float(candidates.wordings[place]),
        language=language,
    )
