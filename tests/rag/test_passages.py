"""Only sentences about the question may be quoted, and only reviews with one are counted: checked by hand."""

import math

import numpy as np
import pytest

from backends.contracts import GOEMOTIONS, Passage, StoredSentence
from backends.sentences import split
from rag.build import build
from rag.explore import explore
from rag.library import Library
from rag.passages import FITS, IN_THE_SENTENCE, about, passages, weights
from rag.query import Query
from rag.reviews import Review
from rag.search import search
from settings import Settings
from tests.rag import fakes

ASKED = np.array([1, 0], np.float32)
WEIGHTS = {"leak": 0.25, "boat": 0.75}


def passage(cosines: list[float], text: str, title: str = "") -> Passage:
    """A review whose sentences have these cosines to ASKED."""
    emotions = np.zeros(len(GOEMOTIONS), np.float32)
    vectors = [np.array([cosine, (1 - cosine**2) ** 0.5], np.float32) for cosine in cosines]
    told = zip(split(text), vectors, strict=True)
    sentences = tuple(StoredSentence(start, end, vector, emotions) for (start, end), vector in told)
    return Passage("a", text, "", sentences, "fake", title=title)


@pytest.mark.parametrize(
    ("question", "cosine", "fits"),
    [
        ("turbulence", FITS + 0.01, True),
        ("turbulence", FITS - 0.01, False),
        ("leaking boats", FITS - IN_THE_SENTENCE * WEIGHTS["leak"] + 0.01, True),
        ("leaking boats", FITS - IN_THE_SENTENCE * WEIGHTS["leak"] - 0.01, False),
    ],
)
def test_a_sentence_fits_by_nearness_and_the_words_it_uses(question: str, cosine: float, fits: bool) -> None:
    told = WEIGHTS if "leak" in question else {"turbulenc": 1.0}
    marked = about(Query(question), ASKED, [passage([-0.9, cosine], "It is blue. It leaked.")], told)
    assert [one.about for one in marked] == ([frozenset({12})] if fits else [])


def test_the_title_counts_for_the_first_sentence() -> None:
    near = FITS - IN_THE_SENTENCE + 0.01
    titled = passage([near, near], "Hold tight. I cried.", "Turbulence")
    assert [one.about for one in about(Query("turbulence"), ASKED, [titled], {"turbulenc": 1.0})] == [frozenset({0})]


def test_rare_words_tell_more_than_common_ones(fake_models: None, settings: Settings) -> None:  # noqa: ARG001
    library = build([Review(str(n), f"The pump leaks {'oil' if n == 0 else n}.") for n in range(7)], "seven", settings)
    found = weights(Query("What do buyers say about pumps that lose oil?"), library)
    library.close()
    told = {"pump": math.log(1 + 7 / 8), "los": math.log(1 + 7 / 1), "oil": math.log(1 + 7 / 2)}
    assert found == pytest.approx({stem: value / sum(told.values()) for stem, value in told.items()})


@pytest.mark.parametrize("query", [Query(emotion="sad"), Query("What do customers complain about?", "angry")])
def test_where_no_subject_is_named_everything_may_be_quoted(query: Query) -> None:
    read = [passage([0.0], "It is blue.")]
    assert about(query, ASKED, read, {}) == read
    assert read[0].about is None


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
