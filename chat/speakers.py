"""Who answers a message that is neither a danger nor a question about reviews: a responder that knows its language."""

import model_utils
from backends.contracts import ModelCard, Responder
from emotion.language import ENGLISH, NAMES
from settings import Settings

_ENGLISH_ONLY = "I'm sorry, I can only answer in English. Would you tell me in English, even in a few simple words?"
_APOLOGIES = {
    "ko": "죄송합니다. 저는 영어로만 답할 수 있어요. 간단한 영어로 다시 말씀해 주시겠어요?",
}
"""The same in languages that a responder could be had for."""


def responder(language: str, settings: Settings) -> Responder | str:
    """Return who answers in a language (ISO 639-1), or, if nobody here knows it, a kind sentence that says so.

    The chosen responder answers if it knows the language, else (unless only embedded models may be used) another that
    does and that can be loaded: KoGPT2 for Korean.

    Raises:
        ModelError: the one who should answer cannot be had.
    """
    chosen = model_utils.choose("responder", settings).card
    if not chosen.languages or language in chosen.languages:
        return model_utils.load("responder", settings=settings)
    if other := _other(language, chosen, settings):
        return model_utils.load("responder", other.name, settings)
    if chosen.languages != (ENGLISH,):
        return f"I'm sorry, I can only answer in {' or '.join(NAMES[code] for code in chosen.languages)}."
    return f"{_APOLOGIES[language]}\n\n{_ENGLISH_ONLY}" if language in _APOLOGIES else _ENGLISH_ONLY


def _other(language: str, chosen: ModelCard, settings: Settings) -> ModelCard | None:
    """Return the card of another responder that knows a language, is ready, and that the settings allow."""
    named = settings.models.get("responder", "auto") != "auto"
    if chosen.profile == "embedded" and (named or settings.profile == "embedded"):
        return None
    cards = (card for card in model_utils.cards("responder") if language in card.languages and card is not chosen)
    return next((card for card in cards if card.available(settings).ready), None)
