"""The command `python -m rag export`: a library, or what passes filters, as a file; a damaged one as far as it goes."""

import argparse
import sys
from pathlib import Path

from errors import LibraryDamaged, ReviewFileError
from rag import command_filters, command_libraries
from rag.export import write_reviews_csv
from rag.export_set import export
from rag.store import Store
from rag.table import counted
from settings import Settings


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    command.add_argument("name", help="as python -m rag list and info tell it")
    command.add_argument("output", type=Path, help="a .csv (can be imported again), .xlsx, .parquet or .html report")
    command_filters.add_arguments(command)


def run(arguments: argparse.Namespace, settings: Settings) -> None:
    """Write the file; of a library that cannot be opened any more, its reviews alone."""
    try:
        library = command_libraries.opened(arguments.name, settings)
    except LibraryDamaged:
        if arguments.output.suffix.lower() != ".csv":
            raise
        _rescue(arguments.name, arguments.output, settings)
        return
    exported = export(library, command_filters.chosen(arguments), arguments.output, _show)
    library.close()
    print(f"{counted(exported.rows, 'review')} written to {arguments.output}")
    for note in exported.notes:
        print(note)


def _rescue(name: str, output: Path, settings: Settings) -> None:
    """Write the reviews of a library whose other files are damaged."""
    store = Store(command_libraries.folder(name, settings))
    try:
        with output.open("w", encoding="utf-8", errors="replace", newline="") as out:
            write_reviews_csv(store.stream(), out)
    except OSError as error:
        raise ReviewFileError(f"The file {output} cannot be written: {error.strerror}.") from error
    finally:
        store.close()
    print(f"Written: {output}. The library is damaged: these are all its reviews, without emotions and sentiments.")


def _show(done: int, total: int) -> None:
    print(f"\r{done:,} of {total:,} reviews", end="" if done < total else "\n", file=sys.stderr, flush=True)
