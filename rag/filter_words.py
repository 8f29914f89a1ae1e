"""Which filters were set, in words, for reports."""

from emotion.language import NAMES
from rag.query import NO_DATE, NO_RATING, NO_VALUE, Filters


def filter_words(filters: Filters) -> tuple[str, ...]:
    """Say in words which filters were set; empty if none.

    >>> filter_words(Filters(products=("Kettle",), min_rating=2.0))
    ('Product: Kettle', 'Rating: at least 2')
    """
    words = [
        f"{name}: {', '.join(values)}"
        for name, values in (
            ("Product", _or_none("products", filters.products)),
            ("Category", _or_none("categories", filters.categories)),
            ("Sentiment", _or_none("sentiments", filters.sentiments)),
            ("Strongest emotion", _or_none("emotions", filters.emotions)),
            ("Language", tuple(NAMES.get(code, code) for code in _or_none("languages", filters.languages))),
        )
        if values
    ]
    words += [f"Rating: at least {filters.min_rating:g}"] if filters.min_rating is not None else []
    words += [f"Rating: at most {filters.max_rating:g}"] if filters.max_rating is not None else []
    words += [f"Rating: {NO_RATING}"] if filters.unrated else []
    words += [f"Since {filters.since.isoformat()}"] if filters.since else []
    words += [f"Until {filters.until.isoformat()}"] if filters.until else []
    words += [f"Date: {NO_DATE}"] if filters.undated else []
    words += ["Near-duplicates left out"] if filters.hide_near_duplicates else []
    words += [f"Only {filters.chosen.name}"] if filters.chosen else []
    return tuple(words)


def _or_none(name: str, values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(value or NO_VALUE[name] for value in values)
