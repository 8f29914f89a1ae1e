"""The file of the import page: chosen, looked through once, kept on the disk until it is imported or replaced."""

import os
import re
import shutil
import tempfile
import weakref
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import BinaryIO, cast

import streamlit as st

from errors import ReviewFileError
from rag.ingest import READABLE, Table
from rag.intake import Survey, open_intake
from rag.table import counted
from ui import session, widgets
from ui.plain import plain

_KEPT = "import_file"
_ROUND = "import_round"
_EXAMPLE = Path(__file__).parent / "assets" / "example_shop.csv"
_DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}


@dataclass(frozen=True, eq=False)
class Chosen:
    """A file as it was read: its name, where it lies, its first rows and what is in all of it.

    It is removed from the disk when nobody holds this any more.
    """

    id: str
    name: str
    path: Path
    sample: Table
    survey: Survey


@dataclass(frozen=True, eq=False)
class _Refused:
    """A file that cannot be read, and the sentence that says why."""

    id: str
    error: ReviewFileError


def choose() -> Chosen | None:
    """Draw the uploader and return the chosen file, or None (nothing chosen, or it cannot be read).

    Once a file is read, its name and a way back take the place of the uploader.
    """
    kept = _kept()
    if isinstance(kept, Chosen):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"#### {plain(kept.name)}", anchors=False, width="content")
            st.button("Choose another file", key="another", type="tertiary", on_click=forget)
        return kept
    uploaded = st.file_uploader(
        "A file with one review per row",
        key=f"reviews_file_{st.session_state.get(_ROUND, 0)}",
    )
    st.caption(
        f"{READABLE}, also packed as .gz or .zip, or plain text with one review a line. "
        "Encoding and delimiter are found for you."
    )
    if uploaded is not None and (kept is None or kept.id != uploaded.file_id):
        kept = _keep(uploaded.file_id, uploaded.name, uploaded)
        if isinstance(kept, Chosen):
            st.rerun()
    if uploaded is not None and isinstance(kept, _Refused):
        widgets.show_error(kept.error)
    _example()
    return None


def _kept() -> Chosen | _Refused | None:
    return cast("Chosen | _Refused | None", st.session_state.get(_KEPT))


def is_chosen() -> bool:
    """Whether a file was read and waits to be imported."""
    return isinstance(_kept(), Chosen)


def _keep(file_id: str, name: str, data: BinaryIO) -> Chosen | _Refused:
    with st.spinner(f"Reading {plain(name)} …"):
        kept: Chosen | _Refused
        try:
            kept = _read(file_id, name, data)
        except ReviewFileError as error:
            kept = _Refused(file_id, error)
    st.session_state[_KEPT] = kept
    return kept


def _read(file_id: str, name: str, data: BinaryIO) -> Chosen:
    handle, path = tempfile.mkstemp(prefix="moodlens-file-")
    try:
        with os.fdopen(handle, "wb") as out:
            shutil.copyfileobj(data, out)
        with open_intake(Path(path), session.settings(), name) as intake:
            chosen = Chosen(file_id, name, Path(path), intake.sample, intake.survey())
    except BaseException:
        Path(path).unlink()
        raise
    weakref.finalize(chosen, Path(path).unlink, missing_ok=True)
    return chosen


def _example() -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption("No file at hand?", width="content")
        st.button("Try it with our example", key="example", on_click=_take_example, icon=":material/description:")
        st.download_button(
            "Download the example",
            _EXAMPLE.read_bytes,
            _EXAMPLE.name,
            "text/csv",
            key="download_example",
            type="tertiary",
            icon=":material/download:",
            on_click="ignore",
        )


def _take_example() -> None:
    forget()
    with _EXAMPLE.open("rb") as data:
        _keep(_EXAMPLE.name, _EXAMPLE.name, data)


def forget() -> None:
    """Let go of the file, and empty the uploader."""
    st.session_state.pop(_KEPT, None)
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1


def suggested_name(chosen: Chosen) -> str:
    """Return a name for the library, made from the file's.

    >>> PurePath("shop_reviews-2025.csv.gz").name.split(".")[0]
    'shop_reviews-2025'
    """
    words = re.sub(r"[_\-\s]+", " ", PurePath(chosen.name).name.split(".")[0]).strip()
    return words[:1].upper() + words[1:60]


def found(chosen: Chosen) -> None:
    """Draw what was found in the file."""
    table, survey = chosen.sample, chosen.survey
    parts = [table.format]
    if table.encoding:
        parts.append(table.encoding)
    if table.delimiter and table.format not in ("TSV",):
        parts.append(f"separated by {_DELIMITERS.get(table.delimiter, table.delimiter)}")
    parts += [counted(survey.rows, "row"), counted(len(table.frame.columns), "column")]
    st.markdown(" · ".join(plain(part) for part in parts))
    for note in survey.notes:
        st.caption(plain(note))
    if (first := survey.first_rejected) is not None:
        more = f" and {survey.rejected - 1:,} more" if survey.rejected > 1 else ""
        st.caption(plain(f"Row {first.row:,}{more} cannot be used: {first.reason}"))
