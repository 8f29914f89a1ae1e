"""A set of reviews as one HTML file that opens anywhere, offline: charts over all of it and a sample of its reviews.

The charts are SVG in the page itself: no script, no font, no picture from elsewhere (see rag.report).
"""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from backends.contracts import FACE_EMOTIONS, SENTIMENTS
from emotion.language import NAMES, NOT_ENGLISH
from rag.facets import Counts, facet_table
from rag.facets_columns import Bin
from rag.filter_words import filter_words
from rag.opened import Library
from rag.query import NO_RATING, NO_VALUE, Filters
from rag.report import environment
from rag.report_view import Bar, emotion_label, review_facts, unread_words

SAMPLES = 50
MOST_NAMES = 15
NOTE = (
    "Emotions and sentiments were read by models from the words alone. They are estimates: irony and mixed feelings "
    "are often misread. Reviews in other languages than English are not read."
)


@dataclass(frozen=True)
class Sample:
    """A review of the sample; `facts` and `readings` are (name, value) pairs."""

    title: str
    text: str
    facts: tuple[tuple[str, str], ...]
    readings: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class SetView:
    """Everything the report shows, as text."""

    heading: str
    library: str
    filters: tuple[str, ...]
    counted: str
    emotions: tuple[Bar, ...]
    sentiments: tuple[Bar, ...]
    ratings: tuple[Bar, ...]
    dates: tuple[Bar, ...]
    period: str
    undated: int
    products: tuple[tuple[str, str], ...]
    categories: tuple[tuple[str, str], ...]
    sampled: str
    samples: tuple[Sample, ...]
    models: tuple[tuple[str, str], ...]
    made: str
    unread: str = ""
    note: str = NOTE


def report_set_html(library: Library, filters: Filters, today: datetime.date | None = None) -> str:
    """Return a report of all reviews that pass the filters, light or dark as the reader's system is."""
    return environment().get_template("report_set.html.j2").render(view=set_view(library, filters, today))


def set_view(library: Library, filters: Filters, today: datetime.date | None = None) -> SetView:
    """Put a set of reviews into words and bars.

    Args:
        today: the date the report bears; default: today.
    """
    counts = facet_table(library).counts(filters)
    total = counts.matching
    inside = _inside(counts, filters)
    unread = inside["emotions"].get("", 0)
    read = total - unread
    samples = _samples(library, filters)
    return SetView(
        heading=f"{total:,} reviews" if total != 1 else "1 review",
        library=library.name,
        filters=filter_words(filters),
        counted=f"{total:,} of {len(library):,} reviews of the library pass the filters."
        if filters.active
        else "All reviews of the library.",
        emotions=_bars({emotion_label(name): (inside["emotions"].get(name, 0), name) for name in FACE_EMOTIONS}, read),
        sentiments=_bars({name: (inside["sentiments"].get(name, 0), name) for name in SENTIMENTS}, read),
        ratings=_bars({label: (count, "rating") for label, count in _rated(counts, filters).items()}, total),
        dates=_dates(counts, filters),
        period=counts.period,
        undated=counts.undated if _undated_too(filters) else 0,
        products=_names("products", inside),
        categories=_names("categories", inside),
        sampled="All of them." if len(samples) == total else f"{len(samples)} of {total:,}, taken at even distances.",
        samples=samples,
        models=tuple((task.replace("_", " "), name) for task, name in library.manifest.models.items()),
        made=(today or datetime.date.today()).isoformat(),
        unread=unread_words(unread),
    )


def _inside(counts: Counts, filters: Filters) -> Mapping[str, dict[str, int]]:
    """Return the counts of each value inside the set: a facet's own filter leaves only what was chosen."""
    return {
        name: {value: count for value, count in values.items() if not (own := getattr(filters, name)) or value in own}
        for name, values in counts.choices.items()
    }


def _rated(counts: Counts, filters: Filters) -> dict[str, int]:
    """Return how many reviews inside the set have each rating, and how many have none."""
    if not counts.ratings:
        return {}
    low, high = filters.min_rating, filters.max_rating
    ranged = low is not None or high is not None
    inside = [
        found
        for found in counts.ratings
        if (ranged or not filters.unrated)
        and (low is None or found.low >= low)
        and (high is None or found.high <= high)
    ]
    none = {NO_RATING: counts.unrated} if counts.unrated and (filters.unrated or not ranged) else {}
    return {_span(found): found.count for found in inside} | none


def _undated_too(filters: Filters) -> bool:
    return filters.undated or (filters.since is None and filters.until is None)


def _dates(counts: Counts, filters: Filters) -> tuple[Bar, ...]:
    """Return one bar for each period inside the chosen days, as high as its share of the fullest."""
    if filters.undated and filters.since is None and filters.until is None:
        return ()
    inside = [
        found
        for found in counts.dates
        if (filters.since is None or found.low >= filters.since or found.high >= filters.since)
        and (filters.until is None or found.low <= filters.until)
    ]
    most = max((found.count for found in inside), default=0)
    if not most:
        return ()
    return tuple(Bar(found.low.isoformat(), found.count / most, "time", note=f"{found.count:,}") for found in inside)


def _bars(counted: Mapping[str, tuple[int, str]], total: int) -> tuple[Bar, ...]:
    return tuple(
        Bar(label, count / max(total, 1), name, note=label if name == "rating" else "")
        for label, (count, name) in counted.items()
    )


def _span(found: Bin[float]) -> str:
    return f"{found.low:g}" if found.low == found.high else f"{found.low:g} to {found.high:g}"


def _names(field: str, inside: Mapping[str, dict[str, int]]) -> tuple[tuple[str, str], ...]:
    counted = inside[field]
    names = [(name or NO_VALUE[field], f"{count:,}") for name, count in list(counted.items())[:MOST_NAMES]]
    rest = list(counted.values())[MOST_NAMES:]
    return tuple([*names, (f"{len(rest):,} more", f"{sum(rest):,}")] if rest else names)


def _samples(library: Library, filters: Filters) -> tuple[Sample, ...]:
    allowed = library.matching(filters)
    rows = np.arange(len(library)) if allowed is None else allowed
    places = rows[np.unique(np.linspace(0, len(rows) - 1, min(SAMPLES, len(rows))).astype(np.int64))].tolist()
    return tuple(
        Sample(
            review.title.strip(),
            review.text,
            review_facts(review),
            _readings(library, row),
        )
        for row, review in zip(places, library.store.by_row(places), strict=True)
    )


def _readings(library: Library, row: int) -> tuple[tuple[str, str], ...]:
    if library.columns.unread[row]:
        language = library.store.languages([row])[row]
        return (("Language", NAMES.get(language, language)), ("Emotion", NOT_ENGLISH), ("Sentiment", NOT_ENGLISH))

    def strongest(values: Sequence[float], labels: Sequence[str]) -> tuple[str, float]:
        place = int(np.argmax(values))
        return labels[place], float(values[place])

    emotion, share = strongest(library.feelings[row].tolist(), FACE_EMOTIONS)
    sentiment, probability = strongest(library.sentiments[row].tolist(), SENTIMENTS)
    return (("Emotion", f"{emotion_label(emotion)} {share:.0%}"), ("Sentiment", f"{sentiment} {probability:.0%}"))
