"""What the Explore page asks, kept in the URL: emotion, words, filters, library. Never a photo.

    ?emotion=happy&q=support&product=Lumen&product=Brio&rating=1,3&since=2025-01-01&sentiment=negative&feeling=sad
     &missing=product&library=mine

"missing" names what the reviews shall not have: product, category, language, rating, date; sentiment or feeling: not
read, for they are not English.

The URL is read when it is not the one this page wrote last (a shared link, a reload), and written after the widgets
were drawn. Streamlit's own binding of widgets to the URL would put their labels, emoji included, into the address.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

import streamlit as st

from emotion.labels import FACE_EMOTIONS, SENTIMENTS
from rag.query import EMOTION_QUERIES, MAX_QUESTION_CHARACTERS, Filters, Query
from ui import session, url_values

if TYPE_CHECKING:
    from rag.facet_values import Facets

EMOTION, WORDS, LIBRARY = "emotion", "q", "library"
PRODUCTS, CATEGORIES, RATING, LANGUAGES, NEAR = "product", "category", "rating", "language", "near"
SINCE, UNTIL, SENTIMENT, FEELING = "since", "until", "sentiment", "feeling"
UNRATED, UNDATED, MISSING = "unrated", "undated", "missing"
DATE = "date"
FILTERS = (PRODUCTS, CATEGORIES, RATING, UNRATED, SINCE, UNTIL, UNDATED, SENTIMENT, FEELING, LANGUAGES, NEAR)
HIDDEN = "hidden"
_KEYS = (EMOTION, WORDS, *(key for key in FILTERS if key not in (UNRATED, UNDATED)), MISSING, LIBRARY)
_WRITTEN = "url_written"
Params = Mapping[str, Sequence[str]]
_Value = TypeVar("_Value")


@dataclass(frozen=True)
class View:
    """What the page asks. `unknown` names what the URL held and this library does not."""

    emotion: str | None = None
    words: str = ""
    filters: Filters = field(default_factory=Filters)
    unknown: tuple[str, ...] = ()

    @property
    def query(self) -> Query | None:
        """The question, or None while neither an emotion nor words are given.

        The emotion's own words count as no words, so that looking at them in the box changes nothing.
        """
        words = self.words.strip()
        if self.emotion is not None and words == EMOTION_QUERIES[self.emotion]:
            words = ""
        return Query(words, self.emotion, self.filters) if self.emotion or words else None


def to_params(view: View, library: str | None) -> dict[str, list[str]]:
    """Return the view as URL parameters; what is not asked is left out."""
    chosen = view.filters
    rating = [] if chosen.min_rating is None else [f"{chosen.min_rating:g},{chosen.max_rating:g}"]
    params = {
        EMOTION: [view.emotion] if view.emotion else [],
        WORDS: [view.words.strip()],
        PRODUCTS: _named(chosen.products),
        CATEGORIES: _named(chosen.categories),
        RATING: rating,
        SINCE: [chosen.since.isoformat()] if chosen.since else [],
        UNTIL: [chosen.until.isoformat()] if chosen.until else [],
        SENTIMENT: _named(chosen.sentiments),
        FEELING: _named(chosen.emotions),
        LANGUAGES: _named(chosen.languages),
        MISSING: [key for key, asked in _missing(chosen).items() if asked],
        NEAR: [HIDDEN] if chosen.hide_near_duplicates else [],
        LIBRARY: [library] if library else [],
    }
    return {key: values for key, values in params.items() if any(values)}


def _named(values: Sequence[str]) -> list[str]:
    return [value for value in values if value]


def _missing(chosen: Filters) -> dict[str, bool]:
    """Return what can be missing, and whether reviews that miss it are asked for."""
    return {
        PRODUCTS: "" in chosen.products,
        CATEGORIES: "" in chosen.categories,
        LANGUAGES: "" in chosen.languages,
        SENTIMENT: "" in chosen.sentiments,
        FEELING: "" in chosen.emotions,
        RATING: chosen.unrated,
        DATE: chosen.undated,
    }


def from_params(params: Params, facets: "Facets") -> View:
    """Return the view that URL parameters describe; what makes no sense in this library goes to `unknown`."""
    unknown: list[str] = []

    def known(key: str, options: Collection[str]) -> tuple[str, ...]:
        unknown.extend(value for value in params.get(key, ()) if value not in options)
        return tuple(dict.fromkeys(value for value in params.get(key, ()) if value in options))

    some = {
        PRODUCTS: "" in facets.products,
        CATEGORIES: "" in facets.categories,
        LANGUAGES: "" in facets.languages,
        SENTIMENT: "" in facets.sentiments,
        FEELING: "" in facets.emotions,
        RATING: facets.unrated > 0,
        DATE: facets.undated > 0,
    }
    missing = known(MISSING, [key for key, any_ in some.items() if any_])

    def values(key: str, options: Collection[str]) -> tuple[str, ...]:
        return (*known(key, set(options) - {""}), *([""] if key in missing else []))

    def read(key: str, understood: Callable[[str, "Facets"], _Value | None]) -> _Value | None:
        given = "".join(params.get(key, ())[:1])
        value = understood(given, facets) if given else None
        unknown.extend([given] if given and value is None else [])
        return value

    emotions = known(EMOTION, FACE_EMOTIONS)
    low, high = read(RATING, url_values.rating) or (None, None)
    filters = Filters(
        products=values(PRODUCTS, facets.products),
        categories=values(CATEGORIES, facets.categories),
        min_rating=low,
        max_rating=high,
        since=read(SINCE, url_values.date),
        until=read(UNTIL, url_values.date),
        sentiments=values(SENTIMENT, SENTIMENTS),
        emotions=values(FEELING, FACE_EMOTIONS),
        languages=values(LANGUAGES, facets.languages),
        hide_near_duplicates=bool(known(NEAR, (HIDDEN,))),
        unrated=RATING in missing,
        undated=DATE in missing,
    )
    words = "".join(params.get(WORDS, ())[:1])[:MAX_QUESTION_CHARACTERS]
    return View(emotions[0] if emotions else None, words, filters, tuple(unknown))


def filters() -> Filters:
    """Return the filters that the widgets hold now."""
    held = st.session_state.get
    low, high = held(RATING) or (None, None)
    products, categories, sentiments, emotions, languages = (
        tuple(held(key) or ()) for key in (PRODUCTS, CATEGORIES, SENTIMENT, FEELING, LANGUAGES)
    )
    days = held(SINCE), held(UNTIL)
    named = products, categories, low, high, *days, sentiments, emotions, languages
    return Filters(*named, bool(held(NEAR)), unrated=bool(held(UNRATED)), undated=bool(held(UNDATED)))


def read_library() -> str | None:
    """Follow the library that a new URL names; return its name if it is not here, else None."""
    wanted = st.query_params.get(LIBRARY)
    if not _is_new():
        return None
    if wanted is None:
        session.set_library(None)
        return None
    if all(info.name != wanted for info in session.own_libraries()):
        session.set_library(None)
        return wanted
    session.set_library(wanted)
    return None


def read(facets: "Facets") -> tuple[str, ...]:
    """Put a new URL into the widgets (before they are drawn); return what of it this library does not know."""
    if not _is_new():
        return ()
    view = from_params(_current(), facets)
    chosen, state = view.filters, st.session_state
    state[EMOTION], state[WORDS] = view.emotion, view.words
    state[PRODUCTS], state[CATEGORIES] = list(chosen.products), list(chosen.categories)
    state[SENTIMENT], state[FEELING] = list(chosen.sentiments), list(chosen.emotions)
    state[LANGUAGES], state[NEAR] = list(chosen.languages), chosen.hide_near_duplicates
    state[UNRATED], state[UNDATED] = chosen.unrated, chosen.undated
    state[SINCE], state[UNTIL] = chosen.since, chosen.until
    state[RATING] = None if chosen.min_rating is None else (chosen.min_rating, chosen.max_rating)
    return view.unknown


def write(view: View) -> None:
    """Put the view into the URL (after the widgets were drawn)."""
    params = to_params(view, session.library_name())
    if params != _current():
        st.query_params.from_dict(params)
    st.session_state[_WRITTEN] = params
    session.page_settled()


def leave_out_library() -> None:
    """Take the library out of the URL; what the widgets hold goes on counting."""
    if LIBRARY in st.query_params:
        del st.query_params[LIBRARY]
    st.session_state[_WRITTEN] = _current()


def _current() -> dict[str, list[str]]:
    found = {key: st.query_params.get_all(key) for key in _KEYS}
    return {key: values for key, values in found.items() if values}


def _is_new() -> bool:
    """Whether the URL says something that this page did not write.

    An empty URL is a question too (the back button led there), but not when the visitor comes from another page.
    """
    now = _current()
    if not now and session.page_switched():
        return False
    written: dict[str, list[str]] = st.session_state.get(_WRITTEN, {})
    return now != written


def ask(emotion: str | None = None, words: str = "") -> None:
    """Ask something else, keeping the filters (before the widgets are drawn, or as a callback)."""
    st.session_state[EMOTION], st.session_state[WORDS] = emotion, words


def choose_emotion(emotion: str) -> None:
    """Set the emotion and keep the words (a callback)."""
    st.session_state[EMOTION] = emotion


def show_words(emotion: str) -> None:
    """Put the words of an emotion into the box, to be edited (a callback)."""
    st.session_state[WORDS] = EMOTION_QUERIES[emotion]


def clear_filters() -> None:
    """Take all filters away (a callback)."""
    for key in FILTERS:
        st.session_state.pop(key, None)


def drop(key: str, value: str | None = None) -> None:
    """Take one filter away, or one value of it (a callback)."""
    left = None if value is None else [chosen for chosen in st.session_state[key] if chosen != value]
    if left:
        st.session_state[key] = left
    else:
        st.session_state.pop(key, None)


def add(key: str, value: str) -> None:
    """Choose one more value of a filter (a callback)."""
    st.session_state[key] = [*(st.session_state.get(key) or ()), value]
