"""Plain questions about the library itself, answered exactly from its columns: how many reviews, of which products, how
they are rated, which product is rated best or loved most.

Loved, hated and the like mean the share of a product's reviews that read as happy, as angry and so on; the answer says
so. What is asked is told by `chat.library_questions`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from backends.contracts import FACE_EMOTIONS, SENTIMENTS, FloatArray, Turn
from chat.feelings import ADJECTIVES
from chat.library_questions import Asked, Column, asked
from rag.index_vectors import Mask
from rag.query import Filters

if TYPE_CHECKING:
    from rag.library import Library

NAME = "library-facts"
"""The model name these answers carry."""
FEWEST = 10
"""Reviews a product must have to be compared, where any has so many."""
LISTED = 12
_PLURAL = {"product": "products", "category": "categories"}


@dataclass(frozen=True)
class _Ranked:
    """A product or category, its number of reviews, and what it is compared by."""

    name: str
    count: int
    value: float


def answer(message: str, history: Sequence[Turn], library: "Library") -> str | None:
    """Return the answer to a question about the library itself, or None if it asks something else."""
    question = asked(message, history, library)
    if question is None:
        return None
    match question.what:
        case "first":
            return _compared(question, library)
        case "list":
            return _listed(question.column, library)
        case "dates":
            return _dated(library)
        case "mean":
            return _mean(question.filters, library)
        case "count":
            return _counted(question.filters, library)


def _allowed(filters: Filters, library: "Library") -> Mask:
    """Return which rows of the library are meant."""
    mask = library.allowed(filters)
    return np.ones(library.rows, np.bool_) if mask is None else mask


def _whose(filters: Filters) -> str:
    return " and ".join((*filters.products, *filters.categories))


def _counted(filters: Filters, library: "Library") -> str:
    total, found = len(library), int(_allowed(filters, library).sum())
    kinds = [ADJECTIVES[emotion] for emotion in filters.emotions] + list(filters.sentiments)
    if filters.min_rating is not None:
        kinds.insert(0, f"{filters.min_rating:g}-star")
    if not filters.active:
        products = [name for name in library.facets().products if name]
        of = f", of {len(products):,} products" if len(products) > 1 else ""
        return f"There are {total:,} reviews in this library{of}."
    whose = f" of {_whose(filters)}" if _whose(filters) else ""
    kind = " ".join([*kinds, "review" if found == 1 else "reviews"])
    of_all = Filters(products=filters.products, categories=filters.categories)
    within = int(_allowed(of_all, library).sum())
    read = (
        " Moods are read from the words by a model, which can be wrong."
        if filters.emotions or filters.sentiments
        else ""
    )
    there = f"There {'is' if found == 1 else 'are'}"
    if kinds and within:
        return f"{there} {found:,} {kind}{whose}: {_percent(found / within)} of {within:,}.{read}"
    return f"{there} {found:,} {kind}{whose}, of {total:,} in all."


def _mean(filters: Filters, library: "Library") -> str:
    ratings = library.columns.ratings[_allowed(filters, library)].astype(np.float64)
    known = ratings[~np.isnan(ratings)]
    whose = f" of {_whose(filters)}" if _whose(filters) else ""
    if not len(known):
        return f"The reviews{whose} have no ratings, so there is no mean."
    return f"The mean rating{whose} is {known.mean():.2f}, over {len(known):,} rated reviews{_scale(library)}."


def _scale(library: "Library") -> str:
    ends = library.facets().ratings
    return f" (ratings here go from {ends[0]:g} to {ends[1]:g})" if ends else ""


def _listed(column: Column, library: "Library") -> str:
    facets, what = library.facets(), _PLURAL[column]
    counts = {name: count for name, count in getattr(facets, what).items() if name}
    if not counts:
        return (
            f"The {len(library):,} reviews of this library name no {what}. Ask me about anything that stands in them."
        )
    shown = [f"{name} ({count:,})" for name, count in list(counts.items())[:LISTED]]
    more = f" and {len(counts) - LISTED:,} more" if len(counts) > LISTED else ""
    return (
        f"There are reviews of {len(counts):,} "
        f"{what if len(counts) > 1 else column}: "
        f"{', '.join(shown)}{more}. In brackets: how many reviews."
    )


def _dated(library: "Library") -> str:
    dates = library.facets().dates
    if dates is None:
        return "The reviews of this library have no dates."
    first, last = (f"{day.day} {day:%B %Y}" for day in dates)
    return f"The reviews are from {first} to {last}."


def _compared(question: Asked, library: "Library") -> str | None:
    by, column = question.by, question.column
    names, codes = library.columns.names[column], library.columns.codes[column]
    everything = _allowed(Filters(), library)
    values = _values(by, library)
    usable = everything & ~np.isnan(values)
    counts = np.bincount(codes[usable], minlength=len(names))
    sums = np.bincount(codes[usable], weights=values[usable], minlength=len(names))
    least = FEWEST if counts.max(initial=0) >= FEWEST else 1
    ranked = [
        _Ranked(name, int(count), float(total) if by == "count" else float(total / count))
        for name, count, total in zip(names, counts, sums, strict=True)
        if name and count >= least
    ]
    if len(ranked) < 2:
        return None
    ranked.sort(key=lambda row: (-row.value if question.highest else row.value, row.name))
    return _told(ranked, question, least)


def _values(by: str, library: "Library") -> FloatArray:
    """Return (rows,) what is averaged: the rating (NaN: none), 1 for each review, or whether its mood is the one."""
    columns = library.columns
    values: FloatArray
    if by == "rating":
        values = columns.ratings.astype(np.float64)
    elif by == "count":
        values = np.ones(len(columns), np.float64)
    elif by in SENTIMENTS:
        values = (columns.sentiments == SENTIMENTS.index(by)).astype(np.float64)
    else:
        values = (columns.emotions == FACE_EMOTIONS.index(by)).astype(np.float64)
    return values


def _told(ranked: Sequence[_Ranked], question: Asked, least: int) -> str:
    by, highest = question.by, question.highest
    first = [row for row in ranked if _shown(row, by) == _shown(ranked[0], by)]
    end = "highest" if highest else "lowest"
    names = " and ".join(row.name for row in first[:3]) + (f" and {len(first) - 3:,} more" if len(first) > 3 else "")
    shown = _shown(ranked[0], by)
    has = "share" if len(first) > 1 else "has"
    if by == "rating":
        text = f"{names} {has} the {end} mean rating: {shown}, over {ranked[0].count:,} rated reviews"
    elif by == "count":
        text = f"{names} {has} the {'most' if highest else 'fewest'} reviews: {shown}"
    else:
        mood = ADJECTIVES.get(by, by)
        text = f"{names} {has} the {end} share of {mood} reviews: {shown} of {ranked[0].count:,}"
    second = ranked[len(first)] if len(first) < len(ranked) else None
    after = f"; then {second.name} ({_shown(second, by)})" if second else ""
    of = f" Compared were the {len(ranked):,} {_PLURAL[question.column]}"
    few = f" with at least {least:,} reviews." if least > 1 else "."
    read = " Moods are read from the words by a model, which can be wrong." if by not in ("rating", "count") else ""
    return f"{text}{after}.{of}{few}{read}"


def _shown(row: _Ranked, by: str) -> str:
    if by == "rating":
        return f"{row.value:.2f}"
    return f"{row.value:,.0f}" if by == "count" else _percent(row.value)


def _percent(share: float) -> str:
    return f"{share:.0%}" if share in (0, 1) or share >= 0.1 else f"{share:.1%}"
