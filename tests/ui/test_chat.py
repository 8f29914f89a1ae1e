"""Every state of the Chat page, over models that a person can check by hand."""

import io

import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button, ButtonGroup

from chat import safety
from errors import LibraryDamaged
from settings import PROJECT_FOLDER
from tests.chat.fakes import FakeModels
from tests.ui import fakes
from tests.ui.conftest import World
from ui import chat_page

_PICTURE = io.BytesIO()
Image.new("RGB", (8, 8), "white").save(_PICTURE, "JPEG")
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


def say(app: AppTest, text: str) -> AppTest:
    return app.chat_input[0].set_value(text).run()


def replies(app: AppTest) -> list[str]:
    return [message.markdown[0].value for message in app.chat_message if message.name == "assistant"]


def chips(app: AppTest) -> list[str]:
    """The labels of the emotion chips."""
    return [str(block.proto.popover.label) for block in app.get("popover")]


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
    assert replies(page) == ["neutral, after 0 turns. I had a rough day."]
    assert [button.label for button in page.button] == ["Forget this conversation"]


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
    pills.set_value("angry").run()
    assert replies(page) == ["angry, after 0 turns. I am sad"]
    assert chips(page) == ["😠 angry · your choice"]
    assert "Answered again with your correction." in shown(page)


def test_a_crisis_shows_the_fixed_text_and_no_emotion(page: AppTest) -> None:
    say(page, "I want to kill myself")
    assert replies(page) == [safety.crisis_answer("self_harm")]
    assert not page.get("popover")
    assert "A fixed text, shown before any model is asked." in shown(page)


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


def test_what_is_written_is_shown_as_it_is(page: AppTest) -> None:
    say(page, "**bold** <b>x</b> $1$")
    assert page.chat_message[0].markdown[0].value == "\\*\\*bold\\*\\* \\<b\\>x\\</b\\> \\$1\\$"


def test_a_photo_may_come_along(page: AppTest) -> None:
    page.chat_input[0].upload("me.jpg", PHOTO, "image/jpeg").set_value("Look, I am glad").run()
    assert "words and photo" in chips(page)[0]
    assert "happy" in chips(page)[0]


def test_without_a_library_the_conversation_goes_on(page: AppTest, world: World) -> None:
    world.library_error = LibraryDamaged("The library is damaged. Import it again.")
    say(page, "I am sad")
    assert replies(page) == ["sad, after 0 turns. I am sad"]
