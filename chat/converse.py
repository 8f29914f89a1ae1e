"""One turn of a conversation: safety first, then the emotion, then the reviews or a kind reply.

The same from a page, a notebook and any other program:

    history = []
    history.append(converse("I lost my job today.", history))
    history[-1].response, history[-1].emotion, history[-1].metadata.models

Nothing is kept between calls: the caller holds the history, and forgets by dropping it.
"""

import itertools
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import model_utils
from backends.contracts import FACE_EMOTIONS, ImageArray, Responder, TakesCorrections
from chat import advice, feelings, memory, recall, reviews, safety, speakers
from chat.exchange import Context, Exchange, Metadata, Safety, UserInput
from chat.feelings import Reading
from chat.memory import Memory, Past
from emotion.language import ENGLISH
from errors import QuestionError
from settings import Settings, from_environment

if TYPE_CHECKING:
    from emotion.face import PhotoReading
    from rag.library import Library

__all__ = ["MAX_CHARACTERS", "Exchange", "Message", "Stream", "converse", "stream"]

MAX_CHARACTERS = 2_000


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
class Stream:
    """A reply on its way: iterate over its pieces. `draft` is the exchange without the response, at once;
    `exchange` is the whole of it once the pieces are used up."""

    draft: Exchange
    _plan: "_Plan"
    _started: float
    _exchange: Exchange | None = None

    def __iter__(self) -> Iterator[str]:
        shown: list[str] = []
        for piece in self._plan.pieces:
            shown.append(piece)
            yield piece
        self._exchange = self._plan.exchange("".join(shown).strip(), time.perf_counter() - self._started)

    @property
    def exchange(self) -> Exchange:
        """The whole exchange.

        Raises:
            RuntimeError: not every piece was taken yet.
        """
        if self._exchange is None:
            raise RuntimeError("the reply is still on its way: iterate over the stream first")
        return self._exchange


@dataclass
class _Plan:
    """Who answers, with what, and what is known so far; `toxicity` and `safe` are completed while pieces are made."""

    given: UserInput
    reading: Reading
    pieces: Iterator[str]
    context: Context
    models: dict[str, str] = field(default_factory=dict)
    toxicity: dict[str, float] = field(default_factory=dict)
    safe: bool = True

    def exchange(self, response: str, seconds: float) -> Exchange:
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


def converse(
    turn: Message | str,
    history: Sequence[Past] = (),
    settings: Settings | None = None,
    *,
    library: "Library | None" = None,
) -> Exchange:
    """Answer a turn.

    Args:
        turn: what the user says now.
        history: the exchanges before it (or bare turns of another source), oldest first.
        library: the reviews it may look things up in.

    Raises:
        QuestionError: nothing was said, too much was said, or the corrected emotion is none of the seven.
        PhotoError: the photo cannot be used, or there is no face in it.
        ModelError: a model cannot be had.
    """
    answer = stream(turn, history, settings, library=library)
    for _ in answer:
        pass
    return answer.exchange


def stream(
    turn: Message | str,
    history: Sequence[Past] = (),
    settings: Settings | None = None,
    *,
    library: "Library | None" = None,
) -> Stream:
    """Answer a turn in pieces, as they become ready. See `converse`; errors may also come while iterating."""
    started = time.perf_counter()
    settings = settings or from_environment()
    message = Message(turn) if isinstance(turn, str) else turn
    message = replace(message, text=message.text.strip())
    _check(message)
    plan = _planned(message, history, settings, library)
    return Stream(plan.exchange("", time.perf_counter() - started), plan, started)


def _check(message: Message) -> None:
    if not message.text and message.photo is None:
        raise QuestionError("Write a few words, or add a photo.")
    if len(message.text) > MAX_CHARACTERS:
        raise QuestionError(
            f"The message has {len(message.text):,} characters; {MAX_CHARACTERS:,} are allowed. Send it in two parts."
        )
    if message.emotion is not None and message.emotion not in FACE_EMOTIONS:
        raise QuestionError(f"{message.emotion!r} is not one of the emotions {', '.join(FACE_EMOTIONS)}.")


