"""What a responder says, and what stands before and behind it; what a model makes up is checked by the sentence."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from backends.contracts import Responder, TakesCorrections
from backends.responder_retrieval import CARD as WRITTEN
from chat import feelings, recall, safety, situations
from chat.feelings import Reading
from chat.memory import Memory
from emotion.language import ENGLISH
from settings import Settings

if TYPE_CHECKING:
    from chat.plan import Plan

CONFLICT_QUESTION = "Which of the two is closer to how it is, or is it something of both?"


def pieces(plan: "Plan", text: str, past: Memory, responder: Responder, settings: Settings) -> Iterator[str]:
    """Yield a remark on what was before, the responder's reply, and on a conflict the question that settles it."""
    reading = plan.reading
    if (reading.corrected or reading.doubted) and isinstance(responder, TakesCorrections):
        responder = responder.corrected()  # no reply of another emotion, however near its cue
    opening = _opening(reading, text) or recall.remark(text, past, reading)
    if opening and reading.language == ENGLISH:
        yield f"{opening} "
    said = [turn.text for turn in past.turns if turn.role == "assistant"]
    if responder.card.name == WRITTEN.name and (known := situations.reply(text, reading, said)):
        told = iter(re.findall(r"\s*\S+", known))
    else:
        told = responder.stream(text or f"I feel {reading.emotion}.", past.turns, feelings.tone(reading, text))
    if reading.conflict:
        yield from _without_question(_checked(plan, told, responder, settings))
        yield CONFLICT_QUESTION
        return
    yield from _checked(plan, told, responder, settings)


def _opening(reading: Reading, text: str) -> str:
    """Take up a correction, or say what the photo shows where that is not simply what the words say."""
    if reading.corrected:
        return f"Ah, {feelings.ADJECTIVES[reading.emotion]}. I had read that wrongly."
    if reading.conflict:
        sound, look = (feelings.ADJECTIVES[emotion] for emotion in reading.conflict)
        return f"Your words sound {sound} to me, while the face in the photo looks {look}."
    if not text:
        look = feelings.ADJECTIVES[reading.emotion]
        return f"The face in the photo looks {look} to me; I can only read the expression."
    return ""


def _checked(plan: "Plan", pieces: Iterator[str], responder: Responder, settings: Settings) -> Iterator[str]:
    """Yield a reply, and score it. What a model makes up is checked sentence by sentence before it is shown, for unkind
    words and for talk of a danger; what an embedded responder says was written and read by people beforehand, so its
    score is noted and nothing replaced."""
    if responder.card.profile == "embedded":
        shown = []
        for piece in pieces:
            shown.append(piece)
            yield piece
        plan.toxicity["response"] = safety.toxicity("".join(shown), settings)
        return
    plan.toxicity["response"] = 0.0
    for sentence in _sentences(pieces):
        score = safety.toxicity(sentence, settings)
        plan.toxicity["response"] = max(plan.toxicity["response"], score)
        if score >= safety.UNFIT or safety.harmful(sentence):
            plan.safe = False
            yield safety.REPLACEMENT
            return
        yield from re.findall(r"\s*\S+|\s+$", sentence)


def _sentences(pieces: Iterator[str]) -> Iterator[str]:
    """Join pieces to sentences, as soon as each is complete."""
    pending = ""
    for piece in pieces:
        pending += piece
        if pending.rstrip().endswith((".", "!", "?")):
            yield pending
            pending = ""
    if pending:
        yield pending


def _without_question(pieces: Iterator[str]) -> Iterator[str]:
    """Yield the sentences that do not ask, each with a space behind it."""
    for sentence in _sentences(pieces):
        if not sentence.rstrip().endswith("?"):
            yield f"{sentence.strip()} "
