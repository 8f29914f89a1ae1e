"""Charts of the Understand page (Altair). The name of a row stands above its bar, so that a phone shows it whole.

Every row has its numbers beside it or in a tooltip, and colour never stands alone.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rag.themes import ThemeFigures
from rag.trends import Series, Trends
from ui import theme
from ui import understand_words as words
from ui.cards import percent

if TYPE_CHECKING:
    import altair

    from rag.compare import Difference

_ROW_PIXELS, _BAR_PIXELS, _LINE_PIXELS = 46, 13, 120
_PALE = 0.6
_QUIET: dict[str, Any] = {"labelColor": "currentColor", "labelOpacity": 0.75}
LEFT, RIGHT = "#2f8f78", "#8d6bb5"
"""The two sides of a comparison: far apart for every kind of colour blindness; shapes differ, too."""


def _rows(alt: Any) -> Any:
    return alt.Y("row:O", axis=None, sort=None, scale=alt.Scale(paddingInner=0, paddingOuter=0))


def _names(base: Any) -> Any:
    return base.mark_text(align="left", baseline="bottom", dy=-4, fontSize=14, color="currentColor", limit=330)


def _finish(chart: Any, rows: int) -> "altair.LayerChart":
    layered: altair.LayerChart = chart.properties(height=_ROW_PIXELS * max(rows, 1)).configure_view(strokeWidth=0)
    return layered


def sizes(figures: Sequence[ThemeFigures]) -> "altair.LayerChart":
    """Draw the size of each theme, coloured by how people feel about it."""
    import altair as alt

    data = [
        {
            "row": number,
            "name": shown.name,
            "share": shown.share.value,
            "told": f"{shown.size:,} · {percent(shown.share.value)} · net {words.points(shown.net.value)}",
            "net": words.points_interval(shown.net),
            "mood": _mood(shown),
            "colour": theme.colour(_mood(shown)),
        }
        for number, shown in enumerate(figures)
    ]
    most = max((shown.share.value for shown in figures), default=1.0)
    base = alt.Chart(alt.InlineData(data)).encode(y=_rows(alt))
    scale = alt.X("share:Q", axis=None, scale=alt.Scale(domain=[0, most * 1.75]))
    tip = [
        alt.Tooltip("name:N", title="theme"),
        alt.Tooltip("told:N", title="reviews"),
        alt.Tooltip("net:N", title="net sentiment (95 %)"),
    ]
    bars = base.mark_bar(height=_BAR_PIXELS, cornerRadius=4, yOffset=8).encode(
        x=scale, color=alt.Color("colour:N", scale=None), tooltip=tip
    )
    numbers = base.mark_text(align="left", dx=6, dy=8, fontSize=13, color="currentColor").encode(x=scale, text="told:N")
    names = _names(base).encode(x=alt.value(0), text="name:N")
    return _finish(alt.layer(bars, numbers, names), len(data))


def _mood(shown: ThemeFigures) -> str:
    return "positive" if shown.net.low > 0 else "negative" if shown.net.high < 0 else "neutral"


def impacts(figures: Sequence[ThemeFigures]) -> "altair.LayerChart":
    """Draw what each theme does to the mean rating: a dot with its interval; pale where it may be nothing."""
    import altair as alt

    data: list[dict[str, Any]] = [
        {
            "row": number,
            "name": shown.name,
            "value": shown.impact.value,
            "zero": 0,
            "low": shown.impact.low,
            "high": shown.impact.high,
            "told": words.stars(shown.impact.value),
            "whole": words.stars_interval(shown.impact),
            "colour": theme.colour("positive" if shown.impact.value > 0 else "negative"),
            "opacity": 1.0 if shown.impact.excludes_nought else _PALE,
        }
        for number, shown in enumerate(figures)
        if shown.impact is not None
    ]
    reach = max((max(abs(row["low"]), abs(row["high"])) for row in data), default=1.0) * 1.25
    base = alt.Chart(alt.InlineData(data)).encode(y=_rows(alt))
    axis = alt.Scale(domain=[-reach, reach * 1.4])  # to the right there is room for the number, on a phone too
    look = {"color": alt.Color("colour:N", scale=None), "opacity": alt.Opacity("opacity:Q", scale=None)}
    tip = [alt.Tooltip("name:N", title="theme"), alt.Tooltip("whole:N", title="stars (95 %)")]
    lines = base.mark_rule(strokeWidth=3, yOffset=8).encode(
        x=alt.X("low:Q", axis=None, scale=axis), x2="high:Q", **look, tooltip=tip
    )
    dots = base.mark_circle(size=110, yOffset=8).encode(x=alt.X("value:Q", axis=None, scale=axis), **look, tooltip=tip)
    nought = (
        alt.Chart(alt.InlineData(data))
        .mark_rule(strokeDash=[3, 3], color="currentColor", opacity=0.25)
        .encode(x=alt.X("zero:Q", axis=None, scale=axis))
    )
    names = _names(base).encode(x=alt.value(0), text="name:N")
    numbers = base.mark_text(align="right", dy=8, fontSize=13, color="currentColor").encode(
        x=alt.value("width"), text="told:N"
    )
    return _finish(alt.layer(lines, dots, names, numbers, nought), len(data))


def line(series: Series, trends: Trends, colour: str) -> "altair.LayerChart":
    """Draw one share over time, with a triangle where it changes."""
    import altair as alt

    shares = [
        (start, n, total)
        for start, n, total in zip(trends.starts, series.counts.tolist(), trends.totals.tolist(), strict=True)
        if total
    ]
    data = [
        {
            "day": start.isoformat(),
            "share": n / total,
            "when": words.period(start, trends.unit),
            "told": f"{percent(n / total)}: {n:,} of {total:,} reviews",
        }
        for start, n, total in shares
    ]
    most = max((row["share"] for row in data), default=1.0) or 1.0
    across = alt.X("day:T", title=None, axis=alt.Axis(tickCount=5, grid=False, labelOverlap=True, **_QUIET))
    up = alt.Y(
        "share:Q",
        title=None,
        scale=alt.Scale(domain=[0, most * 1.25]),
        axis=alt.Axis(format="%", tickCount=3, domain=False, **_QUIET),
    )
    base = alt.Chart(alt.InlineData(data)).encode(x=across, y=up)
    tip = [alt.Tooltip("when:N", title=" "), alt.Tooltip("told:N", title="share")]
    layers = [
        base.mark_area(color=colour, opacity=0.15),
        base.mark_line(color=colour, strokeWidth=2),
        base.mark_circle(color=colour, size=60).encode(tooltip=tip),
    ]
    if series.changes:
        layers.append(_marks(series, trends, most, across, up))
    drawn: altair.LayerChart = alt.layer(*layers).properties(height=_LINE_PIXELS).configure_view(strokeWidth=0)
    return drawn


def _marks(series: Series, trends: Trends, most: float, across: Any, up: Any) -> Any:
    import altair as alt

    rows = []
    for found in series.changes:
        place, rises = words.mark(found)
        rows.append(
            {
                "day": trends.starts[place].isoformat(),
                "share": most * 1.18,
                "shape": "triangle-up" if rises else "triangle-down",
                "told": words.change(found, trends),
                "why": words.why(found, trends.tested),
            }
        )
    tip = [alt.Tooltip("told:N", title="significant change"), alt.Tooltip("why:N", title="test")]
    base = alt.Chart(alt.InlineData(rows)).encode(x=across, tooltip=tip)
    rules = base.mark_rule(color="currentColor", strokeDash=[2, 3], opacity=0.6)
    shapes = base.mark_point(filled=True, size=130, color="currentColor", opacity=1).encode(
        y=up, shape=alt.Shape("shape:N", scale=None)
    )
    return alt.layer(rules, shapes)


def differences(rows: "Sequence[Difference]", left: tuple[str, int], right: tuple[str, int]) -> "altair.LayerChart":
    """Draw the shares of two sides, joined by a line; pale where the difference may be chance.

    Args:
        left, right: name and number of reviews of either side.
    """
    import altair as alt

    data: list[dict[str, Any]] = []
    for number, row in enumerate(rows):
        name = theme.label(row.name) if row.kind == "emotion" else row.name
        common = {
            "row": number,
            "name": name,
            "one": row.left / left[1],
            "two": row.right / right[1],
            "opacity": 1.0 if row.significant else _PALE,
            "told": f"{percent(row.left / left[1])} and {percent(row.right / right[1])}",
            "numbers": f"● {percent(row.left / left[1])}   ■ {percent(row.right / right[1])}",
            "gap": f"{words.points_interval(row.gap)} points",
            "test": f"p {words.probability(row.q)}" + ("" if row.significant else ", may be chance"),
        }
        data.append(common)
    most = max((max(row["one"], row["two"]) for row in data), default=1.0) or 1.0
    scale = alt.Scale(domain=[0, most * 1.1])
    plain = alt.Chart(alt.InlineData(data)).encode(y=_rows(alt))
    base = plain.encode(opacity=alt.Opacity("opacity:Q", scale=None))
    tip = [
        alt.Tooltip("name:N", title=" "),
        alt.Tooltip("told:N", title="left and right"),
        alt.Tooltip("gap:N", title="difference (95 %)"),
        alt.Tooltip("test:N", title="two-proportion test, Benjamini–Hochberg"),
    ]
    joined = base.mark_rule(strokeWidth=3, color="#85807a", yOffset=8).encode(
        x=alt.X("one:Q", axis=None, scale=scale), x2="two:Q", tooltip=tip
    )
    dots = base.mark_point(filled=True, size=130, shape="circle", color=LEFT, yOffset=8).encode(
        x=alt.X("one:Q", axis=None, scale=scale), tooltip=tip
    )
    squares = base.mark_point(filled=True, size=120, shape="square", color=RIGHT, yOffset=8).encode(
        x=alt.X("two:Q", axis=None, scale=scale), tooltip=tip
    )
    names = _names(plain).encode(x=alt.value(0), text="name:N")
    numbers = plain.mark_text(align="right", baseline="bottom", dy=-4, fontSize=13, color="currentColor")
    told = numbers.encode(x=alt.value("width"), text="numbers:N")
    return _finish(alt.layer(joined, dots, squares, names, told), len(data))
