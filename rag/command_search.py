"""The command `python -m rag search`: the reviews that answer a question, or those most like another one."""

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

from backends.contracts import FACE_EMOTIONS
from emotion.language import NAMES, NOT_ENGLISH
from errors import QuestionError, ReviewFileError
from rag import command_filters, command_libraries
from rag.command_files import write
from rag.explore import Answer, explore
from rag.export import hits_csv, report_html, report_markdown
from rag.hits import Hit
from rag.query import Query
from rag.search import more_like
from rag.table import counted
from settings import Settings

_FORMATS: dict[str, Callable[[Answer, str], bytes]] = {
    "csv": lambda answer, _: hits_csv(answer),
    "md": lambda answer, name: report_markdown(answer, name).encode(),
    "html": lambda answer, name: report_html(answer, name).encode(),
}


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
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
    command_filters.add_arguments(command)
    command.add_argument("--output", type=Path, metavar="FILE", help="write the answer: .csv, .md or .html")


def run(arguments: argparse.Namespace, settings: Settings) -> None:
    """Search, print or write the answer."""
    output: Path | None = arguments.output
    ending = output.suffix.lower().lstrip(".") if output else ""
    if output and ending not in _FORMATS:
        raise ReviewFileError(f"{output} should end in .csv, .md or .html, which says what to write.")
    if arguments.like and (arguments.words or arguments.emotion or output):
        raise QuestionError(
            "--like shows the reviews most similar to one; it cannot be given together with a question, --emotion "
            "or --output. Leave out one or the other; filters may stay."
        )
    filters = command_filters.chosen(arguments)
    query = None if arguments.like else Query(arguments.words, arguments.emotion, filters)  # before much is loaded
    library = command_libraries.opened(arguments.name, settings)
    if query is None:
        hits = more_like(arguments.like, library, settings.hits_per_answer, filters)
        library.close()
        _print_hits(hits, similar=True)
        return
    asked = settings.model_copy(update={"rerank": settings.rerank or arguments.rerank})
    answer = explore(query, library, asked)
    library.close()
    if output:
        write(output, _FORMATS[ending](answer, library.name))
        return
    _print(answer)


def _print(answer: Answer) -> None:
    for sentence in answer.summary.sentences if answer.summary else ():
        print(f"{sentence.text} [{', '.join(sentence.citations)}]")
    for line in (answer.caution, answer.disagreement.words if answer.disagreement else ""):
        if line:
            print(line)
    print(answer.note or f"{len(answer.hits)} of {counted(answer.matching, 'review')}:")
    for sentence in answer.nearest:
        print(f"{sentence.text} [{', '.join(sentence.citations)}]")
    _print_hits(answer.hits, similar=bool(answer.query.own_words))


def _print_hits(hits: Sequence[Hit], *, similar: bool) -> None:
    for hit in hits:
        read = _language(hit) if hit.foreign else f"{hit.emotion} · {hit.sentiment_label}"
        place = " · ".join(part for part in (hit.review.id, hit.review.product, read) if part)
        nearness = f" · similarity {hit.similarity:.2f}" if similar else ""
        print(f"\n{place}{nearness}\n{hit.review.text.strip()}")


def _language(hit: Hit) -> str:
    return f"{NOT_ENGLISH} ({NAMES.get(hit.language, hit.language)})"
