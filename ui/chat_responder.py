"""Who answers in the chat: the visitor's choice, what each choice needs, and the way on when one cannot answer.

A message that no model could answer is kept, with its photo, until it is sent again or given up: nothing typed is lost.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

import model_utils
from errors import ModelError
from settings import Settings
from ui import chat_tools, session, widgets
from ui.plain import plain

EMBEDDED, FLAN_T5, OLLAMA = "written-replies", "flan-t5-base", "ollama"
TITLES: Mapping[str, str] = {EMBEDDED: "Embedded", FLAN_T5: "Flan-T5 (hub)", OLLAMA: "Ollama"}
"""Model -> its name for the visitor."""
PROMISES: Mapping[str, str] = {
    EMBEDDED: "Replies written by people, chosen by meaning and emotion. At once, offline, in English.",
    FLAN_T5: "A small model that writes its own words, on this machine; Korean is answered by KoGPT2 if it is there.",
    OLLAMA: "Any chat model of your own Ollama server. What you write is sent to that server.",
}
AGAIN = "chat_again"
"""A message to be sent in this run of the page."""
_FAILED = "chat_failed"
_OPEN = "chat_responder_open"
_LOOK_ANEW_SECONDS = 10


@dataclass(frozen=True, eq=False)
class Failed:
    """A message that no model could answer, its photo, and why."""

    text: str
    photo: bytes | None
    reason: str


def control() -> None:
    """Draw who answers, and the way to change it."""
    settings = session.settings()
    now = _current(settings) or "nobody yet"
    st.button(
        f"Who answers: {TITLES.get(now, now)}", key="responder", type="tertiary", icon=":material/tune:",
        on_click=_open, help="Choose between replies written by people, Flan-T5, and a model of your Ollama server.",
    )  # fmt: skip
    if now == OLLAMA:
        st.caption(f"What you write is sent to the Ollama server at {plain(settings.ollama_address)}.")
    if st.session_state.get(_OPEN, False):
        _dialog()


def _current(settings: Settings) -> str | None:
    """Return the name of the responder that is chosen now; None where none can be."""
    try:
        return model_utils.choose("responder", settings).card.name
    except ModelError:
        return None


def _open() -> None:
    st.session_state[_OPEN] = True


def _close() -> None:
    st.session_state.pop(_OPEN, None)


@st.dialog("Who answers?", on_dismiss=_close)
def _dialog() -> None:
    settings = session.settings()
    current = _current(settings)
    chosen = st.radio(
        "Who answers?", tuple(TITLES), index=tuple(TITLES).index(current) if current in TITLES else None,
        format_func=TITLES.__getitem__, captions=[PROMISES[name] for name in TITLES], key="chat_responder_choice",
        label_visibility="collapsed",
    )  # fmt: skip
    if chosen is None:
        return
    with st.spinner("Looking …"):
        ready, reason = _state(chosen, settings)
    if ready:
        st.success(f"Ready: {reason}.", icon=":material/check:")
    else:
        st.warning(reason, icon=":material/info:")
        _how_to_get(chosen, settings)
    st.caption("Danger is recognised and unkind words are filtered whoever answers. The choice holds for this session.")
    if st.button("Answer with it from now on", key="responder_take", type="primary", disabled=not ready):
        take(chosen)
        _close()
        st.rerun()


@st.cache_data(ttl=_LOOK_ANEW_SECONDS, max_entries=32, show_spinner=False, hash_funcs={Settings: repr})
def _state(name: str, settings: Settings) -> tuple[bool, str]:
    """Return whether a responder is ready and why (not); looked up anew after some seconds."""
    availability = model_utils.card("responder", name).available(settings)
    return availability.ready, availability.reason


def _how_to_get(name: str, settings: Settings) -> None:
    """Say what to run; on a shared server only its owner can."""
    if settings.hosted:
        st.caption("Only who runs this server can add it.")
    elif name == FLAN_T5:
        st.code(f"python -m model_utils download {FLAN_T5} kogpt2-base-v2", language="bash", wrap_lines=True)
    elif name == OLLAMA:
        st.markdown("Get Ollama from [ollama.com](https://ollama.com/download), then:")
        st.code(f"ollama serve\nollama pull {settings.ollama_model}", language="bash")


def take(name: str) -> None:
    """Answer with a responder from now on, in this session."""
    session.change_settings(models={**session.settings().models, "responder": name})


def keep(text: str, photo: bytes | None, error: ModelError) -> None:
    """Keep a message that could not be answered."""
    st.session_state[_FAILED] = Failed(text, photo, str(error))


def offer() -> None:
    """Draw the message that waits for an answer, if there is one: why, and the ways on."""
    failed: Failed | None = st.session_state.get(_FAILED)
    if failed is None:
        return
    widgets.show_error(ModelError(failed.reason))
    with st.container(border=True):
        st.caption("Your message is kept:")
        st.markdown(plain(failed.text).replace("\n", "  \n") or "(a photo)")
        with st.container(horizontal=True, gap="small"):
            st.button("Try again", key="failed_again", on_click=_send)
            if _current(session.settings()) != EMBEDDED:
                st.button("Answer with the embedded replies", key="failed_embedded", on_click=_send, args=(EMBEDDED,))
            st.button("Drop it", key="failed_drop", type="tertiary", on_click=drop)


def drop() -> None:
    """Let go of the message that waits."""
    st.session_state.pop(_FAILED, None)


def _send(name: str | None = None) -> None:
    """Send the message again (a callback), answered by another responder if one is named."""
    failed: Failed = st.session_state.pop(_FAILED)
    if name is not None:
        take(name)
    st.session_state[AGAIN] = failed.text
    if failed.photo is not None:
        st.session_state[chat_tools.PENDING] = failed.photo


def sent_again() -> str | None:
    """Return the words of a message that is to be sent again, once; "" for a photo alone."""
    again: str | None = st.session_state.pop(AGAIN, None)
    return again
