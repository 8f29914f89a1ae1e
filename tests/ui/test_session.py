"""What sessions share and what they do not: open libraries, answers, private folders."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import streamlit as st

from errors import LibraryDamaged, LibraryNotFound
from rag import library
from settings import Settings
from tests.ui.conftest import World
from tests.ui.fakes import FakeInfo
from ui import session


@pytest.fixture
def state() -> Iterator[None]:
    """An empty session state, outside of any page."""
    st.session_state.clear()
    yield
    st.session_state.clear()


@pytest.mark.usefixtures("world", "state")
def test_library_is_opened_once_for_everybody(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[object] = []

    def shipped(_settings: Settings, _progress: Callable[[int], None]) -> object:
        opened.append(object())
        return opened[-1]

    monkeypatch.setattr(library, "shipped", shipped)
    assert session.library() is session.library()
    assert len(opened) == 1


@pytest.mark.usefixtures("state")
def test_failed_opening_is_tried_again(world: World) -> None:
    world.library_error = LibraryDamaged("Half of it is missing.")
    with pytest.raises(LibraryDamaged, match="Half of it is missing"):
        session.library()
    world.library_error = None
    assert len(session.library()) == 3


@pytest.mark.usefixtures("state")
def test_own_library_by_name(world: World) -> None:
    world.own = [FakeInfo("mine", Path("mine"))]
    session.set_library("mine")
    assert session.library().name == "mine"
    session.set_library("yours")
    with pytest.raises(LibraryNotFound, match="There is no library “yours” here"):
        session.library()
    session.set_library(None)
    assert session.library().name == "Example reviews"


@pytest.mark.usefixtures("state")
def test_only_the_last_libraries_stay_open(world: World) -> None:
    world.own = [FakeInfo(f"mine {number}", Path(f"mine {number}")) for number in range(6)]
    opened = []
    for info in world.own:
        session.set_library(info.name)
        opened.append(session.library())
    session.set_library("mine 5")
    assert session.library() is opened[5]
    session.set_library("mine 0")
    assert session.library() is not opened[0]


@pytest.mark.usefixtures("state")
def test_settings_change_for_this_session_only() -> None:
    session.change_settings(hits_per_answer=3)
    session.change_settings(threads=1)
    assert (session.settings().hits_per_answer, session.settings().threads) == (3, 1)
    st.session_state.clear()
    assert session.settings().hits_per_answer == 10


@pytest.mark.usefixtures("state")
def test_hosted_visitor_has_a_folder_that_goes_with_the_session() -> None:
    assert session.store_settings() == session.settings()
    session.change_settings(hosted=True)
    folder = session.store_settings().store_folder
    assert folder.is_dir()
    assert folder == session.store_settings().store_folder != session.settings().store_folder
    st.session_state["private_folder"].cleanup()
    assert not folder.exists()
