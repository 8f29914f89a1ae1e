"""Chat: a conversation that answers the mood of the words, looks things up in the reviews, and keeps nothing."""

import logging
import threading
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Literal

import streamlit as st

import model_utils
from chat.converse import MAX_CHARACTERS
from errors import LibraryError, MoodlensError
from settings import Settings, from_environment
from ui import chat_turns, session, widgets
from ui.chat_turns import Said
from ui.plain import plain

if TYPE_CHECKING:
    from rag.library import Library

_SUGGESTIONS = (
    "I had a rough day.",
    "Something lovely happened to me!",
    "I'm nervous about tomorrow.",
    "What do customers complain about most?",
)
_PHOTO_TYPES = ("jpg", "jpeg", "png", "webp", "bmp", "gif", "tiff")
_TASKS: tuple[Literal["responder"], Literal["text_emotion"], Literal["toxicity"]] = (
    "responder",
    "text_emotion",
    "toxicity",
)
_COLUMN_PIXELS = 780
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
    for number, said in enumerate(turns):
        chat_turns.draw(number, said)
    place = st.container()
    if turns:
        st.button("Forget this conversation", key="forget", on_click=chat_turns.forget, icon=":material/delete_sweep:")
    suggested = st.session_state.pop(_SUGGESTED, None)
    with st.bottom, _column():
        given = st.chat_input(
            "Write something, or ask what customers say …",
            key="chat_input",
            max_chars=MAX_CHARACTERS,
            accept_file=True,
            file_type=_PHOTO_TYPES,
        )
    if given or suggested:
        photo = given.files[0].getvalue() if given and given.files else None
        _answer(place, Said(given.text if given else suggested, photo))
    elif not turns:
        _suggest(place)
    warm_up()


def _suggest(place: "st.delta_generator.DeltaGenerator") -> None:
    with place:
        st.markdown("Write what is on your mind, attach a photo, or begin with one of these:")
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


def _answer(place: "st.delta_generator.DeltaGenerator", said: Said) -> None:
    """Draw a new message and stream the reply to it; a message that cannot be answered says why and is not kept."""
    with place:
        try:
            with st.spinner("Reading …"):
                library = _library()
            chat_turns.answer(said, library)
        except MoodlensError as error:
            widgets.show_error(error)
            return
    st.rerun()
