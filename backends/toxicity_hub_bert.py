"""Toxicity by Detoxify's BERT (unitary/toxic-bert), trained on the Jigsaw toxic comment challenge.

Does not handle: languages other than English, reviews over 512 tokens beyond their beginning.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from backends.contracts import FloatArray, ToxicityModel
from backends.hub import hub_card

if TYPE_CHECKING:
    from settings import Settings

HUB_ID = "unitary/toxic-bert"


def load(settings: "Settings") -> ToxicityModel:
    """Load from the hub folder or cache; raises ModelUnavailable or DamagedModel."""
    from backends.hub_text import PickedColumns
    from backends.logits import sigmoid

    class HubToxicity(PickedColumns):
        """The classifier reduced to its first label, `toxic`; the others are special cases of it."""

        def score(self, texts: Sequence[str]) -> FloatArray:
            """Return (n,) float32 probabilities of `toxic`."""
            return sigmoid(self.logits(texts))[:, 0]

    return HubToxicity(CARD, settings, ("toxic",), sigmoid)


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
