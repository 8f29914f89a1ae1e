"""Themes, emotions and sentiment over time, one small picture each, with a mark where a change is significant."""

from typing import TYPE_CHECKING

import streamlit as st

from emotion.labels import FACE_EMOTIONS, SENTIMENTS
from rag import trends as finder
from rag import trends_scan as scan
from ui import theme, understand_charts, widgets
from ui import understand_words as words
from ui.plain import plain
from ui.understand_work import remembered

if TYPE_CHECKING:
    from rag.index_vectors import Rows
    from ui.understand_work import Understood

_KINDS: dict[str, finder.Kind] = {"Emotions": "emotion", "Themes": "theme", "Sentiment": "sentiment"}
_THEME_COLOUR = "#2f8f78"


def show(seen: "Understood", rows: "Rows | None") -> None:
    """Draw the tab."""
    found = remembered(("trends", seen.key, None if rows is None else rows.tobytes()), lambda: _find(seen, rows))
    if found is None:
        _nothing(seen, rows)
        return
    counted = int(found.totals.sum())
    first, last = words.period(found.starts[0], found.unit), words.period(found.starts[-1], found.unit)
    sparse = "" if found.totals.all() else f" A {found.unit} with fewer than {found.least} reviews is left out."
    st.caption(f"Share of the {counted:,} dated reviews by {found.unit}, {first} to {last}.{sparse}")
    kind = _KINDS[str(st.segmented_control("Show", list(_KINDS), default="Emotions", key="trend_kind", required=True))]
    if kind != "theme":
        widgets.unread(found.unread)
    lines = [line for line in found.series if line.kind == kind and line.counts.any()]
    lines.sort(key=lambda line: (not line.changes, -int(line.counts.sum())))
    _changed(lines, found)
    grid = st.grid(2, min_column_width=330, key="trends")
    for number, line in enumerate(lines):
        with grid.cell():
            _line(line, found, number)


def _find(seen: "Understood", rows: "Rows | None") -> "finder.Trends | None":
    facts, chosen = seen.facts, slice(None) if rows is None else rows
    codes: dict[finder.Kind, tuple[tuple[str, ...], scan.Counts]] = {
        "emotion": (FACE_EMOTIONS, facts.emotion[chosen]),
        "theme": (seen.themes.names, seen.themes.place[chosen].astype(int)),
        "sentiment": (SENTIMENTS, facts.sentiment[chosen]),
    }
    return finder.trends(facts.day[chosen], codes, read=facts.read[chosen])


def _nothing(seen: "Understood", rows: "Rows | None") -> None:
    from numpy import isnat

    if isnat(seen.facts.day).all():
        widgets.empty_state(
            "These reviews have no dates",
            "If the file has them, import it again under **Your reviews** and choose the column that holds the date.",
        )
    else:
        fewer = " Loosen the filters to see more." if rows is not None else ""
        widgets.empty_state(
            "Too short a time to see a trend",
            f"At least {scan.FEWEST_PERIODS} weeks with {finder.FEWEST_IN_PERIOD} reviews each are needed.{fewer}",
        )


def _changed(lines: "list[finder.Series]", found: finder.Trends) -> None:
    marked = sum(bool(line.changes) for line in lines)
    told = f"{marked} of {len(lines)} lines change" if marked else "No line changes"
    st.markdown(
        f"**{told} by more than chance.**",
        help="▲ and ▼ mark a change that holds against chance: temporal scan statistic (Kulldorff 1997) against "
        f"{scan.SHUFFLES:,} shuffles of the dates, corrected for {found.tested} lines with Benjamini–Hochberg "
        f"(false discovery rate {finder.ALPHA:.0%}).",
    )


def _line(line: "finder.Series", found: finder.Trends, number: int) -> None:
    colour = _THEME_COLOUR if line.kind == "theme" else theme.colour(line.name)
    name = line.name if line.kind == "theme" else theme.label(line.name, line.kind)
    with st.container(border=True):
        st.markdown(f"**{plain(name)}**")
        st.altair_chart(
            understand_charts.line(line, found, colour), width="stretch", height="content",
            key=f"trend_{line.kind}_{number}", alt=words.describe(line, found),
        )  # fmt: skip
        for change in line.changes:
            sign = "▲" if words.mark(change)[1] else "▼"
            st.caption(f"{sign} {words.change(change, found)}")
        if not line.changes:
            st.caption("no significant change")
