"""Chat: a conversation that answers the mood of the words, looks things up in the reviews, and keeps nothing."""

import logging
import re
import threading
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Literal

import streamlit as st

import model_utils
from chat import danger
from chat.converse import MAX_CHARACTERS
from errors import LibraryError, ModelError, MoodlensError
from settings import Settings, from_environment
from ui import chat_bubbles, chat_responder, chat_tools, chat_turns, session, widgets
from ui.chat_turns import Said
from ui.photo_view import PHOTO_TYPES
from ui.plain import plain

if TYPE_CHECKING:
    from rag.library import Library

_SUGGESTIONS = (
    "I had a rough day.",
    "Something lovely happened to me!",
    "I'm nervous about tomorrow.",
    "What do customers complain about most?",
)
_TASKS: tuple[Literal["responder", "text_emotion", "sentiment", "toxicity"], ...] = (
    "responder",
    "text_emotion",
    "sentiment",
    "toxicity",
)
_COLUMN_PIXELS = 780
_DRAWN = 30
_FORGET = re.compile(
    r"(?:please )?(?:forget|delete|erase) (?:this|our|the whole) (?:conversation|chat)(?: please)?[.! ]*", re.I
)
_SUGGESTED = "chat_suggested"
_NOTICE = (
    "You are writing with an AI program, not a person. It guesses a mood from words and expressions, can be wrong, and "
    "is no substitute for people or for professional help. Nothing you write is stored: it is gone with this session."
)


log = logging.getLogger(__name__)


def render() -> None:
    """Draw the page."""
    with _column():
        _page()


def _column() -> AbstractContextManager[object]:
    """A column narrow enough to read a conversation in."""
    return st.container(horizontal_alignment="center").container(width=_COLUMN_PIXELS)


def _page() -> None:
    st.title("Chat", anchor=False)
    with st.container(border=True):
        st.markdown(f":material/smart_toy: {_NOTICE}")
    turns = chat_turns.all_turns()
    _library_line()
    chat_responder.control()
    _conversation(turns)
    place = st.container()
    with place:
        chat_responder.offer()
    if turns:
        chat_tools.mood_chart()
        chat_tools.tools()
    suggested = st.session_state.pop(_SUGGESTED, None)
    again = chat_responder.sent_again()
    with st.bottom, _column():
        if turns:
            chat_bubbles.bring_into_view(f"{turns[-1].number} answered")
        chat_tools.camera()
        given = st.chat_input(
            "Write, or ask about reviews …",
            key=f"chat_input_{st.session_state.get(chat_turns.EPOCH, 0)}",
            max_chars=MAX_CHARACTERS,
            accept_file=True,
            file_type=PHOTO_TYPES,
        )
    chat_tools.camera_dialog()
    if given or suggested or again is not None or chat_tools.wants_sending():
        attached = given.files[0].getvalue() if given and given.files else None
        text = given.text if given else suggested or again or ""
        chat_responder.drop()
        _answer(place, text, attached or chat_tools.take_photo())
    elif not turns:
        _suggest(place)
    warm_up()


def _conversation(turns: Sequence[Said]) -> None:
    """Draw the latest turns, and the earlier ones on request: a long conversation stays quick."""
    earlier = len(turns) - _DRAWN
    if earlier > 0 and not st.toggle(f"Show the {earlier} earlier messages too", key="chat_earlier"):
        turns = turns[-_DRAWN:]
    for said in turns:
        chat_bubbles.draw(said)


def _suggest(place: "st.delta_generator.DeltaGenerator") -> None:
    with place:
        st.markdown("Write what is on your mind, add a photo, or begin with one of these:")
        with st.container(horizontal=True, gap="small"):
            for number, text in enumerate(_SUGGESTIONS):
                st.button(text, key=f"suggestion_{number}", on_click=_choose, args=(text,))


def _choose(text: str) -> None:
    st.session_state[_SUGGESTED] = text


@st.cache_resource(max_entries=1, show_spinner=False)
def warm_up() -> threading.Thread:
    """Load the models of a conversation in the background, once per process, so that the first reply is quick."""
    thread = threading.Thread(target=_load_models, args=(from_environment(),), name="warm-up-chat", daemon=True)
    thread.start()
    return thread


def _load_models(current: Settings) -> None:
    for task in _TASKS:
        try:
            model_utils.load(task, settings=current)
            danger.load(current)
        except MoodlensError as error:
            log.warning("%s could not be loaded ahead: %s", task, error)


def _library_line() -> None:
    name = session.library_name()
    reviews = f"“{plain(name)}”" if name else "the reviews that come with Moodlens"
    st.caption(f"Questions about reviews are answered from {reviews}.")


def _library() -> "Library | None":
    """Return the library to look things up in; without one the conversation goes on."""
    try:
        return session.library()
    except LibraryError as error:
        widgets.show_error(error)
        return None


def _answer(place: "st.delta_generator.DeltaGenerator", text: str, photo: bytes | None) -> None:
    """Draw a new message and stream the reply to it; a message that cannot be answered says why and is not kept."""
    if asks_to_forget(text):
        chat_turns.forget()
        st.rerun()
    with place:
        try:
            with st.spinner("Reading …"):
                library = _library()
            chat_bubbles.answer(text, photo, library)
        except ModelError as error:
            chat_responder.keep(text, photo, error)
        except MoodlensError as error:
            widgets.show_error(error)
            return
    st.rerun()


def asks_to_forget(text: str) -> bool:
    """True for a message that is nothing but the wish to have the conversation forgotten.

    >>> asks_to_forget("Please forget this conversation."), asks_to_forget("I can't forget this conversation")
    (True, False)
    """
    return bool(_FORGET.fullmatch(text.strip()))
