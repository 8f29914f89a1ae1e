"""Finds the Chromium that browser tests and screenshots drive; run as a module, it installs one if need be."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

VARIABLE = "MOODLENS_CHROMIUM"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PACKAGES = ("chromium", "fonts-noto-color-emoji")


class NoChromium(RuntimeError):
    """No browser to test with; the message says how to get one."""


def find() -> Path | None:
    """Return the browser named in MOODLENS_CHROMIUM, else the first one on the PATH, else None.

    Raises:
        NoChromium: the variable names a file that does not exist.
    """
    if named := os.environ.get(VARIABLE):
        if not Path(named).is_file():
            raise NoChromium(f"{VARIABLE} names {named}, which does not exist.")
        return Path(named)
    found = next(filter(None, map(shutil.which, NAMES)), None)
    return Path(found) if found else None


def require() -> Path:
    """Return the browser.

    Raises:
        NoChromium: there is none.
    """
    if found := find():
        return found
    raise NoChromium(f"The browser tests need Chromium or Chrome: install it, or set {VARIABLE} to its path.")


def install() -> None:
    """Install Chromium with apt-get; does nothing where there is no apt-get or the user may not install packages."""
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        return
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-qq"], check=False, env=quiet, stdout=subprocess.DEVNULL)
    command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *PACKAGES]
    subprocess.run(command, check=False, env=quiet, stdout=subprocess.DEVNULL)


def main() -> int:
    """Make sure there is a browser; return 1 and say so in one line where there is none."""
    try:
        if find() is None:
            install()
        require()
    except NoChromium as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
