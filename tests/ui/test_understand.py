"""The Understand page over a made-up library whose three topics are known."""

import dataclasses
import datetime
import json
import re
from collections.abc import Callable, Iterator

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

import model_utils
from rag import library as libraries
from rag import trends, trends_scan
from rag.build import build
from rag.compare import Comparison, Side
from rag.library import Library
from rag.query import Filters, Query
from rag.reviews import Review
from rag.themes_intervals import Interval
from settings import PROJECT_FOLDER, Settings
from tests.rag import fakes, topics
from tests.ui.conftest import World
from tests.ui.explore_page import chips, texts
from ui import understand_charts, understand_themes, understand_words
from ui.understand_work import Understood, Work

Open = Callable[[list[Review]], AppTest]


def understand_app() -> None:
    """The page alone."""
    from ui import understand_page, widgets

    with widgets.guarded():
        understand_page.render()


@pytest.fixture
def open_page(world: World, monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Iterator[Open]:
    """Open the page over a library of given reviews."""
    del world
    monkeypatch.setattr(model_utils, "all_cards", fakes.cards)
    model_utils.forget()
    made: list[Library] = []

    def opened(reviews: list[Review]) -> AppTest:
        made.append(build(reviews, "topics", settings))
        monkeypatch.setattr(libraries, "shipped", lambda *_: made[-1])
        return AppTest.from_function(understand_app, default_timeout=200).run()

    yield opened
    model_utils.forget()
    for library in made:
        library.close()


def tab(app: AppTest, name: str) -> AppTest:
    """Open a tab."""
    app.session_state["understand_tab"] = name
    return app.run()


def chart_words(app: AppTest) -> list[str]:
    """What the charts say to readers who do not see them."""
    return [element.proto.alt for element in app.get("vega_lite_chart")]


def test_themes_with_their_figures_quotes_and_files(open_page: Open) -> None:
    app = open_page(topics.reviews())
    assert [error.value for error in (*app.error, *app.exception)] == []
    assert app.title[0].value == "What are your reviews about?"
    assert "3 themes in 60 reviews; every one belongs to a theme." in texts(app)
    assert len(app.selectbox(key="theme_choice").options) == 3
    assert {metric.label: metric.value for metric in app.metric}["reviews"] == "20"
    assert 'id="quote-1"' in texts(app)
    quoted = [caption.value.strip("“”") for caption in app.caption if caption.value.startswith("“")]
    assert len(quoted) == 1
    assert any(quoted[0] in review.text for review in topics.reviews())
    assert [button.label for button in app.download_button] == ["Its 20 reviews (CSV)", "All themes (CSV)"]
    assert all(chart_words(app))


def test_what_is_not_english_is_left_out_and_said(open_page: Open) -> None:
    reviews = topics.reviews()
    german = "Der Reißverschluss klemmt und das ist wirklich sehr ärgerlich "
    mixed = [
        dataclasses.replace(review, text=german + review.text, date=datetime.date(2025, 1 + number % 8, 9))
        if number % 4 == 0
        else dataclasses.replace(review, date=datetime.date(2025, 1 + number % 8, 9))
        for number, review in enumerate(reviews)
    ]
    app = open_page(mixed)
    note = "15 reviews are not English: emotion and sentiment were not read, and the shares leave them out."
    assert note in texts(app)
    tab(app, "Trends")
    assert note in texts(app)
    tab(app, "Compare")
    assert note in texts(app)
    app.get_by_key("compare_kind").set_value("Emotions").run()  # type: ignore[union-attr]
    shown = app.selectbox(key="left_Emotions").options
    assert sum(int(re.findall(r"\((\d+)\)", option)[0]) for option in shown) <= 45
    tab(app, "Map")
    assert [error.value for error in (*app.error, *app.exception)] == []
    assert "not read (not English)" in app.get("plotly_chart")[0].proto.spec


def test_a_theme_is_opened_in_explore(open_page: Open, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    left: list[str] = []
    monkeypatch.setattr(st, "switch_page", lambda page: left.append(page.title))
    app = open_page(topics.reviews())
    name = app.selectbox(key="theme_choice").value
    app.button(key="theme_explore").click().run()
    assert left == ["Explore"]
    explore = AppTest.from_file(PROJECT_FOLDER / "streamlit_app.py", default_timeout=200)
    for key in ("chosen_reviews", "q", "emotion"):
        explore.session_state[key] = app.session_state[key]
    explore.session_state["page_switched"] = True
    explore.run()
    assert f"Only the **20** reviews of **the theme “{name}”** are searched." in texts(explore)
    (asked,) = world.asked
    assert isinstance(asked, Query)
    assert asked.filters.chosen is not None
    assert len({topics.topic_of(row) for row in asked.filters.chosen.rows.tolist()}) == 1
    explore.button(key="chosen_all").click().run()
    assert world.asked[-1] == Query(asked.text, None, Filters())


def test_filters_of_explore_count_here(open_page: Open) -> None:
    app = open_page(topics.reviews())
    chips(app, "product").set_value(["Kite"]).run()
    assert "3 themes in 30 reviews" in texts(app)
    app.button(key="chip_product_Kite").click().run()
    assert "3 themes in 60 reviews" in texts(app)


def test_trends_mark_a_jump_and_say_why(open_page: Open) -> None:
    reviews = []
    for number in range(240):
        month = number % 12
        bad = number // 12 < (16 if month >= 6 else 3)
        words = topics.TOPICS["zipper" if bad else "taste"]
        reviews.append(
            Review(str(number), f"{words} {'abcdefgh'[number % 8] * 4}", date=datetime.date(2025, month + 1, 9))
        )
    app = tab(open_page(reviews), "Trends")
    assert "Share of the 240 dated reviews by month, January 2025 to December 2025." in texts(app)
    app.session_state["trend_kind"] = "Sentiment"
    app.run()
    assert "▲ since July 2025: 80\xa0% instead of 15\xa0%" in texts(app)
    assert "Kulldorff" in next(element.help for element in app.markdown if "by more than chance" in element.value)
    assert any("since July 2025" in words for words in chart_words(app))


def test_trends_without_dates_say_what_to_do(open_page: Open) -> None:
    app = tab(open_page([dataclasses.replace(review, date=None) for review in topics.reviews()]), "Trends")
    assert "These reviews have no dates" in texts(app)
    assert chart_words(app) == []


def test_compare_two_products_then_periods(open_page: Open) -> None:
    app = tab(open_page(topics.reviews()), "Compare")
    assert app.selectbox(key="left_Products").options == ["Kite (30)", "Otter (30)"]
    assert "Kite and Otter have the same net sentiment (difference, 95\xa0%: −40 to +40)." in texts(app)
    assert 'id="side0-1"' in texts(app)
    assert 'id="side1-1"' in texts(app)
    app.get_by_key("compare_kind").set_value("Periods").run()  # type: ignore[union-attr]
    assert [error.value for error in (*app.error, *app.exception)] == []
    assert len(app.date_input) >= 2


def test_periods_are_offered_so_that_both_hold_reviews(open_page: Open) -> None:
    crowded = [
        dataclasses.replace(review, date=datetime.date(2025, 1, 1 if number < 50 else 5))
        for number, review in enumerate(topics.reviews())
    ]
    app = tab(open_page(crowded), "Compare")
    app.get_by_key("compare_kind").set_value("Periods").run()  # type: ignore[union-attr]
    assert [error.value for error in (*app.error, *app.exception)] == []
    assert [app.date_input(key=key).value for key in ("left_days", "right_days")] == [
        (datetime.date(2025, 1, 1), datetime.date(2025, 1, 4)),
        (datetime.date(2025, 1, 5), datetime.date(2025, 1, 5)),
    ]


def test_one_day_and_reviews_without_a_date_are_no_two_periods(open_page: Open) -> None:
    dated = [
        dataclasses.replace(review, date=datetime.date(2025, 1, 1) if number % 2 else None)
        for number, review in enumerate(topics.reviews())
    ]
    app = tab(open_page(dated), "Compare")
    assert app.get_by_key("compare_kind").options == ["Products", "Emotions"]  # type: ignore[union-attr]


@pytest.mark.parametrize("name", ["Themes", "Trends", "Compare", "Map"])
def test_one_product_without_dates_and_ratings(open_page: Open, name: str) -> None:
    bare = [dataclasses.replace(review, date=None, rating=None, product="Kite") for review in topics.reviews()]
    app = tab(open_page(bare), name)
    assert [error.value for error in (*app.error, *app.exception)] == []
    assert app.title[0].value == "What are your reviews about?"


@pytest.mark.parametrize("name", ["Themes", "Trends", "Compare", "Map"])
def test_filters_that_leave_one_review(open_page: Open, name: str) -> None:
    alone = [
        dataclasses.replace(review, product="Solo" if number == 7 else "Kite")
        for number, review in enumerate(topics.reviews())
    ]
    app = open_page(alone)
    chips(app, "product").set_value(["Solo"]).run()
    assert "1 theme in 1 review;" in texts(app)
    app = tab(app, name)
    assert [error.value for error in (*app.error, *app.exception)] == []


def test_map_shows_every_review(open_page: Open) -> None:
    page = open_page(topics.reviews())
    names = page.selectbox(key="theme_choice").options
    app = tab(page, "Map")
    assert [error.value for error in (*app.error, *app.exception)] == []
    assert "60 reviews, each a point" in texts(app)
    (chart,) = app.get("plotly_chart")
    spec = json.loads(chart.proto.spec)
    labels = [label["text"].removeprefix("<b>").removesuffix("</b>") for label in spec["layout"]["annotations"]]
    assert sorted(label.replace("<br>", " ") for label in labels) == sorted(names)
    told = [row for trace in spec["data"] for row in trace["customdata"]]
    assert sorted(told) == [[row] for row in range(60)]  # lists, so that the browser hands back lists


def test_without_ratings_nothing_is_said_of_them(open_page: Open) -> None:
    app = open_page([dataclasses.replace(review, rating=None) for review in topics.reviews()])
    assert "These reviews have no ratings" in texts(app)
    assert "effect on the mean" not in {metric.label for metric in app.metric}


def test_too_few_reviews_say_what_to_do(open_page: Open) -> None:
    app = open_page(topics.reviews()[:12])
    assert "Too few reviews to find themes" in texts(app)
    assert "This library holds 12; 30 are the least" in texts(app)


def test_files_hold_what_is_shown(open_page: Open, settings: Settings) -> None:
    from rag import themes, themes_facts

    open_page(topics.reviews())
    opened = libraries.shipped(settings)
    facts = themes_facts.read(opened)
    made = themes.find(opened, facts, settings)
    lines = (
        understand_themes.reviews_csv(Understood(opened, facts, made), np.array([0, 2]))
        .decode("utf-8-sig")
        .splitlines()
    )
    assert lines[0] == "id,text,title,product,date,rating,emotion,sentiment,theme"
    assert lines[1].startswith("zipper-0,")
    assert ",2025-01-07,1.0," in lines[1]
    assert lines[2].split(",")[-2] == "positive"
    table = understand_themes.table_csv(themes.figures(made, facts)).decode("utf-8-sig").splitlines()
    assert len(table) == 4
    assert table[0].split(",")[:4] == ["theme", "words", "reviews", "share"]


def test_numbers_in_words() -> None:
    assert understand_words.points_interval(Interval(0.124, -0.03, 0.2)) == "+12 (−3 to +20)"
    assert understand_words.stars_interval(Interval(-0.125, -0.2, 0.0004)) == "−0.12 (−0.20 to 0.00)"
    assert understand_words.stars_interval(Interval(0.012, -0.0314, 0.05)) == "+0.012 (−0.031 to +0.05)"
    assert understand_words.period(datetime.date(2025, 7, 1), "quarter") == "3rd quarter 2025"
    assert understand_words.probability(0.0004) == "< 0.001"
    found = trends_scan.Change(0, 1, 0.2, 0.5, 0.001, 0.002)
    shown = trends.Trends("month", (datetime.date(2025, 1, 1), datetime.date(2025, 2, 1)), np.array([5, 5]), (), 3)
    assert understand_words.change(found, shown) == "since February 2025: 50\xa0% instead of 20\xa0%"
    assert understand_words.mark(found) == (1, True)
    assert understand_words.why(found, 3).endswith("for 3 lines with Benjamini–Hochberg: p = 0.002")


def test_shares_that_hardly_differ_have_a_decimal() -> None:
    assert understand_words.two_shares(0.47, 0.25) == ("47\xa0%", "25\xa0%")
    assert understand_words.two_shares(0.012, 0.004) == ("1.2\xa0%", "0.4\xa0%")
    assert understand_words.two_shares(0.894, 0.878) == ("89.4\xa0%", "87.8\xa0%")


def test_nothing_is_marked_where_nothing_changed() -> None:
    starts = tuple(datetime.date(2025, month, 1) for month in range(1, 5))
    line = trends.Series("theme", "a", np.array([1, 2, 1, 2]), np.full(4, 9))
    drawn = understand_charts.line(line, trends.Trends("month", starts, np.full(4, 9), (line,), 1), "#2f8f78")
    assert len(drawn.layer) == 3


def test_work_is_done_once_and_again_after_an_error() -> None:
    work, done = Work(), []

    def job(tell: object) -> int:
        done.append(tell)
        if len(done) == 1:
            raise ValueError("not yet")
        return 7

    with pytest.raises(ValueError, match="not yet"):
        work.take("a", job)
    assert [work.take("a", job), work.take("a", job)] == [7, 7]
    assert len(done) == 2


@pytest.mark.parametrize(
    ("nets", "gap", "expected"),
    [
        (
            (-0.40, -0.49),
            Interval(0.09, -0.18, 0.35),
            "The net sentiment of A is 9 points higher than that of B (95\xa0%: −18 to +35). This may be chance.",
        ),
        (
            (0.409, 0.504),  # shown as +41 and +50: 9, though the gap itself would round to 10
            Interval(-0.095, -0.17, -0.02),
            "The net sentiment of A is 9 points lower than that of B (95\xa0%: −17 to −2).",
        ),
        (
            (0.10, 0.11),
            Interval(-0.01, -0.012, -0.005),
            "The net sentiment of A is 1 point lower than that of B (95\xa0%: −1 to 0).",
        ),
        (
            (0.204, 0.2),
            Interval(0.004, -0.2, 0.2),
            "A and B have the same net sentiment (difference, 95\xa0%: −20 to +20).",
        ),
    ],
)
def test_a_gap_in_net_sentiment_is_told_in_the_points_shown(
    nets: tuple[float, float], gap: Interval, expected: str
) -> None:
    left, right = (Side(name, 9, Interval(net, -1, 1), {}, None) for name, net in zip("AB", nets, strict=True))
    assert understand_words.net_gap(Comparison(left, right, gap, ()), "A", "B") == expected
