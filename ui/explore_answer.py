"""The answer on the Explore page: cited summary, mixes, hits, downloads, what it took."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING

import streamlit as st

import model_utils
from backends.contracts import Summary
from rag.query import Query
from ui import cards, explore_export, explore_more, explore_similar, session, state, theme, widgets
from ui.plain import plain

if TYPE_CHECKING:
    from rag.disagreement import Disagreement
    from rag.explore import Answer
    from rag.hits import Hit
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
    if answer.rests_on:
        words, charts = st.columns([5, 3], gap="medium")
        with words:
            _summary(answer, numbers)
        with charts:
            if answer.sentiment_mix:
                widgets.mix_chart(answer.sentiment_mix, "Sentiment of these reviews", "sentiment", key="sentiment_mix")
                widgets.mix_chart(answer.emotion_mix, "Emotions in these reviews", key="emotion_mix")
                st.caption(charts_count(answer))
            widgets.unread(answer.unread, shares=bool(answer.sentiment_mix))
    else:  # how reviews feel that are about something else says nothing
        st.info(answer.note, icon=":material/search_off:")
        if answer.nearest:
            widgets.summary(Summary(answer.nearest, ""), numbers)
    shown = explore_more.hits(answer, library)
    _hits(answer, shown)
    explore_more.button(answer, shown, library)
    explore_export.answer(answer, replace(answer, hits=shown), library.name)
    widgets.model_line(answer.models, answer.seconds)


def _headline(query: Query) -> None:
    st.markdown(f"## {headline(query)}", anchors=False)
    if query.emotion and not query.text.strip():
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.caption(f"Searched with the words “{query.words}”.", width="content")
            st.button("Edit these words", type="tertiary", key="edit", on_click=state.show_words, args=(query.emotion,))


def headline(query: Query) -> str:
    """Say what was asked, in Markdown: the words, the phrases that must be there, what must not, and the emotion."""
    asked = query.question
    words = "" if asked.words == " ".join(asked.phrases) else f" about “{plain(asked.words)}”"
    that = [f"say {_quoted(asked.phrases, 'and')}"] if asked.phrases else []
    that += [f"do not say {_quoted(asked.excluded, 'or')}"] if asked.excluded else []
    that += [f"feel {theme.label(query.emotion)}"] if query.emotion else []
    return f"Reviews{words}{' that ' if that else ''}{' and '.join(that)}"


def _quoted(phrases: Sequence[str], joined: str) -> str:
    return f" {joined} ".join(f"“{plain(phrase)}”" for phrase in phrases)


def _summary(answer: "Answer", numbers: dict[str, int]) -> None:
    st.markdown("#### In short", anchors=False)
    if answer.summary is None or not answer.summary.sentences:
        st.markdown(answer.note or "These reviews have too little in common to sum up; read them below.")
        return
    widgets.summary(answer.summary, numbers)
    st.caption(foundation(answer))
    if answer.caution:
        st.caption(f":material/info: {answer.caution}")
    if answer.disagreement is not None:
        st.html(disagreement_html(answer.disagreement, numbers))


def foundation(answer: "Answer") -> str:
    """Say how many reviews the summary was made from, and apart from that how many its sentences cite."""
    from rag.summarize import foundation as told

    said = told(len(answer.hits), len(answer.rests_on), len(answer.cited), is_counted=answer.is_counted)
    return f"{said} Each number leads to its review."


def charts_count(answer: "Answer") -> str:
    """Say what the charts count, and how that differs from what the summary says of its own reviews."""
    read = len(answer.hits) - answer.unread
    if read == 1:
        return "The charts show the review below as a whole."
    whole = f"The charts count each of the {read} reviews below as a whole"
    if answer.is_counted and answer.query.has_subject:
        return f"{whole}; the first sentence counts only what they say about your question."
    return f"{whole}."


def disagreement_html(found: "Disagreement", numbers: Mapping[str, int]) -> str:
    """Return both sides as two lists that open on a click, every quotation leading to its review."""
    sides = "".join(
        f'<details class="ml-side"><summary>{cards.badge(name, kind="sentiment")} {escape(words)}</summary><ul>'
        + "".join(
            f'<li dir="auto">“{escape(voice.text)}” {cards.citation(voice.id, numbers.get(voice.id))}</li>'
            for voice in voices
        )
        + "</ul></details>"
        for name, words, voices in (
            ("positive", counted(found.praise, "praises", "praise"), found.praise),
            ("negative", counted(found.complaints, "complains", "complain"), found.complaints),
        )
    )
    note = '<span class="ml-quiet"> · read sentence by sentence by a model; open a side to check</span>'
    return f'<div class="ml-sides"><p><b>Opinions differ on “{escape(found.subject)}”</b>{note}</p>{sides}</div>'


def counted(voices: Sequence[object], one: str, many: str) -> str:
    """Return `1 review praises` or `3 reviews praise`."""
    return f"{len(voices)} {f'review {one}' if len(voices) == 1 else f'reviews {many}'}"


def found_words(shown: int, matching: int) -> str:
    """Return what stands above the reviews that were found, `shown` out of `matching`.

    >>> found_words(10, 700), found_words(1, 700), found_words(3, 3)
    ('The 10 closest of 700 reviews', 'The closest of 700 reviews', 'The 3 reviews that fit')
    """
    if matching > shown:
        return f"The {f'{shown} ' if shown > 1 else ''}closest of {matching:,} reviews"
    return "The one review that fits" if shown == 1 else f"The {shown} reviews that fit"


def _hits(answer: "Answer", shown: Sequence["Hit"]) -> None:
    from rag.highlight import highlight

    st.markdown(f"### {found_words(len(shown), answer.matching)}", anchors=False)
    model = answer.models.get("text_emotion")
    thresholds = model_utils.card("text_emotion", model).thresholds if model else ()
    grid = st.grid(2, min_column_width=380, key="hits")
    for number, hit in enumerate(shown, 1):
        with grid.cell(), st.container(gap="xsmall"):
            spans = highlight(hit.review.text, answer.query, session.settings())
            measured = answer.query.words if answer.query.own_words else None
            widgets.hit_card(hit, number, spans, query=measured, thresholds=thresholds)
            explore_similar.button(hit, number, answer.query.filters)
