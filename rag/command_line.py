"""The command line `python -m rag`: import, list, info, search, export, evaluate and delete libraries of reviews."""

import argparse
import datetime
import sys
from collections.abc import Callable, Sequence
from dataclasses import fields
from pathlib import Path

from backends.contracts import FACE_EMOTIONS, SENTIMENTS
from errors import LibraryNotFound, MoodlensError, ReviewFileError
from rag import library as libraries
from rag.build import Progress, build, folder_of
from rag.evaluate import evaluate, evaluation_csv
from rag.explore import Answer, explore
from rag.export import hits_csv, rejected_csv, report_html, report_markdown
from rag.export_set import export
from rag.ingest import READABLE, Columns, check_rows, guess_columns, read_table
from rag.labels import read_labels
from rag.opened import Library, open_library
from rag.query import Filters, Query
from rag.table import counted
from settings import Settings, from_environment

_ROLES = tuple(item.name for item in fields(Columns))
_FORMATS: dict[str, Callable[[Answer, str], bytes]] = {
    "csv": lambda answer, _: hits_csv(answer),
    "md": lambda answer, name: report_markdown(answer, name).encode(),
    "html": lambda answer, name: report_html(answer, name).encode(),
}


def main(argv: Sequence[str] | None = None, settings: Settings | None = None) -> int:
    """Run a command; return 0, or 1 after a sentence on standard error."""
    arguments = _parser().parse_args(argv)
    try:
        arguments.run(arguments, settings or from_environment())
    except MoodlensError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m rag", description="Libraries of customer reviews.")
    commands = parser.add_subparsers(required=True, metavar="command")

    def command(name: str, run: Callable[[argparse.Namespace, Settings], None], words: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=words, description=words[0].upper() + words[1:] + ".")
        added.set_defaults(run=run)
        return added

    _import_arguments(command("import", _import, "read a review file and make a library of it"))
    command("list", _list, "show the imported libraries")
    command("info", _info, "show what a library holds").add_argument(
        "name", nargs="?", help="default: the example reviews"
    )
    _search_arguments(command("search", _search, "find the reviews that answer a question"))
    _export_arguments(
        command("export", _export, "write the reviews of a library, or those that pass filters, to a file")
    )
    judge = command("evaluate", _evaluate, "score the search on a labelled file: precision, recall and nDCG")
    judge.add_argument("file", type=Path, help="question,review id,relevance; or review id,emotion; or text,emotion")
    judge.add_argument("--library", dest="name", metavar="NAME", help="default: the example reviews")
    judge.add_argument("--k", type=int, default=10, help="hits that count; default: 10")
    judge.add_argument("--output", type=Path, metavar="FILE", help="write every question and the means to a CSV")
    command("delete", _delete, "delete an imported library for good").add_argument("name")
    return parser


def _import_arguments(command: argparse.ArgumentParser) -> None:
    command.add_argument("file", type=Path, help=READABLE)
    command.add_argument("--name", help="name of the library; default: the name of the file")
    command.add_argument("--replace", action="store_true", help="delete a library of that name first")
    command.add_argument("--rejected", type=Path, metavar="FILE", help="write the rows that cannot be used to a CSV")
    for role in _ROLES:
        command.add_argument(f"--{role}", metavar="COLUMN", help=f"column that holds the {role}; default: guessed")


def _search_arguments(command: argparse.ArgumentParser) -> None:
    command.add_argument("words", nargs="?", default="", help="the question; may be left out with --emotion")
    command.add_argument("--emotion", choices=FACE_EMOTIONS, help="the emotion the reviews should carry")
    command.add_argument("--library", dest="name", metavar="NAME", help="default: the example reviews")
    _filter_arguments(command)
    command.add_argument("--output", type=Path, metavar="FILE", help="write the answer: .csv, .md or .html")


def _filter_arguments(command: argparse.ArgumentParser) -> None:
    command.add_argument("--product", action="append", default=[], help="only this product; may be repeated")
    command.add_argument("--category", action="append", default=[], help="only this category; may be repeated")
    command.add_argument("--min-rating", type=float, metavar="N", help="only reviews rated N or better")
    command.add_argument("--max-rating", type=float, metavar="N", help="only reviews rated N or worse")
    command.add_argument("--since", type=datetime.date.fromisoformat, metavar="DAY", help="only from this day on")
    command.add_argument("--until", type=datetime.date.fromisoformat, metavar="DAY", help="only up to this day")
    command.add_argument("--sentiment", action="append", default=[], choices=SENTIMENTS, help="may be repeated")
    command.add_argument("--feeling", action="append", default=[], choices=FACE_EMOTIONS, help="strongest emotion")


def _filters(arguments: argparse.Namespace) -> Filters:
    return Filters(
        tuple(arguments.product),
        tuple(arguments.category),
        arguments.min_rating,
        arguments.max_rating,
        arguments.since,
        arguments.until,
        tuple(arguments.sentiment),
        tuple(arguments.feeling),
    )


def _export_arguments(command: argparse.ArgumentParser) -> None:
    command.add_argument("name")
    command.add_argument("output", type=Path, help="a .csv (can be imported again), .xlsx, .parquet or .html report")
    _filter_arguments(command)


