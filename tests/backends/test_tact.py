"""What written replies must not bring up by themselves."""

import pytest

from backends.tact import Tact, named, speaks_of_death


@pytest.mark.parametrize(
    "text",
    [
        "My dog got run over last week", "my father passed away", "we had to put our old dog down", "Grandma DIED",
        "I lost my mom in May", "She was killed by a truck", "somebody ran over him", "the funeral is on Friday",
    ],
)  # fmt: skip
def test_a_death_is_recognised(text: str) -> None:
    assert speaks_of_death(text)


@pytest.mark.parametrize("text", ["I passed my exam", "I lost my keys", "he killed the engine", "a dog ran away"])
def test_what_is_no_death_is_not(text: str) -> None:
    assert not speaks_of_death(text)


def test_relatives_and_animals_are_the_same_under_each_of_their_names() -> None:
    assert named("my grandma and her kitten") == named("Grandmother, cats!")
    assert named("a catalogue of sons-in-law") == named("son")
    assert named("nothing") == frozenset()


def test_a_reply_names_only_whom_the_message_names() -> None:
    reply = Tact("A grandfather leaves stories behind. Which of his?", ["my grandpa told stories"], "")
    assert reply.allows(of_death=False, names=named("I miss my grandad"))
    assert not reply.allows(of_death=False, names=named("I miss my grandmother"))


def test_a_death_is_answered_by_a_reply_about_one_or_by_a_general_one() -> None:
    walks = Tact("Dogs get under one's skin. How is it now?", [], r"\bdog\b")
    loss = Tact("A loyal friend has left a big space.", ["my dog died", "we had to put our dog down"], "")
    general = Tact("I'm sorry.", [], "")
    assert [one.allows(True, named("my dog died")) for one in (walks, loss, general)] == [False, True, True]
    assert [one.allows(False, named("my dog barks")) for one in (walks, loss, general)] == [True, False, True]
