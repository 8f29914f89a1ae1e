"""Only sentences about the question may be quoted, and only reviews with one are counted: checked by hand."""

import math
from dataclasses import replace

import numpy as np
import pytest

from backends.contracts import GOEMOTIONS
from backends.passage import Passage, StoredSentence
from backends.sentences import split
from rag.build import build
from rag.explore import explore
from rag.library import Library
from rag.passages import about, about_or_nearest, passages, sentiments, weights
from rag.query import Query
from rag.reviews import Review
from rag.search import embed, search
from rag.summarize import summarize
from settings import Settings
from tests.rag import answers, fakes


def test_rare_words_tell_more_than_common_ones(fake_models: None, settings: Settings) -> None:  # noqa: ARG001
    library = build([Review(str(n), f"The pump leaks {'oil' if n == 0 else n}.") for n in range(7)], "seven", settings)
    found = weights(Query("What do buyers say about pumps that lose oil?"), library)
    library.close()
    told = {"pump": math.log(1 + 7 / 8), "los": math.log(1 + 7 / 1), "oil": math.log(1 + 7 / 2)}
    assert found == pytest.approx({stem: value / sum(told.values()) for stem, value in told.items()})


def test_only_sentences_that_fit_are_marked_and_reviews_without_one_left_out(
    fake_models: None,  # noqa: ARG001
    settings: Settings,
) -> None:
    texts = {"a": "It is blue. The pump leaks.", "b": "I cried on a boat. We went home.", "c": "The pump leaks."}
    library = build([Review(key, text) for key, text in texts.items()], "three", settings)
    query = Query("pump leaks")
    hits = search(query, library, 3, settings)
    found = about(query, embed(query, library, settings), hits, library, settings)
    library.close()
    assert {one.id: one.about for one in found} == {"a": frozenset({12}), "c": frozenset({0})}


@pytest.mark.parametrize("query", [Query(emotion="sad"), Query("What do customers complain about?", "angry")])
def test_where_no_subject_is_named_everything_may_be_quoted(
    fake_models: None,  # noqa: ARG001
    settings: Settings,
    query: Query,
) -> None:
    library = build([Review("a", "It is blue."), Review("b", "I cried.")], "two", settings)
    hits = search(query, library, 2, settings)
    found = about(query, embed(query, library, settings), hits, library, settings)
    library.close()
    assert {(one.id, one.about) for one in found} == {("a", None), ("b", None)}


def test_the_sentiment_is_that_of_the_marked_sentences() -> None:
    emotions = np.zeros((2, len(GOEMOTIONS)), np.float32)
    emotions[0, GOEMOTIONS.index("joy")], emotions[1, GOEMOTIONS.index("anger")] = 0.9, 0.9
    spans = split("Lovely lid. Awful pump.")
    sentences = tuple(
        StoredSentence(*span, np.ones(2, np.float32), row) for span, row in zip(spans, emotions, strict=True)
    )
    one = answers.hit(Review("a", "Lovely lid. Awful pump."), "happy", "positive")
    told = [Passage("a", one.review.text, sentences=sentences, about=frozenset({start})) for start, _ in spans]
    assert [sentiments([passage], [one])["a"] for passage in told] == ["positive", "negative"]
    assert sentiments([replace(told[1], about=None)], [one]) == {"a": "positive"}


