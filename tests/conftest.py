"""Fixtures every test may use. No test reaches the network, the user's home or the user's settings."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from settings import Settings, from_environment
from tests import network

if TYPE_CHECKING:
    from rag.library import Library

network.forbid()


@pytest.fixture(scope="session")
def session_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that stands in for the user's store during this test run; the shipped library is built here once."""
    return tmp_path_factory.mktemp("store")


@pytest.fixture(autouse=True, scope="session")
def _environment(session_store: Path) -> Iterator[None]:
    """Only embedded models and a temporary store, whatever the machine's own MOODLENS_ variables say."""
    with pytest.MonkeyPatch.context() as patch:
        for name in Settings.model_fields:
            patch.delenv(f"MOODLENS_{name.upper()}", raising=False)
        patch.setenv("MOODLENS_PROFILE", "embedded")
        patch.setenv("MOODLENS_STORE_FOLDER", str(session_store))
        from_environment.cache_clear()
        yield
    from_environment.cache_clear()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Embedded models, nothing downloaded, an empty store of the test's own."""
    return Settings(profile="embedded", allow_downloads=False, store_folder=tmp_path / "store")


@pytest.fixture(scope="session")
def session_settings(session_store: Path) -> Settings:
    """The same over the store that the whole test run shares: do not write to it."""
    return Settings(profile="embedded", allow_downloads=False, store_folder=session_store)


@pytest.fixture(scope="session")
def shipped_library(session_settings: Settings) -> Iterator["Library"]:
    """The library of the 700 shipped reviews, built once per test run."""
    from rag import library

    shipped = library.shipped(session_settings)
    yield shipped
    shipped.close()


@pytest.fixture(scope="session")
def face_photo() -> bytes:
    """A JPEG of one smiling face, 512 by 512 pixels: scikit-image's astronaut (NASA, public domain)."""
    from skimage import data

    buffer = io.BytesIO()
    Image.fromarray(data.astronaut()).save(buffer, "JPEG", quality=92)
    return buffer.getvalue()
