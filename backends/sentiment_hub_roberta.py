"""Sentiment by Cardiff NLP's RoBERTa trained on 124 M tweets (Loureiro et al. 2022, https://arxiv.org/abs/2202.03829).

Does not handle: languages other than English, reviews over 512 tokens beyond their beginning.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from backends.contracts import SENTIMENTS, FloatArray, JointReader, ModelCard
from backends.hub import checkpoint, hub_card, positions

if TYPE_CHECKING:
    from backends.hub_text import HubClassifier
    from settings import Settings

HUB_ID = "cardiffnlp/twitter-roberta-base-sentiment-latest"


class HubSentiment:
    """The classifier with its outputs put into the order negative, neutral, positive."""

    card: ModelCard
    joint: JointReader | None = None

    def __init__(self, classifier: "HubClassifier", columns: list[int]) -> None:
        self.card = CARD
        self._classifier = classifier
        self._columns = columns

    def score(self, texts: Sequence[str]) -> FloatArray:
        """Return (n, 3) float32, rows sum to 1: negative, neutral, positive."""
        from backends.hub_text import softmax

        return softmax(self._classifier.logits(texts)[:, self._columns])


def load(settings: "Settings") -> HubSentiment:
    """Load from the hub folder or cache; raises ModelUnavailable or DamagedModel."""
    from backends.hub_text import HubClassifier

    folder = checkpoint(HUB_ID, settings)
    classifier = HubClassifier(folder, settings)
    return HubSentiment(classifier, positions(SENTIMENTS, classifier.labels, folder))


CARD = hub_card(
    "sentiment",
    "twitter-roberta",
    HUB_ID,
    load,
    title="RoBERTa-base, trained on tweets",
    licence_weights="CC BY 4.0",
    licence_data="tweets under Twitter's terms (TweetEval)",
    labels=SENTIMENTS,
    megabytes=500,
    preprocessing={"max_tokens": 512, "batch_size": 16},
    limits="English; trained on tweets, not on reviews. One base-size pass per review: slow on two cores.",
)