def test_sentences_that_no_import_stored_are_read(
    fake_models: None,  # noqa: ARG001
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    library = build([Review("a", "The pump leaks. I cried.")], "one", settings)
    hits = search(Query("pump"), library, 1, settings)
    stored = passages(hits, library, settings)[0].sentences
    monkeypatch.setattr(library, "sentences", lambda _row: ())
    read = passages(hits, library, settings)[0].sentences
    library.close()
    assert [(one.start, one.end) for one in read] == [(one.start, one.end) for one in stored] == [(0, 15), (16, 24)]
    for one, text in zip(read, ("The pump leaks.", "I cried."), strict=True):
        assert np.allclose(one.vector, fakes.embedding(text), atol=1e-6)


@pytest.mark.parametrize(
    "question", ["What do the reviews say about submarines?", "Do any reviews mention astronauts?"]
)
def test_what_nobody_speaks_of_is_not_summarised(
    shipped_library: Library, session_settings: Settings, question: str
) -> None:
    answer = explore(question, shipped_library, session_settings)
    assert answer.summary is None
    assert answer.note.startswith("No review here is clearly about this")
    assert answer.rests_on == ()


@pytest.mark.parametrize("question", ["batteries that die", "What do customers say about the battery?"])
def test_every_quote_about_batteries_is_about_batteries(
    shipped_library: Library, session_settings: Settings, question: str
) -> None:
    answer = explore(question, shipped_library, session_settings)
    assert answer.summary is not None
    quotes = [sentence.text.lower() for sentence in answer.summary.sentences if "“" in sentence.text]
    assert quotes
    for quote in quotes:
        assert any(word in quote for word in ("batter", "charg", "percent", "dead", "power")), quote


def test_where_no_sentence_fits_the_reviews_are_shown_and_there_is_no_summary(
    shipped_library: Library, session_settings: Settings
) -> None:
    answer = explore("customer service", shipped_library, session_settings)
    assert answer.summary is None
    assert answer.note.startswith("No sentence in these reviews says this outright.")
    assert answer.hits
    assert answer.rests_on == ()


def test_what_comes_nearest_is_quoted_with_its_review_best_first_and_never_from_too_far(
    fake_models: None,  # noqa: ARG001
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    texts = {"a": "It is blue. The pump leaks.", "b": "I cried on a boat.", "c": "The pump sings."}
    library = build([Review(key, text, product="Pot") for key, text in texts.items()], "three", settings)
    query = Query("pump leaks")
    hits = sorted(search(query, library, 3, settings), key=lambda hit: hit.review.id)
    worth = {"a": [0.1, 0.58], "b": [0.3], "c": [0.52]}
    monkeypatch.setattr("rag.passages.fits", lambda *given: [np.array(worth[one.id], np.float32) for one in given[3]])
    monkeypatch.setattr("rag.summarize.relevant", lambda *_: hits)
    vector = embed(query, library, settings)
    assert about(query, vector, hits, library, settings) == []
    none, found = about_or_nearest(query, vector, hits, library, settings)
    assert none == []
    assert [(one.text, one.citations) for one in found] == [
        ("Pot: “The pump leaks.”", ("a",)),
        ("Pot: “The pump sings.”", ("c",)),
    ]
    told = summarize(query, hits, library, settings, vector)
    library.close()
    assert (told.summary, told.nearest) == (None, found)
    assert told.note.endswith("says this outright. These come nearest; judge for yourself:")


@pytest.mark.parametrize("emotion", [None, "happy"])
def test_with_an_emotion_the_mood_of_a_sentence_does_not_matter(
    fake_models: None,  # noqa: ARG001
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    emotion: str | None,
) -> None:
    """The question complains and the sentence praises; the reviews of an emotion were chosen by their mood already."""
    library = build(
        [Review("a", "The pump is awful, what joy when we saw it leave on that green boat.")], "one", settings
    )
    monkeypatch.setattr("rag.passages.mood_of", lambda *_: "negative")
    query = Query("the pump is awful", emotion)
    hits = search(query, library, 1, settings)
    found = about(query, embed(query, library, settings), hits, library, settings)
    library.close()
    assert [one.id for one in found] == ([] if emotion is None else ["a"])


@pytest.mark.parametrize(
    ("question", "never"),
    [
        ("What broke after a few weeks?", "nothing broke"),
        ("rude employees", "Nobody at the bank was rude"),
        ("not waterproof", "the left bud was WET"),
        ("staff who did not listen", "voicemails"),
        ("Deliveries that came late", "two, four, six or eight weeks"),
        ("customer service", "pop-up"),
        ("rude staff", "Nobody at the bank was rude"),
        ("lost luggage", "Luggage was on the belt"),
        ("What broke after a few weeks?", "a smell I can't place"),
        ("doctor did not listen", "This doctor listened"),
        ("too noisy at night", "What noise?"),
    ],
)
def test_what_denies_the_question_or_uses_one_word_of_it_in_another_sense_is_not_quoted(
    shipped_library: Library, session_settings: Settings, question: str, never: str
) -> None:
    summary = explore(question, shipped_library, session_settings).summary
    assert not [one.text for one in (summary.sentences if summary else ()) if never in one.text]


@pytest.mark.parametrize(
    ("question", "quote"),
    [
        ("hidden fees", "an inactivity fee, and a fee for asking what the fees are"),
        ("charged twice", "Charged my card twice for one backpack"),
        ("strap tore off", "the shoulder strap tore loose"),
        ("flight was cancelled", "flight cancelled, no other seats till sunday."),
    ],
)
def test_what_answers_the_question_is_quoted(
    shipped_library: Library, session_settings: Settings, question: str, quote: str
) -> None:
    summary = explore(question, shipped_library, session_settings).summary
    assert summary is not None
    assert [one for one in summary.sentences if quote in one.text]
