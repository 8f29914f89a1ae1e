"""The commands `python -m rag list`, `info`, `check` and `delete`, and how every command opens a library."""

import argparse
import sys
import textwrap
from pathlib import Path

from emotion.language import UNDETERMINED
from errors import LibraryDamaged, LibraryNotFound
from rag import check, command_progress
from rag import library as libraries
from rag.build import folder_of
from rag.import_file import recover, unfinished
from rag.opened import Library, open_library
from rag.progress import Progress
from rag.query import NO_VALUE
from rag.table import counted
from settings import Settings

_LONGEST_NAME = 60
_NONE_YET = f"No library yet besides “{libraries.SHIPPED_NAME}”. Make one with: python -m rag import FILE"
_REPAIR = (
    "To repair: python -m rag export NAME saved.csv, then python -m rag import saved.csv --library NAME --replace. "
    "If export fails too, import the review file again with --replace."
)


def opened(name: str | None, settings: Settings) -> Library:
    """Open a library by its name; None stands for the example reviews, as does their own name.

    Their first build is told on standard error.

    Raises:
        LibraryNotFound: there is none of that name; the message lists those that there are.
        LibraryDamaged: it cannot be read.
    """
    if name is not None and not _is_shipped(name, settings):
        return open_library(folder(name, settings), settings)
    building = False

    def show(progress: Progress) -> None:
        nonlocal building
        if not building:
            print("The example reviews are read once; this takes a while.", file=sys.stderr)
        building = True
        command_progress.show(progress)

    library = libraries.shipped(settings, show)
    if building:
        command_progress.end()
    return library


def _is_shipped(name: str, settings: Settings) -> bool:
    """Whether a name means the example reviews: theirs, if no library of the user's has it."""
    return name.casefold() == libraries.SHIPPED_NAME.casefold() and not folder_of(name, settings).exists()


def folder(name: str, settings: Settings) -> Path:
    """Return the folder of a library that exists, finishing a replacement that was broken off; the example reviews are
    built where that was not done yet.

    Also the name of the folder is understood ("womens-clothing" of "Womens clothing"), where it is of one library.

    Raises:
        LibraryNotFound: there is none of that name; the message lists those that there are.
    """
    found = folder_of(name, settings)
    recover(found)
    if _is_shipped(name, settings):
        library = opened(None, settings)
        library.close()
        return library.folder
    if not found.exists():
        if (of_folder := _named_by_folder(name, settings)) is not None:
            return of_folder
        known = ", ".join([libraries.SHIPPED_NAME, *(info.name for info in libraries.names(settings))])
        raise LibraryNotFound(f"There is no library called {name!r}. Known: {known}.")
    return found


def _named_by_folder(name: str, settings: Settings) -> Path | None:
    """Return the one library whose folder has this name, with or without its checksum; None for none or several."""
    folders = [info.folder for info in libraries.names(settings)]
    found = [place for place in folders if name in (place.name, place.name.rpartition("-")[0])]
    return found[0] if len(found) == 1 else None


def run_list(arguments: argparse.Namespace, settings: Settings) -> None:  # noqa: ARG001 - every command takes both
    """Print a line for each imported library, then one for the example reviews."""
    found = libraries.names(settings)
    for info in found:
        begun = unfinished(info.folder)
        state = "" if begun is None else f", its import is {'going on' if begun.running else 'not finished'}"
        print(f"{info.name}: {counted(info.count, 'review')}, made {info.created:%Y-%m-%d %H:%M}{state}")
    damaged = libraries.unreadable(settings)
    for lost in damaged:
        print(f"{lost.name}: cannot be opened. {lost.reason}")
    if _is_shipped(libraries.SHIPPED_NAME, settings):
        count = counted(len(libraries.shipped_reviews(settings)), "review")
        print(f"{libraries.SHIPPED_NAME}: {count}, come with Moodlens; used where no library is named")
    if not found and not damaged:
        print(_NONE_YET)


def run_info(arguments: argparse.Namespace, settings: Settings) -> None:
    """Print what a library holds."""
    library = opened(arguments.name, settings)
    facets = library.facets()
    print(f"{library.name}: {counted(len(library), 'review')}")
    for title, values in (
        ("products", facets.products),
        ("categories", facets.categories),
        ("sentiments", facets.sentiments),
        ("emotions", facets.emotions),
        ("languages", {_spoken(code): count for code, count in facets.languages.items()}),
    ):
        none = NO_VALUE[title]
        if not values:
            continue
        shown = ", ".join(f"{_short(value) or none} {count:,}" for value, count in list(values.items())[:10])
        print(f"{title:>10}: {shown}{' …' if len(values) > 10 else ''}")
    if facets.ratings:
        print(f"{'ratings':>10}: {facets.ratings[0]:g} to {facets.ratings[1]:g}{_without(facets.unrated)}")
    if facets.dates:
        print(f"{'dates':>10}: {facets.dates[0]} to {facets.dates[1]}{_without(facets.undated)}")
    for task, model in library.manifest.models.items():
        print(f"{task.replace('_', ' '):>12} by {model}")
    library.close()


def _short(value: str) -> str:
    """Return a value that fits a line; names of shops can be hundreds of letters long."""
    short = textwrap.shorten(value, _LONGEST_NAME, placeholder="…")
    return value[:_LONGEST_NAME] if short == "…" else short


def _spoken(code: str) -> str:
    return f"{code} (too short to tell)" if code == UNDETERMINED else code


def _without(reviews: int) -> str:
    return f"; {counted(reviews, 'review')} without" if reviews else ""


def run_check(arguments: argparse.Namespace, settings: Settings) -> None:
    """Print what is wrong with each library, or that it is whole.

    Raises:
        LibraryDamaged: at least one is not whole; the message says how to repair it.
    """
    chosen = {info.name: info.folder for info in libraries.names(settings)}
    lost = libraries.unreadable(settings)
    if arguments.name is not None:
        chosen, lost = {arguments.name: folder(arguments.name, settings)}, []
    if not chosen and not lost:
        print(_NONE_YET)
    for info in lost:
        print(f"{info.name}: cannot be opened. {info.reason}")
    damaged = len(lost)
    for name, place in chosen.items():
        found = check.problems(place)
        for problem in found:
            print(f"{name}: {problem}")
        if found:
            damaged += 1
            continue
        print(f"{name}: whole.")
        if begun := unfinished(place):
            rows = f"{begun.done:,}" + (f" of {begun.total:,}" if begun.total else "")
            stopped = f"stopped after {rows} rows; give it again to go on."
            going_on = f"is going on: {rows} rows so far."
            print(f"{name}: the import of {begun.file} {going_on if begun.running else stopped}")
    if damaged:
        raise LibraryDamaged(_REPAIR)


def run_delete(arguments: argparse.Namespace, settings: Settings) -> None:
    """Delete a library.

    Raises:
        LibraryNotFound: there is none of that name, or it is the example reviews.
    """
    if _is_shipped(arguments.name, settings):
        raise LibraryNotFound("The example reviews come with Moodlens and cannot be deleted.")
    libraries.delete(arguments.name, settings)
    print(f"The library {arguments.name!r} is deleted.")
