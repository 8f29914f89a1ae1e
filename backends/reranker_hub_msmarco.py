"""How well a text answers a question, by a MiniLM that reads both together, trained on MS MARCO's searches.

It orders better than two embeddings that never saw each other (Nogueira & Cho 2019, https://arxiv.org/abs/1901.04085),
at the price of one pass per text and question: it is for the first hits only.
Does not handle: languages other than English; question and review over 512 tokens together beyond their beginning.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from backends.contracts import FloatArray, ModelCard
from backends.hub import checkpoint, hub_card

if TYPE_CHECKING:
    from settings import Settings

HUB_ID = "cross-encoder/ms-marco-MiniLM-L-6-v2"
BATCH_SIZE = 16
MAX_TOKENS = 512


class CrossEncoderReranker:
    """sentence-transformers' CrossEncoder, its logits as they are."""

    card: ModelCard

    def __init__(self, encoder: Any) -> None:
        self.card = CARD
        self._encoder = encoder

    def score(self, question: str, texts: Sequence[str]) -> FloatArray:
        """Return (n,) float32 logits: the larger, the better the text answers the question."""
        if not texts:
            return np.empty(0, np.float32)
        import torch

        scores = self._encoder.predict(
            [(question, text) for text in texts],
            batch_size=BATCH_SIZE,
            activation_fn=torch.nn.Identity(),
            show_progress_bar=False,
        )
        return np.asarray(scores, np.float32).reshape(len(texts))


def load(settings: "Settings") -> CrossEncoderReranker:
    """Load from the hub folder or cache; raises ModelUnavailable."""
    from backends.torchvision_guard import declare_missing_operators

    declare_missing_operators()
    from sentence_transformers import CrossEncoder

    folder = str(checkpoint(HUB_ID, settings))
    return CrossEncoderReranker(CrossEncoder(folder, num_labels=1, max_length=MAX_TOKENS, device="cpu"))


CARD = hub_card(
    "reranker",
    "ms-marco-minilm",
    HUB_ID,
    load,
    title="Cross-encoder MiniLM, trained on MS MARCO",
    licence_weights="Apache-2.0",
    licence_data="questions of Bing and passages of the web (MS MARCO: for research, not for commerce)",
    megabytes=91,
    preprocessing={"max_tokens": MAX_TOKENS, "batch_size": BATCH_SIZE},
    limits="English; trained on web searches, not on reviews. One pass per hit: only the first ones are read.",
)
