"""How to ask on the Explore page: words, an emotion, the library."""

import streamlit as st

from emotion.labels import FACE_EMOTIONS
from emotion.language import NAMES, detect, is_foreign
from rag.query import MAX_QUESTION_CHARACTERS
from ui import session, state, theme

EXAMPLES = (
    "Is the sound worth the price?",
    "Deliveries that came late",
    "Why was it sent back?",
    "Great sound",
)
"""Questions that the shipped reviews answer."""
OWN_EXAMPLES = ("What disappointed people?", "Is it worth the money?", "Why was it sent back?", "Bought as a gift")
"""Questions that the reviews of any product are likely to answer."""

_SHIPPED = ""
"""Stands for the shipped reviews among the libraries (None would be shown as nothing chosen)."""


BOX_HELP = """Ask as you would ask a person; reviews that mean the same in other words are found too.

- `"battery life"`: only reviews that say this, in any form of its words: “battery lives” too
- `-refund` or `NOT refund`: no review that says this: “refunded” neither
- `NOT "customer service"`: both together"""


def library_selector(label: str = "Reviews to search") -> None:
    """Let the visitor choose among the libraries; shown only where there are several."""
    own = [info.name for info in session.own_libraries()]
    if not own:
        return
    st.session_state["library_choice"] = session.library_name() or _SHIPPED
    st.selectbox(
        label,
        [_SHIPPED, *own],
        format_func=lambda name: "The reviews that come with Moodlens" if name == _SHIPPED else name,
        key="library_choice",
        on_change=_library_chosen,
        width=360,
    )


def _library_chosen() -> None:
    session.set_library(st.session_state["library_choice"] or None)
    state.clear_filters()


def words_box() -> str:
    """Draw the box for words and return what stands in it."""
    words = st.text_input(
        "Ask in your own words",
        key=state.WORDS,
        persist_state="session",
        max_chars=MAX_QUESTION_CHARACTERS,
        placeholder="Deliveries that came late …",
        help=BOX_HELP,
        icon=":material/search:",
    )
    if words and is_foreign(language := detect([words])[0]):
        st.caption(f"This looks {NAMES[language]}. Moodlens reads English: ask in English for better answers.")
    return words or ""


def emotion_chips(label: str) -> str | None:
    """Draw the seven emotions, one click each, and return the chosen one."""
    return st.pills(
        label,
        FACE_EMOTIONS,
        format_func=theme.label,
        key=state.EMOTION,
        persist_state="session",
        wrap=True,
    )
