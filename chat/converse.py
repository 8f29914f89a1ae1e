"""One turn of a conversation: safety first, then the emotion, then the reviews or a kind reply.

The same from a page, a notebook and any other program:

    history = []
    history.append(converse("I lost my job today.", history))
    history[-1].response, history[-1].emotion, history[-1].metadata.models

Nothing is kept between calls: the caller holds the history, and forgets by dropping it.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from backends.contracts import FACE_EMOTIONS
from chat.exchange import Exchange
from chat.memory import Past
from chat.plan import Message, Plan, planned
from errors import QuestionError
from settings import Settings, from_environment

if TYPE_CHECKING:
    from rag.library import Library

__all__ = ["MAX_CHARACTERS", "Exchange", "Message", "Stream", "converse", "stream"]

MAX_CHARACTERS = 2_000


@dataclass
class Stream:
    """A reply on its way: iterate over its pieces. `draft` is the exchange without the response, at once;
    `exchange` is the whole of it once the pieces are used up."""

    draft: Exchange
    _plan: Plan
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
    plan = planned(message, history, settings, library)
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
