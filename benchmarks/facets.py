"""Milliseconds from a click on a facet to the counts of all facets, at 100 thousand and a million reviews.

    python -m benchmarks.facets [--rounds 40]

Columns drawn at random: 500 products and 20 categories by Zipf's law, five ratings, seven emotions, three sentiments
and dates over three years. Each round applies another combination of one to five filters. Does not measure: reading
the columns from the library (once, after opening it), drawing the page.
"""

import argparse
import datetime
import time
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from backends.contracts import FACE_EMOTIONS, SENTIMENTS
from benchmarks import report
from rag.facets import FacetTable
from rag.filtering import Columns
from rag.query import Filters

SIZES = (100_000, 1_000_000)
PRODUCTS = tuple(f"product {number:03}" for number in range(500))
CATEGORIES = tuple(f"category {number:02}" for number in range(20))
FIRST = datetime.date(2023, 1, 1)
DAYS = 1095
ASKED_MS = 100


def table(rows: int, random: np.random.Generator) -> FacetTable:
    """Return the facets of made-up reviews."""

    def drawn(values: int) -> NDArray[np.int32]:
        shares = 1 / np.arange(1, values + 1)
        return random.choice(values, rows, p=shares / shares.sum()).astype(np.int32)

    names = {"product": list(PRODUCTS), "category": list(CATEGORIES), "language": ["en"]}
    codes = {"product": drawn(len(PRODUCTS)), "category": drawn(len(CATEGORIES)), "language": np.zeros(rows, np.int32)}
    ratings = random.choice([1.0, 2.0, 3.0, 4.0, 5.0, float("nan")], rows).astype(np.float32)
    days = (FIRST.toordinal() + random.integers(0, DAYS, rows)).astype(np.int32)
    moods, feelings = drawn(len(SENTIMENTS)).astype(np.int8), drawn(len(FACE_EMOTIONS)).astype(np.int8)
    return FacetTable(Columns(names, codes, ratings, days, moods, feelings))


def filters(random: np.random.Generator) -> Filters:
    """Return one to five filters."""
    picked = set(random.permutation(5)[: random.integers(1, 6)].tolist())
    return Filters(
        products=tuple(random.choice(PRODUCTS, 3, replace=False).tolist()) if 0 in picked else (),
        categories=(str(random.choice(CATEGORIES)),) if 1 in picked else (),
        min_rating=2.0 if 2 in picked else None,
        since=FIRST + datetime.timedelta(days=200) if 3 in picked else None,
        sentiments=("negative",) if 4 in picked else (),
    )


def milliseconds(rows: int, rounds: int) -> list[float]:
    """Return what each round took, after one that warms up."""
    random = np.random.default_rng(0)
    facets = table(rows, random)
    facets.counts(Filters())
    taken = []
    for _ in range(rounds):
        asked = filters(random)
        started = time.perf_counter()
        facets.counts(asked)
        taken.append((time.perf_counter() - started) * 1000)
    return taken


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and write the results."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.facets", description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=40)
    options = parser.parse_args(argv)
    taken = {rows: milliseconds(rows, options.rounds) for rows in SIZES}
    rows = [
        report.Row(
            f"counts of all facets after a click, {size:,} reviews",
            f"{report.median(times):.1f} ms (p95 {report.quantile(times, 0.95):.1f} ms)",
            f"≤ {ASKED_MS} ms" if size == SIZES[0] else "",
        )
        for size, times in taken.items()
    ]
    command = f"python -m benchmarks.facets --rounds {options.rounds}"
    values = {"milliseconds": {str(size): [round(time, 3) for time in times] for size, times in taken.items()}}
    report.write("facets", "Facets that cross-filter", command, rows, values)
    report.say(rows)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
