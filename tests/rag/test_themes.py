"""The words that set hits apart are those frequent among them and rare elsewhere."""

from math import log, sqrt

import pytest

from rag.build import build
from rag.library import Library
from rag.query import Query
from rag.reviews import Review
from rag.search import search
from rag.themes import characteristic_words, z_score
from settings import Settings


@pytest.fixture
def leaks(fake_models: None, settings: Settings) -> Library:
    """Five reviews of a leaking pump among twenty about coffee; "coffee" is in all of them."""
    del fake_models
    reviews = [Review(f"p{n}", f"coffee pump leaking counter {'abcde'[n] * 4}") for n in range(5)]
    reviews += [Review(f"c{n}", f"coffee beans taste bitter mornings {'fghij'[n % 5] * 4}") for n in range(15)]
    return build(reviews, "leaks", settings)


def test_what_the_hits_share_and_the_library_does_not(leaks: Library, settings: Settings) -> None:
    hits = search(Query("pump leaking"), leaks, 4, settings)
    words = characteristic_words(hits, leaks)
    assert {word.word for word in words} == {"pump", "leaking", "counter"}
    assert {(word.hits, word.reviews) for word in words} == {(4, 5)}
    assert [word.z for word in words] == sorted((word.z for word in words), reverse=True)
    assert len(characteristic_words(hits, leaks, most=1)) == 1
    assert characteristic_words([], leaks) == []


def test_z_score_by_hand() -> None:
    # 4 of 10 hits, 10 of 100 reviews, prior of 50 reviews: 5 with the word and 45 without
    difference = log((4 + 5) / (6 + 45)) - log((6 + 5) / (84 + 45))
    assert z_score(4, 10, 10, 100) == pytest.approx(difference / sqrt(1 / 9 + 1 / 11))
    assert z_score(1, 10, 10, 100) == pytest.approx(0, abs=0.05)
    assert z_score(0, 10, 50, 100) < 0
