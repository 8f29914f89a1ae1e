"""The running app: seconds from `streamlit run` to a usable page, and its peak memory after ten explorations.

    python -m benchmarks.app [--starts 5]

Measured in a real Chromium over the process that serves, embedded profile, shipped reviews imported before (a first
start imports them once). Does not measure: the memory of the browser.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from backends.contracts import FACE_EMOTIONS
from benchmarks import explore, report
from rag import library
from settings import Settings
from tests.browser import steps
from tests.browser.server import App, open_browser, running_app

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

EXPLORATIONS = 10
ASKED_SECONDS, ASKED_MEGABYTES = 6.0, 690.0
PATIENCE_MS = 120_000


def start_up(browser: "Browser", environment: dict[str, str]) -> float:
    """Return the seconds from the command to a page on which the emotions can be clicked."""
    started = time.perf_counter()
    with running_app(environment) as app:
        page = browser.new_page()
        page.goto(app.url)
        page.get_by_role("radio", name="happy").wait_for(timeout=PATIENCE_MS)
        seconds = time.perf_counter() - started
        page.close()
    return seconds


def peak_megabytes(app: App) -> float:
    """Return the largest resident memory the serving process has had, in megabytes (10^6 bytes)."""
    import psutil

    status = Path(f"/proc/{app.process.pid}/status")
    if status.exists():
        kibibytes = next(line.split()[1] for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(kibibytes) * 1024 / 1e6
    return float(psutil.Process(app.process.pid).memory_info().rss) / 1e6


def explorations(page: "Page", url: str) -> None:
    """Ask ten times: photos with all their faces read, and each emotion by a click."""
    page.goto(url)
    for number, (photo, _) in enumerate(explore.photos(EXPLORATIONS)):
        emotion = FACE_EMOTIONS[number % len(FACE_EMOTIONS)]
        steps.show_photo(page, photo, f"photo-{number}.jpg")
        expect(page.get_by_alt_text("Your photo with 1 marked face")).to_be_visible(timeout=PATIENCE_MS)
        steps.settled(page)
        steps.pick_emotion(page, emotion)
        expect(page.get_by_role("heading", level=2)).to_contain_text(emotion)
        steps.expect_answer(page, f"Reviews that feel .*{emotion}")
        page.goto(url)


def measure(starts: int, store: Path) -> tuple[list[float], float, float]:
    """Return the seconds of each start, and the megabytes after the page and at the peak of ten explorations."""
    library.shipped(Settings(profile="embedded", store_folder=store)).close()
    environment = {"MOODLENS_PROFILE": "embedded", "MOODLENS_STORE_FOLDER": str(store)}
    expect.set_options(timeout=PATIENCE_MS)
    with open_browser() as browser:
        start_up(browser, environment)  # warms the disk cache
        seconds = [start_up(browser, environment) for _ in range(starts)]
        with running_app(environment) as app:
            page = browser.new_page()
            page.goto(app.url)
            page.get_by_role("radio", name="happy").wait_for(timeout=PATIENCE_MS)
            before = peak_megabytes(app)
            explorations(page, app.url)
            return seconds, before, peak_megabytes(app)


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and write results/app.json."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.app", description=__doc__.splitlines()[0])
    parser.add_argument("--starts", type=int, default=5, help="starts that count, after one that warms up")
    options = parser.parse_args(argv)
    os.environ.pop("MOODLENS_MODELS", None)
    with tempfile.TemporaryDirectory() as folder:
        seconds, before, peak = measure(options.starts, Path(folder))
    lines = [
        report.Row(
            "`streamlit run` → usable page, warm disk cache",
            f"{report.median(seconds):.1f} s (slowest {max(seconds):.1f} s)",
            f"≤ {ASKED_SECONDS:g} s",
        ),
        report.Row(
            f"peak memory of the app after {EXPLORATIONS} explorations", f"{peak:.0f} MB", f"≤ {ASKED_MEGABYTES:g} MB"
        ),
    ]
    values = {"start_seconds": seconds, "megabytes_first_page": before, "megabytes_peak": peak}
    report.write("app", "The running app", f"python -m benchmarks.app --starts {options.starts}", lines, values)
    report.say(lines)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
