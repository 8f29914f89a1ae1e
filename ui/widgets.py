"""Pieces that every page shares: errors, notices, hit cards, summaries, mixes, the quiet line of models.

with widgets.guarded():                       # expected errors become a sentence, unexpected ones a calm one
    answer = explore(query, session.library(), session.settings())
    widgets.mix_chart(answer.emotion_mix, "Emotions in these reviews")
    widgets.hit_card(answer.hits[0], number=1)
    widgets.model_line(answer.models, answer.seconds["total"])
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import streamlit as st

from backends.contracts import Summary
from errors import InputError, LibraryError, MoodlensError
from settings import PROJECT_FOLDER
from ui import cards, charts, theme

if TYPE_CHECKING:
    from rag.highlight import Span
    from rag.hits import Hit

log = logging.getLogger(__name__)

TASK_NAMES: Mapping[str, str] = {
    "face_detector": "finding faces",
    "face": "reading faces",
    "embedder": "meaning",
    "text_emotion": "emotion in words",
    "sentiment": "sentiment",
    "toxicity": "strong language",
    "summarizer": "summary",
    "responder": "reply",
}
"""Tasks in the user's words."""

PAGE_PIXELS = 1040
CALM_SENTENCE = (
    "Something went wrong on our side; nothing of yours is lost. Try again, and if it happens again, "
    "reload the page. The details are in the log of the server."
)
RESPONSIBLE_USE = PROJECT_FOLDER / "docs" / "responsible_use.md"


def show_error(error: MoodlensError) -> None:
    """Show an expected error: its own sentence, which says what happened and what to do."""
    if isinstance(error, InputError | LibraryError):
        st.warning(str(error), icon=":material/info:")
    else:
        st.error(str(error), icon=":material/error:")


@contextmanager
def guarded() -> Iterator[None]:
    """Show expected errors as their sentence; log unexpected ones and show a calm sentence, never a stack trace."""
    try:
        yield
    except MoodlensError as error:
        show_error(error)
    except Exception:  # the one outermost boundary: whatever it is, a visitor must not see a stack trace
        log.exception("unexpected error on a page")
        st.error(CALM_SENTENCE, icon=":material/error:")


@contextmanager
def page_column() -> Iterator[None]:
    """Draw into one centred column, wide enough for two cards side by side and narrow enough to read."""
    with st.container(horizontal_alignment="center"), st.container(width=PAGE_PIXELS):
        yield


def empty_state(title: str, text: str) -> None:
    """Show a calm box where there is nothing (yet): what this place is for and how to begin."""
    with st.container(border=True):
        st.markdown(f"#### {title}", anchors=False)
        st.markdown(text)


def hit_card(
    hit: "Hit",
    number: int,
    spans: Sequence["Span"] = (),
    *,
    anchor: str = "review",
    query: str | None = "",
    thresholds: Sequence[float] = (),
) -> None:
    """Show one hit: title, text with its spans highlighted, product, date, stars, badges, similarity, all scores.

    Args:
        number: the number that citations use; the card is the target of `#<anchor>-<number>`.
        spans: the words that matter (`rag.highlight.highlight`).
        query: the words the similarity was measured against (shown as a tip); None hides it.
        thresholds: of the 28 emotions, to mark those that reach theirs.
    """
    st.html(cards.hit_html(hit, number, spans, anchor, query, thresholds))


def summary(written: Summary, numbers: Mapping[str, int], *, anchor: str = "review") -> None:
    """Show a summary; each sentence ends with numbered links to the cards of the reviews it rests on.

    Args:
        numbers: review id -> number of its card.
    """
    st.html(cards.summary_html(written, numbers, anchor))


def mix_chart(
    shares: Mapping[str, float],
    title: str,
    kind: theme.Kind = "emotion",
    *,
    key: str | None = None,
) -> None:
    """Show shares (emotion or sentiment -> [0, 1]) as labelled bars with a spoken alternative."""
    st.markdown(f"**{title}**")
    st.altair_chart(
        charts.bars(shares, kind),
        width="stretch",
        height="content",
        key=key,
        alt=charts.describe(shares, title),
    )


def unread(count: int, *, shares: bool = True) -> None:
    """Say how many reviews are not English, if any, and that the `shares` shown beside it leave them out."""
    from rag.report_view import unread_words

    if count:
        st.caption(f":material/translate: {unread_words(count, shares=shares)}")


def badge(name: str, probability: float | None = None, kind: theme.Kind = "emotion") -> None:
    """Show one emotion or sentiment as a small label with its probability in [0, 1]."""
    st.html(cards.badge(name, probability, kind), width="content")


def model_line(models: Mapping[str, str], seconds: float | Mapping[str, float] | None = None) -> None:
    """Show in one quiet line how long it took and which model did which task (task -> model name)."""
    total = seconds.get("total", sum(seconds.values())) if isinstance(seconds, Mapping) else seconds
    parts = [f"{total:.1f} s" if total >= 0.1 else f"{total * 1000:.0f} ms"] if total is not None else []
    by_model: dict[str, list[str]] = {}
    for task, model in models.items():
        by_model.setdefault(model, []).append(TASK_NAMES.get(task, task))
    parts += [f"{', '.join(tasks)}: {model}" for model, tasks in by_model.items()]
    st.caption(" · ".join(parts))


def ai_notice() -> None:
    """Show that an AI is at work and what it does not do, with the way to the longer text (EU AI Act, Art. 50)."""
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="ai_notice"):
        st.caption("Moodlens is an AI. It reads expressions, not feelings; photos are not stored.", width="content")
        if st.button("What it can and cannot tell", type="tertiary", key="responsible_use"):
            _responsible_use()


@st.dialog("Responsible use", width="medium")
def _responsible_use() -> None:
    _, _, text = RESPONSIBLE_USE.read_text("utf-8").partition("\n")  # its title is the dialog's
    st.markdown(text)
