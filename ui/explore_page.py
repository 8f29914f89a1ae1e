"""Explore: ask with a face, a few words or one click on an emotion, and see the reviews that feel the same."""

from typing import TYPE_CHECKING

import streamlit as st

from errors import LibraryError, LibraryNotFound
from ui import (
    explore_answer,
    explore_chips,
    explore_export,
    explore_facets,
    explore_inputs,
    photo_view,
    session,
    state,
    understand_chosen,
    widgets,
)  # fmt: skip
from ui.plain import plain

if TYPE_CHECKING:
    from rag.facets import Counts, FacetTable
    from rag.library import Library
    from rag.progress import Progress
    from rag.query import Filters


def render() -> None:
    """Draw the page."""
    st.title("What do your customers feel?", anchor=False)
    st.markdown("Show a face, say it in words, or pick an emotion. Moodlens finds the reviews that feel the same.")
    try:
        library = open_library()
    except LibraryError as error:
        if session.library_name() is None:
            raise
        widgets.show_error(error)
        st.button("See the reviews that come with Moodlens", key="see_shipped", on_click=_see_shipped)
        return
    table = facets(library)
    if unknown := state.read(table.whole):
        st.warning(
            f"These reviews do not know {_listed(unknown)} of the link; it was left out.", icon=":material/info:"
        )
    explore_inputs.library_selector()
    emotion, words = _question()
    chosen, counts = explore_facets.panel(table, understand_chosen.restriction(library))
    view = state.View(emotion, words, chosen)
    state.write(view)
    if counts.matching == 0:
        explore_chips.nothing_left(chosen, table)
    elif view.query is None:
        _welcome(counts, chosen)
    else:
        explore_answer.show(view.query, library)
    if counts.matching:
        explore_export.reviews(library, chosen, counts.matching, view.query)
        st.caption("The address of this page holds your question and filters: share it, and others see the same.")
    st.space("small")
    widgets.ai_notice()
    session.warm_up()


def facets(library: "Library") -> "FacetTable":
    """Return the facets of the open library; the first time this counts its reviews."""
    from rag.facets import facet_table

    with st.spinner("Counting the reviews …", show_time=False):
        return facet_table(library)


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
        left = f", {progress.left}" if progress.left else ""
        count = f"{progress.done:,} of {progress.total:,} reviews" if progress.total else "reviews"
        done = f"read {count}{left}" if progress.done else "loading the models …"
        place.progress(min(share, 1.0), f"Getting ready for the first time: {done}")

    try:
        library = session.library(show)
    except LibraryNotFound:
        st.warning(
            f"The library “{plain(session.library_name() or '')}” was deleted meanwhile. You see the reviews that come "
            "with Moodlens.",
            icon=":material/info:",
        )
        session.set_library(None)
        state.clear_filters()
        state.leave_out_library()
        library = session.library(show)
    place.empty()
    return library


def _see_shipped() -> None:
    """Look at the shipped reviews, whatever library the address names (also a callback)."""
    session.set_library(None)
    state.clear_filters()
    if state.LIBRARY in st.query_params:
        del st.query_params[state.LIBRARY]


def _welcome(counts: "Counts", chosen: "Filters") -> None:
    examples, glance = st.columns([5, 3], gap="medium")
    with examples:
        st.markdown("#### For example", anchors=False)
        own = session.library_name() is not None
        for number, question in enumerate(explore_inputs.OWN_EXAMPLES if own else explore_inputs.EXAMPLES):
            st.button(
                question, key=f"example_{number}", on_click=state.ask, kwargs={"words": question}, width="stretch"
            )
    with glance:
        felt = {
            name: n for name, n in counts.choices["emotions"].items() if not chosen.emotions or name in chosen.emotions
        }
        unread = felt.pop("", 0)
        total = sum(felt.values())
        shares = {name: number / total for name, number in felt.items()}
        which = f"{total:,} of {counts.matching:,}" if unread else f"{'these' if chosen.active else 'the'} {total:,}"
        if total:
            widgets.mix_chart(shares, f"How {which} reviews feel", key="glance")
        widgets.unread(unread, shares=bool(total))
