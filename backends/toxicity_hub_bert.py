"""Toxicity by Detoxify's BERT (unitary/toxic-bert), trained on the Jigsaw toxic comment challenge.

Does not handle: languages other than English, reviews over 512 tokens beyond their beginning.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from backends.contracts import FloatArray, JointReader, ModelCard
from backends.hub import checkpoint, hub_card, positions

if TYPE_CHECKING:
    from backends.hub_text import HubClassifier
    from settings import Settings

HUB_ID = "unitary/toxic-bert"


class HubToxicity:
    """The classifier reduced to its first label, `toxic`; the others are special cases of it."""

    card: ModelCard
    joint: JointReader | None = None

    def __init__(self, classifier: "HubClassifier", column: int) -> None:
        self.card = CARD
        self._classifier = classifier
        self._column = column

    def score(self, texts: Sequence[str]) -> FloatArray:
        """Return (n,) float32 probabilities of `toxic`."""
        from backends.hub_text import sigmoid

        return sigmoid(self._classifier.logits(texts)[:, self._column])


def load(settings: "Settings") -> HubToxicity:
    """Load from the hub folder or cache; raises ModelUnavailable or DamagedModel."""
    from backends.hub_text import HubClassifier

    folder = checkpoint(HUB_ID, settings)
    classifier = HubClassifier(folder, settings)
    return HubToxicity(classifier, positions(("toxic",), classifier.labels, folder)[0])


CARD = hub_card(
    "toxicity",
    "toxic-bert",
    HUB_ID,
    load,
    title="BERT-base, trained on Wikipedia talk pages",
    licence_weights="Apache-2.0",
    licence_data="Jigsaw toxic comment challenge: CC0, comments CC BY-SA 3.0",
    labels=("toxic",),
    thresholds=(0.5,),
    megabytes=440,
    preprocessing={"max_tokens": 512, "batch_size": 16},
    limits="English; swearing at a product can look like an insult to it.",
)
