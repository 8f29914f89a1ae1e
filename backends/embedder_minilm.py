"""Text embeddings: all-MiniLM-L6-v2 with 8-bit weights, equal in ranking to the original for all practical purposes."""

from collections.abc import Sequence

from backends.contracts import FloatArray
from backends.minilm import MiniLMReader, joint_reader, minilm_card
from settings import Settings


class EmbedderMiniLM:
    """Texts to unit vectors; cosine similarity is their dot product."""

    def __init__(self, joint: MiniLMReader) -> None:
        self.card, self.joint = CARD, joint

    def embed(self, texts: Sequence[str]) -> FloatArray:
        """Return (n, 384) float32 with unit rows; longer texts than 256 tokens are read whole, in windows."""
        return self.joint.read(texts).embeddings


def load(settings: Settings) -> EmbedderMiniLM:
    """Load the joint reader, or take the one that is loaded."""
    return EmbedderMiniLM(joint_reader(settings, CARD))


CARD = minilm_card(
    "embedder",
    load,
    title="all-MiniLM-L6-v2, 8 bit",
    limits="English only; similarity of topic more than of feeling.",
)
