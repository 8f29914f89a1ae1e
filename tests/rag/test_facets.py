"""Facet counts are what counting by hand gives, each under all filters but its own."""

import datetime
import random
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest

from backends.contracts import FACE_EMOTIONS, SENTIMENTS
from rag.facets import Counts, FacetTable, facet_table
from rag.facets_columns import Bin
from rag.filtering import Columns
from rag.library import Library
from rag.query import Filters

DAY = datetime.date


def table(**given: Sequence[Any]) -> FacetTable:
    """A table of the columns given: product, category, rating, date (a day or None), sentiment, emotion (labels)."""
    count = len(next(iter(given.values())))
    product, category = given.get("product", [""] * count), given.get("category", [""] * count)
    moods = [SENTIMENTS.index(label) for label in given.get("sentiment", ["neutral"] * count)]
    feelings = [FACE_EMOTIONS.index(label) for label in given.get("emotion", ["neutral"] * count)]
    days = [day and day.isoformat() for day in given.get("date", [None] * count)]
    ratings, languages = given.get("rating", [None] * count), [""] * count
    sql = zip(range(count), product, category, languages, ratings, days, moods, feelings, strict=True)
    return FacetTable(Columns.read(sql, count))


def test_counts_without_filters(library: Library) -> None:
    counts = facet_table(library).counts(Filters())
    assert counts.matching == 7
    assert counts.choices == {
        "products": {"Robot": 4, "Pot": 2, "": 1},
        "categories": {"Home": 4, "Kitchen": 2, "": 1},
        "sentiments": {"negative": 3, "neutral": 2, "positive": 2},
        "emotions": dict.fromkeys(FACE_EMOTIONS, 1),
        "languages": dict(library.store.facet("language")),
    }
    assert sum(counts.choices["languages"].values()) == 7
    assert counts.ratings == tuple(
        Bin(float(stars), float(stars), n) for stars, n in ((1, 2), (2, 1), (3, 1), (4, 1), (5, 1))
    )
    assert counts.period == "week"
    assert sum(found.count for found in counts.dates) == 6
    assert (counts.unrated, counts.undated) == (1, 1)


def test_a_facet_ignores_its_own_filter_and_obeys_the_others(library: Library) -> None:
    counts = facet_table(library).counts(Filters(products=("Pot",), sentiments=("negative",)))
    assert counts.matching == 1
    assert counts.choices["products"] == {"Robot": 2, "Pot": 1}
    assert counts.choices["sentiments"] == {"negative": 1, "positive": 1}
    assert counts.choices["categories"] == {"Kitchen": 1}
    assert counts.choices["emotions"] == {"angry": 1}
    assert [found.count for found in counts.ratings] == [1, 0, 0, 0, 0]


def test_a_review_without_rating_or_date_fails_a_filter_on_it(library: Library) -> None:
    facets = facet_table(library)
    assert facets.counts(Filters(min_rating=1)).matching == 6
    assert facets.counts(Filters(since=DAY(2025, 1, 1))).matching == 6
    assert facets.counts(Filters(max_rating=1)).choices["products"] == {"Pot": 1, "Robot": 1}
    assert facets.counts(Filters(since=DAY(2025, 4, 1), until=DAY(2025, 6, 1))).choices["emotions"] == {
        "disgust": 1,
        "surprise": 1,
    }


def test_a_value_that_is_not_there_leaves_nothing_but_its_own_facet(library: Library) -> None:
    counts = facet_table(library).counts(Filters(products=("no such",)))
    assert counts.matching == 0
    assert counts.choices["products"] == {"Robot": 4, "Pot": 2, "": 1}
    assert counts.choices["sentiments"] == {}


def test_the_table_is_read_once_for_a_library(library: Library) -> None:
    assert facet_table(library) is facet_table(library)


