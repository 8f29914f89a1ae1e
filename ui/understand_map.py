"""The map: every point a review, near those that say the same; a region drawn by hand becomes a list."""

import textwrap
from collections import Counter
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from emotion.labels import FACE_EMOTIONS, SENTIMENTS
from rag.query import NOT_READ
from rag.table import counted
from ui import cards, map_labels, theme, understand_chosen, understand_themes, understand_work, widgets
from ui.understand_work import remembered

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

    from rag.atlas import Atlas
    from rag.index_vectors import Rows
    from ui.understand_work import Understood

_COLOUR_BY = ("emotion", "theme", "sentiment")
_MOVE, _SELECT = "Move around", "Select reviews"
_LISTED, _HOVER_CHARACTERS = 12, 150
_HEIGHT = 560
_PALETTE = (
    "#c4533f",
    "#4d82b8",
    "#b9811b",
    "#2f8f78",
    "#8d6bb5",
    "#c25b8c",
    "#7d8a2e",
    "#5f8aa8",
    "#a5673f",
    "#6a7fd1",
)
"""For themes; there may be more of them than colours anybody can tell apart, so each is also written on the map."""
_FAR = "belongs to no theme"


def show(seen: "Understood", rows: "Rows | None") -> None:
    """Draw the tab."""
    atlas = understand_work.atlas(seen)
    shown = atlas.among(rows)
    if not len(shown):
        widgets.empty_state("None of these reviews is on the map", "The map shows a sample; loosen the filters.")
        return
    with st.container(horizontal=True, gap="medium"):
        by = st.segmented_control("Colour", _COLOUR_BY, default="emotion", key="map_colour", required=True)
        mode = st.segmented_control("Drag to", (_MOVE, _SELECT), default=_MOVE, key="map_mode", required=True)
    _told(len(shown), len(seen.library) if rows is None else len(rows))
    event = st.plotly_chart(
        _figure(seen, atlas, shown, str(by), mode == _SELECT), width="stretch", height=_HEIGHT, key="map",
        on_select="rerun", selection_mode=("box", "lasso"), config=_CONFIG,
        alt=f"Map of {len(shown):,} reviews, coloured by {by}.",
    )  # fmt: skip
    picked = [int(point["customdata"][0]) for point in event["selection"]["points"] if point.get("customdata")]
    total = len(seen.library) if rows is None else len(rows)
    _selection(seen, np.unique(np.array(picked, np.int64)), len(shown) / total)


_CONFIG: dict[str, Any] = {
    "scrollZoom": True,
    "displaylogo": False,
    "displayModeBar": True,
    "modeBarButtons": [["zoomIn2d", "zoomOut2d", "resetScale2d"], ["lasso2d", "select2d"]],
}


def _told(shown: int, total: int) -> None:
    which = f"{shown:,} reviews," if shown == total else f"{shown:,} of {total:,} reviews, spread evenly,"
    st.caption(
        f"{which} each a point: neighbours say similar things about their product. Large distances mean little. "
        f"Scroll or pinch to zoom; “{_SELECT}” and draw around a region to read it."
    )


def _figure(seen: "Understood", atlas: "Atlas", shown: "Rows", by: str, selecting: bool) -> "Figure":
    from plotly.graph_objects import Figure

    rows, places = atlas.rows[shown], atlas.places[shown]
    texts = remembered(("map_texts", seen.key, rows.tobytes()), lambda: _texts(seen, rows))
    names, colours, codes = _groups(seen, rows, by)
    traces = []
    for code in np.argsort(-np.bincount(codes, minlength=len(names)), kind="stable").tolist():
        here = np.flatnonzero(codes == code)
        if not len(here):
            continue
        traces.append(
            {
                "type": "scattergl",
                "mode": "markers",
                "name": names[code],
                "x": places[here, 0],
                "y": places[here, 1],
                "customdata": rows[here, None].tolist(),  # lists: an array comes back from the browser as an object
                "text": [texts[place] for place in here.tolist()],
                "hovertemplate": "%{text}<extra>" + escape(names[code]) + "</extra>",
                "marker": {"size": _point_size(len(rows)), "color": colours[code], "opacity": 0.75},
            }
        )
    dark = st.context.theme.type == "dark"
    written = map_labels.labels(seen.themes.names, seen.themes.place[rows], places, dark=dark)
    return Figure(traces, _layout(written, by, selecting))


def _point_size(count: int) -> float:
    return 8.0 if count < 1_500 else 6.0 if count < 6_000 else 4.0


