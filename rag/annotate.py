"""What every review gets once, at import: an embedding, 28 emotions, a sentiment, a toxicity. The same per sentence.

The models read texts without markup and invisible characters (backends/readable.py); the review itself stays as it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

import model_utils
from backends.contracts import (
    Embedder,
    FloatArray,
    JointReader,
    SentimentModel,
    Task,
    TextEmotionModel,
    TextScores,
    ToxicityModel,
)
from backends.readable import readable
from backends.sentences import split
from rag.manifest import identity
from rag.reviews import Review
from settings import Settings

TASKS: tuple[Task, ...] = ("embedder", "text_emotion", "sentiment", "toxicity")


def models_identity(settings: Settings) -> dict[str, str]:
    """Return task -> name and weights of the models that would tag reviews now; loads nothing."""
    cards = {task: model_utils.choose(task, settings).card for task in TASKS}
    return {task: f"{card.name}-{identity(card)}" for task, card in cards.items()}


@dataclass(frozen=True)
class SentenceTags:
    """The m sentences of a chunk of reviews."""

    spans: np.ndarray[tuple[int, int], np.dtype[np.int32]]
    """(m, 3): place of the review in the chunk, start and end in its text."""
    vectors: FloatArray
    """(m, dimension), unit rows."""
    emotions: FloatArray
    """(m, 28) in the order of GOEMOTIONS."""


class Annotator:
    """The models that tag reviews; one pass where they share an encoder, else one pass each."""

    def __init__(self, settings: Settings) -> None:
        """Load the models.

        Raises:
            ModelError: one of them cannot be had.
        """
        self.embedder: Embedder = model_utils.load("embedder", settings=settings)
        self._emotions: TextEmotionModel = model_utils.load("text_emotion", settings=settings)
        self._sentiments: SentimentModel = model_utils.load("sentiment", settings=settings)
        self._toxicity: ToxicityModel = model_utils.load("toxicity", settings=settings)
        self.names: dict[str, str] = {
            "embedder": self.embedder.card.name,
            "text_emotion": self._emotions.card.name,
            "sentiment": self._sentiments.card.name,
            "toxicity": self._toxicity.card.name,
        }
        joints = [model.joint for model in (self.embedder, self._emotions, self._sentiments, self._toxicity)]
        self.joint: JointReader | None = joints[0] if all(joint is joints[0] for joint in joints) else None

    @cached_property
    def dimension(self) -> int:
        """Numbers per vector."""
        return int(self.read(["size"]).embeddings.shape[1])

    def read(self, texts: Sequence[str]) -> TextScores:
        """Return all scores of n texts."""
        texts = [readable(text) for text in texts]
        if self.joint is not None:
            return self.joint.read(texts)
        return TextScores(
            embeddings=self.embedder.embed(texts),
            emotions=self._emotions.score(texts),
            sentiments=self._sentiments.score(texts),
            toxicity=self._toxicity.score(texts),
        )

    def read_with_sentences(self, reviews: Sequence[Review]) -> tuple[TextScores, SentenceTags]:
        """Return all scores of n reviews, and the vectors and emotions of their sentences.

        One model for everything reads them in one pass, and a text that stands there twice only once: many reviews are
        a single sentence.
        """
        spans = [(place, start, end) for place, review in enumerate(reviews) for start, end in split(review.text)]
        whole = [readable(review.text) for review in reviews]
        parts = [readable(reviews[place].text[start:end]) for place, start, end in spans]
        places = np.array(spans, np.int32).reshape(-1, 3)
        if self.joint is None:
            tags = SentenceTags(places, self.embedder.embed(parts), self._emotions.score(parts))
            return self.read([review.text for review in reviews]), tags
        at = {text: place for place, text in enumerate(dict.fromkeys([*whole, *parts]))}
        found = self.joint.read(list(at))
        rows, of_parts = [at[text] for text in whole], [at[text] for text in parts]
        scores = TextScores(found.embeddings[rows], found.emotions[rows], found.sentiments[rows], found.toxicity[rows])
        return scores, SentenceTags(places, found.embeddings[of_parts], found.emotions[of_parts])
