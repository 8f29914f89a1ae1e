"""The turns of a conversation on the page: what was said, how it read, the reply, the reviews behind it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import streamlit as st

from backends.contracts import FACE_EMOTIONS, Turn
from chat import converse
from chat.converse import Exchange
from ui import cards, session, theme, widgets
from ui.plain import plain

if TYPE_CHECKING:
    from emotion.face import PhotoReading
    from rag.library import Library

_TURNS = "chat_turns"
_PHOTO_PIXELS = 180
_AVATARS = {"user": ":material/person:", "assistant": ":material/smart_toy:"}


@dataclass(frozen=True, eq=False)
class Said:
    """One message with its photo (a file's bytes), what was read in the photo, and the exchange that answered it."""

    text: str
    photo: bytes | None = None
    reading: "PhotoReading | None" = None
    exchange: Exchange | None = None
    corrected: str | None = None


def all_turns() -> list[Said]:
    """Return the conversation of this session, oldest first."""
    turns: list[Said] = st.session_state.setdefault(_TURNS, [])
    return turns


def forget() -> None:
    """Drop the whole conversation."""
    for key in [key for key in st.session_state if str(key).startswith("chat_")]:
        if key != "chat_input":
            del st.session_state[key]


def history(turns: Sequence[Said]) -> list[Turn]:
    """Return turns as the models see them."""
    rows: list[Turn] = []
    for said in turns:
        if said.exchange is not None:
            rows += [Turn("user", said.text), Turn("assistant", said.exchange.reply.text)]
    return rows


def answer(said: Said, library: "Library | None") -> None:
    """Draw a message, stream the reply to it, and keep both.

    Raises:
        MoodlensError: the message cannot be answered; nothing is kept.
    """
    turns = all_turns()
    with _bubble("user"):
        _message(said)
    with _bubble("assistant"):
        with st.spinner("Thinking …"):
            said = _with_photo(said)
            exchange, pieces = converse.stream(
                said.text, history(turns), session.settings(), library=library, photo=said.reading
            )
        shown: list[str] = []
        st.write_stream(_shown(pieces, shown, raw=exchange.crisis))
    turns.append(replace(said, exchange=replace(exchange, reply=replace(exchange.reply, text="".join(shown)))))


def _bubble(role: Literal["user", "assistant"]) -> "st.delta_generator.DeltaGenerator":
    return st.chat_message(role, avatar=_AVATARS[role])


def _with_photo(said: Said) -> Said:
    if said.photo is None:
        return said
    from emotion import face

    return replace(said, reading=face.read(said.photo, session.settings()))


def _shown(pieces: Iterator[str], shown: list[str], *, raw: bool) -> Iterator[str]:
    """Yield pieces as Markdown shows them and keep them as they are."""
    for piece in pieces:
        shown.append(piece)
        yield piece if raw else plain(piece)


def draw(number: int, said: Said) -> None:
    """Draw one message with its emotion chip, and the reply with the reviews behind it."""
    exchange = said.exchange
    if exchange is None:
        return
    with _bubble("user"):
        _message(said)
        if exchange.top or exchange.confidence:
            _chip(number, said, exchange)
    with _bubble("assistant"):
        st.markdown(exchange.reply.text if exchange.crisis else plain(exchange.reply.text))
        _citations(number, exchange)
        _model_line(exchange)


def _message(said: Said) -> None:
    if said.photo is not None:
        st.image(said.photo, width=_PHOTO_PIXELS, alt="The photo you attached")
    if said.text:
        st.markdown(plain(said.text).replace("\n", "  \n"))


def _chip(number: int, said: Said, exchange: Exchange) -> None:
    """Draw how a message reads; a click on the chip lets the visitor correct it."""
    with st.popover(chip_label(exchange), type="tertiary", help="How this reads to the model. Not right? Correct it."):
        if exchange.top and exchange.source != "corrected":
            finer = ", ".join(f"{label} {cards.percent(share)}" for label, share in exchange.top)
            st.caption(f"Strongest: {finer}.")
        key = f"chat_emotion_{number}"
        st.pills(
            "Not right? Choose what fits; the reply follows.",
            FACE_EMOTIONS,
            default=exchange.emotion,
            format_func=theme.label,
            key=key,
            wrap=True,
            on_change=_correct,
            args=(number, key),
        )
    if said.corrected is not None:
        st.caption("Answered again with your correction.")


def chip_label(exchange: Exchange) -> str:
    """Return the words on a chip: `😢 sad · 72 %`, and where it was read if not in the words alone."""
    name = theme.label(exchange.emotion)
    if exchange.source == "corrected":
        return f"{name} · your choice"
    where = {"photo": " · from the photo", "both": " · words and photo"}.get(exchange.source, "")
    return f"{name} · {cards.percent(exchange.confidence)}{where}"


def _correct(number: int, key: str) -> None:
    """Answer a message again with the emotion that the visitor chose (a callback)."""
    chosen = st.session_state.get(key)
    turns = all_turns()
    if chosen is None or number >= len(turns):
        return
    with widgets.guarded():
        said = turns[number]
        exchange = converse.converse(
            said.text, history(turns[:number]), session.settings(), library=session.library(), emotion=chosen,
            photo=said.reading,
        )  # fmt: skip
        turns[number] = replace(said, exchange=exchange, corrected=chosen)


def _citations(number: int, exchange: Exchange) -> None:
    """Draw the reviews that a reply cites, folded away, under the numbers of its marks."""
    if exchange.answer is None or not exchange.reply.citations:
        return
    hits = {hit.review.id: hit for hit in exchange.answer.hits}
    count = len(exchange.reply.citations)
    with st.expander(f"The {count} review{'s' if count > 1 else ''} behind this", icon=":material/format_quote:"):
        for place, review in enumerate(exchange.reply.citations, 1):
            if review in hits:
                widgets.hit_card(hits[review], place, anchor=f"chat-{number}")


def _model_line(exchange: Exchange) -> None:
    if exchange.crisis:
        st.caption("A fixed text, shown before any model is asked.")
    elif not exchange.models:
        st.caption("A fixed text, written for this situation.")
    else:
        widgets.model_line(exchange.models, exchange.seconds)
