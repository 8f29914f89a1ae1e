"""One turn of a conversation: safety first, then the emotion, then the reviews or a kind reply.

The same from a page and a notebook:

    exchange = converse("I lost my job today.", history=[])
    exchange.reply.text, exchange.emotion, exchange.models

Nothing is kept between calls: the caller holds the history, and forgets by dropping it.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import model_utils
from backends.contracts import FACE_EMOTIONS, Reply, Responder, Turn
from chat import feelings, memory, reviews, safety
from chat.feelings import Reading, Source
from errors import QuestionError
from settings import Settings, from_environment

if TYPE_CHECKING:
    from emotion.face import PhotoReading
    from rag.explore import Answer
    from rag.library import Library

__all__ = ["MAX_CHARACTERS", "Exchange", "Source", "converse", "stream"]

MAX_CHARACTERS = 2_000


@dataclass(frozen=True)
class Exchange:
    """A reply and what it rests on.

    `emotion` (one of FACE_EMOTIONS) is what the words or the photo show, with its probability; `top` lists the finer
    labels with theirs. In a crisis nothing is read: `confidence` is 0 and `top` empty. `answer` holds the reviews that
    the reply cites. From `stream`, `reply.text` is empty until the pieces are joined.
    """

    reply: Reply
    emotion: str
    confidence: float
    top: tuple[tuple[str, float], ...]
    source: Source
    crisis: bool
    models: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    answer: "Answer | None" = None


def converse(
    message: str,
    history: Sequence[Turn],
    settings: Settings | None = None,
    *,
    library: "Library | None" = None,
    emotion: str | None = None,
    photo: "PhotoReading | None" = None,
) -> Exchange:
    """Answer a message.

    Args:
        message: what the user says now; may be empty if there is a photo.
        history: the turns before it, oldest first.
        library: the reviews it may look things up in.
        emotion: the user's correction of the emotion (one of FACE_EMOTIONS); it is followed.
        photo: a photo that came with the message.

    Raises:
        QuestionError: nothing was said, too much was said, or the corrected emotion is none of the seven.
        PhotoError: there is no face in the photo.
        ModelError: a model cannot be had.
    """
    started = time.perf_counter()
    exchange, pieces = stream(message, history, settings, library=library, emotion=emotion, photo=photo)
    reply = replace(exchange.reply, text="".join(pieces))
    return replace(exchange, reply=reply, seconds=time.perf_counter() - started)


def stream(
    message: str,
    history: Sequence[Turn],
    settings: Settings | None = None,
    *,
    library: "Library | None" = None,
    emotion: str | None = None,
    photo: "PhotoReading | None" = None,
) -> tuple[Exchange, Iterator[str]]:
    """Answer a message in pieces: everything but the text at once, and the text as it comes. See `converse`."""
    started = time.perf_counter()
    settings = settings or from_environment()
    message, history = message.strip(), memory.recent(history)
    _check(message, emotion, photo)
    exchange, pieces = _planned(message, history, settings, library, emotion, photo)
    return replace(exchange, seconds=time.perf_counter() - started), pieces


def _check(message: str, emotion: str | None, photo: "PhotoReading | None") -> None:
    if not message and photo is None:
        raise QuestionError("Write a few words, or add a photo.")
    if len(message) > MAX_CHARACTERS:
        raise QuestionError(
            f"The message has {len(message):,} characters; {MAX_CHARACTERS:,} are allowed. Send it in two parts."
        )
    if emotion is not None and emotion not in FACE_EMOTIONS:
        raise QuestionError(f"{emotion!r} is not one of the emotions {', '.join(FACE_EMOTIONS)}.")


def _planned(
    message: str,
    history: Sequence[Turn],
    settings: Settings,
    library: "Library | None",
    emotion: str | None,
    photo: "PhotoReading | None",
) -> tuple[Exchange, Iterator[str]]:
    """Decide who answers. Crisis language comes before every model."""
    if danger := safety.crisis(message):
        return _fixed(safety.crisis_answer(danger), crisis=True)
    reading = feelings.read(message, settings, emotion, photo)
    if care := safety.aftercare(history):
        return _fixed(care, reading)
    if message and safety.harassment(message, settings):
        models = {"toxicity": model_utils.choose("toxicity", settings).card.name}
        calm = safety.unused(safety.CALM_ANSWERS, history) or safety.CALM_ANSWERS[0]
        return _fixed(calm, reading, models)
    if library is not None and (query := reviews.query(message, history, library)):
        reply, answer = reviews.reply(query, library, settings)
        exchange = _exchange(Reply("", reply.model, reply.citations), reading, answer.models)
        return replace(exchange, answer=answer), iter([reply.text])
    responder = model_utils.load("responder", settings=settings)
    name = model_utils.choose("responder", settings).card.name
    models = {"toxicity": model_utils.choose("toxicity", settings).card.name, "responder": name}
    return _exchange(Reply("", name), reading, models), _spoken(message, history, reading, responder, settings)


def _fixed(
    text: str, reading: Reading | None = None, models: dict[str, str] | None = None, *, crisis: bool = False
) -> tuple[Exchange, Iterator[str]]:
    """An answer that is written down, not chosen: in a crisis, after one, and to harsh words."""
    exchange = _exchange(Reply("", safety.NAME), reading or feelings.UNREAD, models or {})
    return replace(exchange, crisis=crisis), iter([text])


def _exchange(reply: Reply, reading: Reading, models: dict[str, str]) -> Exchange:
    return Exchange(
        reply, reading.emotion, reading.confidence, reading.top, reading.source, False, {**reading.models, **models}
    )


def _spoken(
    message: str, history: Sequence[Turn], reading: Reading, responder: Responder, settings: Settings
) -> Iterator[str]:
    """Yield the reply in pieces. What a model makes up is checked sentence by sentence before it is shown; what an
    embedded responder says was written and read by people beforehand."""
    yield from (f"{sentence} " for sentence in _before(message, history, reading, settings))
    pieces = responder.stream(message or f"I feel {reading.emotion}.", history, reading.emotion)
    if responder.card.profile == "embedded":
        yield from pieces
        return
    for sentence in _sentences(pieces):
        if safety.unfit(sentence, settings):
            yield safety.REPLACEMENT
            return
        yield from _words(sentence)


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


def _words(text: str) -> Iterator[str]:
    start = 0
    for place, sign in enumerate(text):
        if sign == " " and place > start:
            yield text[start:place]
            start = place
    yield text[start:]


def _before(message: str, history: Sequence[Turn], reading: Reading, settings: Settings) -> Iterator[str]:
    """What is said before the reply itself: a name, a mood that changed, a photo that shows something else."""
    if name := memory.name_in(message):
        yield f"Nice to meet you, {name}."
    if reading.conflict:
        words, face = reading.conflict
        sound, look = feelings.ADJECTIVES[words], feelings.ADJECTIVES[face]
        yield f"Your words sound {sound}, while the photo looks {look}; I'll go by your words."
    elif not message:
        look = feelings.ADJECTIVES[reading.emotion]
        yield f"The face in the photo looks {look} to me; I can only read the expression."
    elif _is_joy(reading) and (last := memory.last_message(history)):
        before = feelings.read(last, settings)
        if before.confidence >= 0.5 and memory.lifted(before.emotion, reading.emotion):
            yield "That sounds lighter than before."


def _is_joy(reading: Reading) -> bool:
    """True for a clearly happy message that is more than thanks."""
    thanks = bool(reading.top) and reading.top[0][0] == "gratitude"
    return reading.emotion == "happy" and reading.confidence >= 0.5 and not thanks
