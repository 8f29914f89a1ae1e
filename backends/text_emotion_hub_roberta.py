"""Emotion by RoBERTa-base fine-tuned on GoEmotions (SamLowe/roberta-base-go_emotions, multi-label).

Does not handle: languages other than English, reviews over 512 tokens beyond their beginning.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from backends.contracts import GOEMOTIONS, FloatArray, JointReader, ModelCard
from backends.hub import checkpoint, hub_card, positions

if TYPE_CHECKING:
    from backends.hub_text import HubClassifier
    from settings import Settings

HUB_ID = "SamLowe/roberta-base-go_emotions"


class HubTextEmotion:
    """The classifier with its outputs put into GoEmotions order."""

    card: ModelCard
    joint: JointReader | None = None

    def __init__(self, classifier: "HubClassifier", columns: list[int]) -> None:
        self.card = CARD
        self._classifier = classifier
        self._columns = columns

    def score(self, texts: Sequence[str]) -> FloatArray:
        """Return (n, 28) float32 probabilities in GoEmotions order; labels are not exclusive."""
        from backends.hub_text import sigmoid

        return sigmoid(self._classifier.logits(texts)[:, self._columns])


def load(settings: "Settings") -> HubTextEmotion:
    """Load from the hub folder or cache; raises ModelUnavailable or DamagedModel."""
    from backends.hub_text import HubClassifier

    folder = checkpoint(HUB_ID, settings)
    classifier = HubClassifier(folder, settings)
    return HubTextEmotion(classifier, positions(GOEMOTIONS, classifier.labels, folder))


CARD = hub_card(
    "text_emotion",
    "roberta-go-emotions",
    HUB_ID,
    load,
    title="RoBERTa-base, fine-tuned on GoEmotions",
    licence_weights="MIT",
    licence_data="GoEmotions: Apache-2.0",
    labels=GOEMOTIONS,
    thresholds=(0.5,) * len(GOEMOTIONS),
    megabytes=500,
    preprocessing={"max_tokens": 512, "batch_size": 16},
    limits="English; trained on Reddit comments, not on reviews. One base-size pass per review: slow on two cores.",
)
