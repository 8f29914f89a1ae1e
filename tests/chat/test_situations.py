"""Common situations: which message tells of which, which emotion is shown, and what is answered."""

import re
from itertools import pairwise

import pytest

from backends import rules
from backends.contracts import FACE_EMOTIONS, Turn
from backends.written_replies import LOW
from chat import safety, situations
from chat.converse import Message, converse
from chat.everyday import everyday
from chat.feelings import Reading
from chat.situations import FITTING, reply, settled, situation
from settings import Settings
from tests.chat.situation_table import HELD_OUT, LOOK_ALIKES, REPHRASED

REPLIES = rules.sections(situations._REPLIES)
RULES = rules.sections(situations._RULES)


@pytest.mark.parametrize(("message", "name", "_emotions"), HELD_OUT)
def test_a_situation_is_recognised_however_it_is_put(message: str, name: str, _emotions: frozenset[str]) -> None:
    assert situation(message) == name


@pytest.mark.parametrize("message", LOOK_ALIKES)
def test_what_only_sounds_like_one_is_none(message: str) -> None:
    assert situation(message) == ""


@pytest.mark.parametrize(
    ("message", "name"),
    [
        *REPHRASED,
        ("My mum beat cancer", ""),
        ("My grandma nearly died of laughter", ""),
        ("I almost got fired", ""),
        ("Have you ever lost a dog?", ""),
        ("Fired up the grill with my brother", ""),
        ("My credit card was declined", ""),
        ("My cat had kittens", "litter"),
        ("We had to let our rabbit go at the vet's", "pet_death"),
        ("My cat had two kittens and they died", "pet_death"),
        ("I got divorced last year", "breakup"),
        ("She got the promotion that I wanted", "credit"),
        ("I lost our baby in May", "baby_loss"),
        ("my dog got hit by a car", "illness_other"),
        ("sorry to hear about the match", ""),
        ("sorry, I was rude before", "sorry"),
    ],
)
def test_more_than_one_word_decides(message: str, name: str) -> None:
    assert situation(message) == name


@pytest.mark.parametrize("message", ["I ate an apple.", "I drank tea.", "I walked to the shop.", "I made spaghetti"])
def test_plain_statements_are_everyday(message: str) -> None:
    assert everyday(message)


@pytest.mark.parametrize(
    "message",
    ["I ate a mouldy apple", "I took my pills", "My dog ate my toast", "Did I eat toast?", "I ate", "tea"],
)
def test_one_word_of_another_kind_and_a_statement_is_not_plain(message: str) -> None:
    assert not everyday(message)


def test_each_situation_has_its_rules_and_ten_replies_and_questions_apart() -> None:
    assert set(FITTING) == {name for name in REPLIES if "," not in name}
    assert set(FITTING) - {"everyday"} == {name for name in RULES if "," not in name} - {"never"}
    assert all(set(emotions) <= set(FACE_EMOTIONS) for emotions in FITTING.values())
    for name in FITTING:
        assert len(REPLIES[name]) == len(set(REPLIES[name])) >= 10, name
        assert not any(text.endswith("?") or "{" in text for text in REPLIES[name]), name
        assert len(REPLIES[f"{name}, ask"]) >= 3, name
        assert all(text.endswith("?") for text in REPLIES[f"{name}, ask"]), name
        assert all("{who}" in text for text in REPLIES.get(f"{name}, of whom", ("{who}",))), name


def test_no_reply_speaks_of_a_danger() -> None:
    assert [text for texts in REPLIES.values() for text in texts if safety.harmful(text)] == []


def test_the_emotion_that_is_shown_fits_the_situation_and_its_finer_labels() -> None:
    read = Reading("sad", 0.79, (("remorse", 0.79), ("neutral", 0.2)))
    shown = settled(read, "I ate an apple.")
    assert (shown.emotion, shown.confidence, shown.top) == ("neutral", 0.79, (("neutral", 0.2),))
    assert settled(read, "My dog died.") is read, "sadness fits"
    assert settled(read, "I ate a mouldy apple.") is read, "no situation"
    assert settled(Reading("sad", 1.0, corrected=True), "I ate an apple.").emotion == "sad"
    assert settled(Reading("sad", 0.9, source="fused_aligned"), "I ate an apple.").emotion == "sad"
    assert settled(Reading("happy", 0.9, doubted=True), "My mum died").doubted is False


