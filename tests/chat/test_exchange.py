"""The published form of an exchange and of a conversation."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import jsonschema
import pytest

from chat.converse import Message, converse
from chat.exchange import (
    SCHEMAS,
    Context,
    Conversation,
    EmotionAnalysis,
    EmotionScore,
    Exchange,
    Feedback,
    FusedEmotion,
    Metadata,
    Safety,
    UserInput,
    conversation_text,
    schema,
)
from settings import Settings
from tests.chat.fakes import FakeModels
from tests.chat.test_converse import photo


def exchange(text: str = "I am sad", emotion: str = "sad", confidence: float = 0.9, response: str = "Oh.") -> Exchange:
    """An exchange written by hand."""
    fused = FusedEmotion.model_validate({"primary_emotion": emotion, "confidence": confidence, "source": "text_only"})
    return Exchange(
        user_input=UserInput(text=text, has_image=False),
        emotion_analysis=EmotionAnalysis(
            text_emotions=(EmotionScore(emotion="sadness", confidence=0.8),), image_emotion=None, fused_emotion=fused
        ),
        response=response,
        safety=Safety(is_safe=True, toxicity_scores={"message": 0.1}),
        metadata=Metadata(
            processing_time=0.02, timestamp=datetime(2026, 11, 21, tzinfo=UTC), models={"text_emotion": "m"}
        ),
        context=Context(citations=("r1",)),
    )


def test_the_form_is_the_published_one() -> None:
    assert exchange().model_dump(mode="json") == {
        "user_input": {"text": "I am sad", "has_image": False},
        "emotion_analysis": {
            "text_emotions": [{"emotion": "sadness", "confidence": 0.8}],
            "image_emotion": None,
            "fused_emotion": {"primary_emotion": "sad", "confidence": 0.9, "source": "text_only"},
        },
        "response": "Oh.",
        "safety": {"is_safe": True, "toxicity_scores": {"message": 0.1}},
        "metadata": {"processing_time": 0.02, "timestamp": "2026-11-21T00:00:00Z", "models": {"text_emotion": "m"}},
    }


def test_what_is_written_can_be_read_again() -> None:
    again = Exchange.model_validate_json(exchange().model_dump_json())
    assert again.model_dump() == exchange().model_dump()
    assert again.context.citations == ()


@pytest.mark.parametrize("of", [Exchange, Conversation])
def test_the_schema_file_is_the_one_of_the_types(of: type[Exchange | Conversation]) -> None:
    published = json.loads((SCHEMAS / f"{of.__name__.lower()}.schema.json").read_text("utf-8"))
    assert published == schema(of), "run python -m chat.exchange"
    jsonschema.Draft202012Validator.check_schema(published)


def _errors(document: Any, of: type[Exchange | Conversation] = Exchange) -> Sequence[str]:
    return [error.message for error in jsonschema.Draft202012Validator(schema(of)).iter_errors(document)]


@pytest.mark.parametrize(
    "turn",
    [
        Message("I am sad"),
        Message("I am sad", emotion="angry"),
        Message("I want to die"),
        Message("you stupid thing"),
        Message("", photo(happy=0.8)),
        Message("I am sad", photo(happy=0.8)),
    ],
    ids=["text", "corrected", "crisis", "harassment", "photo", "conflict"],
)
def test_every_kind_of_exchange_fits_the_schema(models: FakeModels, settings: Settings, turn: Message) -> None:
    made = converse(turn, [], settings)
    assert _errors(json.loads(made.model_dump_json())) == []
    assert len(models.responder.asked) <= 1


def test_the_schema_refuses_what_does_not_fit() -> None:
    wrong = exchange().model_dump(mode="json")
    wrong["emotion_analysis"]["fused_emotion"]["source"] = "guess"
    del wrong["response"]
    wrong["more"] = 1
    assert sorted(_errors(wrong)) == [
        "'guess' is not one of ['text_only', 'image_only', 'fused_aligned', 'fused_conflict']",
        "'response' is a required property",
        "Additional properties are not allowed ('more' was unexpected)",
    ]


def test_a_conversation_with_verdicts_fits_its_schema() -> None:
    verdict = Feedback(exchange=0, rating="down", reasons=("Too general",))
    told = json.loads(Conversation(exchanges=(exchange(),), feedback=(verdict,)).model_dump_json())
    assert _errors(told, Conversation) == []
    assert told["feedback"] == [{"exchange": 0, "rating": "down", "reasons": ["Too general"]}]
    assert "context" not in told["exchanges"][0]


def test_a_conversation_reads_well_as_text() -> None:
    assert conversation_text([exchange(), exchange("Thanks", "happy", 0.0)]) == (
        "A conversation with Moodlens, an AI program.\n\n"
        "You (sad): I am sad\n\nMoodlens: Oh.\n\nYou: Thanks\n\nMoodlens: Oh.\n"
    )
