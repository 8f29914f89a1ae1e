"""Which way an answer of the chat came, told from what it holds."""

from collections.abc import Sequence

from chat import advice, library_facts, question_answers, recall, safety
from chat.exchange import Exchange
from chat.life_questions import PERSONAL
from chat.memory import remember


def written(response: str) -> str:
    """Return which kind of written answer a response holds: "declined", "personal", "program", or "" for none."""
    answers = question_answers._ANSWERS.items()
    held = next((found for found, texts in answers if any(text in response for text in texts)), None)
    if held in ("fact", "request"):
        return "declined"
    return "personal" if held in PERSONAL else "program" if held else ""


def route(exchange: Exchange, history: Sequence[Exchange]) -> str:
    """Return the route, as `tests.chat.question_table` names them; "danger" for helplines."""
    response = exchange.response
    if exchange.context.crisis:
        return "danger"
    if exchange.metadata.models.get("reviews") == library_facts.NAME:
        return "facts"
    if exchange.context.answer is not None:
        return "reviews"
    if response in safety.CALM_ANSWERS:
        return "calm"
    if any(response in texts for texts in advice._ANSWERS.values()):
        return "advice"
    if response == recall.answer(exchange.user_input.text, remember(history)):
        return "memory"
    return written(response) or "talk"