def _groups(seen: "Understood", rows: "Rows", by: str) -> tuple[list[str], list[str], "Rows"]:
    """Return the names, colours and, for each review, the place of its own in them."""
    if by == "theme":
        names = [*seen.themes.names, _FAR]
        colours = [_PALETTE[n % len(_PALETTE)] for n in range(len(names) - 1)] + [theme.colour("neutral")]
        place = seen.themes.place[rows].astype(np.int64)
        return names, colours, np.where(place < 0, len(names) - 1, place)
    if by == "sentiment":
        labels, shades = [theme.sentiment_label(name) for name in SENTIMENTS], theme.SENTIMENT_COLOURS
        codes = seen.facts.sentiment[rows]
    else:
        labels, shades = [theme.label(name) for name in FACE_EMOTIONS], theme.EMOTION_COLOURS
        codes = seen.facts.emotion[rows]
    known = [shades[name] for name in (SENTIMENTS if by == "sentiment" else FACE_EMOTIONS)]
    return [*labels, NOT_READ], [*known, theme.NOT_READ_COLOUR], np.where(codes < 0, len(labels), codes)


def _layout(labels: list[dict[str, Any]], by: str, selecting: bool) -> dict[str, Any]:
    hidden = {"visible": False, "showgrid": False, "zeroline": False}
    return {
        "dragmode": "lasso" if selecting else "pan",
        "uirevision": "map",
        "margin": {"l": 0, "r": 0, "t": 8, "b": 0},
        "xaxis": hidden,
        "yaxis": hidden,
        "hovermode": "closest",
        "hoverlabel": {"align": "left"},
        "showlegend": by != "theme",
        "legend": {"orientation": "h", "y": -0.02, "yanchor": "top", "itemsizing": "constant"},
        "annotations": labels,
    }


def _texts(seen: "Understood", rows: "Rows") -> list[str]:
    texts = []
    for start in range(0, len(rows), 5_000):
        for review in seen.library.store.by_row(rows[start : start + 5_000].tolist()):
            short = textwrap.shorten(review.text, _HOVER_CHARACTERS, placeholder=" …")
            texts.append("<br>".join(textwrap.wrap(escape(short), 44)))
    return texts


def _selection(seen: "Understood", rows: "Rows", shown_share: float) -> None:
    """Show what was drawn around; `shown_share` is the share of all reviews that are points of the map."""
    if not len(rows):
        return
    place = seen.themes.place[rows]
    themes = Counter(place[place >= 0].tolist()).most_common(3)
    with st.container(border=True, key="map_selection"):
        st.markdown(f"### {counted(len(rows), 'review')} selected", anchors=False)
        if shown_share < 1:
            st.caption(
                f"Points of the map, which shows {cards.percent(shown_share)} of the reviews: about "
                f"{round(len(rows) / shown_share, -1 if len(rows) > 100 else 0):,.0f} reviews are like these."
            )
        read = rows[seen.facts.read[rows]]
        mix = np.bincount(seen.facts.emotion[read], minlength=len(FACE_EMOTIONS)) / max(len(read), 1)
        left, right = st.columns([5, 3], gap="large")
        with right:
            if len(read):
                widgets.mix_chart(dict(zip(FACE_EMOTIONS, mix.tolist(), strict=True)), "Emotions", key="map_emotions")
            widgets.unread(len(rows) - len(read), shares=bool(len(read)))
            st.markdown("**Their themes**")
            for number, count in themes:
                st.caption(f"{seen.themes.names[number]} · {cards.percent(count / len(rows))}")
        with left:
            from rag.themes import quotes

            for number, review in enumerate(quotes(seen.library, seen.themes, rows, _LISTED), 1):
                st.html(cards.review_html(review, number, anchor="map"))
            if len(rows) > _LISTED:
                st.caption(f"The {_LISTED} most typical of {len(rows):,}; the download holds them all.")
        _ways_on(seen, rows, " ".join(seen.themes.words[themes[0][0]][:2]) if themes else "")


def _ways_on(seen: "Understood", rows: "Rows", words: str) -> None:
    with st.container(horizontal=True, gap="small"):
        if st.button("Open in Explore", key="map_explore", type="primary", icon=":material/travel_explore:"):
            understand_chosen.open_in_explore(seen.library, "a part of the map", rows, words)
        st.download_button(
            "These reviews (CSV)", lambda: understand_themes.reviews_csv(seen, rows), "moodlens-map.csv", "text/csv",
            key="map_csv", on_click="ignore", icon=":material/download:",
        )  # fmt: skip
