"""A review that was found, with everything that is known of it."""

from dataclasses import dataclass

import numpy as np

from backends.contracts import FACE_EMOTIONS, SENTIMENTS, FloatArray
from emotion.language import NOT_ENGLISH, UNDETERMINED, detect, is_foreign
from rag.index_vectors import Rows
from rag.opened import Library
from rag.ranking import Candidates
from rag.reviews import Review


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
        language: of the review, as emotion/language.py tells it; where `foreign` is true, all scores but the similarity
            are guesses that are not to be shown.
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
        """The strongest of FACE_EMOTIONS; NOT_ENGLISH where none was read."""
        return NOT_ENGLISH if self.foreign else FACE_EMOTIONS[int(self.face_emotions.argmax())]

    @property
    def sentiment_label(self) -> str:
        """The strongest of SENTIMENTS; NOT_ENGLISH where none was read."""
        return NOT_ENGLISH if self.foreign else SENTIMENTS[int(self.sentiment.argmax())]


def hits_of(candidates: Candidates, chosen: Rows, library: Library) -> list[Hit]:
    """Return the candidates at the `chosen` places as hits, with what the library stores of each."""
    rows = candidates.rows[chosen].tolist()
    reviews, stored = library.store.by_row(rows), library.store.languages(rows)
    languages = [stored[row] or detect([review.text])[0] for row, review in zip(rows, reviews, strict=True)]
    told = zip(reviews, chosen, languages, strict=True)
    hits = [_hit(candidates, review, int(place), library, language) for review, place, language in told]
    library.release()
    return hits


def _hit(candidates: Candidates, review: Review, place: int, library: Library, language: str) -> Hit:
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
