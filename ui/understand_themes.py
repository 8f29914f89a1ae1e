"""The themes of the reviews: how many speak of each, how they feel, what it does to the rating, and their words."""

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from emotion.labels import FACE_EMOTIONS, SENTIMENTS
from emotion.language import NOT_ENGLISH
from rag import export
from rag import themes as finder
from rag.export_cells import THEME_COLUMNS
from rag.themes import ThemeFigures
from rag.themes_intervals import Interval
from ui import cards, understand_charts, understand_chosen, widgets
from ui import understand_words as words
from ui.plain import plain

if TYPE_CHECKING:
    from rag.index_vectors import Rows
    from ui.understand_work import Understood

QUOTES = 4
_SIZE, _NET, _IMPACT = "most reviews", "how they feel", "what moves the rating"
_CHOSEN = "theme_choice"
_BLOCK_ROWS = 5_000
_EMOTIONS, _SENTIMENTS = (*FACE_EMOTIONS, NOT_ENGLISH), (*SENTIMENTS, NOT_ENGLISH)
"""The last ones are what -1 means: not read."""
_THEME_COLUMNS = (
    "theme", "words", "reviews", "share", "net sentiment", "net sentiment low", "net sentiment high", "mean rating",
    "effect on rating", "effect on rating low", "effect on rating high", *FACE_EMOTIONS,
)  # fmt: skip


def show(seen: "Understood", rows: "Rows | None") -> None:
    """Draw the tab."""
    figures = finder.figures(seen.themes, seen.facts, rows)
    total = len(seen.library) if rows is None else len(rows)
    left_out = total - sum(shown.size for shown in figures)
    fewer = "every one belongs to a theme" if not left_out else f"{cards.percent(left_out / total)} belong to none"
    counted = f"{len(figures)} theme{'s'[: len(figures) != 1]} in {total:,} review{'s'[: total != 1]}"
    st.caption(f"{counted}; {fewer}. Net: % positive minus % negative.")
    widgets.unread(seen.unread(rows))
    figures = _ordered(figures)
    _charts(figures)
    chosen = _choose(figures)
    if chosen is not None:
        _details(seen, chosen, rows)
    _download(figures)


def _ordered(figures: list[ThemeFigures]) -> list[ThemeFigures]:
    rated = any(shown.impact for shown in figures)
    orders = [_SIZE, _NET, _IMPACT] if rated else [_SIZE, _NET]
    order = st.segmented_control("Order by", orders, default=_SIZE, key="theme_order", required=True)
    if order == _NET:
        return sorted(figures, key=lambda shown: shown.net.value)
    if order == _IMPACT:
        return sorted(figures, key=lambda shown: shown.impact.value if shown.impact else 0.0)
    return figures


def _charts(figures: list[ThemeFigures]) -> None:
    rated = any(shown.impact for shown in figures)
    left, right = st.columns([3, 2], gap="large") if rated else (st.container(), None)
    with left:
        st.markdown("**Reviews of each theme**")
        st.altair_chart(
            understand_charts.sizes(figures), width="stretch", height="content", key="theme_sizes",
            alt="Themes: " + "; ".join(f"{f.name} {cards.percent(f.share.value)}" for f in figures),
        )  # fmt: skip
        st.caption("Colour: clearly positive, clearly negative, or in between (95 % interval).")
    if right is None:
        st.caption("These reviews have no ratings, so there is nothing to say about what moves them.")
        return
    with right:
        st.markdown("**What each does to the mean rating**")
        st.altair_chart(
            understand_charts.impacts(figures), width="stretch", height="content", key="theme_impacts",
            alt="Stars: " + "; ".join(f"{f.name} {words.stars(f.impact.value)}" for f in figures if f.impact),
        )  # fmt: skip
        st.caption("In stars: the mean less the mean without the theme, with its 95 % interval. Pale: may be nothing.")


def _choose(figures: list[ThemeFigures]) -> ThemeFigures | None:
    st.space("small")
    by_name = {shown.name: shown for shown in figures}
    if st.session_state.get(_CHOSEN) not in by_name:
        st.session_state.pop(_CHOSEN, None)
    name = st.selectbox("Look into a theme", list(by_name), key=_CHOSEN, width=420)
    return by_name.get(name) if name else None


