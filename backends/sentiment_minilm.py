"""Negative, neutral or positive from the layers of MiniLM, trained for Moodlens on tweets, phrases and reviews."""

from collections.abc import Sequence

from backends.contracts import SENTIMENTS, FloatArray
from backends.minilm import MiniLMReader, joint_reader, minilm_card
from settings import Settings


class SentimentMiniLM:
    """Texts to three probabilities."""

    def __init__(self, joint: MiniLMReader) -> None:
        self.card, self.joint = CARD, joint

    def score(self, texts: Sequence[str]) -> FloatArray:
        """Return (n, 3) float32, rows sum to 1: negative, neutral, positive."""
        return self.joint.read(texts).sentiments


def load(settings: Settings) -> SentimentMiniLM:
    """Load the joint reader, or take the one that is loaded."""
    return SentimentMiniLM(joint_reader(settings, CARD))


CARD = minilm_card(
    "sentiment",
    load,
    title="MiniLM, sentiment",
    limits="English only; emoji are read where there are no words; irony and many negations are missed.",
    labels=SENTIMENTS,
)
