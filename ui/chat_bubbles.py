"""How the turns of a conversation are drawn: what was said, how it read, the reply, its reviews, a verdict."""

import io
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import streamlit as st

from backends.contracts import FACE_EMOTIONS
from chat import converse, library_facts
from chat.converse import Message
from chat.exchange import Exchange
from errors import PhotoError
from ui import cards, session, theme, widgets
from ui.chat_turns import Said, all_turns, count, exchanges, keep, place_of
from ui.plain import plain

if TYPE_CHECKING:
    from rag.library import Library

_PHOTO_PIXELS = 180
_AVATARS = {"user": ":material/person:", "assistant": ":material/smart_toy:"}
REASONS = {
    "up": ("I felt understood", "Kind", "Useful", "True to the reviews"),
    "down": ("Wrong mood", "Not what I meant", "Too general", "Unkind", "Not true to the reviews"),
}
_SCROLL = (
    "const said = document.querySelectorAll('[aria-label=\"Chat message from user\"]');"
    " said[said.length - 1]?.scrollIntoView({ block: 'start' });"
)
_RATINGS: tuple[Literal["down", "up"], ...] = ("down", "up")


def answer(text: str, photo: bytes | None, library: "Library | None") -> None:
    """Draw a message, stream the reply to it, and keep both.

    Raises:
        MoodlensError: the message cannot be answered; nothing is kept.
    """
    turns, small = all_turns(), _small(photo)
    with _bubble("user"):
        _message(text, small)
    bring_into_view(f"{count()} asked")
    with _bubble("assistant"):
        with st.spinner("Thinking …"):
            reply = converse.stream(Message(text, photo), exchanges(turns), session.settings(), library=library)
        st.write_stream(_shown(reply, raw=reply.draft.context.crisis is not None))
    keep(_light(reply.exchange), small)


def bring_into_view(step: str) -> None:
    """Scroll to the visitor's last message, the reply to it below, once for each `step`.

    Streamlit itself follows a conversation only while the page is at its very end, and not with an input in a column.
    """
    st.html(f"<script>{{ /* {step} */ {_SCROLL} }}</script>", unsafe_allow_javascript=True)


def _light(exchange: Exchange) -> Exchange:
    """Return an exchange without the pixels of its photo: the readings of the faces stay."""
    if exchange.context.photo is None:
        return exchange
    photo = replace(exchange.context.photo, image=exchange.context.photo.image[:1, :1].copy())
    return exchange.model_copy(update={"context": replace(exchange.context, photo=photo)})


def _small(photo: bytes | None) -> bytes | None:
    """Return a photo as a small JPEG, upright, without what the file said about time and place.

    None also for a file that cannot be read: whoever reads the message says so, unless it speaks of a danger.
    """
    if photo is None:
        return None
    from PIL import Image

    from emotion.photo import decode

    try:
        upright = Image.fromarray(decode(photo, session.settings()))  # browsers do not show HEIC
    except PhotoError:
        return None
    upright.thumbnail((2 * _PHOTO_PIXELS, 2 * _PHOTO_PIXELS))
    buffer = io.BytesIO()
    upright.save(buffer, "JPEG", quality=85)
    return buffer.getvalue()


def _bubble(role: Literal["user", "assistant"]) -> "st.delta_generator.DeltaGenerator":
    return st.chat_message(role, avatar=_AVATARS[role])


def _shown(pieces: Iterator[str] | converse.Stream, *, raw: bool) -> Iterator[str]:
    """Yield pieces as Markdown shows them."""
    for piece in pieces:
        yield piece if raw else plain(piece)


def draw(said: Said) -> None:
    """Draw one message with its emotion chip, and the reply with the reviews behind it."""
    exchange = said.exchange
    with _bubble("user"):
        _message(exchange.user_input.text, said.picture)
        for note in exchange.context.photo.notes if exchange.context.photo else ():
            st.caption(note)
        if exchange.was_read:
            _chip(said)
    with _bubble("assistant"):
        st.markdown(exchange.response if exchange.context.crisis else plain(exchange.response))
        _citations(said)
        _model_line(exchange)
        _verdict(said)


def _message(text: str, picture: bytes | None) -> None:
    if picture is not None:
        st.image(picture, width=_PHOTO_PIXELS, alt="The photo that came with this message")
    if text:
        st.markdown(plain(text).replace("\n", "  \n"))


