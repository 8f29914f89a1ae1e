"""Long work on a library beside the page: its themes and its map are worked out in a thread, once for all sessions.

A visitor who leaves does not stop it; whoever asks meanwhile waits for the same work and sees its progress.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import streamlit as st

from ui import session

if TYPE_CHECKING:
    from rag.atlas import Atlas
    from rag.index_vectors import Rows
    from rag.library import Library
    from rag.themes import Tell, Themes
    from rag.themes_facts import Facts

_LOOK_EVERY_SECONDS = 0.15
_KEPT_VIEWS = 12
_VIEWS = "understand_views"


class Work:
    """Jobs by key; the results that were not used for longest are let go when there are too many."""

    capacity = 8

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="understand")
        self._jobs: OrderedDict[Hashable, Future[Any]] = OrderedDict()
        self._latest: dict[Hashable, tuple[str, float]] = {}

    def take(self, key: Hashable, job: "Callable[[Tell], Any]", show: "Tell | None" = None) -> Any:
        """Return what the job returns, doing it if nobody has; `show` is told how far it is."""
        with self._lock:
            future = self._jobs.get(key)
            if future is None or (future.done() and future.exception() is not None):
                future = self._worker.submit(job, lambda what, done: self._latest.__setitem__(key, (what, done)))
            self._jobs[key] = future
            self._jobs.move_to_end(key)
            while len(self._jobs) > self.capacity:
                self._jobs.popitem(last=False)
        while not wait([future], timeout=_LOOK_EVERY_SECONDS).done:
            if show is not None:
                show(*self._latest.get(key, ("getting ready", 0.0)))
        self._latest.pop(key, None)
        return future.result()


@st.cache_resource(max_entries=1, show_spinner=False)
def _work() -> Work:
    return Work()


@dataclass(frozen=True, eq=False)
class Understood:
    """A library with one number per review and its themes."""

    library: "Library"
    facts: "Facts"
    themes: "Themes"

    @property
    def key(self) -> str:
        return identity(self.library)

    def unread(self, rows: "Rows | None") -> int:
        """Return how many of these reviews (None: all that count) are not English and were not read."""
        return int((~self.facts.read[self.library.alive if rows is None else rows]).sum())


def identity(library: "Library") -> str:
    """Return what names this state of this library."""
    return f"{library.folder}\n{library.manifest}"


def understood(library: "Library") -> Understood:
    """Return the facts and themes of a library; the first time this shows progress.

    Raises:
        MoodlensError: whatever library and models have to say.
    """
    from rag import themes, themes_facts

    current = session.settings()

    def job(tell: "Tell") -> Understood:
        tell("reading the reviews", 0.0)
        facts = themes_facts.read(library)
        return Understood(library, facts, themes.find(library, facts, current, tell))

    return cast("Understood", _shown("themes", library, job))


def atlas(seen: Understood) -> "Atlas":
    """Return the map of a library; the first time this shows progress."""
    from rag import atlas as maps

    return cast("Atlas", _shown("map", seen.library, lambda tell: maps.find(seen.library, seen.facts, tell)))


def _shown(kind: str, library: "Library", job: "Callable[[Tell], Any]") -> Any:
    place = st.empty()

    def show(what: str, done: float) -> None:
        place.progress(min(done, 1.0), f"Once for these {len(library):,} reviews: {what} …")

    result = _work().take((kind, identity(library)), job, show)
    place.empty()
    return result


def remembered(key: Hashable, make: Callable[[], Any]) -> Any:
    """Return what `make` returns; the last few results of this session are kept."""
    kept: OrderedDict[Hashable, Any] = st.session_state.setdefault(_VIEWS, OrderedDict())
    if key not in kept:
        kept[key] = make()
    kept.move_to_end(key)
    while len(kept) > _KEPT_VIEWS:
        kept.popitem(last=False)
    return kept[key]
