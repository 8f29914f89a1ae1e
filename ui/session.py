"""What a visitor's session holds: settings, the open library, the last answers. Models are shared by all sessions.

    library = session.library()          # the library this session looks at; the shipped one at first
    session.set_library("my reviews")    # another one, by name
    settings = session.settings()        # with what the Models page changed
    store = session.store_settings()     # the same, with the folder where this visitor's own libraries live

On one's own machine imported libraries lie in `settings.store_folder`. On a hosted instance (`settings.hosted`) each
session has its own temporary folder that goes with the session.
"""

import logging
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import streamlit as st

from errors import LibraryNotFound, MoodlensError
from settings import Settings, from_environment

if TYPE_CHECKING:
    from rag.explore import Answer
    from rag.library import Library, LibraryInfo
    from rag.progress import Progress
    from rag.query import Query

    Tell = Callable[[Progress], None]

_LIBRARY_NAME = "library_name"
_CHANGES = "settings_changes"
_PRIVATE_FOLDER = "private_folder"
_PAGE = "page"
_SWITCHED = "page_switched"
_ANSWERS = "answers"
_KEPT_ANSWERS = 4
_LOOK_EVERY_SECONDS = 0.2

log = logging.getLogger(__name__)


def settings() -> Settings:
    """Return the settings of this session: the environment's, with what the visitor changed on the Models page.

    Raises:
        ConfigurationError: an environment variable makes no sense.
    """
    base = from_environment()
    changes = st.session_state.get(_CHANGES)
    return base.model_copy(update=changes) if changes else base


def change_settings(**changes: Any) -> None:
    """Change settings for this session only, e.g. `change_settings(profile="embedded")`."""
    st.session_state[_CHANGES] = {**st.session_state.get(_CHANGES, {}), **changes}


def store_settings() -> Settings:
    """Return the session's settings with the folder for this visitor's own libraries as `store_folder`."""
    current = settings()
    if not current.hosted:
        return current
    if _PRIVATE_FOLDER not in st.session_state:
        st.session_state[_PRIVATE_FOLDER] = tempfile.TemporaryDirectory(prefix="moodlens-")
    return current.model_copy(update={"store_folder": Path(st.session_state[_PRIVATE_FOLDER].name)})


def visit(page: str) -> None:
    """Note which page is drawn (the router calls it)."""
    if st.session_state.get(_PAGE) != page:
        st.session_state[_PAGE] = page
        st.session_state[_SWITCHED] = True


def page_switched() -> bool:
    """Return whether the visitor came to this page from another one and it has not been drawn to its end since."""
    return bool(st.session_state.get(_SWITCHED))


def page_settled() -> None:
    """Note that the page was drawn since the visitor came to it."""
    st.session_state[_SWITCHED] = False


def library_name() -> str | None:
    """Return the name of the library this session looks at; None means the shipped reviews."""
    return cast("str | None", st.session_state.get(_LIBRARY_NAME))


def set_library(name: str | None) -> None:
    """Look at another library from now on; None means the shipped reviews."""
    st.session_state[_LIBRARY_NAME] = name


def own_libraries() -> list["LibraryInfo"]:
    """Return the libraries this visitor imported, newest first."""
    from rag import library

    return library.names(store_settings())


def library(progress: "Tell | None" = None) -> "Library":
    """Return the open library of this session; the shipped one is built on first use, calling `progress`.

    Raises:
        LibraryNotFound: the chosen library is not there (any more).
        LibraryDamaged: its files do not belong together.
    """
    from rag import library

    name, current = library_name(), settings()
    if name is None:
        return _shelf().take(("", current.store_folder), partial(library.shipped, current), progress)
    for info in own_libraries():
        if info.name == name:
            opening = partial(_open_own, info.folder, current)
            return _shelf().take((info.folder, info.created, info.generation), opening, progress)
    raise LibraryNotFound(f"There is no library “{name}” here. Choose another one, or import the file again.")


def _open_own(folder: Path, current: Settings, _progress: "Tell") -> "Library":
    from rag import library

    return library.open_library(folder, current)


class _Shelf:
    """Open libraries, shared by all sessions; the one not used for longest is let go when there are too many.

    Opening (and building, on the first start) happens in a thread of its own: whoever asks meanwhile waits for the same
    work and sees its progress, and a visitor who leaves does not stop it.
    """

    capacity = 4

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="library")
        self._open: OrderedDict[Hashable, Future[Library]] = OrderedDict()
        self._latest: dict[Hashable, Progress] = {}

    def take(self, key: Hashable, opening: "Callable[[Tell], Library]", progress: "Tell | None") -> "Library":
        with self._lock:
            future = self._open.get(key)
            if future is None or (future.done() and future.exception() is not None):
                future = self._worker.submit(opening, partial(self._latest.__setitem__, key))
            self._open[key] = future
            self._open.move_to_end(key)
            while len(self._open) > self.capacity:
                self._open.popitem(last=False)
        while not wait([future], timeout=_LOOK_EVERY_SECONDS).done:
            if progress is not None and (latest := self._latest.get(key)) is not None:
                progress(latest)
        self._latest.pop(key, None)
        return future.result()


@st.cache_resource(max_entries=1, show_spinner=False)
def _shelf() -> _Shelf:
    return _Shelf()


def answer(query: "Query") -> "Answer":
    """Answer a question over the session's library; the last few answers are kept, so that a click costs no search.

    Raises:
        MoodlensError: whatever the models or the library have to say.
    """
    from rag.explore import explore

    opened = library()
    key = (opened.folder, str(opened.manifest), settings().model_dump_json(), query)
    kept: OrderedDict[object, Answer] = st.session_state.setdefault(_ANSWERS, OrderedDict())
    if key not in kept:
        kept[key] = explore(query, opened, settings())
    kept.move_to_end(key)
    while len(kept) > _KEPT_ANSWERS:
        kept.popitem(last=False)
    return kept[key]


@st.cache_resource(max_entries=1, show_spinner=False)
def warm_up() -> threading.Thread:
    """Load the models of an exploration in the background, once per process, so that the first question is quick."""
    thread = threading.Thread(target=_load_models, args=(from_environment(),), name="warm-up", daemon=True)
    thread.start()
    return thread


def _load_models(current: Settings) -> None:
    import model_utils

    for task in ("embedder", "summarizer", "face_detector", "face"):
        try:
            model_utils.load(task, settings=current)
        except MoodlensError as error:
            log.warning("%s could not be loaded ahead: %s", task, error)