def _details(seen: "Understood", shown: ThemeFigures, rows: "Rows | None") -> None:
    members = seen.themes.rows(shown.theme)
    if rows is not None:
        members = np.intersect1d(members, rows, assume_unique=True)
    with st.container(border=True, key="theme_details"):
        st.markdown(f"### {plain(shown.name)}", anchors=False)
        if shown.typical:
            st.caption(f"“{plain(shown.typical)}”")
        _numbers(shown)
        left, right = st.columns([5, 3], gap="large")
        with right:
            if shown.unread < shown.size:
                widgets.mix_chart(shown.emotions, "Emotions", key="theme_emotions")
            widgets.unread(shown.unread, shares=shown.unread < shown.size)
            st.markdown("**Their words**")
            st.markdown(" · ".join(plain(word) for word in shown.words))
        with left:
            st.markdown("**Typical reviews**")
            for number, review in enumerate(finder.quotes(seen.library, seen.themes, members, QUOTES), 1):
                st.html(cards.review_html(review, number, anchor="quote"))
        _ways_on(seen, shown, members)


def _numbers(shown: ThemeFigures) -> None:
    with st.container(horizontal=True, gap="medium"):
        st.metric("reviews", f"{shown.size:,}", help=_of_all(shown), width="content")
        if shown.unread < shown.size:
            st.metric("net sentiment", words.points(shown.net.value), help=_interval(shown.net), width="content")
        if shown.rating is not None:
            st.metric("mean rating", f"{shown.rating.value:.2f}", width="content")
        if shown.impact is not None:
            help_ = f"Mean rating of all less the mean without this theme: {words.stars_interval(shown.impact)} (95 %)."
            st.metric("effect on the mean", words.stars(shown.impact.value), help=help_, width="content")


def _of_all(shown: ThemeFigures) -> str:
    low, high = (cards.percent(value) for value in (shown.share.low, shown.share.high))
    return f"{cards.percent(shown.share.value)} of the reviews (95 %: {low} to {high})."


def _interval(net: Interval) -> str:
    return f"% positive less % negative: {words.points_interval(net)} (95 % interval)."


def _ways_on(seen: "Understood", shown: ThemeFigures, members: "Rows") -> None:
    with st.container(horizontal=True, gap="small"):
        if st.button("Open in Explore", key="theme_explore", type="primary", icon=":material/travel_explore:"):
            words_ = " ".join(shown.words[:2])
            understand_chosen.open_in_explore(seen.library, f"the theme “{shown.name}”", members, words_)
        st.download_button(
            f"Its {shown.size:,} reviews (CSV)", partial(reviews_csv, seen, members), "moodlens-theme.csv", "text/csv",
            key="theme_csv", on_click="ignore", icon=":material/download:",
        )  # fmt: skip


def reviews_csv(seen: "Understood", rows: "Rows") -> bytes:
    """Return reviews as CSV, with emotion, sentiment and theme of each."""
    return export.table_csv(THEME_COLUMNS, _review_cells(seen, rows))


def _review_cells(seen: "Understood", rows: "Rows") -> Iterator[list[export.Cell]]:
    names = (*seen.themes.names, "")
    for start in range(0, len(rows), _BLOCK_ROWS):
        block = rows[start : start + _BLOCK_ROWS].tolist()
        for row, review in zip(block, seen.library.store.by_row(block), strict=True):
            day = review.date.isoformat() if review.date else None
            told = (review.id, review.text, review.title, review.product, day, review.rating)
            emotion, sentiment = int(seen.facts.emotion[row]), int(seen.facts.sentiment[row])
            yield [*told, _EMOTIONS[emotion], _SENTIMENTS[sentiment], names[int(seen.themes.place[row])]]


def _download(figures: list[ThemeFigures]) -> None:
    st.download_button(
        "All themes (CSV)", partial(table_csv, figures), "moodlens-themes.csv", "text/csv", key="themes_csv",
        on_click="ignore", icon=":material/download:",
    )  # fmt: skip


def table_csv(figures: list[ThemeFigures]) -> bytes:
    """Return the table of themes as CSV: net sentiment and effect on the rating with their 95 % intervals."""
    return export.table_csv(_THEME_COLUMNS, map(_theme_cells, figures))


def _theme_cells(shown: ThemeFigures) -> list[export.Cell]:
    impact = (shown.impact.value, shown.impact.low, shown.impact.high) if shown.impact else (None, None, None)
    read = shown.unread < shown.size
    net = (shown.net.value, shown.net.low, shown.net.high) if read else (None, None, None)
    numbers: list[float | None] = [shown.share.value, *net]
    numbers += [
        shown.rating.value if shown.rating else None,
        *impact,
        *(shown.emotions[name] if read else None for name in FACE_EMOTIONS),
    ]
    rounded = [None if number is None else round(number, 4) for number in numbers]
    return [shown.name, "; ".join(shown.words), shown.size, *rounded]
