"""The command line `python -m rag`: import, list, info, search, export, evaluate, delete and check libraries.

Each command is a function that takes its arguments and the settings, in a module rag/command_*.py.
"""

import argparse
import os
import sys
from collections.abc import Callable, Sequence

from errors import MoodlensError
from rag import command_evaluate, command_export, command_import, command_libraries, command_search
from settings import Settings, from_environment


def main(argv: Sequence[str] | None = None, settings: Settings | None = None) -> int:
    """Run a command; return 0, or 1 after a sentence on standard error (130: Ctrl-C, 141: nobody reads on)."""
    arguments = _parser().parse_args(argv)
    try:
        arguments.run(arguments, settings or from_environment())
        sys.stdout.flush()
    except BrokenPipeError:  # the reader (head, less) has seen enough; Python must not find that out again at its end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
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
    command("list", command_libraries.run_list, "show the imported libraries")
    command("info", command_libraries.run_info, "show what a library holds").add_argument(
        "name", nargs="?", help="default: the example reviews"
    )
    words = "find the reviews that answer a question"
    command_search.add_arguments(command("search", command_search.run, words))
    words = "write the reviews of a library, or those that pass filters, to a file"
    command_export.add_arguments(command("export", command_export.run, words))
    words = "score the search on a labelled file: precision, recall and nDCG"
    command_evaluate.add_arguments(command("evaluate", command_evaluate.run, words))
    words = "delete an imported library for good"
    command("delete", command_libraries.run_delete, words).add_argument("name")
    words = "read every byte of a library and say whether it is whole"
    command("check", command_libraries.run_check, words).add_argument(
        "name", nargs="?", help="default: every imported library"
    )
    return parser
