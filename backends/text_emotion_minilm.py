"""The 28 GoEmotions labels from the layers of MiniLM, trained for Moodlens."""

from collections.abc import Sequence

from backends.contracts import GOEMOTIONS, FloatArray
from backends.minilm import MiniLMReader, joint_reader, minilm_card
from settings import Settings


class TextEmotionMiniLM:
    """Texts to 28 probabilities that do not exclude each other."""

    def __init__(self, joint: MiniLMReader) -> None:
        self.card, self.joint = CARD, joint

    def score(self, texts: Sequence[str]) -> FloatArray:
        """Return (n, 28) float32 in [0, 1] in the order of GOEMOTIONS."""
        return self.joint.read(texts).emotions


def load(settings: Settings) -> TextEmotionMiniLM:
    """Load the joint reader, or take the one that is loaded."""
    return TextEmotionMiniLM(joint_reader(settings, CARD))


CARD = minilm_card(
    "text_emotion",
    load,
    title="MiniLM, 28 emotions",
    limits="English only; emoji are read where there are no words; irony and many negations are missed.",
    labels=GOEMOTIONS,
)
