"""The command line `python -m rag`: import, list, info, search, export, evaluate, delete and check libraries."""

import argparse
import datetime
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from backends.contracts import FACE_EMOTIONS, SENTIMENTS
from errors import LibraryDamaged, LibraryNotFound, MoodlensError, ReviewFileError
from rag import check, command_import
from rag import library as libraries
from rag.build import folder_of
from rag.evaluate import evaluate, evaluation_csv
from rag.explore import Answer, explore
from rag.export import hits_csv, report_html, report_markdown, write_reviews_csv
from rag.export_set import export
from rag.import_file import recover, unfinished
from rag.labels import read_labels
from rag.opened import Library, open_library
from rag.query import Filters, Query
from rag.search import Hit, more_like
from rag.store import Store
from rag.table import counted
from settings import Settings, from_environment

_NONE_YET = "No library yet. Make one with: python -m rag import FILE"
_REPAIR = (
    "To repair: python -m rag export NAME saved.csv, then python -m rag import saved.csv --library NAME --replace. "
    "If export fails too, import the review file again with --replace."
)
_FORMATS: dict[str, Callable[[Answer, str], bytes]] = {
    "csv": lambda answer, _: hits_csv(answer),
    "md": lambda answer, name: report_markdown(answer, name).encode(),
    "html": lambda answer, name: report_html(answer, name).encode(),
}


def main(argv: Sequence[str] | None = None, settings: Settings | None = None) -> int:
    """Run a command; return 0, or 1 after a sentence on standard error (130 after Ctrl-C)."""
    arguments = _parser().parse_args(argv)
    try:
        arguments.run(arguments, settings or from_environment())
    except MoodlensError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        kept = arguments.run is command_import.run
        print("Stopped." + (" The same command goes on where it stopped." if kept else ""), file=sys.stderr)
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m rag", description="Libraries of customer reviews.")
    commands = parser.add_subparsers(required=True, metavar="command")

    def command(name: str, run: Callable[[argparse.Namespace, Settings], None], words: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=words, description=words[0].upper() + words[1:] + ".")
        added.set_defaults(run=run)
        return added

    words = "read a review file into a library, a new one or one that is there"
    command_import.add_arguments(command("import", command_import.run, words))
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
    command("check", _check, "read every byte of a library and say whether it is whole").add_argument(
        "name", nargs="?", help="default: every imported library"
    )
    return parser


def _search_arguments(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "words",
        nargs="?",
        default="",
        help='the question; may be left out with --emotion. "Phrases" must be there, what follows NOT must not',
    )
    command.add_argument("--like", metavar="ID", help="instead of a question: the reviews most similar to this one")
    command.add_argument("--emotion", choices=FACE_EMOTIONS, help="the emotion the reviews should carry")
    command.add_argument("--library", dest="name", metavar="NAME", help="default: the example reviews")
    command.add_argument(
        "--rerank", action="store_true", help="let a cross-encoder of the hub order the first 50 hits; slower"
    )
    _filter_arguments(command)
    command.add_argument("--output", type=Path, metavar="FILE", help="write the answer: .csv, .md or .html")


def _filter_arguments(command: argparse.ArgumentParser) -> None:
    command.add_argument("--product", action="append", default=[], help="only this product; may be repeated")
    command.add_argument("--category", action="append", default=[], help="only this category; may be repeated")
    command.add_argument("--min-rating", type=float, metavar="N", help="only reviews rated N or better")
    command.add_argument("--max-rating", type=float, metavar="N", help="only reviews rated N or worse")
    command.add_argument("--since", type=_day, metavar="DATE", help="only reviews from this day on, as 2026-01-31")
    command.add_argument("--until", type=_day, metavar="DATE", help="only reviews up to this day")
    command.add_argument("--sentiment", action="append", default=[], choices=SENTIMENTS, help="may be repeated")
    command.add_argument(
        "--feels", action="append", default=[], choices=FACE_EMOTIONS, help="only reviews whose strongest emotion it is"
    )
    command.add_argument("--language", action="append", default=[], metavar="CODE", help="only reviews in it, as en")
    command.add_argument("--hide-near", action="store_true", help="leave out reviews that nearly repeat another one")


