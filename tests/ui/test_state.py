"""A view and its URL: each describes the other, and what makes no sense is named."""

import datetime
from dataclasses import replace

import pytest

from rag.query import EMOTION_QUERIES, Filters, Query
from tests.ui.fakes import FakeLibrary
from ui import state
from ui.state import View

FACETS = FakeLibrary().facets()
FULL = View(
    "sad",
    "rain & tea",
    Filters(
        products=("Aurora Kettle", "Brio Lamp"),
        categories=("Home",),
        min_rating=2.0,
        max_rating=4.5,
        since=datetime.date(2025, 1, 1),
        until=datetime.date(2025, 2, 1),
        sentiments=("negative", "neutral"),
        emotions=("angry",),
    ),
)


def test_full_view_as_parameters() -> None:
    assert state.to_params(FULL, "mine") == {
        "emotion": ["sad"],
        "q": ["rain & tea"],
        "product": ["Aurora Kettle", "Brio Lamp"],
        "category": ["Home"],
        "rating": ["2,4.5"],
        "since": ["2025-01-01"],
        "until": ["2025-02-01"],
        "sentiment": ["negative", "neutral"],
        "feeling": ["angry"],
        "library": ["mine"],
    }


@pytest.mark.parametrize("view", [View(), View("happy"), View(words="late"), FULL, replace(FULL, emotion=None)])
def test_there_and_back_again(view: View) -> None:
    assert state.from_params(state.to_params(view, None), FACETS) == view


def test_nothing_asked_is_a_bare_url() -> None:
    assert state.to_params(View(words="  "), None) == {}


@pytest.mark.parametrize(
    ("params", "unknown"),
    [
        ({"emotion": ["joyful"]}, ("joyful",)),
        ({"product": ["Brio Lamp", "Nokia"]}, ("Nokia",)),
        ({"sentiment": ["mixed"]}, ("mixed",)),
        ({"rating": ["9,10"]}, ("9,10",)),
        ({"rating": ["many"]}, ("many",)),
        ({"rating": ["1,2,3"]}, ("1,2,3",)),
        ({"since": ["yesterday"]}, ("yesterday",)),
        ({"since": ["2025-02-30"]}, ("2025-02-30",)),
    ],
)
def test_what_the_library_does_not_know_is_left_out_and_named(
    params: dict[str, list[str]], unknown: tuple[str, ...]
) -> None:
    view = state.from_params(params, FACETS)
    assert view.unknown == unknown
    assert view.filters.products == (("Brio Lamp",) if "product" in params else ())
    assert (view.emotion, view.filters.min_rating, view.filters.since) == (None, None, None)


def test_dates_beyond_the_library_mean_its_ends() -> None:
    view = state.from_params({"since": ["1999-01-01"], "until": ["2999-01-01"]}, FACETS)
    assert (view.filters.since, view.filters.until) == FACETS.dates


def test_over_long_words_are_cut_to_what_a_question_may_have() -> None:
    assert len(state.from_params({"q": ["x" * 9_000]}, FACETS).words) == 2_000


def test_question_of_a_view() -> None:
    assert View().query is None
    assert View(words="  ").query is None
    assert View(words=" late ").query == Query("late")
    assert View("sad", "tea", Filters(categories=("Home",))).query == Query("tea", "sad", Filters(categories=("Home",)))


def test_words_of_the_emotion_itself_change_nothing() -> None:
    assert View("sad", EMOTION_QUERIES["sad"]).query == View("sad").query == Query("", "sad")


def test_what_is_missing_is_one_parameter() -> None:
    lacking = replace(FACETS, products={"Brio Lamp": 2, "": 1}, unrated=1, undated=3)
    view = View(words="tea", filters=Filters(products=("Brio Lamp", ""), unrated=True, undated=True))
    params = state.to_params(view, None)
    assert params == {"q": ["tea"], "product": ["Brio Lamp"], "missing": ["product", "rating", "date"]}
    assert state.from_params(params, lacking) == view
    expected = View(None, "tea", Filters(products=("Brio Lamp",)), ("product", "rating", "date"))
    assert state.from_params(params, FACETS) == expected


def test_what_was_not_read_is_missing_its_mood() -> None:
    mixed = replace(FACETS, sentiments={"": 2, "neutral": 1}, emotions={"": 2, "happy": 1})
    view = View(words="tea", filters=Filters(sentiments=("",), emotions=("happy", "")))
    params = state.to_params(view, None)
    assert params == {"q": ["tea"], "feeling": ["happy"], "missing": ["sentiment", "feeling"]}
    assert state.from_params(params, mixed) == view
    assert state.from_params(params, FACETS).unknown == ("sentiment", "feeling")
