"""How far long work is, on standard error."""

import sys

from rag.progress import Progress


def show(progress: Progress) -> None:
    """Write how far it is: over and over into one line on a screen, line by line into a file."""
    line = progress.doing
    if progress.stage == "writing" or not progress.done:
        line += " …"
    else:
        total = "" if progress.total is None else f" of {progress.total:,}"
        left = f", {progress.left}" if progress.left else ""
        line += f": {progress.done:,}{total}, {progress.rate:,.0f} a second{left}"
    on_screen = sys.stderr.isatty()
    print(f"\r{line:<79}" if on_screen else line, end="" if on_screen else "\n", file=sys.stderr, flush=True)


def end() -> None:
    """Leave the line that `show` wrote over on a screen."""
    if sys.stderr.isatty():
        print(file=sys.stderr)
