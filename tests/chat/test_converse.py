"""One turn of a conversation, over models that a person can check by hand."""

import numpy as np
import pytest

from backends.contracts import FACE_EMOTIONS, Turn
from chat import crisis_answers, danger, feelings, safety
from chat.converse import MAX_CHARACTERS, Message, converse, stream
from chat.exchange import Crisis, Exchange
from chat.spoken import CONFLICT_QUESTION
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
    assert exchange.response == "sad, after 2 turns. I am sad today."
    assert exchange.user_input.model_dump() == {"text": "I am sad today.", "has_image": False}
    assert (exchange.emotion, exchange.source, exchange.context.crisis) == ("sad", "text_only", None)
    assert exchange.confidence == pytest.approx(1.0)
    strongest = exchange.emotion_analysis.text_emotions[0]
    assert (strongest.emotion, round(strongest.confidence, 3)) == ("sadness", 0.9)
    assert exchange.emotion_analysis.image_emotion is None
    assert exchange.safety.is_safe
    assert exchange.safety.toxicity_scores == pytest.approx({"message": 0.05, "response": 0.05})
    assert exchange.metadata.models == {
        "text_emotion": "fake-text_emotion", "responder": "fake-responder", "toxicity": "fake-toxicity"
    }  # fmt: skip
    assert models.responder.asked == ["I am sad today."]


def test_exchanges_are_the_history_of_the_next(models: FakeModels, settings: Settings) -> None:
    history: list[Exchange] = []
    for text in ("Hello", "I am glad", "Right"):
        history.append(converse(text, history, settings))
    assert history[-1].response == "neutral, after 4 turns. Right"
    assert models.responder.asked == ["Hello", "I am glad", "Right"]


def test_the_stream_has_everything_but_the_text_at_once(models: FakeModels, settings: Settings) -> None:
    reply = stream("I am glad.", [], settings)
    assert (reply.draft.emotion, reply.draft.response) == ("happy", "")
    assert models.responder.asked == []
    with pytest.raises(RuntimeError, match="still on its way"):
        _ = reply.exchange
    assert list(reply) == ["happy,", " after", " 0", " turns.", " I", " am", " glad."]
    assert reply.exchange.response == "happy, after 0 turns. I am glad."
    assert reply.exchange.metadata.processing_time >= reply.draft.metadata.processing_time


def test_a_correction_is_followed(models: FakeModels, settings: Settings) -> None:
    exchange = converse(Message("I am sad.", emotion="angry"), [], settings)
    assert (exchange.emotion, exchange.confidence, exchange.source) == ("angry", 1.0, "text_only")
    assert exchange.context.corrected
    assert exchange.response == "Ah, angry. I had read that wrongly. angry, after 0 turns. I am sad."
    assert models.responder.asked == ["I am sad."]


@pytest.mark.parametrize("kind", ["self_harm", "abuse", "violence"])
def test_a_crisis_is_answered_before_any_model_is_asked(models: FakeModels, settings: Settings, kind: Crisis) -> None:
    message = {"self_harm": "I want to die", "abuse": "my husband hits me", "violence": "I am going to stab him"}[kind]
    exchange = converse(message, [], settings, library=world.FakeLibrary())  # type: ignore[arg-type]
    assert exchange.response == safety.crisis_answer(kind)
    assert exchange.context.crisis == kind
    assert not exchange.safety.is_safe
    assert exchange.safety.toxicity_scores == {}
    assert (exchange.metadata.models, exchange.emotion_analysis.text_emotions, exchange.confidence) == ({}, (), 0.0)
    assert models.loaded == []


def test_what_no_rule_knows_goes_to_the_classifier(models: FakeModels, settings: Settings) -> None:
    threshold = danger.load(settings).threshold
    models.danger = (threshold, "abuse")
    assert converse("my xylophone", [], settings).response == safety.crisis_answer("abuse")
    assert models.loaded == []
    models.danger = (danger.load(settings).perhaps - 0.01, "abuse")
    assert converse("my xylophone", [], settings).response == "neutral, after 0 turns. my xylophone"


def test_a_reply_to_what_may_be_a_danger_offers_help_once(models: FakeModels, settings: Settings) -> None:
    models.danger = (danger.load(settings).threshold - 0.01, "abuse")
    first = converse("my xylophone", [], settings)
    assert first.response.removeprefix("neutral, after 0 turns. my xylophone\n\n") in safety.CHECK_INS
    assert (first.safety.is_safe, first.context.crisis) == (True, None)
    assert converse("my xylophone", [first], settings).response == "neutral, after 2 turns. my xylophone"
    models.danger = (danger.load(settings).perhaps - 0.01, "abuse")
    assert converse("my xylophone", [], settings).response == "neutral, after 0 turns. my xylophone"


@pytest.mark.parametrize(
    ("top", "confidence", "glad"),
    [
        (("excitement", 0.9), 0.9, True),
        (("gratitude", 1.0), 0.95, False),
        (("joy", 0.6), 0.6, False),
    ],
)
def test_only_words_glad_beyond_doubt_are_offered_no_help(
    top: tuple[str, float], confidence: float, glad: bool
) -> None:
    assert feelings.Reading("happy", confidence, (top,)).glad is glad
    assert not feelings.Reading("sad", confidence, (top,)).glad


def test_a_photo_in_a_crisis_is_not_even_opened(models: FakeModels, settings: Settings) -> None:
    exchange = converse(Message("I want to die", b"no picture"), [], settings)
    assert exchange.context.crisis == "self_harm"
    assert exchange.user_input.has_image
    assert models.loaded == []