def _day(text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day; write it as 2026-01-31") from error


def _filters(arguments: argparse.Namespace) -> Filters:
    return Filters(
        products=tuple(arguments.product),
        categories=tuple(arguments.category),
        min_rating=arguments.min_rating,
        max_rating=arguments.max_rating,
        since=arguments.since,
        until=arguments.until,
        sentiments=tuple(arguments.sentiment),
        emotions=tuple(arguments.feels),
        languages=tuple(arguments.language),
        hide_near_duplicates=arguments.hide_near,
    )


def _export_arguments(command: argparse.ArgumentParser) -> None:
    command.add_argument("name")
    command.add_argument("output", type=Path, help="a .csv (can be imported again), .xlsx, .parquet or .html report")
    _filter_arguments(command)


def _list(arguments: argparse.Namespace, settings: Settings) -> None:  # noqa: ARG001 - every command takes both
    found = libraries.names(settings)
    for info in found:
        broken_off = ", its import is not finished" if unfinished(info.folder) else ""
        print(f"{info.name}: {counted(info.count, 'review')}, made {info.created:%Y-%m-%d %H:%M}{broken_off}")
    damaged = libraries.unreadable(settings)
    for lost in damaged:
        print(f"{lost.name}: cannot be opened. {lost.reason}")
    if not found and not damaged:
        print(_NONE_YET)


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
    if arguments.like:
        hits = more_like(arguments.like, opened, settings.hits_per_answer, filters)
        opened.close()
        _show_hits(hits)
        return
    asked = settings.model_copy(update={"rerank": settings.rerank or arguments.rerank})
    answer = explore(Query(arguments.words, arguments.emotion, filters), opened, asked)
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
    _show_hits(answer.hits)


def _show_hits(hits: Sequence[Hit]) -> None:
    for hit in hits:
        place = " · ".join(
            part for part in (hit.review.id, hit.review.product, hit.emotion, hit.sentiment_label) if part
        )
        print(f"\n{place} · similarity {hit.similarity:.2f}\n{hit.review.text.strip()}")


def _export(arguments: argparse.Namespace, settings: Settings) -> None:
    try:
        opened = _open(arguments.name, settings)
    except LibraryDamaged:
        if arguments.output.suffix != ".csv":
            raise
        _rescue(arguments.name, arguments.output, settings)
        return
    exported = export(opened, _filters(arguments), arguments.output, _show_export)
    opened.close()
    print(file=sys.stderr)
    print(f"{counted(exported.rows, 'review')} written to {arguments.output}")
    for note in exported.notes:
        print(note)


def _rescue(name: str, output: Path, settings: Settings) -> None:
    """Write the reviews of a library whose other files are damaged."""
    store = Store(_folder(name, settings))
    try:
        with output.open("w", encoding="utf-8", errors="replace", newline="") as out:
            write_reviews_csv(store.stream(), out)
    except OSError as error:
        raise ReviewFileError(f"The file {output} cannot be written: {error.strerror}.") from error
    finally:
        store.close()
    print(f"Written: {output}. The library is damaged: these are all its reviews, without emotions and sentiments.")


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


def _check(arguments: argparse.Namespace, settings: Settings) -> None:
    infos = libraries.names(settings)
    chosen = {info.name: info.folder for info in infos}
    if arguments.name is not None:
        chosen = {arguments.name: _folder(arguments.name, settings)}
    if not chosen:
        print(_NONE_YET)
    damaged = 0
    for name, folder in chosen.items():
        found = check.problems(folder)
        for problem in found:
            print(f"{name}: {problem}")
        if found:
            damaged += 1
            continue
        print(f"{name}: whole.")
        if broken_off := unfinished(folder):
            rows = f"{broken_off.done:,}" + (f" of {broken_off.total:,}" if broken_off.total else "")
            print(f"{name}: the import of {broken_off.file} stopped after {rows} rows; give it again to go on.")
    if damaged:
        raise LibraryDamaged(_REPAIR)


def _delete(arguments: argparse.Namespace, settings: Settings) -> None:
    libraries.delete(arguments.name, settings)
    print(f"The library {arguments.name!r} is deleted.")


def _open(name: str | None, settings: Settings) -> Library:
    if name is None:
        return libraries.shipped(settings)
    return open_library(_folder(name, settings), settings)


def _folder(name: str, settings: Settings) -> Path:
    folder = folder_of(name, settings)
    recover(folder)
    if not folder.exists():
        known = ", ".join(info.name for info in libraries.names(settings)) or "none yet"
        raise LibraryNotFound(f"There is no library called {name!r}. Known: {known}.")
    return folder


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
