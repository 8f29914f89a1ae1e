"""From a question to the rows that fit it best: similarity, words and stored emotions together, filters inside.

Score of a review = w_s z + w_l b, or w_s z + w_e log p where an emotion is asked for. z is its cosine to the query
words, standardised against a sample of the library (so 0 is "like any review" and the scale does not depend on the
words); b its BM25 for the user's own words, as a share of what a review of average length gets that holds each of them
once; p how strongly its words show the asked emotion. The sums treat them as independent evidence. Each brings its
own best candidates, from among the rows that the filters, phrases and exclusions allow.
"""

from dataclasses import dataclass, replace

import numpy as np

from backends.contracts import FACE_EMOTIONS, FloatArray, Reranker
from rag.index_vectors import Mask, Rows, best_of
from rag.opened import Library
from rag.query import Query
from rag.words import STOPWORDS

WORDS_WEIGHT = 1.0
LEXICAL_WEIGHT = 1.5
"""Weight of BM25 where no emotion is asked for; beside one it draws hits away from it (docs/experiments.md, Search)."""
EMOTION_WEIGHT = 1.5
EMOTION_WORDS_WEIGHT = 0.15
"""Weight of similarity where the words are only those that describe the emotion: it mostly breaks ties."""
CANDIDATES = 100
"""Rows that similarity, words and emotion bring each; twice as many are looked at for copies and novelty."""
_SMALLEST_PROBABILITY = 1e-4


@dataclass(frozen=True, eq=False)
class Candidates:
    """Rows of a library that may answer a question, each with the evidence for it; n of them.

    Attributes:
        rows: (n,); vectors: (n, d) unit rows; similarities: (n,) cosines to the query words.
        wordings: (n,) BM25 as a share; matches: (n,) shares of the asked emotion, None if none was asked.
        scores: (n,) what they are ordered by; strengths: (n,) how strongly the words show that emotion, or None.
    """

    rows: Rows
    vectors: FloatArray
    similarities: FloatArray
    wordings: FloatArray
    matches: FloatArray | None
    scores: FloatArray
    strengths: FloatArray | None = None

    def best(self, count: int) -> "Candidates":
        """Return the `count` best, best first."""
        order = np.lexsort((self.rows, -self.scores))[:count]
        matches, strengths = (None if part is None else part[order] for part in (self.matches, self.strengths))
        return Candidates(
            self.rows[order], self.vectors[order], self.similarities[order], self.wordings[order], matches,
            self.scores[order], strengths,
        )  # fmt: skip


def ranked(allowed: Mask | None, query: Query, vector: FloatArray, library: Library, k: int) -> Candidates | None:
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


def reranked(
    reranker: Reranker, query: Query, candidates: Candidates, places: Rows, k: int, library: Library
) -> tuple[Candidates, Rows]:
    """Return the candidates with the scores of the cross-encoder, and the best k places in their order.

    Its scores stand in for similarity and words: standardised over what it read, beside the emotion that was asked.
    """
    texts = [review.text for review in library.store.by_row(candidates.rows[places].tolist())]
    read = reranker.score(query.own_words, texts)
    scores = candidates.scores.astype(np.float32)
    scores[places] = WORDS_WEIGHT * (read - read.mean()) / (float(read.std()) or 1.0)
    if candidates.strengths is not None:
        scores[places] += _evidence(candidates.strengths[places])
    order = np.argsort(-scores[places], kind="stable")[:k]
    return replace(candidates, scores=scores), places[order]


def _terms(query: Query, library: Library) -> list[str]:
    """Return the stored forms of the user's own words that mean something, each once."""
    words = [word for word in query.own_words.split() if word.lower().strip(".,;:!?") not in STOPWORDS]
    return list(dict.fromkeys(library.lexicon.terms(" ".join(words))))


def _scored(query: Query, vector: FloatArray, library: Library, rows: Rows, wordings: FloatArray) -> Candidates:
    vectors = library.index.vectors(rows)
    similarities = vectors @ vector
    background = library.background() @ vector
    spread = float(background.std()) or 1.0
    standardised: FloatArray = (similarities - float(background.mean())) / spread
    if query.emotion is None:
        scores = WORDS_WEIGHT * standardised + LEXICAL_WEIGHT * wordings
        return Candidates(rows, vectors, similarities, wordings, None, scores)
    strengths = library.feeling(query.emotion)[rows]
    shares = library.feelings[rows, FACE_EMOTIONS.index(query.emotion)]
    matches = np.where(strengths > 0, shares, np.float32(0))  # 0: not read
    words_weight = WORDS_WEIGHT if query.own_words else EMOTION_WORDS_WEIGHT
    scores = np.asarray(words_weight * standardised + _evidence(strengths), np.float32)
    return Candidates(rows, vectors, similarities, wordings, matches, scores, strengths)


def _evidence(strengths: FloatArray) -> FloatArray:
    """Return what the strengths of the asked emotion, (n,), add to scores."""
    return np.asarray(EMOTION_WEIGHT * np.log(np.maximum(strengths, _SMALLEST_PROBABILITY)), np.float32)
