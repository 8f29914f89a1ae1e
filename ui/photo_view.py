"""A face as the question: upload or webcam, the boxes, the probabilities, and the way to say "not right".

A photo stays in the memory of the visitor's session while it is on the page; it is never written down and never in
the URL. Only the emotion it was read as becomes part of the question.
"""

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import streamlit as st

from backends.contracts import FACE_EMOTIONS
from ui import explore_inputs, photo_look, session, state, theme, widgets
from ui.cards import percent
from ui.photo_boxes import annotate

if TYPE_CHECKING:
    from emotion.face import FaceReading, PhotoReading

PHOTO_TYPES = ["jpg", "jpeg", "png", "webp", "gif", "bmp", "tif", "tiff", "heic", "heif", "avif"]
UNSURE_BELOW = 0.5
CROWD = "crowd"
_PHOTO = "photo"
_UPLOADER_ROUND = "uploader_round"
_WHOLE = "whole_wanted"


@dataclass(frozen=True)
class Photo:
    """The photo on the page: what was read in it, and which face was chosen (None: the crowd)."""

    digest: str
    reading: "PhotoReading"
    chosen: int | None = 0

    @property
    def face(self) -> "FaceReading | None":
        """The reading that counts: the chosen face's or the crowd's; None if no face was found."""
        if not self.reading.faces:
            return None
        return self.reading.crowd() if self.chosen is None else self.reading.faces[self.chosen]


def current() -> Photo | None:
    """Return the photo of this session, if there is one on the page."""
    photo: Photo | None = st.session_state.get(_PHOTO)
    return photo


def picker() -> None:
    """Draw upload and webcam; read a new photo and let its emotion become the question."""
    source = st.segmented_control(
        "Or show a face", ["Photo", "Webcam"], default="Photo", required=True, key="face_source"
    )
    number = st.session_state.setdefault(_UPLOADER_ROUND, 0)
    if source == "Webcam":
        given = st.camera_input("Take a picture", key=f"camera_{number}", label_visibility="collapsed")
    else:
        limit = int(session.settings().max_image_megabytes)
        given = st.file_uploader(
            "Photo of a face", PHOTO_TYPES, key=f"upload_{number}", max_upload_size=limit, label_visibility="collapsed"
        )
    if given is None:
        st.session_state.pop(_PHOTO, None)
        return
    with widgets.guarded():
        _take(given.getvalue())
        if st.session_state.pop(_WHOLE, False):
            _read_whole()


def _take(data: bytes) -> None:
    digest = hashlib.sha256(data).hexdigest()
    known = current()
    if known is not None and known.digest == digest:
        return
    st.session_state.pop(_PHOTO, None)
    from emotion import face

    with st.spinner("Looking for faces …"):
        reading = face.read(data, session.settings())
    _keep(Photo(digest, reading))


def _keep(photo: Photo) -> None:
    st.session_state[_PHOTO] = photo
    state.ask(photo.face.emotion if photo.face else None)


def panel(photo: Photo) -> str | None:
    """Draw what was read in the photo and return the emotion that stands after the visitor's say."""
    with st.container(border=True, key="photo_panel"):
        if photo.face is None:
            _no_face(photo)
            return explore_inputs.emotion_chips("Or choose what you see")
        picture, words = st.columns([2, 3], gap="medium")
        with picture:
            _picture(photo)
        with words:
            _choose_face(photo)
            _verdict(photo.face)
            shares = dict(zip(FACE_EMOTIONS, photo.face.probabilities.tolist(), strict=True))
            widgets.mix_chart(shares, "How the expression reads", key="face_chart")
            if photo.chosen is not None:
                photo_look.control(photo.digest, photo.reading, photo.chosen)
        emotion = explore_inputs.emotion_chips("Not right? Choose what you see")
        if emotion is not None and emotion != photo.face.emotion:
            st.caption(f"You chose {emotion}; the model read {photo.face.emotion}. Your choice counts.")
        widgets.model_line(photo.reading.models, photo.reading.seconds)
    return emotion


def _picture(photo: Photo) -> None:
    faces = photo.reading.faces
    boxed = [face for face in faces if face.box is not None]
    read = ", ".join(f"{number} {face.emotion}" for number, face in enumerate(faces, 1))
    alt = f"Your photo with {len(boxed)} marked face{'s' if len(boxed) != 1 else ''}: {read}"
    st.image(annotate(photo.reading.image, faces, photo.chosen), alt=alt, width="stretch")
    if not boxed:
        st.caption("The whole picture was read as one face.")
    for note in photo.reading.notes:
        st.caption(note)


def _choose_face(photo: Photo) -> None:
    number = len(photo.reading.faces)
    if number < 2:
        return
    st.session_state["face_choice"] = CROWD if photo.chosen is None else str(photo.chosen + 1)
    st.pills(
        f"{number} faces found. Whose expression counts?",
        [*(str(index) for index in range(1, number + 1)), CROWD],
        format_func=lambda choice: "The whole crowd" if choice == CROWD else f"Face {choice}",
        key="face_choice",
        required=True,
        on_change=_face_chosen,
        wrap=True,
    )


def _face_chosen() -> None:
    photo, choice = current(), st.session_state["face_choice"]
    if photo is not None:
        _keep(replace(photo, chosen=None if choice == CROWD else int(choice) - 1))


def _verdict(face: "FaceReading") -> None:
    runner_up, probability = face.runner_up
    if face.confidence >= UNSURE_BELOW:
        st.markdown(
            f"### The expression looks {theme.label(face.emotion)}, {percent(face.confidence)} sure.", anchors=False
        )
        return
    st.markdown(
        f"### Hard to say: perhaps {theme.label(face.emotion)} ({percent(face.confidence)}), "
        f"perhaps {theme.label(runner_up)} ({percent(probability)}).",
        anchors=False,
    )
    if st.session_state.get(state.EMOTION) != runner_up:
        st.button(
            f"Go with {theme.label(runner_up)}", key="runner_up", on_click=state.choose_emotion, args=(runner_up,)
        )


def _no_face(photo: Photo) -> None:
    picture, words = st.columns([2, 3], gap="medium")
    picture.image(annotate(photo.reading.image, (), None), alt="Your photo; no face was found in it", width="stretch")
    with words:
        st.markdown("### No face found", anchors=False)
        st.markdown("A face works best from the front, in even light, and at least as large as a thumbnail.")
        with st.container(horizontal=True):
            st.button("Use the whole picture", type="primary", key="whole", on_click=_want_whole)
            st.button("Try another photo", key="another", on_click=_start_over)


def _start_over() -> None:
    st.session_state[_UPLOADER_ROUND] += 1
    st.session_state.pop(_PHOTO, None)


def _want_whole() -> None:
    st.session_state[_WHOLE] = True


def _read_whole() -> None:
    from emotion import face

    photo = current()
    if photo is None:
        return
    with st.spinner("Reading the whole picture …"):
        reading = face.read_whole(photo.reading.image, session.settings())
    _keep(replace(photo, reading=reading, chosen=0))
