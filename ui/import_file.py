"""The file of the import page: chosen, read once and kept in the session until it is imported or replaced."""

import re
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import cast

import streamlit as st

from errors import ReviewFileError
from rag.ingest import READABLE, Table, read_table
from ui import session, widgets
from ui.plain import plain

_KEPT = "import_file"
_ROUND = "import_round"
_EXAMPLE = Path(__file__).parent / "assets" / "example_shop.csv"
_DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}


@dataclass(frozen=True, eq=False)
class _Kept:
    """A file as it was read: its name, and the table or the sentence that says what is wrong with it."""

    id: str
    name: str
    table: Table | None
    error: ReviewFileError | None = None


def choose() -> Table | None:
    """Draw the uploader and return the table of the chosen file, or None (nothing chosen, or it cannot be read).

    Once a file is read, its name and a way back take the place of the uploader.
    """
    kept = cast("_Kept | None", st.session_state.get(_KEPT))
    if kept is not None and kept.table is not None:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"#### {plain(kept.name)}", anchors=False, width="content")
            st.button("Choose another file", key="another", type="tertiary", on_click=forget)
        return kept.table
    uploaded = st.file_uploader(
        "A file with one review per row",
        key=f"reviews_file_{st.session_state.get(_ROUND, 0)}",
    )
    st.caption(f"{READABLE}, also packed as .gz or .zip. Encoding and delimiter are found for you.")
    if uploaded is not None and (kept is None or kept.id != uploaded.file_id):
        kept = _keep(uploaded.file_id, uploaded.name, uploaded.getvalue())
        if kept.table is not None:
            st.rerun()
    if uploaded is not None and kept is not None and kept.error is not None:
        widgets.show_error(kept.error)
    _example()
    return None


def _keep(file_id: str, name: str, data: bytes) -> _Kept:
    with st.spinner(f"Reading {plain(name)} …"):
        try:
            kept = _Kept(file_id, name, read_table(data, name, session.settings()))
        except ReviewFileError as error:
            kept = _Kept(file_id, name, None, error)
    st.session_state[_KEPT] = kept
    return kept


def _example() -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption("No file at hand?", width="content")
        st.button("Try it with our example", key="example", on_click=_take_example, icon=":material/description:")
        st.download_button(
            "Download it", _EXAMPLE.read_bytes, _EXAMPLE.name, "text/csv", key="download_example", type="tertiary",
            icon=":material/download:",
            on_click="ignore",
        )  # fmt: skip


def _take_example() -> None:
    forget()
    table = read_table(_EXAMPLE.read_bytes(), _EXAMPLE.name, session.settings())
    st.session_state[_KEPT] = _Kept(_EXAMPLE.name, _EXAMPLE.name, table)


def forget() -> None:
    """Let go of the file, and empty the uploader."""
    st.session_state.pop(_KEPT, None)
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1


def identity() -> str:
    """Return what tells this file from the next one; widgets that belong to a file carry it in their key."""
    kept = cast("_Kept | None", st.session_state.get(_KEPT))
    return kept.id if kept else ""


def suggested_name() -> str:
    """Return a name for the library, made from the file's.

    >>> PurePath("shop_reviews-2025.csv.gz").name.split(".")[0]
    'shop_reviews-2025'
    """
    kept = cast("_Kept | None", st.session_state.get(_KEPT))
    stem = PurePath(kept.name).name.split(".")[0] if kept else ""
    words = re.sub(r"[_\-\s]+", " ", stem).strip()
    return words[:1].upper() + words[1:60]


def found(table: Table) -> None:
    """Draw what was found in the file."""
    parts = [table.format]
    if table.encoding:
        parts.append(table.encoding)
    if table.delimiter and table.format not in ("TSV",):
        parts.append(f"separated by {_DELIMITERS.get(table.delimiter, table.delimiter)}")
    parts += [f"{len(table.frame):,} rows", f"{len(table.frame.columns):,} columns"]
    st.markdown(" · ".join(plain(part) for part in parts))
    for note in table.notes:
        st.caption(plain(note))
    if table.rejected:
        first = table.rejected[0]
        more = f" and {len(table.rejected) - 1:,} more" if len(table.rejected) > 1 else ""
        st.caption(plain(f"Row {first.row:,}{more} cannot be used: {first.reason}"))