def _planned(message: Message, history: Sequence[Past], settings: Settings, library: "Library | None") -> _Plan:
    """Decide who answers. Crisis language comes before everything else: before the photo and before any reply."""
    given = UserInput(text=message.text, has_image=message.photo is not None)
    heard = safety.hear(message.text, settings)
    if heard.crisis:
        text = safety.crisis_answer(heard.crisis, message.text)
        return _Plan(given, feelings.UNREAD, iter([text]), Context(crisis=heard.crisis), safe=False)
    photo = _photo(message, settings)
    reading = feelings.read(message.text, settings, message.emotion, photo)
    plan = _Plan(given, reading, iter(()), Context(corrected=reading.corrected, photo=photo))
    past = memory.remember(history)
    goes_on = advice.comes_first(message.text) or recall.answer(message.text, past)
    if (care := safety.aftercare(past.turns, message.text)) and not goes_on:
        plan.pieces = iter([care])
        return plan
    if message.text:
        plan.toxicity["message"] = safety.toxicity(message.text, settings)
        plan.models["toxicity"] = model_utils.choose("toxicity", settings).card.name
    _answered(plan, message.text, past, settings, library)
    said_before = safety.unused([safety.CHECK_IN], past.turns) is None
    offered = heard.perhaps and not plan.reading.glad and not said_before
    if offered and "responder" in plan.models and plan.reading.language == ENGLISH:
        plan.pieces = itertools.chain(plan.pieces, [f"\n\n{safety.CHECK_IN}"])
    elif heard.perhaps and plan.reading.language != ENGLISH:
        plan.pieces = itertools.chain(plan.pieces, [f"\n\n{safety.OFFER_ABROAD}"])
    return plan


def _photo(message: Message, settings: Settings) -> "PhotoReading | None":
    from emotion import face

    if message.photo is None or isinstance(message.photo, face.PhotoReading):
        return message.photo
    return face.read(message.photo, settings)


def _answered(plan: _Plan, text: str, past: Memory, settings: Settings, library: "Library | None") -> None:
    """Put the answer to a message that speaks of no danger into its plan."""
    if safety.complaint(text):
        plan.pieces = iter([safety.unused(safety.SORRY_ANSWERS, past.turns) or safety.SORRY_ANSWERS[0]])
    elif safety.harassment(text, plan.toxicity.get("message", 0.0)):
        plan.safe = False
        plan.pieces = iter([safety.unused(safety.CALM_ANSWERS, past.turns) or safety.CALM_ANSWERS[0]])
    elif known := advice.answer(text, past.turns) or recall.answer(text, past):
        plan.pieces = iter([known])
    elif library is not None and (query := reviews.query(text, past.turns, library)):
        reply, answer = reviews.reply(query, library, settings)
        plan.context = replace(plan.context, citations=reply.citations, answer=answer)
        plan.models.update(answer.models)
        plan.pieces = iter([reply.text])
    elif isinstance(speaker := speakers.responder(plan.reading.language, settings), str):
        plan.pieces = iter([speaker])
    else:
        plan.models["responder"] = speaker.card.name
        plan.pieces = _spoken(plan, text, past, speaker, settings)


def _spoken(plan: _Plan, text: str, past: Memory, responder: Responder, settings: Settings) -> Iterator[str]:
    """Yield a remark on what was before, the responder's reply, and on a conflict the question that settles it."""
    reading = plan.reading
    if reading.corrected and isinstance(responder, TakesCorrections):
        responder = responder.corrected()
    opening = _opening(reading, text) or recall.remark(text, past, reading)
    if opening and reading.language == ENGLISH:
        yield f"{opening} "
    pieces = responder.stream(text or f"I feel {reading.emotion}.", past.turns, feelings.tone(reading, text))
    if reading.conflict:
        yield from _without_question(_checked(plan, pieces, responder, settings))
        yield CONFLICT_QUESTION
        return
    yield from _checked(plan, pieces, responder, settings)


CONFLICT_QUESTION = "Which of the two is closer to how it is, or is it something of both?"


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


def _checked(plan: _Plan, pieces: Iterator[str], responder: Responder, settings: Settings) -> Iterator[str]:
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
