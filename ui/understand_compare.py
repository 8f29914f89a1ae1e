"""Two products, periods or emotions side by side."""

import datetime
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from backends.sentences import spoken
from emotion.labels import FACE_EMOTIONS
from rag import compare as comparer
from rag import themes as finder
from ui import cards, theme, understand_charts, widgets
from ui import understand_words as words
from ui.plain import plain

if TYPE_CHECKING:
    from rag.compare import Comparison, Difference, Side
    from rag.index_vectors import Rows
    from ui.understand_work import Understood

_PRODUCTS, _CATEGORIES, _PERIODS, _EMOTIONS = "Products", "Categories", "Periods", "Emotions"
_MOST_THEMES, _QUOTES = 12, 3
_FEWEST = 5
Pick = tuple[str, "Rows"]


def show(seen: "Understood", rows: "Rows | None") -> None:
    """Draw the tab."""
    base = seen.library.alive if rows is None else rows
    kinds = _kinds(seen, base)
    kind = st.segmented_control("Compare two", kinds, default=kinds[0], key="compare_kind", required=True)
    picks = _periods(seen, base) if kind == _PERIODS else _named(seen, base, str(kind))
    if picks is None:
        return
    found = comparer.compare(*picks, seen.facts, seen.themes, emotions=kind != _EMOTIONS)
    _sides(found)
    _differences(found)
    _quotes(seen, found, picks)


def _kinds(seen: "Understood", base: "Rows") -> list[str]:
    several = [
        (_PRODUCTS, len(np.unique(seen.facts.product[base])) > 1 and len(seen.facts.products) > 1),
        (_CATEGORIES, len(np.unique(seen.facts.category[base])) > 1 and len(seen.facts.categories) > 1),
        (_PERIODS, len(np.unique((days := seen.facts.day[base])[~np.isnat(days)])) > 1),
    ]
    return [name for name, there in several if there] + [_EMOTIONS]


def _named(seen: "Understood", base: "Rows", kind: str) -> tuple[Pick, Pick] | None:
    names, codes = {
        _PRODUCTS: (seen.facts.products, seen.facts.product),
        _CATEGORIES: (seen.facts.categories, seen.facts.category),
        _EMOTIONS: (FACE_EMOTIONS, seen.facts.emotion),
    }[kind]
    here = codes[base]
    counts = np.bincount(here[here >= 0], minlength=len(names))
    order = [int(place) for place in np.argsort(-counts, kind="stable") if counts[place] >= _FEWEST]
    if len(order) < 2:
        widgets.empty_state("Nothing to compare", f"Two {kind.lower()} with at least {_FEWEST} reviews are needed.")
        return None

    def label(place: int) -> str:
        name = theme.label(names[place]) if kind == _EMOTIONS else names[place]
        return f"{name} ({counts[place]:,})"

    left, right = st.columns(2)
    one = left.selectbox("Left", order, format_func=label, key=f"left_{kind}")
    others = [place for place in order if place != one]
    two = right.selectbox("Right", others, format_func=label, key=f"right_{kind}")
    return (names[one], base[here == one]), (names[two], base[here == two])


def _periods(seen: "Understood", base: "Rows") -> tuple[Pick, Pick] | None:
    days = seen.facts.day[base]
    dated = days[~np.isnat(days)]
    first, last = dated.min().item(), dated.max().item()
    later = np.sort(dated[dated > dated.min()])
    middle = later[max(len(dated) // 2 - (len(dated) - len(later)), 0)].item()
    before = middle - datetime.timedelta(days=1)
    left, right = st.columns(2)
    one = left.date_input("Left: from, until", (first, before), first, last, key="left_days", format="YYYY-MM-DD")
    two = right.date_input("Right: from, until", (middle, last), first, last, key="right_days", format="YYYY-MM-DD")
    if len(one) < 2 or len(two) < 2:
        st.caption("Choose the first and the last day of each period.")
        return None
    return _within(base, days, one), _within(base, days, two)


def _within(base: "Rows", days: Any, span: tuple[Any, ...]) -> Pick:
    first, last = (np.datetime64(day) for day in span)
    return f"{span[0]:%-d %b %Y} – {span[1]:%-d %b %Y}", base[(days >= first) & (days <= last)]


def _sides(found: "Comparison") -> None:
    columns = st.columns(2)
    for column, side, sign in zip(columns, (found.left, found.right), ("●", "■"), strict=True):
        with column, st.container(border=True):
            colour = understand_charts.LEFT if sign == "●" else understand_charts.RIGHT
            name = escape(spoken(side.name, begins=True))
            st.html(f'<h4 style="margin:0"><span style="color:{colour}">{sign}</span> {name}</h4>')
            _numbers(side)
    widgets.unread(found.left.unread + found.right.unread)
    if not (found.left.read and found.right.read):
        return
    st.markdown(words.net_gap(found, *(plain(spoken(side.name)) for side in (found.left, found.right))))


def _numbers(side: "Side") -> None:
    with st.container(horizontal=True, gap="medium"):
        st.metric("reviews", f"{side.size:,}", width="content")
        if side.read:
            told = words.points_interval(side.net)
            st.metric("net sentiment", words.points(side.net.value), help=told, width="content")
        if side.rating is not None:
            span = f"{side.rating.low:.2f} to {side.rating.high:.2f} (95 %)"
            st.metric("mean rating", f"{side.rating.value:.2f}", help=span, width="content")


def _differences(found: "Comparison") -> None:
    sides = (found.left, found.right)
    themes, emotions = found.of("theme")[:_MOST_THEMES], found.of("emotion")
    places = st.columns(2, gap="large") if emotions else [st.container()]
    for place, title, rows, key in zip(
        places, ("Themes that differ most", "Emotions"), (themes, emotions), ("themes", "emotions"), strict=False
    ):
        one, two = ((side.name, side.read if key == "emotions" else side.size) for side in sides)
        with place:
            st.markdown(f"**{title}**")
            st.altair_chart(
                understand_charts.differences(rows, one, two), width="stretch", height="content",
                key=f"compare_{key}", alt=f"{title}: " + "; ".join(map(_told, rows)),
            )  # fmt: skip
    st.caption(
        "● left, ■ right: share of the reviews of each side. Pale rows may be chance "
        "(two-proportion test, corrected for all rows with Benjamini–Hochberg, 5 %)."
    )


def _told(row: "Difference") -> str:
    return f"{row.name} {words.points(row.gap.value)} points" + ("" if row.significant else " (may be chance)")


def _quotes(seen: "Understood", found: "Comparison", picks: tuple[Pick, Pick]) -> None:
    for column, side, (name, rows) in zip(st.columns(2), (0, 1), picks, strict=True):
        theme_ = _typical(found, side)
        with column:
            if theme_ is None:
                st.markdown(f"**{plain(spoken(name, begins=True))}: in their own words**")
                members = rows
            else:
                st.markdown(f"**{plain(spoken(name, begins=True))}: more about {plain(seen.themes.names[theme_])}**")
                members = rows[seen.themes.place[rows] == theme_]
            for number, review in enumerate(finder.quotes(seen.library, seen.themes, members, _QUOTES), 1):
                st.html(cards.review_html(review, number, anchor=f"side{side}"))


def _typical(found: "Comparison", side: int) -> int | None:
    """Return the theme that this side has most more of, if that is more than chance."""
    sign = 1 if side == 0 else -1
    rows = [row for row in found.of("theme") if row.significant and row.gap.value * sign > 0]
    return max(rows, key=lambda row: row.gap.value * sign).theme if rows else None
