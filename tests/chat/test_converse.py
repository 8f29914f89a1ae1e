"""One turn of a conversation, over models that a person can check by hand."""

import numpy as np
import pytest

from backends.contracts import FACE_EMOTIONS, Turn
from chat import safety
from chat.converse import MAX_CHARACTERS, converse, stream
from emotion.face import FaceReading, PhotoReading
from errors import PhotoError, QuestionError
from rag import explore
from settings import Settings
from tests.chat.fakes import FakeModels
from tests.ui import fakes as world


def photo(**shares: float) -> PhotoReading:
    """A photo of one face."""
    face = FaceReading(None, world.row(FACE_EMOTIONS, **shares))
    return PhotoReading(np.zeros((4, 4, 3), np.uint8), (face,), {"face": "fake-face"}, 0.1)


def test_a_message_is_read_and_answered(models: FakeModels, settings: Settings) -> None:
    exchange = converse("I am sad today.", [Turn("user", "Hi."), Turn("assistant", "Hello.")], settings)
    assert exchange.reply.text == "sad, after 2 turns. I am sad today."
    assert exchange.reply.model == "fake-responder"
    assert (exchange.emotion, exchange.source, exchange.crisis) == ("sad", "text", False)
    assert exchange.confidence == pytest.approx(1.0)
    label, probability = exchange.top[0]
    assert (label, round(probability, 3)) == ("sadness", 0.9)
    assert exchange.models == {
        "text_emotion": "fake-text_emotion", "responder": "fake-responder", "toxicity": "fake-toxicity"
    }  # fmt: skip
    assert models.responder.asked == ["I am sad today."]


def test_the_stream_has_everything_but_the_text_at_once(models: FakeModels, settings: Settings) -> None:
    exchange, pieces = stream("I am glad.", [], settings)
    assert (exchange.emotion, exchange.reply.text) == ("happy", "")
    assert models.responder.asked == []
    assert list(pieces) == ["happy,", " after", " 0", " turns.", " I", " am", " glad."]


def test_a_correction_is_followed(models: FakeModels, settings: Settings) -> None:
    exchange = converse("I am sad.", [], settings, emotion="angry")
    assert (exchange.emotion, exchange.confidence, exchange.source) == ("angry", 1.0, "corrected")
    assert exchange.reply.text.startswith("angry, ")
    assert models.responder.asked == ["I am sad."]


@pytest.mark.parametrize("kind", ["self_harm", "abuse", "violence"])
def test_a_crisis_is_answered_before_any_model_is_asked(
    models: FakeModels, settings: Settings, kind: safety.Crisis
) -> None:
    message = {"self_harm": "I want to die", "abuse": "my husband hits me", "violence": "I am going to stab him"}[kind]
    exchange = converse(message, [], settings, library=world.FakeLibrary())  # type: ignore[arg-type]
    assert exchange.reply.text == safety.crisis_answer(kind)
    assert exchange.crisis
    assert (exchange.models, exchange.top, exchange.confidence) == ({}, (), 0.0)
    assert models.loaded == []


def test_every_crisis_answer_names_the_helplines() -> None:
    for kind in ("self_harm", "abuse", "violence"):
        text = safety.crisis_answer(kind)
        for number in ("988", "116 123", "13 11 14", "1737", "14416", "findahelpline.com", "112", "911", "999"):
            assert number in text


def test_the_turns_after_a_crisis_stay_careful(models: FakeModels, settings: Settings) -> None:
    history = [Turn("user", "I want to die"), Turn("assistant", safety.crisis_answer("self_harm"))]
    first = converse("ok", history, settings)
    assert first.reply.text == safety.AFTERCARE[0]
    history += [Turn("user", "ok"), Turn("assistant", first.reply.text)]
    second = converse("I am glad", history, settings)
    assert second.reply.text == safety.AFTERCARE[1]
    history += [Turn("user", "I am glad"), Turn("assistant", second.reply.text)]
    assert "glad" in converse("so glad", history, settings).reply.text
    assert models.responder.asked == ["so glad"]


def test_harsh_words_are_met_calmly_and_never_twice_the_same(models: FakeModels, settings: Settings) -> None:
    first = converse("you stupid thing", [], settings).reply.text
    again = converse("you stupid thing", [Turn("user", "x"), Turn("assistant", first)], settings).reply.text
    assert (first, again) == safety.CALM_ANSWERS[:2]
    assert models.responder.asked == []


