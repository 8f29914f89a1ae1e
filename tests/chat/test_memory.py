"""What a conversation remembers, and what it says of it."""

import pytest

from backends.contracts import Turn
from chat import memory, recall
from chat.feelings import Reading
from chat.memory import Mood, Topic, remember
from tests.chat.test_exchange import exchange


@pytest.mark.parametrize(
    ("message", "name"),
    [
        ("My name is Anna", "Anna"),
        ("hello, my name's tom.", "Tom"),
        ("you can call me Jo", "Jo"),
        ("Hi, I'm Maria!", "Maria"),
        ("Hi there, I'm Tomasz", "Tomasz"),
        ("Hello, I'm Priya and I had a lousy morning", "Priya"),
        ("I am Zoë. My cat is ill.", "Zoë"),
        ("Hey, it's Mike here", "Mike"),
        ("Hi, I'm German", ""),
        ("Hello! I'm Exhausted.", ""),
        ("Hi, it's Monday again", ""),
        ("Hi, I'm sad", ""),
        ("I'm Batman at heart", ""),
        ("my name is not important", ""),
        ("call me later", ""),
    ],
)
def test_names(message: str, name: str) -> None:
    assert memory.name_in(message) == name


@pytest.mark.parametrize(
    ("message", "topics"),
    [
        ("My boss hates our new flat, my Boss!", ("boss", "new flat")),
        ("our wedding and my dog", ("wedding", "dog")),
        ("the exam of a friend", ()),
        ("my boss's car broke down", ()),
        ("my job interview went well", ("job interview",)),
    ],
)
def test_topics_are_only_the_users_own(message: str, topics: tuple[str, ...]) -> None:
    assert memory.topics_in(message) == topics


def test_what_is_kept_of_five_hundred_turns() -> None:
    words = ("exam", "boss", "dog", "cat", "mother", "flat", "car", "band", "choir", "thesis", "garden", "bike", "rent")
    history = [exchange("My name is Anna", "happy", 0.5), exchange("My name is Berta, my job is new", "fear", 0.8)]
    history += [exchange(f"my {words[number % 13]} {number}", "sad", 0.6, f"Reply {number}") for number in range(498)]
    kept = remember(history)
    assert (kept.count, kept.name) == (500, "Berta")
    assert kept.course == tuple(Mood(number, "sad", -0.6) for number in range(251, 501))
    assert [topic.word for topic in kept.topics] == [words[number % 13] for number in range(486, 498)]
    assert kept.topics[-1] == Topic(words[497 % 13], 500, "sad")
    assert len(kept.turns) == 60
    assert kept.turns[0] == Turn("user", f"my {words[468 % 13]} 468")
    assert kept.turns[-1] == Turn("assistant", "Reply 497", from_reviews=True)


def test_bare_turns_are_remembered_without_a_mood() -> None:
    kept = remember([Turn("user", "my exam"), Turn("assistant", "Yes?"), Turn("user", "is near")])
    assert (kept.count, kept.topics, kept.course) == (2, (Topic("exam", 1, ""),), ())


def test_forgetting_is_handing_over_nothing() -> None:
    assert remember([]) == memory.Memory()


@pytest.mark.parametrize(
    ("emotion", "pleasantness"), [("happy", 0.7), ("sad", -0.7), ("angry", -0.7), ("neutral", 0.0), ("surprise", 0.0)]
)
def test_pleasantness(emotion: str, pleasantness: float) -> None:
    assert memory.mood_of(exchange("x", emotion, 0.7), 3) == Mood(3, emotion, pleasantness)


def test_a_crisis_has_no_mood() -> None:
    assert memory.mood_of(exchange("x", "neutral", 0.0), 1) is None


SAD, GLAD = Reading("sad", 0.9), Reading("happy", 0.9)


def test_a_matter_that_worried_and_turns_out_well_is_remembered() -> None:
    past = remember([exchange("My exam is tomorrow", "fear", 0.9)])
    said = recall.remark("I passed my exam!", past, GLAD)
    assert said == "When you spoke of your exam before, you sounded anxious; this sounds lighter."


def test_a_mood_lifts_only_from_low_to_happy() -> None:
    assert recall.remark("x", remember([exchange()]), GLAD) == "That sounds lighter than before."
    assert recall.remark("x", remember([exchange("y", "neutral", 0.9)]), GLAD) == ""
    assert recall.remark("x", remember([exchange()]), Reading("neutral", 0.9)) == ""
    assert recall.remark("x", remember([exchange()]), Reading("happy", 0.9, (("gratitude", 0.9),))) == ""


def test_a_long_low_is_noticed_once() -> None:
    history = [exchange("a"), exchange("b"), exchange("c")]
    noticed = "This has been weighing on you all through our talk."
    assert recall.remark("d", remember(history), SAD) == noticed
    assert recall.remark("d", remember(history[1:]), SAD) == ""
    again = remember([*history, exchange("d", response=f"{noticed} I see.")])
    assert recall.remark("e", again, SAD) == ""


def test_a_matter_that_comes_back_is_greeted() -> None:
    past = remember([exchange("my boss shouts"), exchange("it rains", "neutral", 0.5)])
    assert recall.remark("so, my boss", past, Reading("neutral", 0.4)) == "You spoke of your boss earlier, too."
    straight = remember([exchange("my boss shouts", "neutral", 0.5)])
    assert recall.remark("my boss again", straight, Reading("neutral", 0.4)) == ""


def test_questions_about_the_conversation_are_answered_from_memory() -> None:
    past = remember([exchange("I am Jo, my name is Jo. My dog is ill", "sad"), exchange("my job is fine", "happy")])
    assert recall.answer("Do you remember my name?", past) == "You told me that your name is Jo."
    assert recall.answer("What did we talk about?", past) == (
        "You told me that your name is Jo. You spoke of your dog and your job. "
        "At first you sounded sad to me, and last happy."
    )
    assert recall.answer("what do you know about me", remember([])) == (
        "This is the beginning of our conversation, and I keep nothing of any other."
    )
    assert recall.answer("What's my name?", remember([])) == (
        "I didn't catch your name in this conversation, and I know nothing from any other. What is it?"
    )
    assert recall.answer("What did customers say?", past) is None
