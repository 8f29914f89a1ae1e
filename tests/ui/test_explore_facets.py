"""Facets on the Explore page: counts beside the values, one click narrows, chips take filters away one by one."""

import datetime

import pytest
from streamlit.testing.v1 import AppTest

from rag.facets_columns import Bin
from rag.query import Filters, Query
from tests.ui.conftest import World
from tests.ui.explore_page import chips, texts
from ui import explore_chips, explore_dates, explore_facets, explore_ratings
from ui.explore_chips import Chip
from ui.plain import in_its_own_direction

DAY = datetime.date


def options(app: AppTest, key: str) -> list[str]:
    return [option.content for option in chips(app, key).proto.options]


def test_values_show_what_they_leave_and_one_click_narrows(app: AppTest, world: World) -> None:
    app.query_params["q"] = "kettle"
    app.run()
    assert options(app, "product") == ["Aurora Kettle :gray[(2)]", "Brio Lamp :gray[(1)]"]
    assert options(app, "rating_buttons") == ["1 ★ :gray[(1)]", "3 ★ :gray[(1)]", "5 ★ :gray[(1)]"]
    chips(app, "product").set_value(["Brio Lamp"]).run()
    assert world.asked[-1] == Query("kettle", None, Filters(products=("Brio Lamp",)))
    assert options(app, "product") == ["Aurora Kettle :gray[(2)]", "Brio Lamp :gray[(1)]"]
    assert options(app, "sentiment") == ["not read (not English) :gray[(1)]"]
    assert options(app, "rating_buttons") == ["1 ★ :gray[(0)]", "3 ★ :gray[(1)]", "5 ★ :gray[(0)]"]
    assert app.query_params["product"] == "Brio Lamp"


def test_chips_take_filters_away_one_by_one(app: AppTest, world: World) -> None:
    app.query_params["q"] = "kettle"
    app.query_params["product"] = ["Aurora Kettle", "Brio Lamp"]
    app.query_params["feeling"] = "angry"
    app.query_params["rating"] = "1,3"
    app.run()
    assert "**1** of 3 reviews are searched:" in texts(app)
    app.button(key="chip_product_Brio Lamp").click().run()
    app.button(key="chip_rating_").click().run()
    assert world.asked[-1] == Query("kettle", None, Filters(products=("Aurora Kettle",), emotions=("angry",)))
    app.button(key="chip_feeling_angry").click().run()
    app.button(key="chip_product_Aurora Kettle").click().run()
    assert world.asked[-1] == Query("kettle")
    assert dict(app.query_params) == {"q": "kettle"}


def test_a_language_is_told_by_its_name() -> None:
    assert [explore_chips.language_name(code) for code in ("de", "und", "xx", "")] == [
        "German", "too short to tell", "xx", "(no language)",
    ]  # fmt: skip


def test_nothing_left_says_what_each_filter_holds_back(app: AppTest, world: World) -> None:
    app.query_params["q"] = "kettle"
    app.query_params["product"] = "Brio Lamp"
    app.query_params["category"] = "Kitchen"
    app.run()
    assert "No review fits these filters" in texts(app)
    assert app.button(key="free_product_Brio Lamp").label == "Without “Brio Lamp” :gray[(2)]"
    app.button(key="free_category_Kitchen").click().run()
    assert world.asked == [Query("kettle", None, Filters(products=("Brio Lamp",)))]


def test_rating_buttons_choose_a_range(app: AppTest, world: World) -> None:
    app.query_params["q"] = "kettle"
    app.run()
    chips(app, "rating_buttons").set_value([1]).run()
    assert world.asked[-1].filters == Filters(min_rating=3, max_rating=3)  # type: ignore[attr-defined]
    chips(app, "rating_buttons").set_value([1, 2]).run()
    assert world.asked[-1].filters == Filters(min_rating=3, max_rating=5)  # type: ignore[attr-defined]
    assert app.query_params["rating"] == "3,5"


def test_a_language_of_the_link_is_a_facet_and_a_chip(app: AppTest, world: World) -> None:
    app.query_params["q"] = "kettle"
    app.query_params["language"] = "de"
    app.run()
    assert world.asked[-1] == Query("kettle", None, Filters(languages=("de",)))
    assert "**1** of 3 reviews are searched:" in texts(app)
    assert options(app, "language") == ["English :gray[(2)]", "German :gray[(1)]"]
    chips(app, "language").set_value(["en"]).run()
    assert app.query_params["language"] == "en"
    app.button(key="chip_language_en").click().run()
    assert world.asked[-1] == Query("kettle")
    assert dict(app.query_params) == {"q": "kettle"}


def test_near_duplicates_are_hidden_by_link_and_by_switch(app: AppTest, world: World) -> None:
    app.query_params["q"] = "kettle"
    app.query_params["near"] = "hidden"
    app.run()
    assert app.toggle(key="near").value is True
    assert world.asked[-1] == Query("kettle", None, Filters(hide_near_duplicates=True))
    assert "**2** of 3 reviews are searched:" in texts(app)
    app.toggle(key="near").set_value(False).run()
    assert world.asked[-1] == Query("kettle")
    assert dict(app.query_params) == {"q": "kettle"}
    app.toggle(key="near").set_value(True).run()
    assert dict(app.query_params) == {"q": "kettle", "near": "hidden"}
    app.button(key="chip_near_").click().run()
    assert app.toggle(key="near").value is False
    assert dict(app.query_params) == {"q": "kettle"}