def test_a_glad_story_stays_glad_where_the_sad_part_is_long_past() -> None:
    glad = Reading("happy", 0.9, (("joy", 0.9),))
    story = "After my mom passed away I found all our old tapes, and we danced to them the whole night!"
    assert (settled(glad, story).emotion, reply(story, settled(glad, story), [])) == ("happy", None)
    assert settled(glad, "My mom passed away.").emotion == "sad"


def test_a_reply_follows_the_users_emotion_or_leaves_it_to_others() -> None:
    message = "I got fired"
    assert reply(message, Reading("happy", 1.0, corrected=True), []) is None
    assert reply(message, Reading("sad", 1.0, corrected=True), [])
    assert reply("I'm not sad that my dog died", Reading("sad", 0.9, doubted=True), []) is None


def test_no_sentence_comes_twice_and_no_two_replies_in_a_row_ask() -> None:
    said: list[str] = []
    while answer := reply("I'm so lonely", Reading("sad", 0.9), said):
        said.append(answer)
    parts = [part for answer in said for part in (*REPLIES["lonely"], *REPLIES["lonely, ask"]) if part in answer]
    assert len(said) == len(REPLIES["lonely"])
    assert len(parts) == len(set(parts))
    assert not any(one.endswith("?") and two.endswith("?") for one, two in pairwise(said))


def test_more_than_half_of_the_first_replies_ask() -> None:
    answers = [reply(f"my dog died {number} weeks ago", Reading("sad", 0.9), []) or "" for number in range(400)]
    assert 0.5 <= sum(answer.endswith("?") for answer in answers) / 400 <= 0.7
    assert len(set(answers)) >= 50
    assert any("your dog" in answer or "Your dog" in answer for answer in answers)


@pytest.mark.parametrize(
    ("message", "emotion"),
    [
        ("I ate an apple.", "neutral"),
        ("I drank a glass of water.", "neutral"),
        ("My boss took credit for my report", "angry"),
        ("My dog had puppies", "happy"),
        ("I got fired, thank god", "happy"),
        ("we buried my mum today", "sad"),
        ("I want my mum", "sad"),
        ("sorry", "neutral"),
        ("no", "neutral"),
    ],
)
def test_a_visitor_sees_the_emotion_and_the_reply_that_fit(
    message: str, emotion: str, session_settings: Settings
) -> None:
    exchange = converse(message, [], session_settings)
    name = situation(message)
    assert exchange.emotion == emotion
    assert any(text in exchange.response for text in (*REPLIES[name], "your mum"))
    assert exchange.metadata.models["responder"] == "written-replies"


def test_a_danger_comes_first_and_a_correction_too(session_settings: Settings) -> None:
    assert converse("I hate myself and I want to die", [], session_settings).context.crisis == "self_harm"
    corrected = converse(Message("I ate an apple.", emotion="sad"), [], session_settings)
    assert corrected.emotion == "sad"
    assert not any(re.search(re.escape(text), corrected.response) for text in REPLIES["everyday"])


def test_low_situations_are_never_cheered() -> None:
    cheerful = {name for name, emotions in FITTING.items() if "happy" in emotions}
    assert {"death", "pet_death", "self_worth", "illness_own", "job_lost"}.isdisjoint(cheerful)
    assert all(LOW.issuperset(FITTING[name]) for name in ("self_worth", "death", "illness_other", "breakup"))


def test_thanks_after_talk_are_answered_once_each(session_settings: Settings) -> None:
    first = converse("thanks", [], session_settings).response
    again = converse("thanks", [Turn("user", "thanks"), Turn("assistant", first)], session_settings).response
    assert first != again
