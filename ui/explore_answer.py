"""The answer on the Explore page: cited summary, mixes, hits, downloads, what it took."""

from typing import TYPE_CHECKING

import streamlit as st

from rag.query import Query
from ui import explore_export, session, state, theme, widgets
from ui.plain import plain

if TYPE_CHECKING:
    from rag.explore import Answer
    from rag.library import Library


def show(query: Query, library: "Library") -> None:
    """Search, then draw the whole answer."""
    _headline(query)
    with st.spinner(f"Reading {len(library):,} reviews …"):
        answer = session.answer(query)
    if not answer.hits:
        widgets.empty_state("No review fits", answer.note or "Try other words, or choose one of the emotions.")
        return
    numbers = {hit.review.id: number for number, hit in enumerate(answer.hits, 1)}
    words, charts = st.columns([5, 3], gap="medium")
    with words:
        _summary(answer, numbers)
    with charts:
        widgets.mix_chart(answer.sentiment_mix, "Sentiment of these reviews", "sentiment", key="sentiment_mix")
        widgets.mix_chart(answer.emotion_mix, "Emotions in these reviews", key="emotion_mix")
    _hits(answer)
    explore_export.answer(answer, library.name)
    widgets.model_line(answer.models, answer.seconds)


def _headline(query: Query) -> None:
    feeling = f" that feel {theme.label(query.emotion)}" if query.emotion else ""
    about = f" about “{plain(query.text.strip())}”" if query.text.strip() else ""
    st.markdown(f"## Reviews{about}{feeling}", anchors=False)
    if query.emotion and not query.text.strip():
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.caption(f"Searched with the words “{query.words}”.", width="content")
            st.button("Edit these words", type="tertiary", key="edit", on_click=state.show_words, args=(query.emotion,))


def _summary(answer: "Answer", numbers: dict[str, int]) -> None:
    st.markdown("#### In short", anchors=False)
    if answer.summary is None or not answer.summary.sentences:
        st.markdown(answer.note or "These reviews have too little in common to sum up; read them below.")
        return
    widgets.summary(answer.summary, numbers)
    st.caption("Each number leads to the review that the sentence rests on.")


def _hits(answer: "Answer") -> None:
    from rag.highlight import highlight

    total = f" of {answer.matching:,}" if answer.matching > len(answer.hits) else ""
    st.markdown(f"### The {len(answer.hits)} closest{total} reviews", anchors=False)
    grid = st.grid(2, min_column_width=380, key="hits")
    for number, hit in enumerate(answer.hits, 1):
        with grid.cell():
            spans = highlight(hit.review.text, answer.query, session.settings())
            widgets.hit_card(hit, number, spans, query=answer.query.words)
