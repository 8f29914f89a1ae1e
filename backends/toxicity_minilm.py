"""How offensive a text is, from the layers of MiniLM, trained for Moodlens; complaints about products are not."""

from collections.abc import Sequence

from backends.contracts import FloatArray
from backends.minilm import MiniLMReader, joint_reader, minilm_card
from settings import Settings


class ToxicityMiniLM:
    """Texts to the probability that they offend people."""

    def __init__(self, joint: MiniLMReader) -> None:
        self.card, self.joint = CARD, joint

    def score(self, texts: Sequence[str]) -> FloatArray:
        """Return (n,) float32 in [0, 1]."""
        return self.joint.read(texts).toxicity


def load(settings: Settings) -> ToxicityMiniLM:
    """Load the joint reader, or take the one that is loaded."""
    return ToxicityMiniLM(joint_reader(settings, CARD))


CARD = minilm_card(
    "toxicity",
    load,
    title="MiniLM, toxicity",
    limits="English only; trained on tweets, whose labels are known to be unfair to African-American English.",
    labels=("toxic",),
)
