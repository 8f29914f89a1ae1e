"""Who answers a turn: a fixed text, the memory of the conversation, the reviews, or a responder; in this order."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import model_utils
from backends.contracts import ImageArray, Responder
from backends.written_replies import LOW
from chat import (
    advice,
    crisis_answers,
    feelings,
    insults,
    library_facts,
    memory,
    product_questions,
    question_answers,
    recall,
    reviews,
    safety,
    situations,
    speakers,
    spoken,
)
from chat.exchange import Context, Exchange, Metadata, Safety, UserInput
from chat.feelings import Reading
from chat.life_questions import PERSONAL
from chat.memory import Memory, Past
from chat.variety import next_of
from emotion.language import ENGLISH
from settings import Settings

if TYPE_CHECKING:
    from emotion.face import PhotoReading
    from rag.library import Library


@dataclass(frozen=True, eq=False)
class Message:
    """What the user gives in one turn.

    Args:
        text: what they say; may be empty if there is a photo.
        photo: a picture file's bytes, (height, width, 3) uint8 RGB, or a photo that was read already.
        emotion: their correction of the emotion (one of FACE_EMOTIONS); it is followed.
    """

    text: str = ""
    photo: "bytes | ImageArray | PhotoReading | None" = None
    emotion: str | None = None


@dataclass
class Plan:
    """What is said, in pieces, and what is known so far; `toxicity` and `safe` are completed while pieces are made."""

    given: UserInput
    reading: Reading
    pieces: Iterator[str]
    context: Context
    models: dict[str, str] = field(default_factory=dict)
    toxicity: dict[str, float] = field(default_factory=dict)
    safe: bool = True

    def exchange(self, response: str, seconds: float) -> Exchange:
        """Return what is published, once the response is known."""
        return Exchange(
            user_input=self.given,
            emotion_analysis=self.reading.analysis(),
            response=response,
            safety=Safety(is_safe=self.safe, toxicity_scores=dict(self.toxicity)),
            metadata=Metadata(
                processing_time=seconds,
                timestamp=datetime.now(UTC),
                models={**self.reading.models, **self.models},
            ),
            context=self.context,
        )


def planned(message: Message, history: Sequence[Past], settings: Settings, library: "Library | None") -> Plan:
    """Decide who answers, and with what. Crisis language comes before the photo and before any reply.

    Raises:
        PhotoError, ModelError: as `chat.converse.converse`.
    """
    given = UserInput(text=message.text, has_image=message.photo is not None)
    heard = safety.hear(message.text, settings)
    if heard.crisis:
        text = safety.crisis_answer(heard.crisis, message.text)
        return Plan(given, feelings.UNREAD, iter([text]), Context(crisis=heard.crisis), safe=False)
    photo = _photo(message, settings)
    reading = situations.settled(feelings.read(message.text, settings, message.emotion, photo), message.text)
    plan = Plan(given, reading, iter(()), Context(corrected=reading.corrected, photo=photo))
    past = memory.remember(history)
    known = recall.answer(message.text, past)
    care = crisis_answers.aftercare(past.turns, message.text)
    if care and not known and heard.matter not in advice.FIRST:
        plan.pieces = iter([care])
        return plan
    if message.text:
        plan.toxicity["message"] = safety.toxicity(message.text, settings)
        plan.models["toxicity"] = model_utils.choose("toxicity", settings).card.name
    fixed = advice.answer(heard.matter, past.turns) if heard.matter else known
    _answered(plan, message.text, past, fixed, settings, library)
    offered = heard.perhaps and not plan.reading.glad and "responder" in plan.models
    if offered and plan.reading.language == ENGLISH and (offer := safety.check_in(message.text, past.turns)):
        plan.pieces = itertools.chain(plan.pieces, [f"\n\n{offer}"])
    elif heard.perhaps and plan.reading.language != ENGLISH:
        plan.pieces = itertools.chain(plan.pieces, [f"\n\n{crisis_answers.OFFER_ABROAD}"])
    return plan


def _photo(message: Message, settings: Settings) -> "PhotoReading | None":
    from emotion import face

    if message.photo is None or isinstance(message.photo, face.PhotoReading):
        return message.photo
    return face.read(message.photo, settings)


def _answered(
    plan: Plan, text: str, past: Memory, fixed: str | None, settings: Settings, library: "Library | None"
) -> None:
    """Put the answer to a message that speaks of no danger into its plan; `fixed`: what passes it on, or memory."""
    if safety.complaint(text):
        plan.pieces = iter([next_of(safety.SORRY_ANSWERS, past.turns)])
    elif insults.aimed_at_the_program(text, plan.toxicity.get("message", 0.0)):
        plan.safe = False
        plan.pieces = iter([next_of(safety.CALM_ANSWERS, past.turns)])
    elif fixed:
        plan.pieces = iter([fixed])
    elif library is not None and (fact := library_facts.answer(text, past.turns, library)):
        plan.models["reviews"] = library_facts.NAME
        plan.pieces = iter([fact])
    elif library is not None and (query := product_questions.asked(text, past.turns, library, settings)):
        reply, answer = reviews.reply(query, library, settings)
        plan.context = replace(plan.context, citations=reply.citations, answer=answer)
        plan.models.update(answer.models)
        plan.pieces = iter([reply.text])
    elif isinstance(speaker := speakers.responder(plan.reading.language, settings), str):
        plan.pieces = iter([speaker])
    elif speaker.card.profile == "embedded" and (said := _own_answer(plan, text, past, speaker, settings)):
        plan.models["responder"] = question_answers.NAME
        plan.pieces = iter([said])
    else:
        plan.models["responder"] = speaker.card.name
        plan.pieces = spoken.pieces(plan, text, past, speaker, settings)


def _own_answer(plan: Plan, text: str, past: Memory, speaker: Responder, settings: Settings) -> str | None:
    """Return what is said to a question or a request that written replies could only nod at; None where they know an
    answer (what Moodlens is and does), and where a photo or a correction says what the turn is about."""
    reading = plan.reading
    if reading.corrected or reading.source != "text_only":
        return None
    moved = reading.emotion in LOW and reading.confidence >= feelings.SURE
    answered = question_answers.answer(text, past.turns, moved=moved)
    if answered is None:
        return None
    if answered[0] not in PERSONAL:
        written = speaker.reply(text, past.turns, feelings.tone(reading, text)).text
        if question_answers.informs(written, settings):
            return None
    return answered[1]
