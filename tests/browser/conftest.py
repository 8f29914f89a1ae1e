"""One running app and one Chromium for all browser tests; each test has a fresh browser session."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from rag.library import Library
from tests.browser.server import App, open_browser, running_app

PATIENCE_MS = 120_000
"""How long a busy machine may take for one step; an idle one takes a second."""
VIEWPORTS: dict[str, ViewportSize] = {
    "desktop": {"width": 1280, "height": 900},
    "phone": {"width": 390, "height": 844},
}


@pytest.fixture(scope="session")
def app(session_store: Path, shipped_library: Library, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The app, started as a user starts it, over the store of the test run; it must not print a single traceback."""
    assert len(shipped_library) == 700
    environment = {
        "MOODLENS_PROFILE": "embedded",
        "MOODLENS_STORE_FOLDER": str(session_store),
        "HOME": str(tmp_path_factory.mktemp("home")),
    }
    with running_app(environment) as running:
        yield running
    assert [line for line in running.log if "Traceback" in line or "unexpected error" in line] == []


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium."""
    with open_browser() as opened:
        yield opened


@pytest.fixture(params=list(VIEWPORTS))
def page(request: pytest.FixtureRequest, app: App, browser: Browser) -> Iterator[Page]:
    """An empty page of a fresh session, at desktop and at phone width; relative addresses lead to the app."""
    yield from _page(app, browser, VIEWPORTS[request.param])


@pytest.fixture
def desktop(app: App, browser: Browser) -> Iterator[Page]:
    """The same, at desktop width only."""
    yield from _page(app, browser, VIEWPORTS["desktop"])


def _page(app: App, browser: Browser, viewport: ViewportSize) -> Iterator[Page]:
    expect.set_options(timeout=PATIENCE_MS)
    context = browser.new_context(base_url=app.url, viewport=viewport)
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert errors == []
