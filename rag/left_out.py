"""Why no review is left to be found: which of the phrases, the exclusions and the filters leaves them all out."""

import numpy as np

from rag.opened import Library
from rag.query import Filters, Query
from rag.search import rows_that_say
from rag.table import counted


def nothing_allowed(query: Query, library: Library) -> str:
    """Say what leaves out every review, and what to change; true only where `rag.search.allowed_rows` has no row."""
    if query.question.phrases:
        return _without_phrase(query, library)
    if excluded := query.question.excluded:
        return f"No review is left without “{'” and “'.join(excluded)}”. Leave out less, or loosen a filter."
    return "No review passes these filters. Loosen one of them."


def _without_phrase(query: Query, library: Library) -> str:
    phrases, excluded = query.question.phrases, query.question.excluded
    said = " and ".join(f"“{phrase}”" for phrase in phrases)
    holding = np.ones(library.rows, bool) if (living := library.allowed(Filters())) is None else living
    for phrase in phrases:
        holding = holding & rows_that_say(phrase, library, wanted=True, among=holding)
    total = int(holding.sum())
    if not total:
        who = "No single review" if len(phrases) > 1 else "No review"
        return f"{who} says {said} word for word. Take the quotation marks away to find what means the same."
    passing = library.allowed(query.filters)
    left = holding if passing is None else holding & passing
    filtered, unwanted = total - int(left.sum()), int(left.sum())
    told = f"{counted(total, 'review')} {'says' if total == 1 else 'say'} {said} word for word"
    said_too = [
        phrase for phrase in excluded if (left & rows_that_say(phrase, library, wanted=False, among=left)).any()
    ]
    also = " or ".join(f"“{phrase}”" for phrase in said_too)
    if not unwanted:
        return f"{told}, but {_do(total, 'not pass')} the filters. Loosen one of them."
    if not filtered:
        it = "it" if total == 1 else "each of them"
        return f"{told}, but {it} also says {also}, which you left out. Leave out less."
    others = f"{unwanted:,} also {'says' if unwanted == 1 else 'say'} {also}, which you left out"
    return (
        f"{told}: {filtered:,} {_do(filtered, 'not pass')} the filters, {others}. Loosen a filter, or leave out less."
    )


def _do(count: int, what: str) -> str:
    return f"{'does' if count == 1 else 'do'} {what}"