def test_chips_of_every_kind() -> None:
    filters = Filters(
        ("A", ""),
        ("B",),
        1,
        2,
        DAY(2025, 1, 2),
        DAY(2025, 3, 4),
        ("negative", ""),
        ("sad", ""),
        ("de",),
        hide_near_duplicates=True,
        unrated=True,
        undated=True,
    )
    found = explore_chips.chips(filters)
    assert found == [
        Chip("A", "product", "A"), Chip("(no product)", "product", ""), Chip("B", "category", "B"),
        Chip("− negative", "sentiment", "negative"), Chip("not read (not English)", "sentiment", ""),
        Chip("😢 sad", "feeling", "sad"), Chip("not read (not English)", "feeling", ""),
        Chip("German", "language", "de"), Chip("1 to 2 ★", "rating"),
        Chip("(no rating)", "unrated"),
        Chip("from 2 January 2025", "since"), Chip("until 4 March 2025", "until"),
        Chip("(no date)", "undated"),
        Chip("near-duplicates hidden", "near"),
    ]  # fmt: skip
    for chip in found:
        filters = explore_chips.without(filters, chip)
    assert filters == Filters()


def test_reviews_that_lack_something_are_a_value_to_choose(app: AppTest, world: World) -> None:
    world.lacking = True
    app.query_params["q"] = "kettle"
    app.run()
    assert options(app, "product") == ["Aurora Kettle :gray[(2)]", "(no product) :gray[(1)]"]
    assert options(app, "rating_buttons") == ["1 ★ :gray[(1)]", "5 ★ :gray[(1)]", "(no rating) :gray[(1)]"]
    assert options(app, "undated_button") == ["(no date) :gray[(1)]"]
    chips(app, "product").set_value([""]).run()
    assert world.asked[-1] == Query("kettle", None, Filters(products=("",)))
    assert options(app, "rating_buttons") == ["1 ★ :gray[(0)]", "5 ★ :gray[(0)]", "(no rating) :gray[(1)]"]
    chips(app, "rating_buttons").set_value([2]).run()
    chips(app, "undated_button").set_value([True]).run()
    assert world.asked[-1] == Query("kettle", None, Filters(products=("",), unrated=True, undated=True))
    assert "**1** of 3 reviews are searched:" in texts(app)
    assert dict(app.query_params) == {"q": "kettle", "missing": ["product", "rating", "date"]}
    app.button(key="chip_product_").click().run()
    app.button(key="chip_undated_").click().run()
    chips(app, "rating_buttons").set_value([1, 2]).run()
    assert world.asked[-1] == Query("kettle", None, Filters(min_rating=5, max_rating=5, unrated=True))
    assert dict(app.query_params) == {"q": "kettle", "rating": "5,5", "missing": "rating"}


@pytest.mark.parametrize(
    ("before", "now", "meant"),
    [
        ([], [2], (2, 2)),
        ([2], [2, 4], (2, 4)),
        ([2, 3, 4], [2, 3], (2, 3)),
        ([0, 1, 2, 3], [0, 2, 3], (2, 3)),
        ([2], [], None),
        ([0], [0, 4], None),
    ],
)
def test_ratings_stay_one_range(before: list[int], now: list[int], meant: tuple[int, int] | None) -> None:
    assert explore_ratings.unbroken(before, now, 5) == meant


def test_frequent_and_chosen_values_are_buttons() -> None:
    left = {f"v{n}": 20 - n for n in range(13)}
    assert explore_facets.shown_values(["v10", "gone"], left) == [*(f"v{n}" for n in range(8)), "v10", "gone"]
    assert explore_facets.shown_values(["v10"], {"": 30} | left) == [*(f"v{n}" for n in range(8)), "v10", ""]
    assert explore_facets.shown_values([], {f"v{n}": 1 for n in range(12)}) == [f"v{n}" for n in range(12)]


BINS = (Bin(DAY(2025, 1, 1), DAY(2025, 1, 31), 3), Bin(DAY(2025, 2, 1), DAY(2025, 2, 28), 7))


def test_a_click_on_a_bar_keeps_its_days(monkeypatch: pytest.MonkeyPatch) -> None:
    held: dict[str, object] = {}
    monkeypatch.setattr("streamlit.session_state", held)
    span = (DAY(2025, 1, 15), DAY(2025, 2, 20))
    explore_dates.pick({"selection": {"picked": []}}, BINS, span)
    assert held == {}
    explore_dates.pick({"selection": {"picked": [{"place": 1}]}}, BINS, span)
    assert held == {"since": DAY(2025, 2, 1), "until": DAY(2025, 2, 20)}


def test_the_histogram_in_words_and_bars() -> None:
    assert explore_dates.described(BINS, "month") == (
        "Reviews per month from 1 January 2025 to 28 February 2025; most, 7, in the month from 1 February 2025."
    )
    chart = explore_dates.histogram(BINS, Filters(since=DAY(2025, 2, 10))).to_dict()
    (values,) = chart["datasets"].values() if "datasets" in chart else (chart["data"]["values"],)
    assert [(row["place"], row["reviews"], row["strength"]) for row in values] == [(0, 3, 0.35), (1, 7, 1.0)]
    assert values[0]["from"] == "2025-01-01T00:00:00"
    assert values[0]["to"] == "2025-01-28T21:36:00"


def test_a_name_from_right_to_left_leaves_its_count_behind_it() -> None:
    assert in_its_own_direction("فندق") == "\u2068فندق\u2069"
    assert in_its_own_direction("Löwen 桜") == "Löwen 桜"
