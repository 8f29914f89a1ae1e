"""The visitor's choice of who answers, and a message that nobody could answer."""

from collections.abc import Iterator

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button, Radio

import model_utils
from backends.contracts import Turn
from errors import ModelFailed
from settings import from_environment
from tests.backends.ollama_server import Ollama, serving
from tests.chat.fakes import FakeModels
from tests.ui.conftest import World
from tests.ui.test_chat import PHOTO, chat_app, click, replies, say, shown
from ui import chat_page, chat_responder, chat_tools

SENTENCE = "“mistral” stopped in the middle of its answer. Choose the embedded replies to go on without it."


@pytest.fixture
def models(world: World, monkeypatch: pytest.MonkeyPatch) -> FakeModels:
    assert world
    monkeypatch.setattr(chat_page, "warm_up", lambda: None)
    return FakeModels(monkeypatch)


@pytest.fixture
def page(models: FakeModels) -> AppTest:
    assert models
    return AppTest.from_function(chat_app, default_timeout=30).run()


@pytest.fixture
def ollama(monkeypatch: pytest.MonkeyPatch) -> Iterator[Ollama]:
    """A server on this machine, and an environment that names it."""
    with serving(Ollama(words=("Hello from", " the server."))) as served:
        monkeypatch.setenv("MOODLENS_OLLAMA_ADDRESS", served.address)
        from_environment.cache_clear()
        yield served
    from_environment.cache_clear()
    st.cache_data.clear()


@pytest.fixture
def real(world: World, ollama: Ollama, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """The page over the models that ship, beside that server."""
    assert world
    assert ollama
    monkeypatch.setattr(chat_page, "warm_up", lambda: None)
    st.cache_data.clear()
    return AppTest.from_function(chat_app, default_timeout=60).run()


def pick(app: AppTest, name: str) -> AppTest:
    """Open the dialog and look at one responder."""
    click(app, "responder")
    radio = app.get_by_key("chat_responder_choice")
    assert isinstance(radio, Radio)
    return radio.set_value(name).run()


def button(app: AppTest, key: str) -> Button:
    found = app.get_by_key(key)
    assert isinstance(found, Button)
    return found


def failing(models: FakeModels, monkeypatch: pytest.MonkeyPatch) -> None:
    def stream(_message: str, _history: list[Turn], _emotion: str) -> Iterator[str]:
        yield "I am"
        raise ModelFailed(SENTENCE)

    monkeypatch.setattr(models.responder, "stream", stream)


def test_the_page_says_who_answers(real: AppTest) -> None:
    assert button(real, "responder").label == "Who answers: Embedded"
    assert not real.radio


def test_a_served_model_is_chosen_and_answers(real: AppTest, ollama: Ollama) -> None:
    pick(real, "ollama")
    assert [row.value for row in real.success] == [f"Ready: the Ollama server at {ollama.address} has mistral."]
    click(real, "responder_take")
    assert not real.radio
    assert button(real, "responder").label == "Who answers: Ollama"
    say(real, "My dog died yesterday.")
    assert replies(real) == ["Hello from the server."]
    assert "reply: ollama: mistral" in shown(real)
    assert "What you write is sent to the Ollama server at" in shown(real)
    assert len(ollama.asked) == 1


def test_what_is_missing_is_said_with_the_way_to_get_it(real: AppTest, ollama: Ollama) -> None:
    pick(real, "flan-t5-base")
    assert "google/flan-t5-base is not on disk and downloads are off." in real.warning[0].value
    assert real.code[0].value == "python -m model_utils download flan-t5-base kogpt2-base-v2"
    assert button(real, "responder_take").disabled
    ollama.models = ()
    radio = real.get_by_key("chat_responder_choice")
    assert isinstance(radio, Radio)
    radio.set_value("ollama").run()
    assert "Ollama does not have the model “mistral”." in real.warning[0].value
    assert real.code[0].value == "ollama serve\nollama pull mistral"
    assert button(real, "responder_take").disabled


def test_every_choice_is_a_model_that_exists() -> None:
    names = {card.name for card in model_utils.cards("responder")}
    assert set(chat_responder.TITLES) == set(chat_responder.PROMISES) <= names
    assert chat_responder.FLAN_T5 in names


def test_a_message_that_nobody_could_answer_is_kept(
    page: AppTest, models: FakeModels, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing(models, monkeypatch)
    page.chat_input[0].upload("me.jpg", PHOTO, "image/jpeg").set_value("My *dog* died").run()
    assert [error.value for error in page.error] == [SENTENCE]
    assert "My \\*dog\\* died" in shown(page)
    assert not page.chat_message
    page.run()
    assert [error.value for error in page.error] == [SENTENCE]


def test_it_is_sent_again_with_its_photo(page: AppTest, models: FakeModels, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        failing(models, patch)
        page.chat_input[0].upload("me.jpg", PHOTO, "image/jpeg").set_value("I am glad").run()
    click(page, "failed_again")
    assert not page.error
    assert replies(page) == ["happy, after 0 turns. I am glad"]
    assert "words and photo" in str(page.get("popover")[0].proto)
    assert chat_tools.PENDING not in page.session_state


def test_the_embedded_replies_can_take_over(page: AppTest, models: FakeModels, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        failing(models, patch)
        say(page, "I am sad")
    click(page, "failed_embedded")
    assert page.session_state["settings_changes"] == {"models": {"responder": "written-replies"}}
    assert replies(page) == ["sad, after 0 turns. I am sad"]


def test_it_can_be_given_up_and_is_forgotten_with_the_conversation(
    page: AppTest, models: FakeModels, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(page, "Hello")
    with monkeypatch.context() as patch:
        failing(models, patch)
        say(page, "I am sad")
    click(page, "failed_drop")
    assert not page.error
    assert replies(page) == ["neutral, after 0 turns. Hello"]
    with monkeypatch.context() as patch:
        failing(models, patch)
        say(page, "I am angry")
    click(page, "forget")
    assert not page.error
    assert "chat_failed" not in page.session_state
