"""Values of the address that are ranges, read with care: anyone may have typed them."""

import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rag.facet_values import Facets


def rating(given: str, facets: "Facets") -> tuple[float, float] | None:
    """Return the range of ratings that "1,3" describes; None if it is none or the library has no such ratings."""
    try:
        low, high = sorted(float(part) for part in given.split(","))
    except ValueError:
        return None
    return (low, high) if facets.ratings and facets.ratings[0] <= low <= high <= facets.ratings[1] else None


def date(given: str, facets: "Facets") -> datetime.date | None:
    """Return a day, moved to the nearest one of the library; None if it is none or the library has no dates."""
    try:
        found = datetime.date.fromisoformat(given)
    except ValueError:
        return None
    return min(max(found, facets.dates[0]), facets.dates[1]) if facets.dates else None
