"""The app with a library, a search and a face model that a person can check by hand."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from emotion import face, saliency
from emotion.face import FaceReading, PhotoReading
from rag import explore, library
from rag.query import Query
from settings import PROJECT_FOLDER, Settings
from tests.ui import fakes
from ui import session


class World:
    """What the fakes answer; a test changes it before it runs the app."""

    def __init__(self) -> None:
        self.photo = fakes.photo(fakes.HAPPY)
        self.photo_error: Exception | None = None
        self.answer_error: Exception | None = None
        self.library_error: Exception | None = None
        self.own: list[fakes.FakeInfo] = []
        self.asked: list[object] = []
        self.lacking = False
        self.look_error: Exception | None = None
        self.looked_at: list[FaceReading] = []

    def read(self, _photo: bytes, _settings: Settings) -> PhotoReading:
        if self.photo_error is not None:
            raise self.photo_error
        return self.photo

    def look(self, _photo: PhotoReading, of: FaceReading, _settings: Settings) -> saliency.Saliency:
        if self.look_error is not None:
            raise self.look_error
        self.looked_at.append(of)
        return fakes.saliency(of)

    def explore(self, query: Query, opened: fakes.FakeLibrary, _settings: Settings) -> explore.Answer:
        if self.answer_error is not None:
            raise self.answer_error
        self.asked.append(query)
        return fakes.explore(query, opened)

    def shipped(self, _settings: Settings, _progress: object = None) -> fakes.FakeLibrary:
        if self.library_error is not None:
            raise self.library_error
        return fakes.FakeLibrary(lacking=self.lacking)

    def open_library(self, folder: Path, _settings: Settings) -> fakes.FakeLibrary:
        return fakes.FakeLibrary(folder.name, folder)


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """Put the fakes where the pages look for library, search and face model."""
    made = World()
    monkeypatch.setattr(library, "shipped", made.shipped)
    monkeypatch.setattr(library, "names", lambda _settings: made.own)
    monkeypatch.setattr(library, "unreadable", lambda _settings: [])
    monkeypatch.setattr(library, "open_library", made.open_library)
    monkeypatch.setattr(explore, "explore", made.explore)
    monkeypatch.setattr(face, "read", made.read)
    monkeypatch.setattr(face, "read_whole", lambda image, _settings: fakes.photo(fakes.WHOLE, image=image))
    monkeypatch.setattr(saliency, "look", made.look)
    monkeypatch.setattr(session, "warm_up", lambda: None)
    st.cache_resource.clear()
    yield made
    st.cache_resource.clear()


@pytest.fixture
def app(world: World) -> AppTest:
    """The app as a visitor opens it, not yet run."""
    assert world
    return AppTest.from_file(PROJECT_FOLDER / "streamlit_app.py", default_timeout=30)
