"""The look that config.toml cannot say: one colour per emotion and per sentiment, and the stylesheet of our own HTML.

Each colour keeps at least 3:1 (WCAG 1.4.11, graphical objects) on the background of the light and of the dark theme, so
that a chart needs one palette only. Colour never stands alone: a label is always beside it.
"""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Literal

import streamlit as st
from streamlit.commands.page_config import MenuKey

from emotion.labels import EMOJI

__all__ = [
    "EMOJI",
    "EMOTION_COLOURS",
    "ICON",
    "LOGO",
    "MENU",
    "NOT_READ_COLOUR",
    "SENTIMENT_COLOURS",
    "SENTIMENT_SIGNS",
    "Kind",
    "apply",
    "colour",
    "label",
    "sentiment_label",
    "sign",
]

EMOTION_COLOURS: Mapping[str, str] = MappingProxyType(
    {
        "angry": "#c4533f",
        "disgust": "#7d8a2e",
        "fear": "#8d6bb5",
        "happy": "#b9811b",
        "neutral": "#85807a",
        "sad": "#4d82b8",
        "surprise": "#c25b8c",
    }
)
SENTIMENT_COLOURS: Mapping[str, str] = MappingProxyType(
    {"negative": "#b9603f", "neutral": "#85807a", "positive": "#2f8f78"}
)
SENTIMENT_SIGNS: Mapping[str, str] = MappingProxyType({"negative": "−", "neutral": "○", "positive": "+"})

NOT_READ_COLOUR = "#5f8aa8"
"""Of what the models did not read: neither an emotion's nor neutral's."""

Kind = Literal["emotion", "sentiment"]
_FOLDER = Path(__file__).parent
_STYLESHEET = _FOLDER / "style.css"
ICON = _FOLDER / "assets" / "icon.svg"
LOGO = _FOLDER / "assets" / "logo.svg"
MENU: Mapping[MenuKey, str | None] = MappingProxyType(
    {"About": "**Moodlens** finds the customer reviews that feel like a face, a few words or an emotion, and says why."}
)


def colour(name: str) -> str:
    """Return the colour of an emotion or a sentiment (a grey for anything else)."""
    return EMOTION_COLOURS.get(name) or SENTIMENT_COLOURS.get(name, EMOTION_COLOURS["neutral"])


def sign(name: str, kind: Kind = "emotion") -> str:
    """Return the emoji of an emotion or the sign of a sentiment ("neutral" is both, so the kind must be known)."""
    return EMOJI[name] if kind == "emotion" else SENTIMENT_SIGNS[name]


def label(name: str, kind: Kind = "emotion") -> str:
    """Return an emotion or a sentiment as it is shown on chips: `😊 happy`, `+ positive`."""
    return f"{sign(name, kind)} {name}"


def sentiment_label(name: str) -> str:
    """Return a sentiment as it is shown on chips: `+ positive`."""
    return label(name, "sentiment")


def apply() -> None:
    """Put the stylesheet of our own HTML (cards, citations, notices) on the page; takes no room."""
    st.html(_STYLESHEET)
