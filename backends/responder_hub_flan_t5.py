"""Chat replies by google/flan-t5-base (Chung et al. 2022, https://arxiv.org/abs/2210.11416) with a LoRA adapter.

The adapter (`settings.responder_adapter`, made by `python -m training.responder`) teaches it to answer kindly; without
one it can be chosen, but answers as it comes. Does not handle: other languages than English; facts (it makes them up);
more than the last turns of a conversation.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from backends.contracts import Availability, ModelCard, Reply, Turn
from backends.hub import checkpoint, hub_card
from backends.lora import missing
from backends.prompts import fitted_reply_prompt
from backends.streaming import trimmed
from errors import ModelFailed

if TYPE_CHECKING:
    from backends.flan_t5_engine import FlanT5
    from settings import Settings

HUB_ID = "google/flan-t5-base"
PROMPT_TOKENS = 384
MAX_NEW_TOKENS = 80
REPETITION_PENALTY = 1.2
NO_REPEAT_NGRAM = 3


class FlanT5Responder:
    """Answers token by token; the same message and turns give the same reply."""

    def __init__(self, engine: "FlanT5", adapter: Path | None = None) -> None:
        self.card: ModelCard = replace(CARD, name=f"{CARD.name} + {adapter.name}") if adapter else CARD
        self._engine = engine

    def reply(self, message: str, history: Sequence[Turn], emotion: str) -> Reply:
        """Answer a message; see `backends.contracts.Responder`."""
        return Reply("".join(self.stream(message, history, emotion)), self.card.name)

    def stream(self, message: str, history: Sequence[Turn], emotion: str) -> Iterator[str]:
        """Yield the reply as its tokens are made.

        Raises:
            ModelFailed: the model had nothing to say.
        """
        prompt = fitted_reply_prompt(message, history, emotion, self._engine.count_tokens, PROMPT_TOKENS)
        said = False
        for piece in trimmed(
            self._engine.stream(
                prompt, MAX_NEW_TOKENS, repetition_penalty=REPETITION_PENALTY, no_repeat_ngram_size=NO_REPEAT_NGRAM
            )
        ):
            said = True
            yield piece
        if not said:
            raise ModelFailed("Flan-T5 had nothing to say to this. Say it in other words, or choose another responder.")


def load(settings: "Settings") -> FlanT5Responder:
    """Load from the hub folder or cache, merge the adapter, convert to int8 once.

    Raises:
        ModelUnavailable: the checkpoint is not on disk and may not be downloaded.
        DamagedModel: the adapter cannot be read or does not fit.
    """
    from backends.flan_t5_engine import FlanT5

    adapter = settings.responder_adapter
    return FlanT5Responder(FlanT5(checkpoint(HUB_ID, settings), settings, adapter), adapter)


def available(settings: "Settings") -> Availability:
    """Say whether checkpoint and adapter are there."""
    base = _BASE.available(settings)
    adapter = settings.responder_adapter
    if not base.ready:
        return base
    if adapter is None:
        without = "no adapter is set (MOODLENS_RESPONDER_ADAPTER), so it was not taught to answer kindly"
        return Availability(True, f"{base.reason}; {without}", recommended=False)
    if lacking := missing(adapter):
        return Availability(False, f"the adapter folder {adapter.name} (MOODLENS_RESPONDER_ADAPTER) has no {lacking}.")
    return Availability(True, f"{base.reason}; with the adapter {adapter.name}")


_BASE = hub_card(
    "responder",
    "flan-t5-base",
    HUB_ID,
    load,
    title="Flan-T5 base with a LoRA adapter, int8",
    licence_weights="Apache-2.0; the adapter's is that of its training data",
    licence_data="the Flan collection, each set under its own licence; adapter: EmpatheticDialogues (CC BY-NC 4.0), "
    "DailyDialog (CC BY-NC-SA 4.0)",
    megabytes=990,
    preprocessing={
        "max_tokens": PROMPT_TOKENS,
        "max_new_tokens": MAX_NEW_TOKENS,
        "repetition_penalty": REPETITION_PENALTY,
        "no_repeat_ngram_size": NO_REPEAT_NGRAM,
    },
    limits=(
        "English. It writes its own words: they are checked for unkind language before they are shown, but they may be "
        "wrong, and it knows nothing of the world or of the reviews. No medical, legal or financial advice."
    ),
)
CARD = replace(_BASE, available=available)
