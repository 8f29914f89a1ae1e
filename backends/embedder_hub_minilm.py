"""Sentence embeddings by all-MiniLM-L6-v2 in float32 through sentence-transformers.

Does not handle: languages other than English; reviews over 256 tokens beyond their beginning.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from backends.contracts import FloatArray, JointReader, ModelCard
from backends.hub import checkpoint, hub_card

if TYPE_CHECKING:
    from settings import Settings

HUB_ID = "sentence-transformers/all-MiniLM-L6-v2"
BATCH_SIZE = 32


class HubEmbedder:
    """sentence-transformers' own pipeline: mean pooling, unit length, sorted by length."""

    card: ModelCard
    joint: JointReader | None = None

    def __init__(self, encoder: Any) -> None:
        self.card = CARD
        self._encoder = encoder

    def embed(self, texts: Sequence[str]) -> FloatArray:
        """Return (n, 384) float32 with unit rows."""
        if not texts:
            return np.empty((0, 384), np.float32)
        rows = self._encoder.encode(
            list(texts), batch_size=BATCH_SIZE, normalize_embeddings=True, show_progress_bar=False
        )
        return np.asarray(rows, np.float32)


def load(settings: "Settings") -> HubEmbedder:
    """Load from the hub folder or cache; raises ModelUnavailable."""
    from backends.torchvision_guard import declare_missing_operators

    declare_missing_operators()
    from sentence_transformers import SentenceTransformer

    return HubEmbedder(SentenceTransformer(str(checkpoint(HUB_ID, settings)), device="cpu"))


CARD = hub_card(
    "embedder",
    "all-minilm-l6-v2",
    HUB_ID,
    load,
    title="all-MiniLM-L6-v2 in float32",
    licence_weights="Apache-2.0",
    licence_data="a billion sentence pairs from public sets, each under its own licence (see the hub page)",
    megabytes=91,
    preprocessing={"max_tokens": 256, "pooling": "mean", "batch_size": BATCH_SIZE},
    limits="English; the same weights as the embedded int8 model, unrounded.",
)