def _import(arguments: argparse.Namespace, settings: Settings) -> None:
    path: Path = arguments.file
    table = read_table(_read(path), path.name, settings)
    guessed = guess_columns(table)
    columns = Columns(**{role: getattr(arguments, role) or getattr(guessed, role) for role in _ROLES})
    for role, column in columns.chosen().items():
        print(f"{role:>9}: {column}")
    prepared = check_rows(table, columns, settings)
    for note in (*table.notes, *prepared.notes):
        print(note)
    name = arguments.name or path.name.split(".")[0]
    if arguments.replace and folder_of(name, settings).exists():
        libraries.delete(name, settings)
    made = build(prepared.reviews, name, settings, _show_progress)
    print(file=sys.stderr)
    made.close()
    left_out = f"{counted(len(prepared.rejected), 'row')} could not be used"
    print(f"{counted(len(prepared.reviews), 'review')} imported as {name!r}; {left_out}, ", end="")
    print(f"{counted(prepared.duplicates, 'exact duplicate')} left out.")
    if arguments.rejected:
        _write(arguments.rejected, rejected_csv(prepared.rejected))


def _show_progress(progress: Progress) -> None:
    left = "" if progress.seconds_left is None else f", {progress.seconds_left:,.0f} s left"
    line = f"{progress.stage}: {progress.done:,} of {progress.total or 0:,}, {progress.rate:,.0f} a second{left}"
    print(f"\r{line:<70}", end="", file=sys.stderr, flush=True)


def _list(arguments: argparse.Namespace, settings: Settings) -> None:  # noqa: ARG001 - every command takes both
    found = libraries.names(settings)
    for info in found:
        print(f"{info.name}: {counted(info.count, 'review')}, made {info.created:%Y-%m-%d %H:%M}")
    if not found:
        print("No library yet. Make one with: python -m rag import FILE")


def _info(arguments: argparse.Namespace, settings: Settings) -> None:
    opened = _open(arguments.name, settings)
    facets = opened.facets()
    print(f"{opened.name}: {counted(len(opened), 'review')}")
    for title, values in (
        ("products", facets.products),
        ("categories", facets.categories),
        ("sentiments", facets.sentiments),
        ("emotions", facets.emotions),
    ):
        shown = ", ".join(f"{value or '(none)'} {count:,}" for value, count in list(values.items())[:10])
        print(f"{title:>10}: {shown}{' …' if len(values) > 10 else ''}")
    if facets.ratings:
        print(f"{'ratings':>10}: {facets.ratings[0]:g} to {facets.ratings[1]:g}")
    if facets.dates:
        print(f"{'dates':>10}: {facets.dates[0]} to {facets.dates[1]}")
    for task, model in opened.manifest.models.items():
        print(f"{task.replace('_', ' '):>12} by {model}")
    opened.close()


def _search(arguments: argparse.Namespace, settings: Settings) -> None:
    output: Path | None = arguments.output
    if output and output.suffix.lstrip(".") not in _FORMATS:
        raise ReviewFileError(f"{output} should end in .csv, .md or .html, which says what to write.")
    filters = _filters(arguments)
    opened = _open(arguments.name, settings)
    answer = explore(Query(arguments.words, arguments.emotion, filters), opened, settings)
    opened.close()
    if output:
        _write(output, _FORMATS[output.suffix.lstrip(".")](answer, opened.name))
        return
    for sentence in answer.summary.sentences if answer.summary else ():
        print(f"{sentence.text} [{', '.join(sentence.citations)}]")
    for line in (answer.caution, answer.disagreement.words if answer.disagreement else ""):
        if line:
            print(line)
    print(answer.note or f"{len(answer.hits)} of {counted(answer.matching, 'review')}:")
    for hit in answer.hits:
        place = " · ".join(
            part for part in (hit.review.id, hit.review.product, hit.emotion, hit.sentiment_label) if part
        )
        print(f"\n{place} · similarity {hit.similarity:.2f}\n{hit.review.text.strip()}")


def _export(arguments: argparse.Namespace, settings: Settings) -> None:
    opened = _open(arguments.name, settings)
    exported = export(opened, _filters(arguments), arguments.output, _show_export)
    opened.close()
    print(file=sys.stderr)
    print(f"{counted(exported.rows, 'review')} written to {arguments.output}")
    for note in exported.notes:
        print(note)


def _show_export(done: int, total: int) -> None:
    print(f"\r{done:,} of {total:,} reviews", end="", file=sys.stderr, flush=True)


def _evaluate(arguments: argparse.Namespace, settings: Settings) -> None:
    opened = _open(arguments.name, settings)
    read = read_labels(_read(arguments.file), opened)
    measured = evaluate(read.labels, opened, arguments.k, settings)
    opened.close()
    for note in read.notes:
        print(note)
    print(f"{counted(len(measured.questions), 'question')}; {measured.judged:.0%} of the hits are judged in the file.")
    for name, means in {"all questions": measured.overall, **measured.by_emotion}.items():
        parts = [
            f"{measure}@{measured.k} {value.mean:.3f} ({value.low:.3f} to {value.high:.3f})"
            for measure, value in means.items()
        ]
        print(f"{name:>13}: {', '.join(parts)}")
    if arguments.output:
        _write(arguments.output, evaluation_csv(measured))


def _delete(arguments: argparse.Namespace, settings: Settings) -> None:
    libraries.delete(arguments.name, settings)
    print(f"The library {arguments.name!r} is deleted.")


def _open(name: str | None, settings: Settings) -> Library:
    if name is None:
        return libraries.shipped(settings)
    folder = folder_of(name, settings)
    if not folder.exists():
        known = ", ".join(info.name for info in libraries.names(settings)) or "none yet"
        raise LibraryNotFound(f"There is no library called {name!r}. Known: {known}.")
    return open_library(folder, settings)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ReviewFileError(f"The file {path} cannot be opened: {error.strerror}.") from error


def _write(path: Path, data: bytes) -> None:
    try:
        path.write_bytes(data)
    except OSError as error:
        raise ReviewFileError(f"The file {path} cannot be written: {error.strerror}.") from error
    print(f"Written: {path}")
