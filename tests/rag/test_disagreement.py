"""Both sides of a question, counted by hand on made-up libraries."""

import numpy as np
import pytest

from rag.build import build
from rag.disagreement import Disagreement, Voice, compare, disagreement, mentions, subject
from rag.query import Query
from rag.reviews import Review
from rag.search import search
from settings import Settings

POSITIVE, NEGATIVE, NEUTRAL = (0.1, 0.1, 0.8), (0.8, 0.1, 0.1), (0.1, 0.8, 0.1)


def scores(*rows: tuple[float, float, float]) -> np.ndarray:
    return np.array(rows, np.float32)


def test_reviews_are_counted_once_and_mixed_ones_on_no_side() -> None:
    said = [("a", "a1"), ("a", "a2"), ("b", "b1"), ("c", "c1"), ("c", "c2"), ("d", "d1"), ("e", "e1")]
    found = compare(
        "lid", said, scores((0.1, 0.2, 0.7), POSITIVE, NEGATIVE, POSITIVE, NEGATIVE, NEUTRAL, (0.1, 0.0, 0.9))
    )
    assert found is not None
    assert [(voice.id, voice.text) for voice in found.praise] == [("e", "e1"), ("a", "a2")]
    assert [(voice.id, voice.text) for voice in found.complaints] == [("b", "b1")]
    assert found.words == "On “lid”: 2 reviews praise, 1 complains."


@pytest.mark.parametrize(
    "rows",
    [
        [POSITIVE] * 4,
        [NEGATIVE] * 4,
        [NEUTRAL] * 4,
        [POSITIVE, NEGATIVE, NEUTRAL, NEUTRAL],
        [POSITIVE, POSITIVE, (0.55, 0.25, 0.2), NEUTRAL],
    ],
)
def test_one_side_or_too_little_is_no_disagreement(rows: list[tuple[float, float, float]]) -> None:
    assert compare("lid", [(name, name) for name in "abcd"], scores(*rows)) is None


def test_one_of_each_in_words() -> None:
    voices = (Voice("a", "x", 0.9),)
    assert Disagreement("lid", voices, voices * 3).words == "On “lid”: 1 review praises, 3 complain."


REVIEWS = (
    Review("1", "The battery is good. The box was bad."),
    Review("2", "What a good battery!"),
    Review("3", "Batteries are bad here. The price is good."),
    Review("4", "The battery is good on Monday. The battery is bad on Friday."),
    Review("5", "This battery exists."),
    Review("6", "A bad strap but I have no opinion of anything else."),
)


def test_only_sentences_about_the_subject_count(fake_models: None, settings: Settings) -> None:  # noqa: ARG001
    library = build(REVIEWS, "batteries", settings)
    query = Query("Does the battery die too fast?")
    found = disagreement(query, search(query, library, 10, settings), settings)
    library.close()
    assert found is not None
    assert found.subject == "battery"
    assert {(voice.id, voice.text) for voice in found.praise} == {
        ("1", "The battery is good."),
        ("2", "What a good battery!"),
    }
    assert [(voice.id, voice.text) for voice in found.complaints] == [("3", "Batteries are bad here.")]


def test_nothing_where_nobody_names_the_subject(fake_models: None, settings: Settings) -> None:  # noqa: ARG001
    library = build(REVIEWS, "batteries", settings)
    for query in (Query(emotion="happy"), Query("strap"), Query("good or bad"), Query("turbulence")):
        hits = search(query, library, 10, settings)
        assert disagreement(query, hits, settings) is None
    hits = search(Query("battery strap"), library, 10, settings)
    assert subject(Query("battery strap"), hits) == ("battery", "battery")
    library.close()


def test_sentences_that_use_the_word_in_any_form() -> None:
    text = "It leaks! I saw no leak at first. The lid is fine."
    assert mentions(text, "leak") == ["It leaks!", "I saw no leak at first."]
