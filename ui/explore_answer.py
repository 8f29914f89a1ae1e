"""The answer on the Explore page: cited summary, mixes, hits, downloads, what it took."""

from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

import model_utils
from rag.query import Query
from ui import session, state, theme, widgets
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
        _nothing(query, answer.note)
        return
    numbers = {hit.review.id: number for number, hit in enumerate(answer.hits, 1)}
    words, charts = st.columns([5, 3], gap="medium")
    with words:
        _summary(answer, numbers)
    with charts:
        widgets.mix_chart(answer.sentiment_mix, "Sentiment of these reviews", "sentiment", key="sentiment_mix")
        widgets.mix_chart(answer.emotion_mix, "Emotions in these reviews", key="emotion_mix")
    _hits(answer)
    _downloads(answer, library.name)
    widgets.model_line(answer.models, answer.seconds)


def _headline(query: Query) -> None:
    feeling = f" that feel {theme.label(query.emotion)}" if query.emotion else ""
    about = f" about “{plain(query.text.strip())}”" if query.text.strip() else ""
    st.markdown(f"## Reviews{about}{feeling}", anchors=False)
    if query.emotion and not query.text.strip():
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.caption(f"Searched with the words “{query.words}”.", width="content")
            st.button("Edit these words", type="tertiary", key="edit", on_click=state.show_words, args=(query.emotion,))


def _nothing(query: Query, note: str) -> None:
    if query.filters.active:
        widgets.empty_state("No review fits these filters", "Loosen them, or clear them to search all reviews.")
        st.button("Clear all filters", key="clear_all", on_click=state.clear_filters)
    else:
        widgets.empty_state("No review fits", note or "Try other words, or choose one of the emotions.")


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
    model = answer.models.get("text_emotion")
    thresholds = model_utils.card("text_emotion", model).thresholds if model else ()
    grid = st.grid(2, min_column_width=380, key="hits")
    for number, hit in enumerate(answer.hits, 1):
        with grid.cell():
            spans = highlight(hit.review.text, answer.query, session.settings())
            widgets.hit_card(hit, number, spans, query=answer.query.words, thresholds=thresholds)


def _downloads(answer: "Answer", library_name: str) -> None:
    name = f"moodlens-{answer.query.emotion or 'question'}"
    with st.container(horizontal=True, gap="small", key="downloads"):
        for label, suffix, mime, make in (
            ("Reviews (CSV)", "csv", "text/csv", partial(_csv, answer)),
            ("Report (HTML)", "html", "text/html", partial(_html, answer, library_name)),
            ("Report (Markdown)", "md", "text/markdown", partial(_markdown, answer, library_name)),
        ):
            st.download_button(
                label,
                make,
                f"{name}.{suffix}",
                mime,
                key=f"download_{suffix}",
                on_click="ignore",
                icon=":material/download:",
            )
    st.caption("The address of this page holds your question and filters: share it, and others see the same.")


def _csv(answer: "Answer") -> bytes:
    from rag.export import hits_csv

    return hits_csv(answer)


def _html(answer: "Answer", library_name: str) -> str:
    from rag.export import report_html

    return report_html(answer, library_name)


def _markdown(answer: "Answer", library_name: str) -> str:
    from rag.export import report_markdown

    return report_markdown(answer, library_name)
