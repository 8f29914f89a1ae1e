"""How well a sentence fits a question: nearness, words together, and the mood, each worked out by hand."""

import numpy as np
import pytest

from backends.contracts import GOEMOTIONS
from backends.passage import Passage, StoredSentence
from backends.sentences import split
from rag.fit import ALONE, MOSTLY, ONLY, PARTLY, fit, mood
from rag.same_words import same
from rag.words import stem

ASKED = np.array([1, 0], np.float32)
TWO = {"lost": 0.4, "luggag": 0.6}


def passage(cosine: float, text: str, title: str = "") -> Passage:
    emotions = np.zeros(len(GOEMOTIONS), np.float32)
    vector = np.array([cosine, (1 - cosine**2) ** 0.5], np.float32)
    return Passage("a", text, "", tuple(StoredSentence(*span, vector, emotions) for span in split(text)), title=title)


@pytest.mark.parametrize(
    ("text", "title", "share", "worth"),
    [
        ("They lost our luggage.", "", 1.0, MOSTLY),
        ("They lost our suitcases.", "", 1.0, MOSTLY),
        ("They lost it.", "Luggage", 1.0, MOSTLY),
        ("The luggage was heavy.", "", ALONE, PARTLY * ALONE**2),
        ("I lost the left bud.", "", 0.4, PARTLY * 0.4**2),
        ("Nobody lost any luggage.", "", 0.0, 0.0),
        ("It was fine.", "", 0.0, 0.0),
    ],
)
def test_words_count_together(text: str, title: str, share: float, worth: float) -> None:
    (found,) = fit("lost luggage", ASKED, TWO, passage(0.5, text, title), 0.3)
    assert found.share == pytest.approx(share)
    assert found.score == pytest.approx(0.6 * 0.5 + 0.4 * 0.3 + worth, abs=1e-6)


def test_a_part_of_the_words_says_nothing_of_a_sentence_that_is_far() -> None:
    (far,) = fit("lost luggage", ASKED, TWO, passage(0.3, "The luggage was heavy."), 0.3)
    assert far.score == pytest.approx(0.3, abs=1e-6)


def test_a_word_elsewhere_in_the_review_counts_half() -> None:
    one, other = fit("lost luggage", ASKED, TWO, passage(0.5, "Our luggage! They had lost it."), 0.3)
    assert (one.share, other.share) == pytest.approx((0.6 + 0.4 / 2, 0.4 + 0.6 / 2))


def test_a_question_that_denies_wants_what_nobody_did() -> None:
    (found,) = fit("nobody leaked", ASKED, {"leak": 1.0}, passage(0.5, "Nobody leaked."), 0.5)
    assert found.score == pytest.approx(0.5 + ONLY, abs=1e-6)


def test_a_word_of_general_use_alone_says_little() -> None:
    (found,) = fit("customer service", ASKED, {"servic": 1.0}, passage(0.5, "This service asked my age."), 0.5)
    assert found.score == pytest.approx(0.5 + PARTLY, abs=1e-6)


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