@pytest.mark.parametrize("seed", range(5))
def test_counts_agree_with_counting_one_by_one(seed: int) -> None:
    draw = random.Random(seed)
    rows = [
        (
            draw.choice(["", "a", "b", "c"]), draw.choice(["", "x", "y"]), draw.choice(SENTIMENTS),
            draw.choice(FACE_EMOTIONS), draw.choice([None, 1.0, 2.0, 4.5]),
            draw.choice([None, *(DAY(2024, 1, 1) + datetime.timedelta(days=draw.randrange(400)) for _ in range(3))]),
        )
        for _ in range(200)
    ]  # fmt: skip
    names = ("products", "categories", "sentiments", "emotions")
    given = ("product", "category", "sentiment", "emotion", "rating", "date")
    facets = table(**{name: [row[place] for row in rows] for place, name in enumerate(given)})
    filters = Filters(
        products=("a", "b"), min_rating=1.5, since=DAY(2024, 3, 1), until=DAY(2024, 12, 1), sentiments=("negative",)
    )
    tests = {
        "products": lambda row: row[0] in ("a", "b"),
        "sentiments": lambda row: row[2] == "negative",
        "rating": lambda row: row[4] is not None and row[4] >= 1.5,
        "date": lambda row: row[5] is not None and DAY(2024, 3, 1) <= row[5] <= DAY(2024, 12, 1),
    }

    def passing(without: str = "") -> list[tuple[object, ...]]:
        return [row for row in rows if all(test(row) for name, test in tests.items() if name != without)]  # type: ignore[no-untyped-call]

    counts = facets.counts(filters)
    assert counts.matching == len(passing())
    for place, name in enumerate(names):
        assert counts.choices[name] == Counter(row[place] for row in passing(name)), name
        assert sum(counts.choices[name].values()) == len(passing(name)), name
    assert counts.unrated == sum(row[4] is None for row in passing("rating"))
    assert counts.undated == sum(row[5] is None for row in passing("date"))
    assert {found.low: found.count for found in counts.ratings if found.count} == Counter(
        row[4] for row in passing("rating") if row[4] is not None
    )
    for found in counts.dates:
        days = [row[5] for row in passing("date") if isinstance(row[5], DAY)]
        assert found.count == sum(found.low <= day <= found.high for day in days)
    assert sum(found.count for found in counts.dates) == sum(row[5] is not None for row in passing("date"))


MISSING = [
    Filters(products=("",)),
    Filters(products=("", "a"), unrated=True),
    Filters(categories=("",), min_rating=2, unrated=True),
    Filters(undated=True, sentiments=("negative", "neutral")),
    Filters(undated=True, until=DAY(2024, 6, 1), unrated=True, max_rating=2),
    Filters(products=("",), categories=("", "x"), unrated=True, undated=True),
]


@pytest.mark.parametrize("filters", MISSING)
def test_what_is_missing_is_chosen_and_counted_as_pandas_does(filters: Filters) -> None:
    draw = random.Random(3)
    days = [DAY(2024, 1, 1) + datetime.timedelta(days=draw.randrange(400)) for _ in range(300)]
    frame = pd.DataFrame(
        {
            "product": draw.choices(["", "a", "b"], k=300), "category": draw.choices(["", "x", "y"], k=300),
            "sentiment": draw.choices(SENTIMENTS, k=300), "rating": draw.choices([np.nan, 1.0, 2.0, 4.5], k=300),
            "date": [day if draw.random() < 0.7 else None for day in days],
        }
    )  # fmt: skip
    given = {name: list(frame[name]) for name in ("product", "category", "sentiment", "date")}
    rating = [None if value != value else value for value in frame["rating"]]
    counts = table(**given, rating=rating).counts(filters)
    when = pd.to_datetime(frame["date"])
    every = pd.Series([True] * 300)
    ranged = filters.min_rating is not None or filters.max_rating is not None
    inside = frame["rating"].between(filters.min_rating or 0, filters.max_rating or 9) & ranged
    own = {
        "products": frame["product"].isin(filters.products) if filters.products else every,
        "categories": frame["category"].isin(filters.categories) if filters.categories else every,
        "sentiments": frame["sentiment"].isin(filters.sentiments) if filters.sentiments else every,
        "rating": inside | (frame["rating"].isna() & filters.unrated) if ranged or filters.unrated else every,
        "date": ((when <= pd.Timestamp(filters.until or DAY(1970, 1, 1))) | when.isna() if filters.undated else every),
    }

    def left(name: str) -> pd.DataFrame:
        passed = every.copy()
        for other, test in own.items():
            passed &= test if other != name else True
        return frame[passed]

    assert counts.matching == len(left(""))
    for name, column in (("products", "product"), ("categories", "category"), ("sentiments", "sentiment")):
        assert counts.choices[name] == left(name)[column].value_counts().to_dict(), name
        assert sum(counts.choices[name].values()) == len(left(name)), name
    assert counts.unrated == left("rating")["rating"].isna().sum()
    assert counts.unrated + sum(found.count for found in counts.ratings) == len(left("rating"))
    assert counts.undated + sum(found.count for found in counts.dates) == len(left("date"))


