"""The libraries a visitor has: make a new one, add to one, open one, delete one."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from rag import build, library
from rag.import_file import Unfinished, Wishes, unfinished
from ui import session, widgets
from ui.plain import plain
from ui.short_names import shortened

if TYPE_CHECKING:
    from rag.library import LibraryInfo
    from ui.import_file import Chosen

_LONGEST_NAME = 60
_LONGEST_ON_A_BUTTON = 16
_ROW_PIXELS = 480
"""Room for what is said of a library beside its buttons; on a phone it is narrower, and the buttons go below."""
JOB = "import_job"
"""Where the session keeps the import that runs or has just ended."""


def explore_page() -> None:
    """Stand for the Explore page: Streamlit finds a page of `st.navigation` by its `url_path`."""


def open_in_explore(name: str | None) -> None:
    """Look at a library from now on (None: the shipped reviews), on the Explore page."""
    session.set_library(name)
    st.switch_page(st.Page(explore_page, title="Explore", url_path="explore", default=True))


@dataclass(frozen=True)
class Destination:
    """Which library an import goes to, and how."""

    name: str
    wishes: Wishes


def destination(chosen: "Chosen", suggestion: str) -> Destination | None:
    """Draw where the reviews go; return it, or None while it cannot be used."""
    own = {info.name: info for info in session.own_libraries()}
    into: str | None = None
    if own:
        begun = next((name for name, info in own.items() if _begun_with(info, chosen)), None)
        into = st.selectbox(
            "Where to",
            [None, *own],
            index=0 if begun is None else [*own].index(begun) + 1,
            format_func=lambda name: "A new library" if name is None else f"Add to “{name}”",
            key=f"into_{chosen.id}",
            width=420,
        )
    name = into or _name_box(suggestion, chosen.id)
    if into is not None:
        st.caption(
            "Reviews that are there already stay as they are; rows whose id is known but whose content changed are "
            "updated; the others are added."
        )
    with st.expander("More choices"):
        redact = st.checkbox(
            "Replace personal data", key=f"redact_{chosen.id}",
            help="E-mail addresses, phone and card numbers become [email], [phone] and [card] before anything is "
            "stored. Names and postal addresses are not found.",
        )  # fmt: skip
        remove = into is not None and st.checkbox(
            "Remove reviews that this file no longer has", key=f"remove_{chosen.id}",
            help="For a file that is always exported as a whole. Reviews that came from other files are removed too.",
        )  # fmt: skip
    return Destination(name, Wishes(remove_missing=remove, redact=redact)) if name else None


def _begun_with(info: "LibraryInfo", chosen: "Chosen") -> bool:
    """Whether the import of this file into a library broke off."""
    begun = unfinished(info.folder)
    return begun is not None and not begun.running and begun.file == chosen.name


def _name_box(suggestion: str, identity: str) -> str:
    """Draw the box for the name of a new library; return the name, or "" while it cannot be used."""
    name = st.text_input(
        "Name of the library",
        _free(suggestion or "My reviews"),
        key=f"name_{identity}",
        max_chars=_LONGEST_NAME,
        width=420,
    ).strip()
    if not name:
        st.caption("Give the library a name to go on.")
        return ""
    if _taken(name):
        st.warning(f"There is already a library called “{name}”. Choose another name, or add to that one above.")
        return ""
    return name


def _free(name: str) -> str:
    """Return the name, with a number if there is a library of that name already."""
    number, free = 2, name
    while _taken(free):
        free = f"{name} {number}"
        number += 1
    return free


def _taken(name: str) -> bool:
    return name == library.SHIPPED_NAME or build.folder_of(name, session.store_settings()).exists()


def show() -> None:
    """Draw the list of libraries."""
    st.markdown("### Your libraries", anchors=False)
    with widgets.guarded():
        own = session.own_libraries()
        lost = library.unreadable(session.store_settings())
        for one in lost:
            st.warning(f"“{plain(one.name)}” cannot be opened. {plain(one.reason)}", icon=":material/warning:")
        if not own and not lost:
            widgets.empty_state(
                "None yet",
                "What you import appears here. Until then, Explore shows the reviews that come with Moodlens.",
            )
            return
        for info in own:
            _row(info)


def _row(info: "LibraryInfo") -> None:
    key = info.folder.name
    row = st.container(
        border=True, horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", gap="small",
        key=f"library_{key}",
    )  # fmt: skip
    with row:
        with st.container(width=_ROW_PIXELS, gap="xxsmall"):
            st.markdown(f"**{plain(info.name)}**" + (" · open now" if info.name == session.library_name() else ""))
            st.caption(f"{info.count:,} reviews · {info.created.astimezone():%d %B %Y, %H:%M}".replace(" 0", " "))
            if (begun := unfinished(info.folder)) is not None and not _is_running(info.name):
                st.caption(_state(begun))
        with st.container(horizontal=True, vertical_alignment="center", gap="small", width="content"):
            name = plain(shortened(info.name, _LONGEST_ON_A_BUTTON))  # who hears the buttons does not see the row
            if st.button(f"Open {name}", key=f"open_{key}", icon=":material/travel_explore:"):
                open_in_explore(info.name)
            if st.button(f"Delete {name}", key=f"delete_{key}", type="tertiary", icon=":material/delete:"):
                _confirm(info)


def _state(begun: Unfinished) -> str:
    """Say of an import that is not complete whether it goes on elsewhere or broke off."""
    rows = f"{begun.done:,}" + (f" of {begun.total:,}" if begun.total else "")
    file = plain(begun.file)
    if begun.running:
        return f":material/sync: {file} is being imported by another window or program: {rows} rows so far."
    return f":material/pause_circle: The import of {file} stopped after {rows} rows. Choose the file again to go on."


def _is_running(name: str) -> bool:
    job = st.session_state.get(JOB)
    return job is not None and not job.finished and job.name == name


@st.dialog("Delete this library?")
def _confirm(info: "LibraryInfo") -> None:
    st.markdown(
        f"“{plain(info.name)}” with {info.count:,} reviews will be gone for good. The file you imported is not touched."
    )
    with st.container(horizontal=True, gap="small"):
        if st.button("Delete for good", type="primary", key="delete_for_good", on_click=_delete, args=(info.name,)):
            st.rerun()
        if st.button("Keep it", key="keep"):
            st.rerun()


def _delete(name: str) -> None:
    """Delete a library (a callback)."""
    if session.library_name() == name:
        session.set_library(None)
    with widgets.guarded():
        library.delete(name, session.store_settings())
    job = st.session_state.get(JOB)
    if job is not None and job.result is not None and job.result.name == name:
        del st.session_state[JOB]
