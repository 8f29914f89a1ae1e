"""Drives the app in Chromium and writes the pictures of README and docs: `make screenshots`.

Each picture is reduced to a palette, so that it stays under 200 KB. Not a test; the pictures are looked at by people.
"""

import io
import re
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from PIL import Image
from playwright.sync_api import expect

from rag import library
from settings import Settings
from tests.browser import steps
from tests.browser.server import App, open_browser, running_app

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

FOLDER = Path(__file__).resolve().parent / "images"
LARGEST_BYTES = 200_000
PATIENCE_MS = 120_000
TALL = 1280, 1500
Scheme = Literal["light", "dark"]


def astronaut() -> bytes:
    """Return a public-domain photo of one face as JPEG."""
    from skimage import data

    buffer = io.BytesIO()
    Image.fromarray(data.astronaut()).save(buffer, "JPEG", quality=92)
    return buffer.getvalue()


def photo(page: "Page") -> None:
    """Explore with a face."""
    steps.visit(page)
    steps.show_photo(page, astronaut())
    expect(page.get_by_role("img", name=re.compile("Your photo with"))).to_be_visible()
    steps.expect_answer(page, "Reviews that feel .*happy")


def answer(page: "Page") -> None:
    """Explore with words."""
    page.goto("/?q=price")
    steps.expect_answer(page, "Reviews about")


def chat(page: "Page") -> None:
    """A short conversation."""
    steps.visit(page, "/chat")
    box = page.get_by_placeholder("Write, or ask about reviews …")
    for number, words in enumerate(("I had a rough day.", "What do customers complain about most?"), 1):
        box.fill(words)
        box.press("Enter")
        expect(page.get_by_test_id("stChatMessage")).to_have_count(2 * number)
        steps.settled(page)
    expect(page.get_by_text(re.compile(r"The \d+ reviews? behind this"))).to_be_visible()


def themes(page: "Page") -> None:
    """What the reviews are about."""
    steps.visit(page, "/understand")
    expect(page.locator("#quote-1")).to_be_visible()


def around(page: "Page") -> None:
    """All reviews as a map."""
    steps.visit(page, "/understand")
    page.get_by_role("tab", name="Map", exact=True).click()
    expect(page.locator(".js-plotly-plot .nsewdrag").first).to_be_visible()


PICTURES: tuple[tuple[str, Callable[["Page"], None], tuple[int, int], Scheme], ...] = (
    ("explore-light", photo, TALL, "light"),
    ("explore-dark", photo, TALL, "dark"),
    ("answer", answer, TALL, "light"),
    ("themes", themes, TALL, "light"),
    ("map", around, TALL, "dark"),
    ("chat", chat, TALL, "dark"),
)


def take(browser: "Browser", app: App, show: Callable[["Page"], None], size: tuple[int, int], scheme: Scheme) -> bytes:
    """Return a PNG of what the visitor sees after `show`."""
    viewport = {"width": size[0], "height": size[1]}
    context = browser.new_context(base_url=app.url, viewport=viewport, color_scheme=scheme)  # type: ignore[arg-type]
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    show(page)
    steps.settled(page)
    page.evaluate("document.activeElement?.blur(); document.fonts.ready")
    taken = page.screenshot(animations="disabled")
    context.close()
    return taken


def small(png: bytes) -> bytes:
    """Return the picture with as many colours as fit into LARGEST_BYTES (at most 256).

    Raises:
        ValueError: it does not fit with 16 colours either.
    """
    image = Image.open(io.BytesIO(png)).convert("RGB")
    for colours in (256, 128, 64, 32, 16):
        buffer = io.BytesIO()
        reduced = image.quantize(colours, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        reduced.save(buffer, "PNG", optimize=True)
        if buffer.tell() <= LARGEST_BYTES:
            return buffer.getvalue()
    raise ValueError(f"a picture of {image.width} by {image.height} pixels is too large for {LARGEST_BYTES} bytes")


def main(wanted: list[str]) -> int:
    """Write every picture, or those named."""
    expect.set_options(timeout=PATIENCE_MS)
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as store, open_browser() as browser:
        library.shipped(Settings(profile="embedded", store_folder=Path(store))).close()
        with running_app({"MOODLENS_PROFILE": "embedded", "MOODLENS_STORE_FOLDER": store}) as app:
            for name, show, size, scheme in PICTURES:
                if not wanted or name in wanted:
                    (FOLDER / f"{name}.png").write_bytes(small(take(browser, app, show, size, scheme)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
