"""The command `python -m rag evaluate`: how well the search does on a labelled file."""

import argparse
from pathlib import Path

from rag import command_libraries
from rag.command_files import read, write
from rag.evaluate import evaluate, evaluation_csv
from rag.labels import read_labels
from rag.table import counted
from settings import Settings


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    command.add_argument("file", type=Path, help="question,review id,relevance; or review id,emotion; or text,emotion")
    command.add_argument("--library", dest="name", metavar="NAME", help="default: the example reviews")
    command.add_argument("--k", type=int, default=10, help="hits that count; default: 10")
    command.add_argument("--output", type=Path, metavar="FILE", help="write every question and the means to a CSV")


def run(arguments: argparse.Namespace, settings: Settings) -> None:
    """Ask every question of the file, print the means with their intervals."""
    data = read(arguments.file)  # before a library is opened: the first build of the examples takes a while
    library = command_libraries.opened(arguments.name, settings)
    labelled = read_labels(data, library)
    measured = evaluate(labelled.labels, library, arguments.k, settings)
    library.close()
    for note in labelled.notes:
        print(note)
    print(f"{counted(len(measured.questions), 'question')}; {measured.judged:.0%} of the hits are judged in the file.")
    if measured.among:
        print(f"Emotions were searched among the {counted(measured.among, 'review')} of the file.")
    for name, means in {"all questions": measured.overall, **measured.by_emotion}.items():
        parts = [
            f"{measure}@{measured.k} {value.mean:.3f} ({value.low:.3f} to {value.high:.3f})"
            for measure, value in means.items()
        ]
        print(f"{name:>13}: {', '.join(parts)}")
    if measured.ceiling:
        print(measured.ceiling)
    if arguments.output:
        write(arguments.output, evaluation_csv(measured))
