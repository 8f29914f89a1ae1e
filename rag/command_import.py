"""The command `python -m rag import`: a review file into a library, with progress and a report."""

import argparse
import shlex
import sys
import textwrap
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path

from errors import LibraryError, ReviewFileError
from rag import command_progress, import_report
from rag.build import folder_of
from rag.formats import READABLE, SUFFIXES
from rag.import_file import Imported, Wishes, import_file
from rag.ingest import Columns, guess_columns
from rag.ledger import Fate
from rag.table import Table, counted
from rag.values import says_nothing
from settings import Settings

ROLES = tuple(item.name for item in fields(Columns))
_MOST_UNUSED, _MOST_REASONS, _LONGEST_REASON = 12, 3, 100
_LOOKED_AT, _FEWEST_WORDS, _FEWEST_DISTINCT, _MOST_TEXTS = 300, 5, 0.5, 3
_ON_ONES_OWN_MACHINE = {"max_rows": 10**12, "max_file_megabytes": 1e9}
"""The limits protect a server; a file that is read row by row on one's own machine may be of any size."""


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    command.add_argument("file", type=Path, help=READABLE)
    command.add_argument(
        "--library",
        "--name",
        dest="name",
        metavar="NAME",
        help="library to make or to add to; default: named by the file",
    )
    command.add_argument(
        "--remove-missing", action="store_true", help="remove the reviews that this file does not have (any more)"
    )
    command.add_argument(
        "--replace", action="store_true", help="make the library anew; the old one stays until the new one is complete"
    )
    command.add_argument(
        "--redact", action="store_true", help="replace e-mail addresses, phone and card numbers before storing"
    )
    command.add_argument("--wait", action="store_true", help="wait while another process writes to the library")
    command.add_argument("--report", type=Path, metavar="FILE", help="write what became of every row to a CSV")
    command.add_argument("--rejected", type=Path, metavar="FILE", help="write the rows that cannot be used to a CSV")
    for role in ROLES:
        names = (f"--{role}", f"--{role}-column")
        more = "; given again, the columns are joined" if role == "text" else ""
        command.add_argument(
            *names, dest=role, metavar="COLUMN", action="append" if more else "store",
            help=f"column that holds the {role}; default: guessed{more}",
        )  # fmt: skip


def run(arguments: argparse.Namespace, settings: Settings) -> None:
    """Import, print what happened."""
    path: Path = arguments.file
    name = _name_for(path) if arguments.name is None else arguments.name.strip()
    if not name:
        raise LibraryError("Give the library a name: --library NAME.")
    if folder_of(name, settings).exists() and not arguments.replace:
        print(f"The library {name!r} is there already: the file is added to it. For another one: --library NAME.")
    text, *text_too = arguments.text or [None]
    wishes = Wishes(
        arguments.replace, arguments.remove_missing, arguments.redact, arguments.wait, arguments.id is not None,
        tuple(dict.fromkeys(text_too)),
    )  # fmt: skip

    def columns(sample: Table) -> Columns:
        guessed = guess_columns(sample)
        if text is None and guessed.text is None:
            names = ", ".join(f"“{name}”" for name in list(sample.frame.columns)[:_MOST_UNUSED])
            raise ReviewFileError(
                f"No column looks like the text of the reviews. Say which: --text COLUMN, of {names}."
            )
        named = {role: getattr(arguments, role) for role in ROLES} | {"text": text}
        kept = {role: None if getattr(guessed, role) in text_too else getattr(guessed, role) for role in ROLES}
        chosen = Columns(**{role: named[role] or kept[role] for role in ROLES})
        for role, column in chosen.chosen().items():
            print(f"{role:>9}: {' and '.join([column, *text_too]) if role == 'text' else column}")
        _print_unused(sample, chosen, text_too)
        return chosen

    unlimited = settings.model_copy(update=_ON_ONES_OWN_MACHINE)
    imported = import_file(
        path, name, unlimited, wishes, columns=columns, progress=command_progress.show,
        waiting=lambda words: print(f"{words} Waiting …", file=sys.stderr, flush=True),
    )  # fmt: skip
    command_progress.end()
    _print(imported)
    if imported.outcome.fates["skipped"] and not (arguments.report or arguments.rejected):
        _print_reasons(imported.folder)
    for output, fates in ((arguments.report, ()), (arguments.rejected, ("skipped",))):
        if output:
            _write_report(output, imported.folder, *fates)