def test_harsh_words_about_others_are_answered_as_usual(models: FakeModels, settings: Settings) -> None:
    converse("that stupid printer", [], settings)
    assert models.responder.asked == ["that stupid printer"]


def test_an_unkind_reply_is_replaced(models: FakeModels, settings: Settings) -> None:
    exchange = converse("Well then. The stupid printer. It broke.", [], settings)
    assert exchange.reply.text == "neutral, after 0 turns. Well then." + safety.REPLACEMENT
    assert models.responder.asked == ["Well then. The stupid printer. It broke."]


def test_a_name_is_greeted_and_a_lighter_mood_is_noticed(models: FakeModels, settings: Settings) -> None:
    assert converse("Hello, my name is anna", [], settings).reply.text.startswith("Nice to meet you, Anna. ")
    history = [Turn("user", "I am sad"), Turn("assistant", "Oh.")]
    assert converse("I am glad", history, settings).reply.text.startswith("That sounds lighter than before")
    assert converse("I am glad", [], settings).reply.text.startswith("happy")
    assert len(models.responder.asked) == 3


def test_long_conversations_are_bounded(models: FakeModels, settings: Settings) -> None:
    history = [Turn("user", "Hi."), Turn("assistant", "Hello.")] * 500
    assert "after 60 turns" in converse("Right.", history, settings).reply.text
    assert models.responder.asked == ["Right."]


def test_words_and_photo_that_agree_are_surer_than_either(models: FakeModels, settings: Settings) -> None:
    exchange = converse("wow I am glad", [], settings, photo=photo(happy=0.6))
    assert (exchange.emotion, exchange.source) == ("happy", "both")
    assert exchange.confidence == pytest.approx(0.6 / (0.6 + 0.4 / 6), abs=0.01)
    assert exchange.models["face"] == "fake-face"
    assert models.responder.asked == ["wow I am glad"]


def test_words_and_photo_that_differ_are_named(models: FakeModels, settings: Settings) -> None:
    exchange = converse("I am sad", [], settings, photo=photo(happy=0.8))
    assert exchange.emotion == "sad"
    assert exchange.reply.text.startswith("Your words sound sad, while the photo looks happy; I'll go by your words. ")
    assert models.responder.asked == ["I am sad"]


def test_a_photo_alone_is_enough(models: FakeModels, settings: Settings) -> None:
    exchange = converse("", [], settings, photo=photo(surprise=0.7))
    assert (exchange.emotion, exchange.source) == ("surprise", "photo")
    assert exchange.confidence == pytest.approx(0.7)
    assert exchange.reply.text.startswith(
        "The face in the photo looks surprised to me; I can only read the expression."
    )
    assert "text_emotion" not in models.loaded


def test_a_photo_without_a_face_is_an_error(models: FakeModels, settings: Settings) -> None:
    empty = PhotoReading(np.zeros((4, 4, 3), np.uint8), (), {}, 0.1)
    with pytest.raises(PhotoError, match="No face was found"):
        converse("Look", [], settings, photo=empty)
    assert models.responder.asked == []


@pytest.mark.parametrize(
    ("message", "emotion", "sentence"),
    [
        (" ", None, "Write a few words"),
        ("a" * (MAX_CHARACTERS + 1), None, "2,001 characters"),
        ("Hello", "bored", "'bored' is not one of"),
    ],
)
def test_what_cannot_be_answered_says_why(settings: Settings, message: str, emotion: str | None, sentence: str) -> None:
    with pytest.raises(QuestionError, match=sentence):
        converse(message, [], settings, emotion=emotion)


def test_questions_about_reviews_are_answered_from_them(
    models: FakeModels, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(explore, "explore", world.explore)
    library = world.FakeLibrary()
    exchange = converse("What do customers say about the Brio lamp?", [], settings, library=library)  # type: ignore[arg-type]
    assert exchange.answer is not None
    assert exchange.answer.query.filters.products == ("Brio Lamp",)
    assert exchange.reply.citations == ("r3",)
    assert exchange.reply.model == "fake-summary"
    assert exchange.reply.text.endswith("Arrived. Works as described. [1]")
    assert models.responder.asked == []
