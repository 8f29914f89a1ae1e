"""What a model's card has measured: single figures, figures per class, and the pictures that lie beside the weights."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from backends.contracts import ModelCard
from settings import Settings

_PICTURES = ("confusion.png", "reliability.png", "training_curves.png", "curves.png", "learning_curves.png")
_ROWS_FOR_TABLE = 3


def megabytes(card: ModelCard) -> str:
    """Return the size of the weights in words."""
    if not card.megabytes:
        return ""
    return f"{card.megabytes:,.1f} MB" if card.megabytes < 100 else f"{card.megabytes:,.0f} MB"


def show(card: ModelCard, settings: Settings) -> None:
    """Draw the measured figures of a card; says so where there are none."""
    singles, tables = split(card.metrics)
    if not singles and not tables:
        st.caption("No figures were measured for this model here.")
        return
    st.markdown("**Measured**")
    if singles:
        st.table([{"figure": name, "value": value} for name, value in singles.items()], hide_index=True)
    for title, rows in tables.items():
        with st.expander(title[:1].upper() + title[1:]):
            st.table(rows, hide_index=True)
    _pictures(card, settings)


def split(metrics: Mapping[str, Any]) -> tuple[dict[str, str], dict[str, list[dict[str, str]]]]:
    """Part nested metrics into single figures (with readable names) and tables (class -> figures).

    >>> split({"accuracy": 0.71, "per_class": {"sad": {"f1": 0.5}, "happy": {"f1": 0.9}, "fear": {"f1": 0.4}}})[0]
    {'accuracy': '0.71'}
    """
    singles: dict[str, str] = {}
    tables: dict[str, list[dict[str, str]]] = {}
    _sort("", metrics, singles, tables)
    return singles, tables


def _sort(
    prefix: str, metrics: Mapping[str, Any], singles: dict[str, str], tables: dict[str, list[dict[str, str]]]
) -> None:
    for key, value in metrics.items():
        name = f"{prefix}{_readable(key)}"
        if isinstance(value, Mapping):
            if rows := _rows(value):
                tables[name] = rows
            else:
                _sort(f"{name}: ", value, singles, tables)
        elif isinstance(value, bool | int | float | str):
            singles[name] = _figure(value)


def _rows(value: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return a table if every entry looks alike: all numbers, or all small groups of numbers."""
    if len(value) < _ROWS_FOR_TABLE:
        return []
    if all(isinstance(entry, Mapping) and all(_is_number(cell) for cell in entry.values()) for entry in value.values()):
        return [
            {"label": str(name), **{_readable(key): _figure(cell) for key, cell in entry.items()}}
            for name, entry in value.items()
        ]
    if len(value) > 2 * _ROWS_FOR_TABLE and all(_is_number(entry) for entry in value.values()):
        return [{"label": str(name), "value": _figure(entry)} for name, entry in value.items()]
    return []


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _figure(value: bool | float | str) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:,.4g}" if isinstance(value, float) else value


def _readable(key: str) -> str:
    return str(key).replace("_", " ")


def _pictures(card: ModelCard, settings: Settings) -> None:
    folder = settings.data_folder / "models" / card.name
    found = [folder / name for name in _PICTURES if (folder / name).exists()]
    if not found:
        return
    with st.expander("Pictures of these figures"):
        for picture in found:
            st.image(str(picture), caption=_readable(picture.stem).capitalize(), width=560)
