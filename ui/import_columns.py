"""Which column holds what: guessed, editable, with the first reviews shown as they will be read."""

from dataclasses import fields, replace

import streamlit as st

from errors import ReviewFileError
from rag.ingest import Columns, Table, check_rows, guess_columns
from ui import session, widgets

LABELS = {
    "text": "Text of the review",
    "title": "Title",
    "product": "Product",
    "category": "Category",
    "rating": "Rating",
    "date": "Date",
    "channel": "Channel",
    "id": "Id",
}
_HELP = {
    "text": "What the customer wrote; the only column that is needed.",
    "channel": "Where the review was written, such as web, app or email.",
    "id": "A number or code of the review; made from the row number where there is none.",
}
NO_ID = "No id is chosen: a row that is changed later will be a new review beside the old one."
_PREVIEW_ROWS = 5
_READ_FOR_PREVIEW = 200


def choose(table: Table, identity: str) -> Columns | None:
    """Draw the choice of columns and a preview; return the columns, or None while they make no sense.

    Args:
        identity: tells this file from another, so that a new file starts from a new guess.
    """
    guessed = guess_columns(table)
    names = [str(name) for name in table.frame.columns]
    st.markdown("#### Which column is what?", anchors=False)
    grid = st.grid(4, min_column_width=200)
    chosen = {
        role: grid.selectbox(
            label,
            [None, *names],
            index=_place(names, getattr(guessed, role)),
            format_func=lambda name: "–" if name is None else name,
            key=f"column_{role}_{identity}",
            help=_HELP.get(role),
        )
        for role, label in LABELS.items()
    }
    columns = Columns(**chosen)
    if columns.id is None:
        st.caption(NO_ID)
    return columns if _is_clear(columns) and _preview(table, columns) else None


def _place(names: list[str], name: str | None) -> int:
    return 0 if name is None else names.index(name) + 1


def _is_clear(columns: Columns) -> bool:
    """Say so if one column was chosen for two things."""
    taken: dict[str, str] = {}
    for item in fields(columns):
        name = getattr(columns, item.name)
        if name is not None and name in taken:
            twice = f"{LABELS[taken[name]].lower()} and {LABELS[item.name].lower()}"
            st.warning(f"The column “{name}” is chosen for {twice}. Choose another for one of them.")
            return False
        if name is not None:
            taken[name] = item.name
    return True


def _preview(table: Table, columns: Columns) -> bool:
    """Draw the first reviews as they will be read; return whether an import makes sense."""
    beginning = replace(table, frame=table.frame.head(_READ_FOR_PREVIEW), rejected=())
    try:
        prepared = check_rows(beginning, columns, session.settings())
    except ReviewFileError as error:
        widgets.show_error(error)
        return columns.text is not None and len(table.frame) > _READ_FOR_PREVIEW
    roles = [role for role in LABELS if getattr(columns, role) is not None]
    shown = prepared.reviews[:_PREVIEW_ROWS]
    first = f"The first {len(shown)} reviews, as Moodlens reads them:"
    st.caption(first if len(shown) > 1 else "The first review, as Moodlens reads it:")
    st.dataframe(
        [{LABELS[role]: getattr(review, role) for role in roles} for review in shown],
        hide_index=True,
        width="stretch",
        column_config={LABELS["text"]: st.column_config.TextColumn(width="large")},
    )
    return True
