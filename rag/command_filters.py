"""What `python -m rag search` and `export` share: the arguments that narrow a library down."""

import argparse
import datetime

from backends.contracts import FACE_EMOTIONS, SENTIMENTS
from rag.query import Filters


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    command.add_argument("--product", action="append", default=[], help="only this product; may be repeated")
    command.add_argument("--no-product", action="store_true", help="reviews without a product, also beside --product")
    command.add_argument("--category", action="append", default=[], help="only this category; may be repeated")
    command.add_argument("--no-category", action="store_true", help="reviews without a category")
    command.add_argument("--min-rating", type=float, metavar="N", help="only reviews rated N or better")
    command.add_argument("--max-rating", type=float, metavar="N", help="only reviews rated N or worse")
    command.add_argument("--no-rating", action="store_true", help="reviews without a rating")
    command.add_argument("--since", type=_day, metavar="DATE", help="only reviews from this day on, as 2026-01-31")
    command.add_argument("--until", type=_day, metavar="DATE", help="only reviews up to this day")
    command.add_argument("--no-date", action="store_true", help="reviews without a date")
    command.add_argument("--sentiment", action="append", default=[], choices=SENTIMENTS, help="may be repeated")
    command.add_argument(
        "--feels", action="append", default=[], choices=FACE_EMOTIONS, help="only reviews whose strongest emotion it is"
    )
    command.add_argument("--language", action="append", default=[], metavar="CODE", help="only reviews in it, as en")
    command.add_argument(
        "--not-read", action="store_true", help="reviews that are not English, in which no sentiment was read"
    )
    command.add_argument("--hide-near", action="store_true", help="leave out reviews that nearly repeat another one")


def _day(text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day; write it as 2026-01-31") from error


def chosen(arguments: argparse.Namespace) -> Filters:
    """Return the filters that the arguments describe."""
    return Filters(
        products=(*arguments.product, *_none(arguments.no_product)),
        categories=(*arguments.category, *_none(arguments.no_category)),
        min_rating=arguments.min_rating,
        max_rating=arguments.max_rating,
        since=arguments.since,
        until=arguments.until,
        sentiments=(*arguments.sentiment, *_none(arguments.not_read)),
        emotions=tuple(arguments.feels),
        languages=tuple(arguments.language),
        hide_near_duplicates=arguments.hide_near,
        unrated=arguments.no_rating,
        undated=arguments.no_date,
    )


def _none(asked: bool) -> tuple[str, ...]:
    """Return the value that stands for reviews without one, if it is asked for."""
    return ("",) if asked else ()
