"""A customer review as Moodlens keeps it."""

import datetime
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Review:
    """One review. `id` is unique in its library; `text` is shown and read exactly as it was given; everything else is
    optional. `rating` keeps the scale of the file (usually 1 to 5)."""

    id: str
    text: str
    title: str = ""
    product: str = ""
    category: str = ""
    date: datetime.date | None = None
    rating: float | None = None
    channel: str = ""
