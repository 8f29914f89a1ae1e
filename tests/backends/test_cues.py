"""How well a message fits a cue, with embeddings that a person can check by hand."""

import numpy as np
import pytest

from backends.cues import HALF, LEAST_COSINE, OTHER_NAMES, OTHER_ROLES, SHARED, Cues, actors, stems, views

SAME = np.ones((1, 1), np.float32)


def fits(message: str, *cues: str) -> list[float]:
    """Return how well cues fit if their meaning is the same."""
    found = Cues(cues, np.ones((len(cues), 1), np.float32)).fits(message, SAME)
    return [round(float(fit), 4) for fit in found]


def test_words_that_say_nothing_of_the_matter_are_left_out() -> None:
    assert stems("My friends were talking about the new cars") == {"friend", "talk", "new", "car"}
    assert stems("I was so, and then it did") == frozenset()


def test_a_cue_gains_by_the_rare_words_it_shares() -> None:
    dog, car = fits("I washed my dog today", "I brushed my dog", "I washed my car")
    rarity = float(np.log(3))
    assert dog == car == pytest.approx(1 + SHARED * rarity / (2 * rarity + HALF), abs=1e-4)
    common, rare = fits("we saw a heron", "we saw a heron", "we saw a boat")
    assert common > rare > 1.0


def test_a_cue_that_only_says_what_is_felt_gains_nothing() -> None:
    assert fits("I am nervous about the exam", "I am nervous") == [1.0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I lied to my son", [True]),
        ("My son lied to me, and I believed him", [False, True]),
        ("Last week I fell because somebody pushed", [True, False]),
        ("We won!", [True]),
        ("", []),
    ],
)
def test_who_acts(text: str, expected: list[bool]) -> None:
    assert actors(text) == expected


def test_a_cue_loses_where_somebody_else_acts() -> None:
    mine, theirs = fits("zebra quartz", "I xylophone", "my xylophone")
    assert mine == pytest.approx(1 - OTHER_ROLES)
    assert theirs == 1.0
    mine, theirs = fits("I zebra", "I xylophone", "my xylophone")
    assert mine == 1.0
    assert theirs == pytest.approx(1 - OTHER_ROLES)


def test_what_was_done_to_the_speaker_is_not_what_the_speaker_did() -> None:
    mine, theirs = fits("I found out she cheated on me", "I cheated", "somebody cheated on me")
    assert mine < theirs


def test_sentences_that_say_one_thing_are_not_seen_alone() -> None:
    assert views("My son has a bad cough. I am so scared.") == [
        "My son has a bad cough. I am so scared.", "My son has a bad cough."
    ]  # fmt: skip
    assert views("I am so scared.") == ["I am so scared."]


def test_a_cue_loses_where_it_names_others_and_counts_for_nothing_when_far_away_in_meaning() -> None:
    assert fits("my parents won", "my brother xylophone")[0] == pytest.approx(1 - OTHER_NAMES)
    far = np.array([[LEAST_COSINE - 0.01], [LEAST_COSINE]], np.float32)
    found = Cues(["zebra", "zebra"], far).fits("zebra", SAME)
    assert found[0] == -1.0
    assert found[1] > LEAST_COSINE
