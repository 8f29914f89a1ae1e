"""The dates of the Explore page as a facet: a histogram to click on, and two boxes for exact days."""

import datetime
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from rag.query import NO_DATE, Filters
from ui import state

if TYPE_CHECKING:
    import altair

    from rag.facets import Counts
    from rag.facets_columns import Bin

_HEIGHT_PIXELS = 120
BAR_SHARE = 0.9
"""Share of a period that its bar fills."""
_PICKED, _BUTTON = "picked", "undated_button"


def day(date: datetime.date) -> str:
    """Return a day as people write it: `3 March 2025`."""
    return f"{date.day} {date:%B %Y}"


def facet(counts: "Counts", span: tuple[datetime.date, datetime.date], chosen: Filters, *, undated: bool) -> None:
    """Draw the histogram, the two boxes, and a button for reviews without a date.

    Args:
        counts: what each period would leave.
        span: the first and last day of the library.
        chosen: the filters in use, whose days are drawn darker.
        undated: whether the library has reviews without a date.
    """
    bins, period = counts.dates, counts.period
    st.markdown("Date", help="Click a bar to keep its days only.")
    if len(bins) > 1:
        key = f"histogram_{chosen.since}_{chosen.until}"  # a new choice is a new chart, so that no old click lives on
        st.altair_chart(
            histogram(bins, chosen),
            width="stretch",
            key=key,
            on_select=lambda: pick(st.session_state[key], bins, span),
            selection_mode=_PICKED,
            alt=described(bins, period),
        )
    first, last = span
    with st.container(horizontal=True, gap="small"):
        for title, name in (("From", state.SINCE), ("Until", state.UNTIL)):
            st.date_input(
                title,
                None,
                min_value=first,
                max_value=last,
                key=name,
                persist_state="session",
                format="YYYY-MM-DD",
                width=180,
            )
    if undated:
        st.session_state[_BUTTON] = [True] if st.session_state.get(state.UNDATED) else []
        st.pills(
            "Reviews without a date",
            [True],
            selection_mode="multi",
            key=_BUTTON,
            format_func=lambda _: f"{NO_DATE} :gray[({counts.undated:,})]",
            on_change=_undated,
            label_visibility="collapsed",
        )


def _undated() -> None:
    """Take the button over (a callback)."""
    st.session_state[state.UNDATED] = bool(st.session_state[_BUTTON])


def pick(event: Any, bins: Sequence["Bin[datetime.date]"], span: tuple[datetime.date, datetime.date]) -> None:
    """Keep the days of the bar that was clicked (a callback)."""
    picked = event["selection"].get(_PICKED) or []
    if not picked:
        return
    found = bins[int(picked[0]["place"])]
    st.session_state[state.SINCE] = max(found.low, span[0])
    st.session_state[state.UNTIL] = min(found.high, span[1])


def described(bins: Sequence["Bin[datetime.date]"], period: str) -> str:
    """Return the histogram as a sentence, for readers who do not see it."""
    most = max(bins, key=lambda found: found.count)
    return (
        f"Reviews per {period} from {day(bins[0].low)} to {day(bins[-1].high)}; "
        f"most, {most.count:,}, in the {period} from {day(most.low)}."
    )


def histogram(bins: Sequence["Bin[datetime.date]"], chosen: Filters) -> "altair.Chart":
    """Return one bar for each period; those outside the chosen days are pale."""
    import altair as alt

    rows = [
        {
            "place": place,
            "from": _midnight(found.low),
            "to": _end(found),
            "days": day(found.low) if found.low == found.high else f"{day(found.low)} to {day(found.high)}",
            "reviews": found.count,
            "strength": 1.0 if is_inside(found, chosen) else 0.35,
        }
        for place, found in enumerate(bins)
    ]
    click = alt.selection_point(_PICKED, fields=["place"], on="click")
    quiet = alt.Axis(grid=False, tickCount=5, labelColor="currentColor", domain=False, title=None)
    chart: alt.Chart = (
        alt.Chart(alt.InlineData(rows))
        .mark_rect(cursor="pointer", color="#4d82b8")
        .encode(
            x=alt.X("from:T", axis=quiet, title=None),
            x2="to:T",
            y=alt.Y("reviews:Q", axis=quiet, title=None, scale=alt.Scale(zero=True)),
            y2=alt.Y2(datum=0),
            opacity=alt.Opacity("strength:Q", scale=None, legend=None),
            tooltip=[alt.Tooltip("days:N", title=" "), alt.Tooltip("reviews:Q", format=",")],
        )
        .add_params(click)
        .properties(height=_HEIGHT_PIXELS)
        .configure_view(strokeWidth=0)
    )
    return chart


def _midnight(date: datetime.date) -> str:
    """Return a day so that the browser takes it for the reader's own day, not for that of Greenwich."""
    return f"{date.isoformat()}T00:00:00"


def _end(found: "Bin[datetime.date]") -> str:
    """Return where a bar ends: a little before its last day does, so that bars stand apart."""
    days = (found.high - found.low).days + 1
    drawn = datetime.datetime.combine(found.low, datetime.time()) + datetime.timedelta(days=days * BAR_SHARE)
    return drawn.isoformat(timespec="seconds")


def is_inside(found: "Bin[datetime.date]", chosen: Filters) -> bool:
    """Return whether any of a period's days is chosen."""
    if chosen.undated and chosen.since is chosen.until is None:
        return False
    return (chosen.since is None or found.high >= chosen.since) and (chosen.until is None or found.low <= chosen.until)