def test_what_nobody_has_is_no_facet() -> None:
    nothing = table(product=["", ""], category=["x", ""])
    counts = nothing.counts(Filters(products=("",)))
    assert counts.matching == 2
    assert (counts.choices["products"], counts.choices["categories"]) == ({}, {"x": 1, "": 1})
    assert (counts.ratings, counts.unrated, counts.undated) == ((), 2, 2)
    assert nothing.counts(Filters(unrated=True, undated=True, categories=("",))).matching == 1


def dates(*days: DAY) -> Counts:
    return table(date=days).counts(Filters())


@pytest.mark.parametrize(
    ("first", "last", "period", "edges"),
    [
        (DAY(2025, 1, 30), DAY(2025, 2, 1), "day", [(DAY(2025, 1, day), DAY(2025, 1, day)) for day in (30, 31)]),
        (DAY(2025, 1, 1), DAY(2025, 3, 1), "week", [(DAY(2024, 12, 30), DAY(2025, 1, 5))]),
        (DAY(2024, 2, 29), DAY(2025, 2, 28), "month", [(DAY(2024, 2, 1), DAY(2024, 2, 29))]),
        (DAY(2020, 11, 5), DAY(2025, 2, 28), "quarter", [(DAY(2020, 10, 1), DAY(2020, 12, 31))]),
        (DAY(1999, 11, 5), DAY(2025, 2, 28), "year", [(DAY(1999, 1, 1), DAY(1999, 12, 31))]),
    ],
)
def test_periods_follow_the_calendar(first: DAY, last: DAY, period: str, edges: list[tuple[DAY, DAY]]) -> None:
    counts = dates(first, last)
    assert counts.period == period
    assert [(found.low, found.high) for found in counts.dates][: len(edges)] == edges
    assert (counts.dates[0].count, counts.dates[-1].count) == (1, 1)
    assert counts.dates[-1].low <= last <= counts.dates[-1].high
    assert len(counts.dates) <= 40
    gaps = {(after.low - before.high).days for before, after in zip(counts.dates, counts.dates[1:], strict=False)}
    assert gaps == {1}


def test_many_different_ratings_share_ten_bins() -> None:
    facets = table(rating=[float(n) for n in range(101)])
    ratings = facets.counts(Filters()).ratings
    assert [(found.low, found.high) for found in ratings] == [(10.0 * n, 10.0 * n + 9 + (n == 9)) for n in range(10)]
    assert [found.count for found in ratings] == [10] * 9 + [11]


def test_ratings_are_the_numbers_that_people_wrote() -> None:
    counts = table(rating=[4.3, 4.3, 2.1, None]).counts(Filters(min_rating=4.3))
    assert [(found.low, found.count) for found in counts.ratings] == [(2.1, 1), (4.3, 2)]
    assert counts.matching == 2


def test_most_frequent_first_and_ties_by_the_alphabet() -> None:
    counts = table(product=["b", "a", "c", "c", "", ""]).counts(Filters())
    assert list(counts.choices["products"].items()) == [("c", 2), ("", 2), ("a", 1), ("b", 1)]


def test_one_byte_a_review_is_enough_for_few_values() -> None:
    facets = table(product=["a", "b"])
    assert facets._choices["products"].codes.dtype == np.uint8
