"""Every state of the Chat page, over models that a person can check by hand."""

import io
from dataclasses import replace
from typing import Any

import numpy as np
import pillow_heif
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button, ButtonGroup, Feedback, Toggle

from chat import safety
from chat.memory import Mood
from errors import LibraryDamaged
from settings import PROJECT_FOLDER
from tests.chat.fakes import FakeModels
from tests.ui import fakes
from tests.ui.conftest import World
from ui import chat_page, chat_tools

_PICTURE = io.BytesIO()
Image.new("RGB", (48, 48), "white").save(_PICTURE, "JPEG")
PHOTO = _PICTURE.getvalue()


def chat_app() -> None:
    """The page alone."""
    from ui import chat_page, widgets

    with widgets.guarded():
        chat_page.render()


@pytest.fixture
def page(world: World, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    assert world
    FakeModels(monkeypatch)
    monkeypatch.setattr(chat_page, "warm_up", lambda: None)
    return AppTest.from_function(chat_app, default_timeout=30).run()


def shown(app: AppTest) -> str:
    return "\n".join(str(element.value) for kind in (app.markdown, app.caption, app.html) for element in kind)


def click(app: AppTest, key: str) -> AppTest:
    """Press the button of that key."""
    found = app.get_by_key(key)
    assert isinstance(found, Button)
    return found.click().run()


def choose(app: AppTest, key: str, value: Any) -> AppTest:
    """Set the choice of that key."""
    found = app.get_by_key(key)
    assert isinstance(found, (ButtonGroup, Feedback))
    return found.set_value(value).run()


def say(app: AppTest, text: str) -> AppTest:
    return app.chat_input[0].set_value(text).run()


def replies(app: AppTest) -> list[str]:
    return [message.markdown[0].value for message in app.chat_message if message.name == "assistant"]


def chips(app: AppTest) -> list[str]:
    """The labels of the emotion chips."""
    return [label for block in app.get("popover") if (label := str(block.proto.popover.label)) != "Download"]


def test_the_router_knows_the_page(world: World) -> None:
    assert world
    assert 'url_path="chat"' in (PROJECT_FOLDER / "streamlit_app.py").read_text("utf-8")


def test_it_says_first_that_it_is_a_program(page: AppTest) -> None:
    assert "You are writing with an AI program, not a person." in page.markdown[0].value
    assert "Nothing you write is stored" in page.markdown[0].value
    assert not page.chat_message
    assert "Forget this conversation" not in [button.label for button in page.button]


def test_a_suggestion_begins_the_conversation(page: AppTest) -> None:
    click(page, "suggestion_0")
    assert page.chat_message[0].markdown[0].value == "I had a rough day."
    assert replies(page) == ["sad, after 0 turns. I had a rough day."]
    assert "Forget this conversation" in [button.label for button in page.button]


def test_what_is_counted_in_the_library_says_so(page: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chat.library_facts.answer", lambda *_: "There are 3 reviews in this library.")
    say(page, "How many reviews are there?")
    assert replies(page) == ["There are 3 reviews in this library."]
    assert "Counted in this library's reviews, not generated." in shown(page)


def test_a_message_shows_its_emotion_and_the_model_that_replied(page: AppTest) -> None:
    say(page, "I am sad")
    assert replies(page) == ["sad, after 0 turns. I am sad"]
    assert chips(page) == ["😢 sad · 100\N{NO-BREAK SPACE}%"]
    assert "reply: fake-responder" in shown(page)
    say(page, "and you?")
    assert replies(page)[1] == "neutral, after 2 turns. and you?"


def test_a_correction_changes_the_reply(page: AppTest) -> None:
    say(page, "I am sad")
    pills = page.get_by_key("chat_emotion_0")
    assert isinstance(pills, ButtonGroup)
    assert pills.value == "sad"
    page.session_state["chat_chip_0"] = True
    pills.set_value("angry").run()
    assert page.session_state["chat_chip_0"] is False  # the box does not stay over the new reply
    assert replies(page) == ["Ah, angry. I had read that wrongly. angry, after 0 turns. I am sad"]
    assert chips(page) == ["😠 angry · your choice"]
    assert "Answered again with your correction." in shown(page)


def test_a_crisis_shows_the_fixed_text_and_no_emotion(page: AppTest) -> None:
    say(page, "I want to kill myself")
    assert replies(page) == [safety.crisis_answer("self_harm")]
    assert chips(page) == []
    assert "A fixed text, shown before anything is generated." in shown(page)
    assert not page.get("feedback")


def test_an_answer_from_reviews_opens_to_the_reviews(page: AppTest) -> None:
    say(page, "What do customers say about the Brio lamp?")
    assert replies(page)[0].endswith("Arrived. Works as described. \\[1\\]")
    assert [expander.label for expander in page.expander] == ["The 1 review behind this"]
    assert fakes.REVIEWS[2].text in shown(page)


def test_forgetting_leaves_nothing(page: AppTest) -> None:
    say(page, "I am sad")
    click(page, "forget")
    assert not page.chat_message
    assert "sad" not in shown(page)
    say(page, "Hello")
    assert replies(page) == ["neutral, after 0 turns. Hello"]


def test_forgetting_drops_photo_verdict_and_draft(page: AppTest) -> None:
    page.chat_input[0].upload("me.jpg", PHOTO, "image/jpeg").set_value("Look, I am glad").run()
    page.session_state[chat_tools.PENDING] = PHOTO
    choose(page, "chat_thumbs_0", 0)
    key = page.chat_input[0].key
    click(page, "forget")
    for name in (chat_tools.PENDING, "chat_thumbs_0", "chat_emotion_0", "chat_count", str(key)):
        assert name not in page.session_state
    assert page.session_state["chat_turns"] == []
    assert page.chat_input[0].key != key
    assert page.query_params == {}


def test_one_may_also_ask_to_be_forgotten(page: AppTest) -> None:
    say(page, "I am sad")
    say(page, "Please forget this conversation.")
    assert not page.chat_message
    assert "sad" not in shown(page)


def test_a_verdict_with_a_reason_goes_into_the_download(page: AppTest) -> None:
    say(page, "I am sad")
    choose(page, "chat_thumbs_0", 0)
    choose(page, "chat_reasons_0_down", ["Too general"])
    (said,) = page.session_state["chat_turns"]
    assert (said.rating, said.reasons) == ("down", ("Too general",))
    say(page, "and now?")
    (said, _) = page.session_state["chat_turns"]
    assert (said.rating, said.reasons) == ("down", ("Too general",))
    assert [button.label for button in page.download_button] == ["As text", "As JSON"]


def test_the_course_of_the_mood_is_drawn_from_the_second_message_on(page: AppTest) -> None:
    say(page, "I am sad")
    assert not page.get("vega_lite_chart")
    say(page, "I am glad")
    assert "How your messages sounded" in shown(page)
    (chart,) = page.get("vega_lite_chart")
    assert chart.proto.alt == "Mood of 2 messages: sad, then happy."


def test_no_layer_of_the_mood_chart_has_an_axis_that_others_lack() -> None:
    drawn = chat_tools.course((Mood(1, "sad", -0.9), Mood(2, "happy", 0.8))).to_dict()
    layers = [layer["encoding"] for layer in drawn["layer"]]
    axes = [(name, layer[name].get("axis", "default")) for layer in layers for name in ("x", "y") if name in layer]
    assert axes == [("y", None), ("x", None), ("y", None), ("x", None), ("y", None)]


def test_a_photo_of_the_camera_goes_with_the_next_message(page: AppTest) -> None:
    page.session_state[chat_tools.PENDING] = PHOTO
    page.run()
    assert "Goes with your next message." in shown(page)
    click(page, "send_photo")
    assert "The face in the photo looks happy to me" in replies(page)[0]
    assert "from the photo" in chips(page)[0]
    assert "Goes with your next message." not in shown(page)


def test_a_photo_of_the_camera_can_be_dropped(page: AppTest) -> None:
    page.session_state[chat_tools.PENDING] = PHOTO
    page.run()
    click(page, "drop_photo")
    say(page, "Hello")
    assert chips(page) == ["😐 neutral · 100\N{NO-BREAK SPACE}%"]


def test_of_a_long_conversation_the_last_part_is_drawn_and_the_oldest_is_let_go(page: AppTest) -> None:
    say(page, "I am sad")
    (said,) = page.session_state["chat_turns"]
    page.session_state["chat_turns"] = [replace(said, number=number) for number in range(250)]
    page.session_state["chat_count"] = 250
    say(page, "I am glad")
    turns = page.session_state["chat_turns"]
    assert [turn.number for turn in turns] == list(range(1, 251))
    assert len(page.chat_message) == 60
    earlier = page.get_by_key("chat_earlier")
    assert isinstance(earlier, Toggle)
    assert earlier.label == "Show the 220 earlier messages too"


def test_what_is_written_is_shown_as_it_is(page: AppTest) -> None:
    say(page, "**bold** <b>x</b> $1$")
    assert page.chat_message[0].markdown[0].value == "\\*\\*bold\\*\\* \\<b\\>x\\</b\\> \\$1\\$"


def test_a_heic_photo_is_offered_and_shown_as_the_jpeg_that_browsers_know(page: AppTest) -> None:
    assert ".heic" in page.chat_input[0].proto.file_type
    buffer = io.BytesIO()
    pillow_heif.from_pillow(Image.new("RGB", (60, 80), (200, 10, 20))).save(buffer, quality=90)
    page.chat_input[0].upload("me.heic", buffer.getvalue(), "image/heic").set_value("Look, I am glad").run()
    assert not page.exception
    with Image.open(io.BytesIO(page.session_state["chat_turns"][0].picture)) as shown:
        assert (shown.format, shown.size) == ("JPEG", (60, 80))
        np.testing.assert_allclose(np.asarray(shown)[40, 30].astype(int), (200, 10, 20), atol=8)


def test_what_became_of_a_photo_is_told(page: AppTest, world: World) -> None:
    turned = "The picture was turned upside down, because faces are found that way round."
    world.photo = replace(world.photo, notes=(turned,))
    page.chat_input[0].upload("me.jpg", PHOTO, "image/jpeg").set_value("Look, I am glad").run()
    assert turned in [caption.value for caption in page.chat_message[0].caption]


def test_a_photo_may_come_along(page: AppTest) -> None:
    page.chat_input[0].upload("me.jpg", PHOTO, "image/jpeg").set_value("Look, I am glad").run()
    assert "words and photo" in chips(page)[0]
    assert "happy" in chips(page)[0]


def test_without_a_library_the_conversation_goes_on(page: AppTest, world: World) -> None:
    world.library_error = LibraryDamaged("The library is damaged. Import it again.")
    say(page, "I am sad")
    assert replies(page) == ["sad, after 0 turns. I am sad"]