def test_a_korean_message_is_answered_in_korean(models: FakeModels, settings: Settings) -> None:
    text = converse("죽고 싶어요", [], settings).response
    assert text == safety.crisis_answer("self_harm", "죽고 싶어요")
    assert "109" in text
    assert "1577-0199" in text
    assert models.loaded == []


def test_every_crisis_answer_names_the_helplines() -> None:
    for kind in ("self_harm", "abuse", "violence"):
        text = safety.crisis_answer(kind)
        for number in ("988", "116 123", "13 11 14", "1737", "14416", "findahelpline.com", "112", "911", "999"):
            assert number in text


def test_the_turns_after_a_crisis_stay_careful(models: FakeModels, settings: Settings) -> None:
    history = [Turn("user", "I want to die"), Turn("assistant", safety.crisis_answer("self_harm"))]
    first = converse("ok", history, settings)
    assert first.response == crisis_answers.AFTERCARE[0]
    history += [Turn("user", "ok"), Turn("assistant", first.response)]
    second = converse("I am glad", history, settings)
    assert second.response == crisis_answers.AFTERCARE[1]
    history += [Turn("user", "I am glad"), Turn("assistant", second.response)]
    assert "glad" in converse("so glad", history, settings).response
    assert models.responder.asked == ["so glad"]


def test_harsh_words_are_met_calmly_and_never_twice_the_same(models: FakeModels, settings: Settings) -> None:
    first = converse("you stupid thing", [], settings).response
    again = converse("you stupid thing", [Turn("user", "x"), Turn("assistant", first)], settings).response
    assert (first, again) == safety.CALM_ANSWERS[:2]
    assert models.responder.asked == []


def test_harsh_words_about_others_are_answered_as_usual(models: FakeModels, settings: Settings) -> None:
    converse("that stupid printer", [], settings)
    assert models.responder.asked == ["that stupid printer"]


def test_an_unkind_reply_is_replaced(models: FakeModels, settings: Settings) -> None:
    exchange = converse("Well then. The stupid printer. It broke.", [], settings)
    assert exchange.response == "neutral, after 0 turns. Well then." + safety.REPLACEMENT
    assert not exchange.safety.is_safe
    assert exchange.safety.toxicity_scores["response"] == pytest.approx(0.95)
    assert models.responder.asked == ["Well then. The stupid printer. It broke."]


def test_a_name_is_greeted_and_a_lighter_mood_is_noticed(models: FakeModels, settings: Settings) -> None:
    history = [converse("Hello, my name is anna", [], settings)]
    assert history[0].response.startswith("Nice to meet you, Anna. ")
    history.append(converse("I am sad", history, settings))
    assert converse("I am glad", history, settings).response.startswith("That sounds lighter than before, Anna. ")
    assert converse("What's my name?", history, settings).response == "You told me that your name is Anna."
    assert converse("I am glad", [], settings).response.startswith("happy")
    assert len(models.responder.asked) == 4


def test_long_conversations_are_bounded(models: FakeModels, settings: Settings) -> None:
    history = [Turn("user", "Hi."), Turn("assistant", "Hello.")] * 500
    assert "after 60 turns" in converse("Right.", history, settings).response
    assert models.responder.asked == ["Right."]


def test_words_and_photo_that_agree_are_surer_than_either(models: FakeModels, settings: Settings) -> None:
    exchange = converse(Message("wow I am glad", photo(happy=0.6)), [], settings)
    assert (exchange.emotion, exchange.source) == ("happy", "fused_aligned")
    assert exchange.confidence == pytest.approx(0.6 / (0.6 + 0.4 / 6), abs=0.01)
    assert exchange.metadata.models["face"] == "fake-face"
    assert models.responder.asked == ["wow I am glad"]


def test_words_and_photo_that_contradict_are_named_and_asked_about(models: FakeModels, settings: Settings) -> None:
    exchange = converse(Message("I am sad", photo(happy=0.8)), [], settings)
    assert (exchange.emotion, exchange.source) == ("sad", "fused_conflict")
    assert exchange.emotion_analysis.image_emotion is not None
    assert exchange.emotion_analysis.image_emotion.emotion == "happy"
    opening = "Your words sound sad to me, while the face in the photo looks happy. "
    assert exchange.response == f"{opening}sad, after 0 turns. I am sad {CONFLICT_QUESTION}"
    assert models.responder.asked == ["I am sad"]


def test_a_photo_alone_is_enough(models: FakeModels, settings: Settings) -> None:
    exchange = converse(Message("", photo(surprise=0.7)), [], settings)
    assert (exchange.emotion, exchange.source) == ("surprise", "image_only")
    assert exchange.confidence == pytest.approx(0.7)
    assert exchange.response.startswith("The face in the photo looks surprised to me; I can only read the expression.")
    assert "text_emotion" not in models.loaded


def test_a_photo_without_a_face_is_an_error(models: FakeModels, settings: Settings) -> None:
    empty = PhotoReading(np.zeros((4, 4, 3), np.uint8), (), {}, 0.1)
    with pytest.raises(PhotoError, match="No face was found"):
        converse(Message("Look", empty), [], settings)
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
        converse(Message(message, emotion=emotion), [], settings)


def test_questions_about_reviews_are_answered_from_them(
    models: FakeModels, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(explore, "explore", world.explore)
    library = world.FakeLibrary()
    exchange = converse("What do customers say about the Brio lamp?", [], settings, library=library)  # type: ignore[arg-type]
    assert exchange.context.answer is not None
    assert exchange.context.answer.query.filters.products == ("Brio Lamp",)
    assert exchange.context.citations == ("r3",)
    assert exchange.metadata.models["summarizer"] == "fake-summary"
    assert exchange.response.endswith("Arrived. Works as described. [1]")
    assert models.responder.asked == []
