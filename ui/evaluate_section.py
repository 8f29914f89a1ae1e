"""A folded section: check how well search works on one's own reviews, with a labelled file."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import streamlit as st

from rag.library import SHIPPED_NAME
from ui import explore_inputs, session, theme, widgets
from ui.plain import plain

if TYPE_CHECKING:
    import altair
    from streamlit.delta_generator import DeltaGenerator

    from rag.evaluate import Evaluation, Mean

_RESULT = "evaluation"
FEW_JUDGED = 0.5
"""Below this share of judged hits the figures say more of the file than of the search."""
NAMES = {"precision": "precision", "recall": "recall", "ndcg": "nDCG"}
MEANINGS = {
    "precision": "share of the first hits that are relevant",
    "recall": "share of all relevant reviews among the first hits; below 1 where more are relevant than hits count",
    "ndcg": "how near the order is to the best possible one (1 is perfect)",
}


def show() -> None:
    """Draw the section for the library that is open."""
    with st.expander("Check how well search works on your data", icon=":material/speed:", key="evaluate"):
        st.markdown(
            "Bring a CSV that says which reviews answer which question, or which emotion each review really carries. "
            "Moodlens searches for each and tells how much of it is found."
        )
        st.caption(
            "The ids are those of your file, or of the column “id” in an export from Explore. A list of texts and "
            "emotions needs no ids."
        )
        with widgets.guarded():
            _templates()
            _form()
            _result()


def _templates() -> None:
    from rag.labels import TEMPLATES

    with st.container(horizontal=True, gap="small"):
        for name, data in TEMPLATES.items():
            st.download_button(
                f"Template: {name}", data, name, "text/csv", key=f"template_{name}", on_click="ignore", type="tertiary",
                icon=":material/download:",
            )  # fmt: skip


def _form() -> None:
    explore_inputs.library_selector("Reviews to check")
    file = st.file_uploader("Labelled file (CSV)", type=["csv", "tsv", "txt"], key="labels")
    k = st.slider("Hits that count", 1, 50, 10, key="labels_k", width=320)
    name = plain(session.library_name() or SHIPPED_NAME)
    if st.button(f"Check search in “{name}”", key="measure", disabled=file is None, icon=":material/speed:") and file:
        from rag.evaluate import evaluate
        from rag.labels import read_labels

        st.session_state.pop(_RESULT, None)
        with st.spinner("Opening the reviews …"):
            library = session.library()
        read = read_labels(file.getvalue(), library)
        bar = st.progress(0.0, "Searching …")
        measured = evaluate(
            read.labels,
            library,
            k,
            session.settings(),
            lambda done, total: _tell(bar, done, total),
        )
        bar.empty()
        st.session_state[_RESULT] = (library.name, measured, read.notes)


def _tell(bar: "DeltaGenerator", done: int, total: int) -> None:
    bar.progress(done / total, f"{done:,} of {total:,} questions")


def _result() -> None:
    held = st.session_state.get(_RESULT)
    if held is None:
        return
    name, measured, notes = held
    st.markdown(f"#### Search in “{plain(name)}”, first {measured.k} hits", anchors=False)
    with st.container(horizontal=True, gap="large"):
        for measure, found in measured.overall.items():
            st.metric(f"{NAMES[measure]}@{measured.k}", f"{found.mean:.2f}", help=MEANINGS[measure], width="content")
    if measured.judged < FEW_JUDGED:
        st.warning(
            "The file judges few of the reviews that were found, so these figures are lower than search is. Export the "
            "answer to each question from Explore, judge its reviews too, and check again.",
            icon=":material/info:",
        )
    st.caption(caption(measured))
    if measured.ceiling:
        st.caption(measured.ceiling)
    for note in notes:
        st.caption(plain(note))
    st.altair_chart(chart(measured), width="stretch", key="evaluation_chart", alt=described(measured))
    st.dataframe(table(measured), hide_index=True, width="stretch")
    st.download_button(
        "Download the table (CSV)", lambda: _csv(measured), "moodlens-evaluation.csv", "text/csv",
        key="download_evaluation", on_click="ignore", icon=":material/download:",
    )  # fmt: skip


def _csv(measured: "Evaluation") -> bytes:
    from rag.evaluate import evaluation_csv

    return evaluation_csv(measured)


def caption(measured: "Evaluation") -> str:
    """Say over how many questions, how sure, and how many hits the file judges."""
    count = len(measured.questions)
    spans = "; ".join(f"{NAMES[key]} {found.low:.2f} to {found.high:.2f}" for key, found in measured.overall.items())
    sure = f" With 95 % certainty: {spans}." if count > 1 else ""
    unjudged = "" if measured.judged == 1 else " Hits that it does not judge count as not relevant."
    asked = f"{count:,} question{'s' if count > 1 else ''}"
    only = f" Emotions were searched among the {measured.among:,} reviews of the file." if measured.among else ""
    return f"{asked}.{sure} Of the hits, {measured.judged:.0%} are judged in the file.{unjudged}{only}"


def groups(measured: "Evaluation") -> Mapping[str, Mapping[str, "Mean"]]:
    """Return the means to show: over all questions, then for each emotion."""
    felt = {theme.label(name): means for name, means in measured.by_emotion.items()}
    return {"all questions": measured.overall, **felt}


def described(measured: "Evaluation") -> str:
    """Return the chart as a sentence, for readers who do not see it."""
    parts = [f"{name}: nDCG {means['ndcg'].mean:.2f}" for name, means in groups(measured).items()]
    return f"How well search works. {'; '.join(parts)}."


def table(measured: "Evaluation") -> list[dict[str, str | int | float]]:
    """Return one row for each question."""
    return [
        {
            "question": row.question or theme.label(row.emotion),
            "relevant reviews": row.relevant,
            "found": row.found,
            **{f"{NAMES[key]}@{measured.k}": round(getattr(row, key), 2) for key in NAMES},
        }
        for row in measured.questions
    ]


def chart(measured: "Evaluation") -> "altair.LayerChart":
    """Return a dot with its interval for each group and measure."""
    import altair as alt

    rows = [
        {"group": group, "measure": NAMES[key], "mean": found.mean, "low": found.low, "high": found.high}
        for group, means in groups(measured).items()
        for key, found in means.items()
    ]
    quiet = alt.Axis(labelColor="currentColor", title=None, grid=True, tickCount=5)
    base = alt.Chart(alt.InlineData(rows)).encode(
        y=alt.Y("group:N", sort=None, title=None, axis=alt.Axis(labelColor="currentColor", labelLimit=140)),
        yOffset=alt.YOffset("measure:N", sort=list(NAMES.values())),
        color=alt.Color("measure:N", sort=list(NAMES.values()), legend=alt.Legend(orient="top", title=None)),
        tooltip=["group:N", "measure:N", *(alt.Tooltip(f"{name}:Q", format=".2f") for name in ("mean", "low", "high"))],
    )
    spans = base.mark_rule(strokeWidth=2).encode(
        x=alt.X("low:Q", scale=alt.Scale(domain=[0, 1]), axis=quiet), x2="high:Q"
    )
    dots = base.mark_circle(size=80).encode(x=alt.X("mean:Q", scale=alt.Scale(domain=[0, 1]), axis=quiet))
    height = 54 * len(groups(measured)) + 60
    layered: alt.LayerChart = alt.layer(spans, dots).properties(height=height).configure_view(strokeWidth=0)
    return layered
