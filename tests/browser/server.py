"""Starts the app as a user does, in a process of its own, and opens Chromium on it."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.browser import chromium
from tests.source import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Browser

READY = "URL: "


@dataclass
class App:
    """The running app: its address, its process, and what it has printed so far."""

    url: str
    process: subprocess.Popen[str]
    log: list[str] = field(default_factory=list)
    reader: threading.Thread = field(init=False)

    def __post_init__(self) -> None:
        self.reader = threading.Thread(target=self._drain, daemon=True)

    def wait_until_ready(self) -> None:
        """Read its output until it says that it serves.

        Raises:
            RuntimeError: it ended instead; the message holds what it printed.
        """
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.log.append(line)
            if READY in line:
                self.reader.start()
                return
        raise RuntimeError("The app did not start:\n" + "".join(self.log))

    def _drain(self) -> None:
        assert self.process.stdout is not None
        self.log.extend(self.process.stdout)

    def stop(self) -> None:
        """End it and wait until it is gone."""
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.reader.ident is not None:
            self.reader.join()
        if self.process.stdout is not None:
            self.process.stdout.close()


def free_port() -> int:
    """Return a port of the loopback that nobody uses now."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@contextlib.contextmanager
def running_app(environment: Mapping[str, str], *arguments: str) -> Iterator[App]:
    """Run `streamlit run streamlit_app.py` with these variables set while the block lasts."""
    port = free_port()
    command = [
        sys.executable, "-m", "streamlit", "run", "streamlit_app.py", f"--server.port={port}",
        "--server.address=127.0.0.1", "--server.headless=true", *arguments,
    ]  # fmt: skip
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, **environment, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    app = App(f"http://127.0.0.1:{port}", process)
    try:
        app.wait_until_ready()
        yield app
    finally:
        app.stop()


@contextlib.contextmanager
def open_browser() -> Iterator["Browser"]:
    """Open a headless Chromium that talks to this machine only.

    Raises:
        NoChromium: there is none; the message says how to get one.
    """
    from playwright.sync_api import sync_playwright

    arguments = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking", "--mute-audio"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(chromium.require()), args=arguments)
        try:
            yield browser
        finally:
            browser.close()
