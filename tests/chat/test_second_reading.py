"""Whether a tone that is easily misread is taken up: signs of the text, and two tables with the models that ship."""

import pytest

from backends.contracts import FACE_EMOTIONS
from backends.written_replies import LOW as LOW_EMOTIONS
from chat import feelings, second_reading
from chat.converse import converse
from chat.second_reading import SecondReading
from settings import Settings
from tests.chat.tone_table import EASILY_MISREAD, FRESH, GLAD, LISTENING, LOW, PLAIN, Row

MOST_MISREAD, MOST_MISREAD_FRESH, MOST_MISREAD_PLAIN = 2, 8, 1


@pytest.mark.parametrize(
    ("message", "emotion", "doubted"),
    [
        ("I can't say I was happy with how it went.", "happy", True),
        ("Nobody said thank you for the cake I baked.", "happy", True),
        ("I wish I was as happy as they are.", "happy", True),
        ("Things were so good before he started drinking.", "happy", True),
        ("Great, my train is cancelled again. Just perfect.", "happy", True),
        ("Thanks for telling everyone my secret.", "happy", True),
        ("I wasn't disappointed by the exam result at all.", "sad", True),
        ("I'm not scared of the dark any more.", "fear", True),
        ("It wasn't very good.", "happy", True),
        ("I could not be happier.", "happy", False),
        ("I have never been so happy!", "happy", False),
        ("It was not only good but great.", "happy", False),
        ("I've never been so proud.", "happy", False),
        ("I used to hate running and now I love it.", "happy", False),
        ("We adopted a kitten and she's adorable.", "happy", False),
        ("I'm not sad, I'm furious with all of them!", "angry", False),
        ("I lost my wallet.", "sad", False),
        ("I went home.", "neutral", False),
    ],
)
def test_what_is_not_borne_out_is_doubted(
    message: str, emotion: str, doubted: bool, session_settings: Settings
) -> None:
    assert second_reading.read(message, emotion, session_settings).doubted is doubted


def test_what_signs_decide_asks_no_model(session_settings: Settings) -> None:
    said = second_reading.read("If only I had won.", "happy", session_settings)
    assert said == SecondReading(doubted=True, models={})
    assert second_reading.read("I won!", "happy", session_settings).models == {"sentiment": "minilm"}


def misread(rows: tuple[Row, ...], settings: Settings) -> dict[str, str]:
    """Return the messages that are answered in a tone that does not fit, with that tone."""
    found = {}
    for message, fitting in rows:
        emotion = feelings.tone(feelings.read(message, settings), message)
        tone = LOW if emotion in LOW_EMOTIONS else GLAD if emotion == "happy" else LISTENING
        assert emotion in FACE_EMOTIONS
        if tone not in fitting:
            found[message] = tone
    return found


def test_few_messages_of_the_tables_are_answered_in_a_tone_that_does_not_fit(session_settings: Settings) -> None:
    assert len(EASILY_MISREAD) == 60
    assert len(misread(EASILY_MISREAD, session_settings)) <= MOST_MISREAD
    assert len(misread(FRESH, session_settings)) <= MOST_MISREAD_FRESH
    assert len(misread(PLAIN, session_settings)) <= MOST_MISREAD_PLAIN


def test_a_doubted_message_gets_no_reply_written_for_gladness(session_settings: Settings) -> None:
    for message in ("I wish I could win the lottery.", "Awesome, it's raining on my wedding day."):
        exchange = converse(message, [], session_settings)
        assert exchange.emotion == "happy"
        assert exchange.metadata.models["text_emotion"]
        assert not any(word in exchange.response.casefold() for word in ("congrat", "glad", "wonderful", "happy"))
