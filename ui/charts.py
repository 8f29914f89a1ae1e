"""Bar charts of shares: every bar has its word and its number beside it, so colour is never needed to read them."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ui import theme
from ui.cards import percent

if TYPE_CHECKING:
    import altair

_ROW_PIXELS = 28
_PADDING_PIXELS = 18


def describe(shares: Mapping[str, float], subject: str) -> str:
    """Return a chart as a sentence, for readers who do not see it: `Emotions: happy 62 %, sad 20 %.`"""
    parts = ", ".join(f"{name} {percent(share)}" for name, share in ranked(shares))
    return f"{subject}: {parts or 'nothing to show'}."


def ranked(shares: Mapping[str, float]) -> list[tuple[str, float]]:
    """Return the shares that are not nought, largest first."""
    return sorted(((name, share) for name, share in shares.items() if share > 0), key=lambda row: -row[1])


def bars(shares: Mapping[str, float], kind: theme.Kind = "emotion") -> "altair.LayerChart":
    """Return horizontal bars, largest first, each with its label and percentage.

    Args:
        shares: emotion or sentiment -> share in [0, 1].
    """
    import altair as alt

    rows = [
        {
            "name": theme.label(name, kind),
            "share": round(share, 4),
            "number": percent(share),
            "colour": theme.colour(name),
        }
        for name, share in ranked(shares)
    ]
    base = alt.Chart(alt.InlineData(rows)).encode(
        y=alt.Y(
            "name:N",
            sort=None,
            title=None,
            axis=alt.Axis(
                labelLimit=120, labelPadding=8, labelFontSize=14, labelColor="currentColor", ticks=False, domain=False
            ),
        ),
        x=alt.X("share:Q", title=None, axis=None, scale=alt.Scale(domain=[0, _room_for_numbers(shares)])),
        tooltip=[alt.Tooltip("name:N", title=" "), alt.Tooltip("number:N", title="share")],
    )
    bar = base.mark_bar(cornerRadius=4, height=14).encode(color=alt.Color("colour:N", scale=None))
    numbers = base.mark_text(align="left", dx=6, fontSize=14, color="currentColor").encode(text="number:N")
    height = _ROW_PIXELS * len(rows) + _PADDING_PIXELS
    chart: alt.LayerChart = alt.layer(bar, numbers).properties(height=height).configure_view(strokeWidth=0)
    return chart


def _room_for_numbers(shares: Mapping[str, float]) -> float:
    return max([*shares.values(), 0.01]) * 1.3