def _name_for(path: Path) -> str:
    """Return the name of a file without the endings that say what it is: "2024.05" of "2024.05.csv.gz"."""
    name = path.name
    while (parts := name.rpartition("."))[0] and parts[2].lower() in SUFFIXES:
        name = parts[0]
    return name.strip()


def _print_unused(sample: Table, chosen: Columns, text_too: Sequence[str]) -> None:
    """Say which columns are left out, and how to use them, where something that is missing could be among them."""
    used = chosen.chosen()
    unused = [str(name) for name in sample.frame.columns if name not in {*used.values(), *text_too}]
    if texts := [name for name in unused if _holds_text(sample, name)]:
        others = " and ".join(f"“{name}”" for name in texts[:_MOST_TEXTS])
        joined = " ".join(f"--text {shlex.quote(name)}" for name in (str(used.get("text")), *text_too, texts[0]))
        print(f"     note: {others} {'holds' if len(texts) == 1 else 'hold'} text too and {_left_out(len(texts))}.")
        print(f"           To read both as one review: {joined}")
        print(f"           To read that one instead: --text {shlex.quote(texts[0])}")
    missing = [f"--{role} COLUMN" for role in ("product", "category", "date", "rating") if role not in used]
    if unused and missing:
        print(f" not used: {', '.join(unused[:_MOST_UNUSED])}{' …' if len(unused) > _MOST_UNUSED else ''}")
        print(f"           To use one of them: {' or '.join(missing)}")
    if chosen.id is None:
        named = " If a column holds ids: --id COLUMN" if unused else ""
        print(f"    no id: a row that is changed later will be a new review beside the old one.{named}")


def _left_out(columns: int) -> str:
    return "is left out" if columns == 1 else "are left out"


def _holds_text(sample: Table, column: str) -> bool:
    """Whether the cells of a column are what people write: several words, hardly ever the same."""
    cells = [str(cell) for cell in sample.frame[column].head(_LOOKED_AT) if not says_nothing(str(cell))]
    words = sum(len(cell.split()) for cell in cells)
    return words >= _FEWEST_WORDS * max(len(cells), 1) and len(set(cells)) > _FEWEST_DISTINCT * len(cells)


def _print(imported: Imported) -> None:
    for note in imported.notes:
        print(note)
    outcome = imported.outcome
    if outcome.resumed_at:
        print(f"Went on behind row {outcome.resumed_at:,}, where the last import stopped.")
    told = [f"{outcome.fates[fate]:,} {words}" for fate, words in _WORDS.items() if outcome.fates[fate]]
    print(f"{', '.join(told) or 'Nothing to do'}.")
    repeat = "repeats" if outcome.near == 1 else "repeat"
    alike = f", {outcome.near:,} of them nearly {repeat} another" if outcome.near else ""
    print(f"{imported.name!r} holds {counted(outcome.count, 'review')}{alike}.")


def _print_reasons(folder: Path) -> None:
    """Say why the first rows that were skipped could not be used, and how to see all of them."""
    print("Could not be used:")
    for line in import_report.lines(folder, "skipped", most=_MOST_REASONS):
        print(f"  row {line.number:,}: {textwrap.shorten(line.why, _LONGEST_REASON, placeholder=' …')}")
    print("  To have all of them in a file, give the same command again with --rejected FILE.")


_WORDS: dict[Fate, str] = {
    "added": "added",
    "updated": "updated",
    "merged": "merged with a row that says the same",
    "unchanged": "unchanged",
    "removed": "removed",
    "skipped": "could not be used",
}


def _write_report(path: Path, folder: Path, *fates: Fate) -> None:
    try:
        with path.open("w", encoding="utf-8", errors="replace", newline="") as out:
            import_report.write_csv(folder, out, *fates)
    except OSError as error:
        raise ReviewFileError(f"The file {path} cannot be written: {error.strerror}.") from error
    print(f"Written: {path}")
