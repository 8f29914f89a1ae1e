"""A made-up library of three topics with words of their own; everything about it is known."""

import datetime
from itertools import cycle, islice

import numpy as np

from rag.reviews import Review

TOPICS = {
    "zipper": "zipper broke seam torn jacket bad",
    "delivery": "parcel late courier rain porch anger",
    "taste": "espresso aroma crema beans roast good joy",
}
"""Topic -> its words; the fakes read zipper as negative, delivery as angry, taste as positive and happy."""
EACH = 20
RATINGS = {"zipper": 1.0, "delivery": 2.0, "taste": 5.0}


def reviews() -> list[Review]:
    """Return EACH reviews of every topic, turned about; the fillers differ from review to review."""
    made = []
    for number in range(EACH):
        for topic, words in TOPICS.items():
            text = (
                " ".join(islice(cycle(words.split()), number % 3, number % 3 + 6)) + f" {'abcdefghij'[number % 10] * 5}"
            )
            product = "Kite" if number % 2 else "Otter"
            day = datetime.date(2025, 1 + number % 10, 1 + len(topic))
            made.append(Review(f"{topic}-{number}", text, product=product, rating=RATINGS[topic], date=day))
    return made


def topic_of(row: int) -> str:
    """Return the topic of a row of the library of these reviews."""
    return list(TOPICS)[row % len(TOPICS)]


ROWS = np.arange(EACH * len(TOPICS), dtype=np.int64)
