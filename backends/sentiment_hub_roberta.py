"""Sentiment by Cardiff NLP's RoBERTa trained on 124 M tweets (Loureiro et al. 2022, https://arxiv.org/abs/2202.03829).

Does not handle: languages other than English, reviews over 512 tokens beyond their beginning.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from backends.contracts import SENTIMENTS, FloatArray, SentimentModel
from backends.hub import hub_card

if TYPE_CHECKING:
    from settings import Settings

HUB_ID = "cardiffnlp/twitter-roberta-base-sentiment-latest"


def load(settings: "Settings") -> SentimentModel:
    """Load from the hub folder or cache; raises ModelUnavailable or DamagedModel."""
    from backends.hub_text import PickedColumns
    from backends.logits import softmax

    class HubSentiment(PickedColumns):
        """The classifier with its outputs put into the order negative, neutral, positive."""

        def score(self, texts: Sequence[str]) -> FloatArray:
            """Return (n, 3) float32, rows sum to 1: negative, neutral, positive."""
            return softmax(self.logits(texts))

    return HubSentiment(CARD, settings, SENTIMENTS, softmax)


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