def _chip(said: Said) -> None:
    """Draw how a message reads; a click on the chip lets the visitor correct it."""
    exchange = said.exchange
    tip = "How this reads to the model. Not right? Correct it."
    opened = f"chat_chip_{said.number}"
    with st.popover(chip_label(exchange), type="tertiary", help=tip, key=opened, on_change="rerun"):
        analysis = exchange.emotion_analysis
        if analysis.text_emotions:
            finer = ", ".join(f"{row.emotion} {cards.percent(row.confidence)}" for row in analysis.text_emotions[:3])
            st.caption(f"Strongest in the words: {finer}.")
        if analysis.image_emotion is not None:
            face = analysis.image_emotion
            st.caption(f"Strongest in the face: {face.emotion} {cards.percent(face.confidence)}.")
        key = f"chat_emotion_{said.number}"
        st.pills(
            "Not right? Choose what fits; the reply follows.",
            FACE_EMOTIONS,
            default=exchange.emotion,
            format_func=theme.label,
            key=key,
            wrap=True,
            on_change=_correct,
            args=(said.number, key, opened),
        )
    if exchange.context.corrected:
        st.caption("Answered again with your correction.")


def chip_label(exchange: Exchange) -> str:
    """Return the words on a chip: `😢 sad · 72 %`, and where it was read if not in the words alone."""
    name = theme.label(exchange.emotion)
    if exchange.context.corrected:
        return f"{name} · your choice"
    if exchange.source == "fused_conflict":
        return f"{name} · words and photo differ"
    where = {"image_only": " · from the photo", "fused_aligned": " · words and photo"}.get(exchange.source, "")
    return f"{name} · {cards.percent(exchange.confidence)}{where}"


def _correct(number: int, key: str, opened: str) -> None:
    """Answer a message again with the emotion that the visitor chose, and close the box over the reply (a callback)."""
    st.session_state[opened] = False
    chosen, place = st.session_state.get(key), place_of(number)
    if chosen is None or place is None:
        return
    with widgets.guarded():
        turns = all_turns()
        before = turns[place].exchange
        message = Message(before.user_input.text, before.context.photo, chosen)
        exchange = converse.converse(message, exchanges(turns[:place]), session.settings(), library=session.library())
        turns[place] = Said(number, exchange, turns[place].picture)


def _citations(said: Said) -> None:
    """Draw the reviews that a reply cites, folded away, under the numbers of its marks."""
    context = said.exchange.context
    if context.answer is None or not context.citations:
        return
    hits = {hit.review.id: hit for hit in context.answer.hits}
    count = len(context.citations)
    with st.expander(f"The {count} review{'s' if count > 1 else ''} behind this", icon=":material/format_quote:"):
        for place, review in enumerate(context.citations, 1):
            if review in hits:
                widgets.hit_card(hits[review], place, anchor=f"chat-{said.number}")


def _model_line(exchange: Exchange) -> None:
    models = exchange.metadata.models
    if exchange.context.crisis:
        st.caption("A fixed text, shown before anything is generated.")
    elif "responder" in models or exchange.context.answer is not None:
        widgets.model_line(models, exchange.metadata.processing_time)
    elif models.get("reviews") == library_facts.NAME:
        st.caption("Counted in this library's reviews, not generated.")
    else:
        st.caption("A fixed text, written for this situation.")


def _verdict(said: Said) -> None:
    """Let the visitor say what they think of a reply, and why; it stays in the session."""
    if said.exchange.context.crisis:
        return
    key = f"chat_thumbs_{said.number}"
    default = _RATINGS.index(said.rating) if said.rating else None
    st.feedback("thumbs", key=key, default=default, on_change=_rate, args=(said.number, key))
    if said.rating is None:
        return
    key = f"chat_reasons_{said.number}_{said.rating}"
    st.pills(
        "Why? (stays in this session, and in your download)",
        REASONS[said.rating],
        selection_mode="multi",
        default=said.reasons,
        key=key,
        wrap=True,
        on_change=_reason,
        args=(said.number, key),
    )


def _rate(number: int, key: str) -> None:
    """Keep a verdict (a callback)."""
    chosen, place = st.session_state.get(key), place_of(number)
    if place is not None:
        rating = None if chosen is None else _RATINGS[chosen]
        all_turns()[place] = replace(all_turns()[place], rating=rating, reasons=())


def _reason(number: int, key: str) -> None:
    """Keep the reasons of a verdict (a callback)."""
    place = place_of(number)
    if place is not None:
        all_turns()[place] = replace(all_turns()[place], reasons=tuple(st.session_state.get(key) or ()))
