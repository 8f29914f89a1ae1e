"""How well a sentence fits a question: nearness, every word, and the mood, each worked out by hand."""

from collections.abc import Mapping

import numpy as np
import pytest

from backends.contracts import GOEMOTIONS
from backends.passage import Passage, StoredSentence
from backends.sentences import split
from rag.fit import ELSEWHERE, FAR, LEAST, NEAR, ONLY, OPPOSITE, TOGETHER, WORDLESS, fits, mood
from rag.near_words import is_known, nearness
from rag.same_words import same
from rag.words import stem
from settings import Settings

ASKED = np.array([1, 0], np.float32)
TWO = {"lost": ("lost", 0.4), "luggag": ("luggage", 0.6)}
NEARNESS = 0.6 * 0.5 + 0.4 * 0.3


def passage(text: str, title: str = "") -> Passage:
    emotions = np.zeros(len(GOEMOTIONS), np.float32)
    vector = np.array([0.5, 0.75**0.5], np.float32)
    return Passage("a", text, "", tuple(StoredSentence(*span, vector, emotions) for span in split(text)), title=title)


def worth(
    question: str, told: Mapping[str, tuple[str, float]], text: str, settings: Settings, title: str = ""
) -> list[float]:
    """Return what the words of each sentence add to its nearness."""
    (found,) = fits(question, ASKED, told, [passage(text, title)], [0.3], settings)
    return [float(value) - NEARNESS for value in found]


@pytest.mark.parametrize(
    ("text", "title", "expected"),
    [
        ("They lost our luggage.", "", LEAST + TOGETHER),
        ("They lost our suitcases.", "", LEAST + TOGETHER),
        ("They lost it.", "Luggage", LEAST + TOGETHER),
        ("The luggage.", "", 0.6 * TOGETHER),
        ("Nobody lost any luggage.", "", 0.0),
        ("Lost our luggage?", "", 0.0),
        ("It was fine.", "", 0.0),
    ],
)
def test_every_word_counts_and_the_one_said_least_again(
    text: str, title: str, expected: float, settings: Settings
) -> None:
    assert worth("lost luggage", TWO, text, settings, title) == pytest.approx([expected], abs=1e-6)


def test_a_word_elsewhere_in_the_review_counts_half(settings: Settings) -> None:
    one, other = worth("lost luggage", TWO, "Our luggage! They lost it.", settings)
    assert one == pytest.approx(LEAST * ELSEWHERE + TOGETHER * (0.6 + 0.4 * ELSEWHERE), abs=1e-6)
    assert other == pytest.approx(LEAST * ELSEWHERE + TOGETHER * (0.4 + 0.6 * ELSEWHERE), abs=1e-6)


def test_a_word_near_in_meaning_counts_as_far_as_it_is_near(settings: Settings) -> None:
    near = float(nearness(["refund"], ["reimbursement"], settings)[0, 0])
    share = (near - FAR) / (NEAR - FAR)
    assert 0 < share < 1
    found = worth("refund", {"zz": ("refund", 1.0)}, "Reimbursement.", settings)
    assert found == pytest.approx([ONLY * share], abs=1e-6)


def test_what_a_question_denies_a_sentence_must_deny(settings: Settings) -> None:
    told = {"answer": ("answered", 0.5), "email": ("emails", 0.5)}
    assert worth("nobody answered my emails", told, "I answered emails. They never answered emails.", settings) == (
        pytest.approx([LEAST + TOGETHER - OPPOSITE, LEAST + TOGETHER], abs=1e-6)
    )


def test_a_question_without_words_to_look_for_goes_by_nearness(settings: Settings) -> None:
    assert worth("TV", {}, "It was fine.", settings) == pytest.approx([WORDLESS], abs=1e-6)
    foreign = {"akku": ("akku", 0.5), "kaput": ("kaputtgegangen", 0.5)}
    assert worth("Akku kaputtgegangen", foreign, "It was fine.", settings) == pytest.approx([WORDLESS], abs=1e-6)


def test_words_of_one_meaning_are_nearer_than_others(settings: Settings) -> None:
    cosines = nearness(["luggage", "kaputtgegangen"], ["baggage", "breakfast"], settings)
    assert cosines[0, 0] > 0.7 > 0.4 > cosines[0, 1]
    assert not cosines[1].any()
    assert is_known("luggage", settings)
    assert not is_known("kaputtgegangen", settings)


@pytest.mark.parametrize(
    ("joy", "anger", "otherwise", "expected"),
    [
        (0.5, 0.0, "negative", "positive"),
        (0.0, 0.5, "positive", "negative"),
        (0.1, 0.0, "negative", "neutral"),
        (0.1, 0.0, "positive", "positive"),
        (0.02, 0.0, "negative", "negative"),
    ],
)
def test_the_mood_of_a_sentence(joy: float, anger: float, otherwise: str, expected: str) -> None:
    emotions = np.zeros(len(GOEMOTIONS), np.float32)
    emotions[GOEMOTIONS.index("joy")], emotions[GOEMOTIONS.index("anger")] = joy, anger
    assert mood(emotions, otherwise) == expected


def test_irregular_forms_and_names_of_one_thing_meet() -> None:
    assert same({stem("broken")}) == same({stem("broke")})
    assert same({stem("kids")}) == same({stem("children")})
    assert same({"kettl"}) == {"kettl"}
