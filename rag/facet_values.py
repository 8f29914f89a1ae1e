"""What a library can be filtered by: every value and range, with how many reviews have it."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field

from backends.contracts import FACE_EMOTIONS, SENTIMENTS
from emotion.language import is_foreign
from rag.store import Store


@dataclass(frozen=True)
class Facets:
    """What can be filtered by: values with the number of reviews that have them, and ranges with the number of reviews
    that have no rating or date.

    "" stands for reviews without a value, where others have one; among sentiments and emotions for those not read.
    """

    products: dict[str, int]
    categories: dict[str, int]
    ratings: tuple[float, float] | None
    dates: tuple[datetime.date, datetime.date] | None
    sentiments: dict[str, int]
    emotions: dict[str, int]
    languages: dict[str, int] = field(default_factory=dict)
    unrated: int = 0
    undated: int = 0


def of(store: Store) -> Facets:
    """Return what the reviews of a store can be filtered by, most frequent first."""
    lowest, highest, first, last, unrated, undated = store.ranges()
    spoken = dict(store.facet("language"))
    foreign = {language: count for language, count in spoken.items() if is_foreign(language)}
    languages, unread = tuple(foreign), sum(foreign.values())
    return Facets(
        products=dict(store.facet("product")),
        categories=dict(store.facet("category")),
        ratings=None if lowest is None else (lowest, highest),
        dates=None if first is None else (datetime.date.fromisoformat(first), datetime.date.fromisoformat(last)),
        sentiments=_named(store.facet("sentiment", languages), SENTIMENTS, unread),
        emotions=_named(store.facet("emotion", languages), FACE_EMOTIONS, unread),
        languages=spoken,
        unrated=unrated,
        undated=undated,
    )


def _named(found: Sequence[tuple[int, int]], names: Sequence[str], unread: int) -> dict[str, int]:
    """Return label -> reviews, most first; "" for those that were not read."""
    counted = {names[value]: count for value, count in sorted(found) if count} | ({"": unread} if unread else {})
    return dict(sorted(counted.items(), key=lambda pair: -pair[1]))
