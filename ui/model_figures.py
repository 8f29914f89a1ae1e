"""What a model's card has measured: figures with their meaning, tables per label, pictures beside the weights."""

import json
from pathlib import Path

import streamlit as st

from backends.contracts import ModelCard
from settings import Settings
from ui.figure_names import lay_out
from ui.plain import plain

_LEARNING = "How the figures moved during training"
_PICTURES = {
    "confusion.png": "Which label is taken for which: a row is what is right, a column what the model said",
    "per_class.png": "Figures of each label",
    "reliability.png": "How often a shown percentage is right; on the diagonal it always is",
    "training_curves.png": _LEARNING,
    "curves.png": _LEARNING,
    "learning_curves.png": _LEARNING,
}
_PER_LABEL = ("confusion.png", "per_class.png")
_PICTURE_PIXELS = 560


def megabytes(card: ModelCard) -> str:
    """Return the size of the weights in words."""
    if not card.megabytes:
        return ""
    return f"{card.megabytes:,.1f} MB" if card.megabytes < 100 else f"{card.megabytes:,.0f} MB"


def show(card: ModelCard, settings: Settings) -> None:
    """Draw the measured figures of a card; says so where there are none."""
    laid = lay_out(card.metrics)
    if not laid.groups and not laid.tables:
        st.caption("No figures were measured for this model here.")
        return
    st.markdown("**Measured**")
    for group in laid.groups:
        if group.title:
            st.caption(plain(group.title))
        rows = [{"figure": name, "value": value, "what it says": says} for name, value, says in group.figures]
        st.table(rows, hide_index=True)
    for title, table in laid.tables.items():
        with st.expander(title):
            st.table(table, hide_index=True)
    if found := pictures(card, settings):
        with st.expander("Pictures of these figures"):
            for picture, caption in found.items():
                st.image(str(picture), caption=caption, width=_PICTURE_PIXELS, alt=caption)


def pictures(card: ModelCard, settings: Settings) -> dict[Path, str]:
    """Return the pictures beside the weights of a model that ships, each with its caption.

    Weights that serve several tasks have one set of pictures; those of the labels belong to the task of emotions.
    """
    folder = next((path.parent for path in _card_files(settings) if _name(path) == card.name), None)
    if card.profile != "embedded" or folder is None:
        return {}
    labelled = card.task in ("face", "text_emotion")
    return {
        folder / name: caption
        for name, caption in _PICTURES.items()
        if (folder / name).exists() and (labelled or name not in _PER_LABEL)
    }


def _card_files(settings: Settings) -> list[Path]:
    return sorted((settings.data_folder / "models").glob("*/card.json"))


def _name(card_file: Path) -> str:
    name: str = json.loads(card_file.read_text("utf-8")).get("name", "")
    return name
