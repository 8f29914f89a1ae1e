"""Emotion by RoBERTa-base fine-tuned on GoEmotions (SamLowe/roberta-base-go_emotions, multi-label).

Does not handle: languages other than English, reviews over 512 tokens beyond their beginning.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from backends.contracts import GOEMOTIONS, FloatArray, TextEmotionModel
from backends.hub import hub_card

if TYPE_CHECKING:
    from settings import Settings

HUB_ID = "SamLowe/roberta-base-go_emotions"


def load(settings: "Settings") -> TextEmotionModel:
    """Load from the hub folder or cache; raises ModelUnavailable or DamagedModel."""
    from backends.hub_text import PickedColumns
    from backends.logits import sigmoid

    class HubTextEmotion(PickedColumns):
        """The classifier with its outputs put into GoEmotions order."""

        def score(self, texts: Sequence[str]) -> FloatArray:
            """Return (n, 28) float32 probabilities in GoEmotions order; labels are not exclusive."""
            return sigmoid(self.logits(texts))

    return HubTextEmotion(CARD, settings, GOEMOTIONS, sigmoid)


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
