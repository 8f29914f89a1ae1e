"""A summary counts what is true, cites what it counts, and stays silent when nothing fits."""

from collections.abc import Sequence

import numpy as np
import pytest

from backends.contracts import SENTIMENTS, CitedSentence, Summary
from backends.passage import Passage
from rag.hits import Hit
from rag.library import Library
from rag.query import Filters, Query
from rag.relevance import evidence_of, relevant
from rag.reviews import Review
from rag.search import search
from rag.summarize import counted, summarize
from settings import Settings
from tests.rag import fakes


def hit(
    id_: str, product: str = "", sentiment: str = "neutral", similarity: float = 0.5, match: float | None = None
) -> Hit:
    shares = np.array([float(label == sentiment) for label in SENTIMENTS], np.float32)
    zeros = np.zeros(28, np.float32)
    return Hit(Review(id_, "text", product=product), similarity, match, 0.0, zeros, zeros[:7], shares, 0.0)


def test_a_clear_majority_is_named_and_cited() -> None:
    hits = [hit(f"n{n}", ("Hotel", "Air")[n % 2], "negative") for n in range(8)]
    hits += [hit("p1", "Bank", "positive"), hit("p2", "Bank", "neutral")]
    lead = counted(hits)
    assert lead is not None
    assert lead.text == "8 of these 10 reviews are negative; all 8 are about Hotel and Air."
    assert lead.citations == tuple(f"n{n}" for n in range(8))


def test_all_and_one_product() -> None:
    lead = counted([hit("a", "Pot", "positive"), hit("b", "Pot", "positive")])
    assert lead is not None
    assert (lead.text, lead.citations) == ("Both reviews are positive; both are about Pot.", ("a", "b"))


def test_what_is_said_about_the_question_is_counted_not_the_whole_review() -> None:
    hits = [hit("a", "Pot", "negative"), hit("b", "Pot", "negative"), hit("c", "Pan", "negative")]
    lead = counted(hits, {"a": "positive", "b": "positive", "c": "negative"})
    assert lead is not None
    assert lead.text == "2 of these 3 reviews are positive about it; both are about Pot."
    assert lead.citations == ("a", "b")
    calm = counted(hits[:2], {"a": "neutral", "b": "neutral"})
    assert calm is not None
    assert calm.text == "Both reviews are neutral about it; both are about Pot."


def test_a_neutral_sentiment_is_not_called_a_neutral_review() -> None:
    lead = counted([hit("a"), hit("b"), hit("c", sentiment="positive")])
    assert lead is not None
    assert lead.text == "2 of these 3 reviews have a neutral sentiment."


def test_split_opinions_give_both_counts() -> None:
    hits = [hit("a", "x", "positive"), hit("b", "y", "positive"), hit("c", "z", "negative"), hit("d", "w", "neutral")]
    lead = counted(hits)
    assert lead is not None
    assert lead.text == "Of these 4 reviews, 2 are positive, 1 is negative and 1 is neutral."
    assert lead.citations == ("a", "b", "c", "d")


@pytest.mark.parametrize(
    ("products", "expected"),
    [
        (("A", "A", "A", "B"), "; most of the 4 are about A"),
        (("850", "850", "850", "B"), "; most of the 4 are about product 850"),
        (("A", "A", "B", "C"), ""),
        (("A", "A", "B", "B", "C"), "; most of the 5 are about A and B"),
        (("A", "A", "B", "B", "C", "C"), ""),
        (("A", "", "", ""), ""),
    ],
)
def test_products_are_named_only_when_they_are_most(products: tuple[str, ...], expected: str) -> None:
    lead = counted([hit(str(n), product, "negative") for n, product in enumerate(products)])
    assert lead is not None
    assert lead.text == f"All {len(products)} reviews are negative{expected}."


def test_one_review_is_not_counted() -> None:
    assert counted([hit("a")]) is None


def test_hits_are_relevant_once_one_of_them_is_near_enough(library: Library) -> None:
    near, fair, far = hit("near", similarity=0.42), hit("fair", similarity=0.27), hit("far", similarity=0.2)
    assert relevant(Query("coffee"), [near, fair, far], library) == [near, fair]
    assert relevant(Query("coffee"), [fair, far], library) == []


def test_one_near_hit_counts_less_than_three_and_less_among_many_reviews(library: Library) -> None:
    lone, three = [hit("a", similarity=0.4), hit("b", similarity=0.1)], [hit(name, similarity=0.4) for name in "abc"]
    query = Query("coffee")  # a word that the library knows and these hits do not use: 0.1
    assert [evidence_of(query, lone, library), evidence_of(query, three, library)] == pytest.approx([0.44, 0.5])
    assert relevant(query, three, library) == three
    assert relevant(query, lone, library) == []
    assert evidence_of(query, three, library, among=70_000) == pytest.approx(0.3)
    assert relevant(query, three, library, among=70_000) == []


