"""Every state of the Explore page, as a visitor meets it."""

import datetime
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from backends.contracts import CitedSentence
from errors import LibraryDamaged, ModelUnavailable
from rag import explore, library
from rag.explore import Answer
from rag.query import EMOTION_QUERIES, Filters, Query
from tests.ui import fakes
from tests.ui.conftest import World
from tests.ui.explore_page import chips, texts, with_photo
from ui import explore_answer, explore_inputs, widgets


def labels(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


def test_first_visit_invites_and_asks_nothing(app: AppTest, world: World) -> None:
    app.run()
    assert app.title[0].value == "What do your customers feel?"
    assert [example for example in explore_inputs.EXAMPLES if example not in labels(app)] == []
    assert len(chips(app, "emotion").options) == 7
    assert "How 2 of 3 reviews feel" in texts(app)
    assert "1 review is not English: emotion and sentiment were not read, and the shares leave it out." in texts(app)
    assert "It reads expressions, not feelings; photos are not stored." in texts(app)
    assert world.asked == []
    assert not app.camera_input


def test_one_click_on_an_emotion_answers(app: AppTest, world: World) -> None:
    app.run()
    chips(app, "emotion").set_value("sad").run()
    assert world.asked == [Query(emotion="sad")]
    assert "## Reviews that feel 😢 sad" in texts(app)
    assert f"Searched with the words “{EMOTION_QUERIES['sad']}”." in texts(app)
    assert app.query_params["emotion"] == "sad"


def test_answer_is_complete(app: AppTest) -> None:
    app.query_params["emotion"] = "angry"
    app.run()
    shown = texts(app)
    for number, review in enumerate(fakes.REVIEWS, 1):
        assert f'<article class="ml-card" id="review-{number}"' in shown
        assert f'href="#review-{number}"' in shown
        assert review.product in shown
    assert '<mark class="ml-emotion">furious</mark>' in shown
    assert "Sentiment of these reviews" in shown
    assert "Emotions in these reviews" in shown
    assert "0.2 s · meaning: fake-words · summary: fake-summary" in shown
    assert [button.label for button in app.download_button] == [
        "These reviews (CSV)", "Report (HTML)", "Report (Markdown)", "CSV", "Excel", "Parquet", "Report (HTML)",
    ]  # fmt: skip


def test_answer_says_what_it_rests_on_and_where_reviews_disagree(app: AppTest) -> None:
    app.query_params["q"] = "kettle"
    app.run()
    shown = texts(app)
    assert (
        "Made from 2 of the 3 reviews below; 1 is only loosely about it. "
        "The first sentence counts them, the others cite 1. Each number leads to its review."
    ) in shown
    assert "One sentence was left out" in shown
    assert "Opinions differ on “kettle”" in shown
    praise = '<li dir="auto">“It &lt;boils&gt; fast.” <a class="ml-cite" href="#review-2"'
    assert f"</span> 1 review praises</summary><ul>{praise}" in shown
    assert '</span> 1 review complains</summary><ul><li dir="auto">“Soaked.”' in shown


def test_own_words_and_an_example_answer(app: AppTest, world: World) -> None:
    app.run()
    app.text_input[0].set_value("late parcels").run()
    assert "## Reviews about “late parcels”" in texts(app)
    app.text_input[0].set_value("").run()
    app.button(key="example_0").click().run()
    assert world.asked == [Query("late parcels"), Query(explore_inputs.EXAMPLES[0])]
    assert app.query_params["q"] == explore_inputs.EXAMPLES[0]


def test_a_question_in_another_language_is_told_so(app: AppTest) -> None:
    app.run()
    app.text_input[0].set_value("¿Por qué llegó tan tarde mi pedido?").run()
    assert "This looks Spanish. Moodlens reads English: ask in English for better answers." in texts(app)
    app.text_input[0].set_value("late deliveries").run()
    assert "This looks" not in texts(app)


def test_words_of_an_emotion_can_be_edited(app: AppTest, world: World) -> None:
    app.query_params["emotion"] = "fear"
    app.run()
    app.button(key="edit").click().run()
    assert app.text_input[0].value == EMOTION_QUERIES["fear"]
    app.text_input[0].set_value("afraid of the battery").run()
    assert world.asked[-1] == Query("afraid of the battery", "fear")
    assert "## Reviews about “afraid of the battery” that feel 😨 fear" in texts(app)


def test_markdown_in_the_question_is_only_text(app: AppTest) -> None:
    app.query_params["q"] = "[click](http://x) **now**"
    app.run()
    assert "## Reviews about “\\[click\\](http\\://x) \\*\\*now\\*\\*”" in texts(app)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (Query("battery life"), "Reviews about “battery life”"),
        (Query('"zipper"'), "Reviews that say “zipper”"),
        (Query('"zipper" -refund'), "Reviews that say “zipper” and do not say “refund”"),
        (
            Query('battery "after a week" -refund NOT "*new*"', "sad"),
            "Reviews about “battery after a week” that say “after a week” and do not say “refund” or “\\*new\\*” "
            "and feel 😢 sad",
        ),
        (Query("", "angry"), "Reviews that feel 😠 angry"),
    ],
)
def test_the_headline_says_what_was_asked(query: Query, expected: str) -> None:
    assert explore_answer.headline(query) == expected


