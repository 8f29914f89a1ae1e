"""The command line of model_utils: list the models, fetch the hub ones with a progress bar."""

import argparse
from collections.abc import Sequence

from backends.contracts import ModelCard
from backends.hub import download, on_disk
from errors import ModelUnavailable
from settings import from_environment


def main(argv: Sequence[str], cards: Sequence[ModelCard]) -> int:
    """Run `python -m model_utils [list | download [NAME ...]]`; return 0, or 1 if something could not be fetched."""
    arguments = _parser(cards).parse_args(list(argv))
    if arguments.command == "download":
        hub = [card for card in cards if card.profile == "hub" and card.source]
        return _download([card for card in hub if not arguments.names or card.name in arguments.names])
    return _list(cards)


def _parser(cards: Sequence[ModelCard]) -> argparse.ArgumentParser:
    names = [card.name for card in cards if card.profile == "hub"]
    parser = argparse.ArgumentParser(prog="python -m model_utils", description="The models of Moodlens.")
    commands = parser.add_subparsers(dest="command")
    commands.add_parser("list", help="every model, its task, size and whether it can be loaded (the default)")
    fetch = commands.add_parser("download", help="fetch hub models into the Hugging Face cache")
    fetch.add_argument("names", nargs="*", metavar="NAME", help=f"default: all ({', '.join(names)})")
    return parser


def _list(cards: Sequence[ModelCard]) -> int:
    settings = from_environment()
    for card in cards:
        availability = card.available(settings)
        mark = "ready" if availability.ready else "  -  "
        print(f"{mark}  {card.task:<14}{card.name:<24}{card.megabytes:>7,.0f} MB  {availability.reason}")
    return 0


def _download(cards: Sequence[ModelCard]) -> int:
    settings = from_environment()
    if not cards:
        print("No hub model of that name. `python -m model_utils list` shows them all.")
        return 1
    missing = [card for card in cards if on_disk(card.source, settings) is None]
    for card in cards:
        state = "to fetch" if card in missing else "already on disk"
        print(f"{card.source}: about {card.megabytes:,.0f} MB, {state}")
    for number, card in enumerate(missing, 1):
        print(f"[{number}/{len(missing)}] {card.source}")
        try:
            print(f"  saved in {download(card.source)}")
        except ModelUnavailable as error:
            print(f"  {error}")
            return 1
    return 0