def test_a_hit_that_holds_every_word_is_relevant_however_far_it_seems(library: Library) -> None:
    literal = hit("literal", similarity=0.1)
    assert relevant(Query("What about these texts?"), [literal], library) == [literal]
    assert relevant(Query("texts of turbulence"), [literal], library) == []
    assert relevant(Query("12345"), [literal], library) == []


def test_an_emotion_must_be_carried(library: Library) -> None:
    carrying, other = hit("carrying", similarity=-0.1, match=0.9), hit("other", similarity=0.5, match=0.05)
    assert relevant(Query(emotion="sad"), [carrying, other], library) == [carrying]
    assert relevant(Query("coffee", "sad"), [other], library) == []


def test_every_sentence_cites_hits(library: Library, settings: Settings) -> None:
    query = Query("coffee")
    hits = search(query, library, 2, settings)
    told = summarize(query, hits, library, settings)
    assert told.note == ""
    assert told.summary is not None
    assert told.summary.model == "fake-summarizer"
    assert [(sentence.text, sentence.citations) for sentence in told.summary.sentences[1:]] == [
        (" ".join(found.review.text.split()[:3]), (found.review.id,)) for found in hits
    ]


@pytest.mark.parametrize(
    ("query", "note"),
    [
        (Query("quantum lattice"), "No review here is clearly about this"),
        (Query("coffee", "surprise", Filters(products=("Pot",))), "do not sound surprise"),
        (Query(emotion="sad", filters=Filters(products=("Pot",))), "No review here clearly sounds sad"),
        (Query("coffee", filters=Filters(products=("no such",))), "No review passes these filters"),
    ],
)
def test_nothing_relevant_gives_the_reason_instead_of_noise(
    library: Library, settings: Settings, query: Query, note: str
) -> None:
    told = summarize(query, search(query, library, 3, settings), library, settings)
    assert told.summary is None
    assert note in told.note


@pytest.mark.parametrize(
    ("text", "filters", "begins"),
    [
        ('"cold tea"', Filters(), "No review says “cold tea” word for word. Take the quotation marks away"),
        (
            '"cold tea" "x"',
            Filters(min_rating=1),
            "No single review says “cold tea” and “x” word for word. Take the quotation marks away",
        ),
        ('"good coffee"', Filters(min_rating=6), "1 review says “good coffee” word for word, but does not pass the"),
        (
            '"coffee" NOT joy -bad',
            Filters(),
            "2 reviews say “coffee” word for word, but each of them also says “joy” or",
        ),
        ('"coffee leaks" -bad', Filters(), "1 review says “coffee leaks” word for word, but it also says “bad”, which"),
        (
            '"coffee leaks" -leaking',
            Filters(),
            "1 review says “coffee leaks” word for word, but it also says “leaking”, which",
        ),
        (
            '"coffee" -bad',
            Filters(max_rating=4),
            "2 reviews say “coffee” word for word: 1 does not pass the filters, 1 also says “bad”, which you ",
        ),
        ("tea -coffee -b", Filters(), "No review is left without “coffee” and “b”. Leave out less"),
        ("tea", Filters(min_rating=9), "No review passes these filters."),
    ],
)
def test_nothing_left_says_what_to_loosen(
    library: Library, settings: Settings, text: str, filters: Filters, begins: str
) -> None:
    assert summarize(Query(text, filters=filters), [], library, settings).note.startswith(begins)


def test_a_sentence_that_its_reviews_do_not_say_is_left_out(
    library: Library, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def invent(_self: object, _question: str, reviews: Sequence[Passage]) -> Summary:
        said = CitedSentence("Pot: “bad coffee leaks”", ("b",))
        misquoted = CitedSentence("Pot: “good coffee leaks”", ("b",))
        near, far = CitedSentence("anger coffee leaks bad", ("b",)), CitedSentence("plain neutral box", ("b",))
        assert {"a", "b"} == {review.id for review in reviews}
        return Summary((said, misquoted, near, far), "fake")

    monkeypatch.setattr(fakes.FirstWords, "summarize", invent)
    query = Query("coffee")
    told = summarize(query, search(query, library, 2, settings), library, settings)
    assert told.summary is not None
    assert [sentence.text for sentence in told.summary.sentences[1:]] == [
        "Pot: “bad coffee leaks”",
        "anger coffee leaks bad",
    ]
    assert told.caution == "2 sentences were left out: the reviews cited for them do not say so."
    assert set(told.rests_on) == {"a", "b"}
    assert told.cited == ("b",)