def test_what_stands_above_the_reviews_counts_them() -> None:
    told = {(10, 700): "The 10 closest of 700 reviews", (1, 700): "The closest of 700 reviews"}
    told |= {(3, 3): "The 3 reviews that fit", (1, 1): "The one review that fits"}
    assert {numbers: explore_answer.found_words(*numbers) for numbers in told} == told


def test_the_charts_say_what_they_count_and_the_first_sentence_else() -> None:
    library = fakes.FakeLibrary()
    asked = replace(fakes.explore(Query("rain"), library), unread=1)
    felt = replace(fakes.explore(Query("", "angry"), library), unread=1)
    whole = "The charts count each of the 2 reviews below as a whole"
    assert explore_answer.charts_count(felt) == f"{whole}."
    assert explore_answer.charts_count(asked) == (
        f"{whole}; the first sentence counts only what they say about your question."
    )
    assert explore_answer.charts_count(replace(asked, rests_on=asked.rests_on[:1])) == f"{whole}."
    assert explore_answer.charts_count(replace(asked, unread=2)) == "The charts show the review below as a whole."


def test_reviews_about_something_else_are_shown_without_their_mood(
    app: AppTest, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nothing(query: Query, library: fakes.FakeLibrary, _settings: object = None) -> Answer:
        note = "No review here is clearly about this."
        return replace(fakes.explore(query, library), summary=None, rests_on=(), cited=(), note=note)

    assert world.asked == []
    monkeypatch.setattr(explore, "explore", nothing)
    app.query_params["q"] = "diesel engine"
    app.run()
    assert [info.value for info in app.info] == ["No review here is clearly about this."]
    assert "Sentiment of these reviews" not in texts(app)
    assert '<article class="ml-card" id="review-3"' in texts(app)


def test_what_comes_nearest_is_quoted_under_the_note_and_leads_to_its_review(
    app: AppTest, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def near(query: Query, library: fakes.FakeLibrary, _settings: object = None) -> Answer:
        close = (CitedSentence("Kettle: “The <lid> fell off.”", ("r3",)),)
        found = fakes.explore(query, library)
        return replace(found, summary=None, rests_on=(), cited=(), note="This comes nearest:", nearest=close)

    assert world.asked == []
    monkeypatch.setattr(explore, "explore", near)
    app.query_params["q"] = "broken lid"
    app.run()
    assert [info.value for info in app.info] == ["This comes nearest:"]
    assert "Kettle: “The &lt;lid&gt; fell off.”" in texts(app)
    assert 'href="#review-3"' in texts(app)
    assert "In short" not in texts(app)


def test_url_restores_question_and_filters(app: AppTest, world: World) -> None:
    for key, value in {
        "emotion": "angry", "q": "rain", "product": ["Aurora Kettle"], "rating": "1,2", "sentiment": ["negative"],
        "since": "2025-01-01",
    }.items():  # fmt: skip
        app.query_params[key] = value
    app.run()
    filters = Filters(
        products=("Aurora Kettle",), min_rating=1.0, max_rating=2.0, since=datetime.date(2025, 1, 1),
        sentiments=("negative",),
    )  # fmt: skip
    assert world.asked == [Query("rain", "angry", filters)]
    assert "**1** of 3 reviews are searched:" in texts(app)


def test_link_with_something_unknown_says_so(app: AppTest, world: World) -> None:
    app.query_params["emotion"] = "sad"
    app.query_params["product"] = "Nokia"
    app.run()
    assert "These reviews do not know “Nokia” of the link; it was left out." in texts(app)
    assert world.asked == [Query(emotion="sad")]


def test_filters_that_leave_nothing_can_be_cleared(app: AppTest, world: World) -> None:
    app.query_params["emotion"] = "sad"
    app.query_params["product"] = "Brio Lamp"
    app.query_params["category"] = "Kitchen"
    app.run()
    assert "No review fits these filters" in texts(app)
    app.button(key="clear_all").click().run()
    assert world.asked[-1] == Query(emotion="sad")
    assert "category" not in app.query_params
    assert chips(app, "product").value == []


def test_missing_model_gets_its_sentence(app: AppTest, world: World) -> None:
    world.answer_error = ModelUnavailable("No model for words. Download one.")
    app.query_params["emotion"] = "sad"
    app.run()
    assert [error.value for error in app.error] == ["No model for words. Download one."]


@pytest.mark.parametrize("place", ["answer_error", "library_error", "photo_error"])
def test_unexpected_errors_stay_calm(app: AppTest, world: World, place: str) -> None:
    setattr(world, place, RuntimeError("secret detail"))
    app.query_params["emotion"] = "sad"
    with_photo(app) if place == "photo_error" else app.run()
    assert [error.value for error in app.error] == [widgets.CALM_SENTENCE]
    assert not app.exception
    assert "secret detail" not in texts(app)


def test_libraries_can_be_switched_and_are_in_the_url(app: AppTest, world: World) -> None:
    world.own = [fakes.FakeInfo("mine", Path("mine"))]
    app.query_params["product"] = "Brio Lamp"
    app.run()
    assert app.selectbox(key="library_choice").value == ""
    app.selectbox(key="library_choice").set_value("mine").run()
    assert dict(app.query_params) == {"library": "mine"}
    app.selectbox(key="library_choice").set_value("").run()
    assert dict(app.query_params) == {}


def test_link_to_a_library_opens_it(app: AppTest, world: World) -> None:
    world.own = [fakes.FakeInfo("mine", Path("mine"))]
    app.query_params["library"] = "mine"
    app.run()
    assert app.selectbox(key="library_choice").value == "mine"


def test_a_library_that_was_deleted_meanwhile_says_so_and_goes_on(app: AppTest, world: World) -> None:
    world.own = [fakes.FakeInfo("mine", Path("folder-of-mine"))]
    app.query_params["library"] = "mine"
    app.query_params["emotion"] = "sad"
    app.run()
    world.own = []
    app.text_input[0].set_value("kettle").run()
    assert [warning.value for warning in app.warning] == [
        "The library “mine” was deleted meanwhile. You see the reviews that come with Moodlens."
    ]
    assert not app.error
    assert "library" not in app.query_params
    assert "## Reviews about “kettle” that feel 😢 sad" in texts(app)
    assert not app.run().warning


def test_a_library_that_cannot_be_opened_leaves_a_way_out(
    app: AppTest, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damaged(_folder: Path, _settings: object) -> fakes.FakeLibrary:
        raise LibraryDamaged("Its files do not belong together. Import the file again.")

    monkeypatch.setattr(library, "open_library", damaged)
    world.own = [fakes.FakeInfo("mine", Path("folder-of-mine"))]
    app.query_params["library"] = "mine"
    app.run()
    assert [warning.value for warning in app.warning] == ["Its files do not belong together. Import the file again."]
    app.button(key="see_shipped").click().run()
    assert not app.warning
    assert "How 2 of 3 reviews feel" in texts(app)


def test_link_to_a_library_that_is_not_here_says_so(app: AppTest) -> None:
    app.query_params["library"] = "theirs"
    app.run()
    assert "The library “theirs” of this link is not here." in texts(app)
    assert dict(app.query_params) == {}


def test_responsible_use_is_one_click_away(app: AppTest) -> None:
    app.run()
    app.button(key="responsible_use").click().run()
    title, _, text = widgets.RESPONSIBLE_USE.read_text("utf-8").partition("\n")
    assert title == "# Responsible use"
    assert text.strip() in texts(app)


def test_same_question_is_searched_once(app: AppTest, world: World) -> None:
    app.query_params["emotion"] = "sad"
    app.run()
    app.run()
    assert world.asked == [Query(emotion="sad")]


def test_every_picture_and_chart_has_words(app: AppTest) -> None:
    with_photo(app)
    charts = [element.proto.alt for element in app.get("vega_lite_chart")]
    assert charts[0].startswith("How the expression reads: happy 62\xa0%, neutral 30\xa0%")
    assert all(charts)
    assert charts[1].startswith("Reviews per week from 23 December 2024 to 1 June 2025; most, 1,")
    assert len(charts) == 4
