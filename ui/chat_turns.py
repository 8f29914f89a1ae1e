"""The turns of a conversation as a session keeps them, with the visitor's verdicts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import streamlit as st

from chat.exchange import Conversation, Exchange, Feedback

_TURNS = "chat_turns"
_COUNT = "chat_count"
EPOCH = "chat_epoch"
"""Counts the conversations of a session, so that the input box of a forgotten one (and its files) goes with it."""
MOST_KEPT = 250
"""Exchanges a session keeps; of a longer conversation the oldest are dropped."""


@dataclass(frozen=True, eq=False)
class Said:
    """One turn: its number in the conversation (from 0), the exchange, a small picture of its photo (JPEG bytes), and
    what the visitor thinks of the reply."""

    number: int
    exchange: Exchange
    picture: bytes | None = None
    rating: Literal["up", "down"] | None = None
    reasons: tuple[str, ...] = ()


def all_turns() -> list[Said]:
    """Return the conversation of this session, oldest first."""
    turns: list[Said] = st.session_state.setdefault(_TURNS, [])
    return turns


def forget() -> None:
    """Drop the whole conversation: turns, verdicts, photos, drafts, and what the address may hold."""
    for key in [key for key in st.session_state if str(key).startswith("chat_")]:
        if key != EPOCH:
            del st.session_state[key]
    st.session_state[EPOCH] = st.session_state.get(EPOCH, 0) + 1
    st.query_params.clear()


def exchanges(turns: Sequence[Said]) -> list[Exchange]:
    """Return turns as the chat sees them."""
    return [said.exchange for said in turns]


def conversation() -> Conversation:
    """Return what is downloaded: every exchange that is kept, and the verdicts."""
    turns = all_turns()
    verdicts = tuple(
        Feedback(exchange=place, rating=said.rating, reasons=said.reasons)
        for place, said in enumerate(turns)
        if said.rating is not None
    )
    return Conversation(exchanges=tuple(exchanges(turns)), feedback=verdicts)


def count() -> int:
    """Return how many exchanges there were, kept or not."""
    number: int = st.session_state.get(_COUNT, 0)
    return number


def keep(exchange: Exchange, picture: bytes | None) -> None:
    """Add an exchange to the conversation."""
    turns, number = all_turns(), count()
    st.session_state[_COUNT] = number + 1
    turns.append(Said(number, exchange, picture))
    del turns[:-MOST_KEPT]


def place_of(number: int) -> int | None:
    """Return where the turn of a number stands, or None if it is not kept any more."""
    return next((place for place, said in enumerate(all_turns()) if said.number == number), None)
