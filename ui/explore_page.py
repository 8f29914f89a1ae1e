"""Explore: ask with a face, a few words or one click on an emotion, and see the reviews that feel the same."""

from typing import TYPE_CHECKING

import streamlit as st

from ui import explore_answer, explore_inputs, photo_view, session, state, understand_chosen, widgets

if TYPE_CHECKING:
    from rag.build import Progress
    from rag.library import Facets, Library


def render() -> None:
    """Draw the page."""
    st.title("What do your customers feel?", anchor=False)
    st.markdown("Show a face, say it in words, or pick an emotion. Moodlens finds the reviews that feel the same.")
    library = open_library()
    facets = library.facets()
    if unknown := state.read(facets):
        st.warning(
            f"These reviews do not know {_listed(unknown)} of the link; it was left out.", icon=":material/info:"
        )
    explore_inputs.library_selector()
    emotion, words = _question()
    filters = understand_chosen.restricted(library, explore_inputs.filter_panel(library, facets))
    view = state.View(emotion, words, filters)
    state.write(view)
    if view.query is None:
        _welcome(library, facets)
    else:
        explore_answer.show(view.query, library)
    st.space("small")
    widgets.ai_notice()
    session.warm_up()


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(f"“{name[:40]}”" for name in names[:5])


def _question() -> tuple[str | None, str]:
    left, right = st.columns([5, 3], gap="medium")
    with right:
        photo_view.picker()
    with left:
        words = explore_inputs.words_box()
        photo = photo_view.current()
        if photo is None:
            return explore_inputs.emotion_chips("Or pick how it feels"), words
    return photo_view.panel(photo), words


def open_library() -> "Library":
    """Open the library of the URL or the session; the first time this shows progress."""
    missing = state.read_library()
    if missing is not None:
        st.warning(
            f"The library “{missing}” of this link is not here. You see the reviews that come with Moodlens.",
            icon=":material/info:",
        )
    place = st.empty()

    def show(progress: "Progress") -> None:
        share = progress.done / progress.total if progress.total else 0.0
        left = f", about {progress.seconds_left:.0f} s left" if progress.seconds_left else ""
        count = f"{progress.done:,} of {progress.total:,} reviews" if progress.total else "reviews"
        done = f"read {count}{left}" if progress.done else "loading the models …"
        place.progress(min(share, 1.0), f"Getting ready for the first time: {done}")

    library = session.library(show)
    place.empty()
    return library


def _welcome(library: "Library", facets: "Facets") -> None:
    examples, glance = st.columns([5, 3], gap="medium")
    with examples:
        st.markdown("#### For example", anchors=False)
        for number, question in enumerate(explore_inputs.EXAMPLES):
            st.button(
                question, key=f"example_{number}", on_click=state.ask, kwargs={"words": question}, width="stretch"
            )
    with glance:
        total = sum(facets.emotions.values()) or 1
        shares = {name: number / total for name, number in facets.emotions.items()}
        widgets.mix_chart(shares, f"How the {len(library):,} reviews feel", key="glance")
