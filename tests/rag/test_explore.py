"""One call from question to answer, with fakes by value and with the shipped reviews and models for real."""

import pytest

from backends.contracts import FACE_EMOTIONS
from errors import QuestionError
from rag.explore import explore
from rag.library import Library
from rag.query import Filters, Query
from settings import Settings
from ui import explore_inputs


def test_an_answer_holds_everything_asked_for(library: Library, settings: Settings) -> None:
    query = Query("coffee", filters=Filters(categories=("Kitchen",)))
    answer = explore(query, library, settings)
    assert answer.query == query
    assert sorted(hit.review.id for hit in answer.hits) == ["a", "b"]
    assert answer.matching == 2
    assert answer.sentiment_mix == {"negative": 0.5, "positive": 0.5}
    assert answer.emotion_mix == {"angry": 0.5, "happy": 0.5}
    assert answer.models == library.manifest.models | {"summarizer": "fake-summarizer"}
    assert answer.summary is not None
    assert {id_ for sentence in answer.summary.sentences for id_ in sentence.citations} == {"a", "b"}
    assert list(answer.seconds) == ["embedding", "search", "summary", "disagreement", "mixes", "total"]
    assert sum(answer.seconds[stage] for stage in list(answer.seconds)[:-1]) <= answer.seconds["total"]


def test_a_bare_emotion_is_an_emotion_and_other_words_are_words(library: Library, settings: Settings) -> None:
    assert explore("happy", library, settings).query == Query(emotion="happy")
    assert explore("happy coffee", library, settings).query == Query(text="happy coffee")
    with pytest.raises(QuestionError, match="Type a question or choose an emotion"):
        explore("  ", library, settings)


def test_nothing_found_is_an_answer_too(library: Library, settings: Settings) -> None:
    answer = explore(Query("coffee", filters=Filters(products=("none",))), library, settings)
    assert (answer.hits, answer.summary, answer.matching) == ((), None, 0)
    assert (answer.sentiment_mix, answer.emotion_mix) == ({}, {})
    assert "summarizer" not in answer.models
    assert answer.note.startswith("No review passes these filters")


@pytest.mark.parametrize("emotion", FACE_EMOTIONS)
def test_each_emotion_gets_hits_and_a_cited_summary(
    shipped_library: Library, session_settings: Settings, emotion: str
) -> None:
    answer = explore(emotion, shipped_library, session_settings)
    assert len(answer.hits) == len({hit.review.text for hit in answer.hits}) == 10
    assert answer.emotion_mix[emotion] >= 0.9
    assert answer.summary is not None
    found = {hit.review.id: hit.review.text for hit in answer.hits}
    for sentence in answer.summary.sentences:
        assert set(sentence.citations) <= set(found)
    for sentence in answer.summary.sentences[1:]:
        quoted = sentence.text[sentence.text.index("“") + 1 : -1]
        assert quoted in found[sentence.citations[0]]


@pytest.mark.parametrize("question", ["quantum chromodynamics lattice", "SELECT * FROM users", "asdfgh qwertz"])
def test_an_off_topic_question_is_not_summarised(
    shipped_library: Library, session_settings: Settings, question: str
) -> None:
    answer = explore(question, shipped_library, session_settings)
    assert answer.summary is None
    assert answer.note.startswith("No review here is clearly about this")


@pytest.mark.parametrize(
    ("question", "product"),
    [
        ("robot vacuum got stuck under the sofa", "Sweepo V3"),
        ("the dog refuses to eat the food", "Muttley & Moss"),
        ("flight was cancelled", "Arrowfen Air"),
        ("earbuds keep disconnecting", "Quillo Buds"),
    ],
)
def test_a_question_about_a_product_finds_it(
    shipped_library: Library, session_settings: Settings, question: str, product: str
) -> None:
    answer = explore(question, shipped_library, session_settings)
    assert {hit.review.product for hit in answer.hits[:8]} == {product}
    assert answer.summary is not None or answer.note.startswith("No sentence in these reviews says this outright")


@pytest.mark.parametrize("question", explore_inputs.EXAMPLES)
def test_every_example_on_the_first_page_is_answered(
    question: str, shipped_library: Library, session_settings: Settings
) -> None:
    summary = explore(Query(question), shipped_library, session_settings).summary
    assert summary is not None
    assert [sentence.text for sentence in summary.sentences if not sentence.citations] == []
