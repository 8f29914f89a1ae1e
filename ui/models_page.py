"""Models: which model does each task and why, what its card says, how it measured, and how to switch."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

import model_utils
from backends.contracts import OPTIONAL_TASKS, TASKS, ModelCard, Task
from chat import danger
from errors import ModelUnavailable, UnknownModel
from model_utils import Choice
from settings import Settings
from ui import model_figures, session, widgets

PROMISES: Mapping[Task, str] = {
    "face_detector": "Finds the faces in a photo.",
    "face": "Reads which of seven expressions a face shows.",
    "embedder": "Turns words into numbers, so that reviews of the same meaning lie close together.",
    "text_emotion": "Reads 28 emotions in words.",
    "sentiment": "Says whether a review is negative, neutral or positive.",
    "toxicity": "Recognises hurtful language.",
    "summarizer": "Sums up reviews; every sentence cites the reviews it rests on.",
    "responder": "Answers in the chat.",
    "reranker": "Reads your words with each of the first 50 hits and puts the best first; slower.",
    "danger": (
        "Hears in a chat message, beside written rules and before anything else is done with it, whether somebody may "
        "come to harm; then helplines are shown."
    ),
}
TITLES: Mapping[Task, str] = {
    "face_detector": "Finding faces",
    "face": "Emotion in faces",
    "embedder": "Meaning of words",
    "text_emotion": "Emotion in words",
    "sentiment": "Sentiment",
    "toxicity": "Hurtful language",
    "summarizer": "Summaries",
    "responder": "Chat replies",
    "reranker": "Order of the hits",
    "danger": "Words of a crisis",
}
_PROFILES = {
    "auto": "auto: downloaded models where they are on disk, else those that ship with Moodlens",
    "embedded": "embedded: only models that ship with Moodlens",
    "hub": "hub: only models from the Hugging Face hub",
}
_SHOWN_LABELS = 30
_FOR_TRAINING = ("seed", "config", "phrases", "ordinary_messages", "ideas", "cross_validated_over_ideas")
_ALWAYS: Mapping[Task, Choice] = {"danger": Choice(danger.CARD, "ships with Moodlens, and is always on in the chat")}
"""Models beside which there is no choice."""
_OFF = "optional; MOODLENS_RERANK=true turns it on"


def render() -> None:
    """Draw the page."""
    st.title("Models", anchor=False)
    st.markdown("Which model does which task, why it was chosen, and how far it can be trusted.")
    settings = session.settings()
    st.caption(f"Profile now: {_PROFILES[settings.profile]}. It is set with MOODLENS_PROFILE.")
    _overview(settings)
    task = st.pills(
        "Look at one task",
        (*TASKS, *_ALWAYS, *OPTIONAL_TASKS),
        format_func=TITLES.__getitem__,
        default=TASKS[1],
        required=True,
        key="task",
        wrap=True,
    )
    with widgets.guarded():
        _task(task, settings)


def _chosen(task: Task, settings: Settings) -> Choice | ModelUnavailable | UnknownModel:
    if task in _ALWAYS:
        return _ALWAYS[task]
    try:
        return model_utils.choose(task, settings)
    except (ModelUnavailable, UnknownModel) as error:
        return error


def _overview(settings: Settings) -> None:
    rows = []
    for task in (*TASKS, *_ALWAYS, *OPTIONAL_TASKS):
        if _is_off(task, settings):
            rows.append({"task": TITLES[task], "model": "off", "why": _OFF, "size": ""})
            continue
        choice = _chosen(task, settings)
        found = isinstance(choice, Choice)
        rows.append(
            {
                "task": TITLES[task],
                "model": choice.card.name if isinstance(choice, Choice) else "none",
                "why": choice.reason if isinstance(choice, Choice) else str(choice),
                "size": model_figures.megabytes(choice.card) if isinstance(choice, Choice) and found else "",
            }
        )
    st.table(rows, hide_index=True)


def _is_off(task: Task, settings: Settings) -> bool:
    return task in OPTIONAL_TASKS and not settings.rerank


def _task(task: Task, settings: Settings) -> None:
    st.markdown(f"### {TITLES[task]}", anchors=False)
    st.markdown(PROMISES[task])
    if _is_off(task, settings):
        st.info(f"Off: {_OFF}. The search works without it.", icon=":material/info:")
        _alternatives(task, "", settings)
        return
    choice = _chosen(task, settings)
    if isinstance(choice, Choice):
        _card(choice, settings)
    else:
        widgets.show_error(choice)
    _alternatives(task, choice.card.name if isinstance(choice, Choice) else "", settings)


def _card(choice: Choice, settings: Settings) -> None:
    card = choice.card
    with st.container(border=True):
        st.markdown(f"#### {card.title}", anchors=False)
        st.markdown(f":green-badge[in use] `{card.name}`: {choice.reason}.")
        facts, limits = st.columns([3, 2], gap="large")
        with facts:
            _facts(card)
        with limits:
            if card.limits:
                st.markdown("**Limits**")
                st.markdown(card.limits)
        model_figures.show(_as_shown(card), settings)
        if card.preprocessing:
            with st.expander("What happens to the input first"):
                st.json(card.preprocessing, expanded=True)


def _as_shown(card: ModelCard) -> ModelCard:
    """Return a card without what only those who train it read."""
    return replace(card, metrics={key: card.metrics[key] for key in card.metrics if key not in _FOR_TRAINING})


def _facts(card: ModelCard) -> None:
    rows: Sequence[tuple[str, str]] = (
        ("Source", " · ".join(part for part in (card.source, card.revision) if part)),
        ("Licence of the weights", card.licence_weights),
        ("Licence of the training data", card.licence_data),
        ("Size", model_figures.megabytes(card)),
        ("Labels", _labels(card.labels)),
    )
    for name, value in rows:
        if value:
            st.markdown(f"**{name}**  \n{value}")


def _labels(labels: tuple[str, ...]) -> str:
    more = f" and {len(labels) - _SHOWN_LABELS} more" if len(labels) > _SHOWN_LABELS else ""
    return ", ".join(labels[:_SHOWN_LABELS]) + more


def _alternatives(task: Task, current: str, settings: Settings) -> None:
    others = [card for card in model_utils.cards(task) if card.name != current]
    if not others:
        st.caption("There is no other model for this task.")
        return
    st.markdown("#### Other models for this task", anchors=False)
    for card in others:
        with st.expander(f"{card.title}", key=f"other_{task}_{card.name}"):
            availability = card.available(settings)
            badge = ":green-badge[ready]" if availability.ready else ":gray-badge[not ready]"
            st.markdown(f"{badge} `{card.name}`: {availability.reason}")
            _facts(card)
            if card.limits:
                st.markdown(f"**Limits**  \n{card.limits}")
            _how_to_switch(card, ready=availability.ready)


def _how_to_switch(card: ModelCard, *, ready: bool) -> None:
    if not ready and card.profile == "hub":
        st.markdown("Fetch it once (it says how large it is first):")
        st.code("python -m model_utils download", language="bash")
    st.markdown("Then take it for this task with this setting, and start Moodlens again:" if not ready else
                "Take it for this task with this setting, and start Moodlens again:")  # fmt: skip
    switch = "MOODLENS_RERANK=true" if card.task in OPTIONAL_TASKS else f"MOODLENS_MODELS='{setting(card)}'"
    st.code(switch, language="bash")


def setting(card: ModelCard) -> str:
    """Return the value of the setting that chooses a model, as JSON."""
    value: dict[str, Any] = {card.task: card.name}
    return json.dumps(value)
