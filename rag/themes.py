"""What a library is about: themes, found once for the whole library, then counted for whatever is filtered.

    themes = find(library, settings)                     # cached beside the library
    shown = figures(themes, facts, library.matching(filters))
    shown[0].name, shown[0].net, shown[0].impact
    quotes(library, themes, shown[0].theme, rows, 3)

Does not handle: a theme that only some of a review is about (a review has one theme); libraries below FEWEST_REVIEWS.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

import model_utils
from backends.contracts import FACE_EMOTIONS, SENTIMENTS, Embedder, FloatArray
from errors import LibraryError
from rag import themes_cache, themes_intervals
from rag.index_vectors import Rows
from rag.opened import Library
from rag.reviews import Review
from rag.themes_cluster import Groups, Source, group, merged
from rag.themes_facts import Facts
from rag.themes_intervals import Interval
from rag.themes_names import Meaning, name_all, same
from rag.themes_typical import different, readable, typical
from settings import Settings

VERSION = 7
GONE = -2
"""Theme of a row whose review was replaced or removed."""
FEWEST_REVIEWS = 30
READ_PER_THEME = 300
"""Reviews that a theme is named after: half of them nearest to its centre, half spread evenly over the others."""
_FILE = "themes"
_POOL = 40
Tell = Callable[[str, float], None]
"""Told what is being done and the share of all work that is done."""


@dataclass(frozen=True, eq=False)
class Themes:
    """The themes of a library, largest first.

    Attributes:
        names: one each, all different.
        words: the phrases that set each apart, strongest first.
        typical: a short sentence of one of its most central reviews, "" where there is none.
        place: (n,) int16, the theme of each review; -1 for those that are far from all, GONE for those
            that count no more.
        similarity: (n,) cosine to the centre of the nearest theme.
    """

    names: tuple[str, ...]
    words: tuple[tuple[str, ...], ...]
    typical: tuple[str, ...]
    place: NDArray[np.int16]
    similarity: FloatArray

    @property
    def far_share(self) -> float:
        """Share of reviews that belong to no theme."""
        return float((self.place[self.place != GONE] < 0).mean())

    def rows(self, theme: int) -> Rows:
        """Return the reviews of a theme."""
        return np.flatnonzero(self.place == theme)


@dataclass(frozen=True)
class ThemeFigures:
    """One theme among the reviews that are looked at.

    Attributes:
        theme: its number.
        net: % positive less % negative, in [-1, 1]; emotions: share of each of FACE_EMOTIONS as the strongest. Both of
            the reviews that were read; unread: the others, which are not English.
        typical: a short sentence of one of its most central reviews.
        rating: mean; impact: mean rating of all less the mean without this theme. None where ratings are missing.
    """

    theme: int
    name: str
    words: tuple[str, ...]
    size: int
    share: Interval
    net: Interval
    emotions: dict[str, float]
    rating: Interval | None
    impact: Interval | None
    typical: str = ""
    unread: int = 0


def find(library: Library, facts: Facts, settings: Settings, tell: Tell | None = None) -> Themes:
    """Return the themes of a library: those that are kept beside it, else found now and kept.

    Raises:
        LibraryError: it has fewer than FEWEST_REVIEWS reviews.
        ModelError: the embedder of the library, which weighs the names, cannot be had.
    """
    if len(library) < FEWEST_REVIEWS:
        raise LibraryError(f"Themes need at least {FEWEST_REVIEWS} reviews; this library has {len(library)}.")
    if kept := themes_cache.read(library, _FILE, VERSION):
        arrays, (names, words, typical_) = kept
        told = tuple(names), tuple(map(tuple, words)), tuple(typical_)
        return Themes(*told, arrays["place"], arrays["similarity"])
    say = tell or (lambda _what, _done: None)
    alive = library.alive

    embedder = model_utils.load("embedder", library.manifest.embedder, settings)
    emotions = library.emotions if len(alive) == library.rows else library.emotions[alive]
    source = Source(
        lambda places: [review.text for review in library.store.by_row(alive[places].tolist())],
        lambda places: library.index.vectors(alive[places]),
        facts.product[alive],
        emotions,
        facts.read[alive],
    )
    groups = group(source, embedder.embed, lambda done: say("grouping the reviews", 0.8 * done))
    themes = _named(groups, library, facts, embedder, say)
    arrays = {"place": themes.place, "similarity": themes.similarity}
    themes_cache.write(library, _FILE, VERSION, arrays, [themes.names, themes.words, themes.typical])
    return themes


def _named(groups: Groups, library: Library, facts: Facts, embedder: Embedder, say: Tell) -> Themes:
    """Name the groups; those that would get the same name are one theme."""
    dull = {word for product in facts.products for word in re.findall(r"[^\W\d_]+", product)}
    while True:
        say("naming the themes", 0.9)
        texts = _texts(groups, library)
        named = name_all(texts, _meaning(embedder, groups), groups.centres, dull, groups.stems)
        into = np.array(same(named), np.int64)
        if (into == np.arange(groups.count)).all():
            break
        groups = merged(groups, into)
    say("naming the themes", 1.0)
    words = tuple(tuple(term.text for term in item.terms) for item in named)
    said = tuple(
        typical(read, [term.stems for term in item.terms[:2]]) for read, item in zip(texts, named, strict=True)
    )
    place, similarity = np.full(library.rows, GONE, np.int16), np.zeros(library.rows, np.float32)
    place[library.alive], similarity[library.alive] = groups.place, groups.similarity
    return Themes(tuple(item.name for item in named), words, said, place, similarity)


def _texts(groups: Groups, library: Library) -> list[list[str]]:
    """Return the texts nearest to the centre of each group."""
    texts, alive = [], library.alive
    for theme in range(groups.count):
        rows = np.flatnonzero(groups.place == theme)
        nearest = rows[np.argsort(-groups.similarity[rows], kind="stable")]
        half = READ_PER_THEME // 2
        rest = np.unique(np.linspace(half, max(len(rows) - 1, half), half).astype(np.int64))
        read = np.concatenate([nearest[:half], nearest[rest[rest < len(rows)]]])
        texts.append([review.text for review in library.store.by_row(alive[read].tolist())])
    return texts


def _meaning(embedder: Embedder, groups: Groups) -> Meaning:
    def meaning(phrases: list[str]) -> FloatArray:
        moved = embedder.embed(phrases) - groups.mean
        unit: FloatArray = moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-6)
        return unit

    return meaning


def figures(themes: Themes, facts: Facts, rows: Rows | None = None) -> list[ThemeFigures]:
    """Count the themes among some reviews (None: all), largest first; themes without a review are left out."""
    if rows is None and (themes.place == GONE).any():
        rows = np.flatnonzero(themes.place != GONE)
    place = _of(themes.place, rows).astype(np.int64)
    total, number = len(place), len(themes.names)
    inside = place >= 0
    read = inside & _of(facts.read, rows)
    sentiments = _table(place, _of(facts.sentiment, rows), read, number, len(SENTIMENTS))
    emotions = _table(place, _of(facts.emotion, rows), read, number, len(FACE_EMOTIONS))
    rating = _of(facts.rating, rows)
    sizes, told = np.bincount(place[inside], minlength=number), sentiments.sum(axis=1).tolist()
    found = []
    for theme in np.argsort(-sizes, kind="stable").tolist():
        if not (size := int(sizes[theme])):
            continue
        mean, impact = _rating(rating, place == theme) if facts.rated else (None, None)
        found.append(
            ThemeFigures(
                theme,
                themes.names[theme],
                themes.words[theme],
                size,
                themes_intervals.share(size, total),
                themes_intervals.net_sentiment(float(sentiments[theme, 2]), float(sentiments[theme, 0]), told[theme]),
                dict(zip(FACE_EMOTIONS, (emotions[theme] / max(told[theme], 1)).tolist(), strict=True)),
                mean,
                impact,
                themes.typical[theme],
                size - told[theme],
            )
        )
    return found


def _of(column: NDArray[Any], rows: Rows | None) -> NDArray[Any]:
    return column if rows is None else column[rows]


def _table(
    place: NDArray[np.int64], codes: NDArray[np.int64], inside: NDArray[np.bool_], themes: int, width: int
) -> NDArray[np.int64]:
    counts = np.bincount(place[inside] * width + codes[inside], minlength=themes * width)
    return counts.reshape(themes, width)


def _rating(rating: NDArray[np.float32], chosen: NDArray[np.bool_]) -> tuple[Interval | None, Interval | None]:
    known = ~np.isnan(rating)
    inside = rating[chosen & known]
    return themes_intervals.mean(inside), themes_intervals.impact(inside, rating[~chosen & known])


def quotes(library: Library, themes: Themes, rows: Rows, most: int) -> list[Review]:
    """Return the most typical of these reviews: those that speak most of their theme, before those that nearly repeat
    another or are too long."""
    nearest = rows[np.argsort(-themes.similarity[rows], kind="stable")[:_POOL]]
    _, first = np.unique(library.fingerprints[nearest], return_index=True)
    reviews = library.store.by_row(nearest[np.sort(first)].tolist())
    return different(readable(reviews), most)
