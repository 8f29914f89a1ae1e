"""“Where did it look?”: on demand, the chosen face with the places on which its reading rests.

Maps stay in the visitor's session, as the photo does, and go with it.
"""

from typing import TYPE_CHECKING

import streamlit as st

from ui import heat_map, session, state, widgets
from ui.cards import percent

if TYPE_CHECKING:
    from emotion.face import PhotoReading
    from emotion.saliency import Look, Saliency

_MAPS = "saliency_maps"
PICTURE_PIXELS = 192
LEAST_FALL = 0.005
"""Smaller falls of a probability are not shown as a place."""


def control(digest: str, reading: "PhotoReading", chosen: int) -> None:
    """Draw the switch and, when it is on, the map of one face for the emotion that stands.

    Args:
        digest: of the photo.
        chosen: the face's place in `reading.faces`.
    """
    face = reading.faces[chosen]
    help_text = "Blurs parts of the face at random and marks those without which the reading changes."
    if not st.toggle("Where did it look?", key=f"look_{digest[:8]}", help=help_text):
        return
    emotion = st.session_state.get(state.EMOTION) or face.emotion
    with widgets.guarded():
        _show(_saliency(digest, reading, chosen), emotion)


def _show(saliency: "Saliency", emotion: str) -> None:
    look = saliency.of(emotion)
    picture, words = st.columns([1, 2], gap="small", vertical_alignment="center")
    matters = look.before - look.without >= LEAST_FALL
    alt = f"The face, grey; yellow where blurring it makes “{emotion}” less likely"
    drawn = heat_map.draw(saliency.crop, look.heat if matters else look.heat * 0)
    picture.image(drawn, alt=alt, width=PICTURE_PIXELS)
    words.markdown(_reading(emotion, look) if matters else _nowhere(emotion))
    words.caption("This is what the model reacts to. It is neither why, nor what the person feels.")


def _reading(emotion: str, look: "Look") -> str:
    return (
        f"**Yellow counts most for “{emotion}”.** With the brightest sixth of the face blurred it falls from "
        f"{percent(look.before)} to {percent(look.without)}; the ring holds what counts at least half as much."
    )


def _nowhere(emotion: str) -> str:
    return f"**No part of the face counts for “{emotion}”.** It stays about as likely whichever is blurred."


def _saliency(digest: str, reading: "PhotoReading", chosen: int) -> "Saliency":
    kept: dict[tuple[str, str, int], Saliency] = st.session_state.setdefault(_MAPS, {})
    key = (digest, reading.models["face"], chosen)
    if key not in kept:
        from emotion import saliency

        for old in [known for known in kept if known[0] != digest]:
            del kept[old]
        with st.spinner("Blurring parts of the face …"):
            kept[key] = saliency.look(reading, reading.faces[chosen], session.settings())
    return kept[key]
