"""What stands around a conversation: its mood as a small chart, the downloads, the camera, and the way to forget it."""

from typing import TYPE_CHECKING

import streamlit as st

from chat import memory
from chat.exchange import conversation_text
from chat.memory import Mood
from ui import chat_turns, theme

if TYPE_CHECKING:
    import altair

PENDING = "chat_photo"
_CHART_PIXELS = 110
_FEWEST_MOODS = 2
_MOST_MOODS_DRAWN = 60


def mood_chart() -> None:
    """Draw how the mood of the messages moved, once there is something to compare."""
    moods = memory.remember(chat_turns.exchanges(chat_turns.all_turns())).course[-_MOST_MOODS_DRAWN:]
    if len(moods) < _FEWEST_MOODS:
        return
    with st.container(border=True):
        st.caption("How your messages sounded, from low to bright")
        st.altair_chart(course(moods), width="stretch", height="content", alt=describe(moods), key="chat_course")


def describe(moods: tuple[Mood, ...]) -> str:
    """Return a course as a sentence, for readers who do not see the chart."""
    steps = [mood.emotion for place, mood in enumerate(moods) if not place or mood.emotion != moods[place - 1].emotion]
    return f"Mood of {len(moods)} messages: {', then '.join(steps)}."


def course(moods: tuple[Mood, ...]) -> "altair.LayerChart":
    """Return a line of pleasantness over the turns, with the emoji of each emotion as its points."""
    import altair as alt

    rows = [
        {
            "turn": mood.number,
            "pleasantness": mood.pleasantness,
            "emoji": theme.sign(mood.emotion),
            "emotion": mood.emotion,
        }
        for mood in moods
    ]
    height = alt.Scale(domain=[-1.25, 1.25])
    base = alt.Chart(alt.InlineData(rows)).encode(
        x=alt.X("turn:Q", axis=None, scale=alt.Scale(domain=[moods[0].number - 0.3, moods[-1].number + 0.3])),
        y=alt.Y("pleasantness:Q", axis=None, scale=height),
        tooltip=[alt.Tooltip("turn:Q", title="message"), alt.Tooltip("emotion:N", title="sounded")],
    )
    # Vega draws nothing at all where one layer has an axis and another one has none: all of them say None.
    middle = (
        alt.Chart(alt.InlineData([{"y": 0}]))
        .mark_rule(strokeDash=[2, 4], opacity=0.35, color="currentColor")
        .encode(y=alt.Y("y:Q", axis=None, scale=height))
    )
    line = base.mark_line(interpolate="monotone", strokeWidth=2, opacity=0.55, color="#2f8f78")
    points = base.mark_text(fontSize=18).encode(text="emoji:N")
    chart: alt.LayerChart = (
        alt.layer(middle, line, points).properties(height=_CHART_PIXELS).configure_view(strokeWidth=0)
    )
    return chart


def tools() -> None:
    """Draw the buttons under a conversation: forget it, or take it along."""
    with st.container(horizontal=True, gap="small"):
        st.button(
            "Forget this conversation", key="forget", on_click=chat_turns.forget, icon=":material/delete_sweep:",
            help="Clears messages, photos and verdicts, and begins anew.",
        )  # fmt: skip
        with st.popover("Download", icon=":material/download:"):
            st.caption("Only you get this file: nothing is kept on the server.")
            told = chat_turns.conversation()
            st.download_button(
                "As text", conversation_text(told.exchanges), "conversation.txt", "text/plain", key="download_text",
                on_click="ignore",
            )  # fmt: skip
            st.download_button(
                "As JSON", told.model_dump_json(indent=2), "conversation.json", "application/json",
                key="download_json", on_click="ignore",
            )  # fmt: skip


def camera() -> None:
    """Draw the way to the camera, or the picture that waits for the next message."""
    waiting: bytes | None = st.session_state.get(PENDING)
    if waiting is None:
        st.button("Take a photo", key="camera", type="tertiary", icon=":material/photo_camera:", on_click=_open_camera)
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.image(waiting, width=64, alt="The photo that goes with your next message")
        st.caption("Goes with your next message.", width="content")
        st.button("Send it alone", key="send_photo", on_click=_send)
        st.button("Remove", key="drop_photo", type="tertiary", on_click=drop_photo)


def take_photo() -> bytes | None:
    """Return the picture that waits, and let go of it."""
    waiting: bytes | None = st.session_state.get(PENDING)
    drop_photo()
    return waiting


def wants_sending() -> bool:
    """True once after the visitor sent a picture without words."""
    return bool(st.session_state.pop("chat_send_photo", False))


def drop_photo() -> None:
    """Let go of the picture that waits."""
    st.session_state.pop(PENDING, None)


def _send() -> None:
    st.session_state["chat_send_photo"] = True


def _open_camera() -> None:
    st.session_state["chat_camera_open"] = True


def camera_dialog() -> None:
    """Open the camera if the visitor asked for it."""
    if st.session_state.pop("chat_camera_open", False):
        _camera_dialog()


@st.dialog("Take a photo")
def _camera_dialog() -> None:
    st.caption("The picture goes to this program only, with your next message. It is not stored.")
    taken = st.camera_input(
        "Your face, turned to the camera", key=f"chat_camera_{st.session_state.get('chat_epoch', 0)}"
    )
    if taken is not None:
        st.session_state[PENDING] = taken.getvalue()
        st.rerun()
