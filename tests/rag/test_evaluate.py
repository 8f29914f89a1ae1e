"""The measures of search against hand calculations and scikit-learn; labelled files read, or refused by line."""

import csv
import io
from math import log2

import numpy as np
import pytest
from sklearn.metrics import ndcg_score

from errors import ReviewFileError
from rag import evaluate as evaluation
from rag.evaluate import Mean, evaluate, evaluation_csv, interval, score
from rag.labels import TEMPLATES, Label, read_labels
from rag.library import Library
from rag.query import Query
from rag.search import search
from settings import Settings


def test_measures_by_hand() -> None:
    found = score("q", "", ["a", "x", "b", "y"], {"a": 1.0, "b": 2.0, "c": 1.0, "x": 0.0}, k=4)
    best = 2 / log2(2) + 1 / log2(3) + 1 / log2(4)
    assert (found.relevant, found.found, found.judged) == (3, 2, 0.75)
    assert [found.precision, found.recall] == pytest.approx([0.5, 2 / 3])
    assert found.ndcg == pytest.approx((1 / log2(2) + 2 / log2(4)) / best)


def test_fewer_hits_than_k_leave_places_empty() -> None:
    found = score("q", "", ["a"], {"a": 1.0, "b": 1.0}, k=10)
    assert (found.precision, found.recall) == (0.1, 0.5)
    assert found.ndcg == pytest.approx(1 / (1 + 1 / log2(3)))
    assert score("q", "", [], {"a": 1.0}, k=10) == evaluation.Scored("q", "", 1, 0, 0.0, 0.0, 0.0, 0.0)


@pytest.mark.parametrize("k", [1, 3, 8])
def test_ndcg_agrees_with_scikit_learn(k: int) -> None:
    random = np.random.default_rng(k)
    for _ in range(20):
        gains = random.integers(0, 4, 12).astype(float)
        gains[0] += 1
        order = random.permutation(12)
        hits, judged = [str(place) for place in order], {str(place): gain for place, gain in enumerate(gains)}
        scores = np.empty(12)
        scores[order] = np.arange(12, 0, -1)
        assert score("q", "", hits, judged, k).ndcg == pytest.approx(ndcg_score([gains], [scores], k=k))


def test_intervals() -> None:
    assert interval([0.25]) == Mean(0.25, 0.25, 0.25)
    found = interval([0.0, 1.0] * 50)
    assert found.mean == 0.5
    assert [found.low, found.high] == pytest.approx([0.4, 0.6], abs=0.02)
    assert found == interval([0.0, 1.0] * 50)


QRELS = (
    b'question,review id,relevance\r\ncoffee,a,2\r\ncoffee,b,1\r\n"robot, smoke",c,1\r\ncoffee,g,0\r\ncoffee,zz,1\r\n'
)


def test_questions_are_read_and_unknown_reviews_named(library: Library) -> None:
    read = read_labels(QRELS, library)
    assert read.labels == (
        Label("coffee", "", "a", 2.0),
        Label("coffee", "", "b", 1.0),
        Label("robot, smoke", "", "c", 1.0),
        Label("coffee", "", "g", 0.0),
    )
    assert read.notes == ("1 line names a review that this library does not have: line 6.",)
    read = read_labels(QRELS + b"coffee,yy,1\r\n", library)
    assert read.notes == ("2 lines name reviews that this library does not have: lines 6, 7.",)


@pytest.mark.parametrize(
    "data",
    [
        b"review id;emotion\na;happy\nb;Angry\n",
        b"\xef\xbb\xbfText\tGold emotion\nJoy joy, good coffee!\thappy\nanger bad coffee leaks\tangry\n",
    ],
)
def test_gold_emotions_ask_for_each_emotion(library: Library, data: bytes) -> None:
    assert set(read_labels(data, library).labels) == {
        Label("", "happy", "a", 1.0), Label("", "angry", "a", 0.0),
        Label("", "happy", "b", 0.0), Label("", "angry", "b", 1.0),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "Line 1: the headings should be"),
        (b"one,two\n1,2\n", "they are “one, two”"),
        (b"question,review id,relevance\n", "headings and no line"),
        (b"question,review id,relevance\ncoffee,a,1\n\ncoffee,b,much\n", "Line 4: the relevance .* not “much”"),
        (b"question,review id,relevance\ncoffee,a,-1\n", "Line 2: the relevance"),
        (b"question,review id,relevance\ncoffee,a,nan\n", "Line 2: the relevance"),
        (b"question,review id,relevance\n,a,1\n", "Line 2: the question is missing"),
        (b"question,review id,relevance\ncoffee,,1\n", "Line 2: the review id is missing"),
        (b"review id,emotion\na,happy\nb,joyful\n", "Line 3: “joyful” is not one of the emotions angry"),
        (b"review id,emotion\na,\n", "Line 2: the emotion is missing"),
        (b"review id,emotion\nzz,sad\n", "None of the reviews"),
        ("question,review id\nkäse,a\n".encode("latin-1"), "not UTF-8"),
    ],
)
def test_wrong_files_are_refused_with_the_line(library: Library, data: bytes, words: str) -> None:
    with pytest.raises(ReviewFileError, match=words):
        read_labels(data, library)


def test_a_search_is_scored_as_a_visitor_sees_it(library: Library, settings: Settings) -> None:
    told: list[tuple[int, int]] = []
    labels = read_labels(QRELS, library).labels
    measured = evaluate(labels, library, 2, settings, lambda done, total: told.append((done, total)))
    hits = [hit.review.id for hit in search(Query("coffee"), library, 2, settings)]
    assert sorted(hits) == ["a", "b"]
    assert told == [(1, 2), (2, 2)]
    first, second = measured.questions
    assert (first.question, first.precision, first.recall, first.relevant) == ("coffee", 1.0, 1.0, 2)
    assert (second.question, second.found, second.precision, second.recall) == ("robot, smoke", 1, 0.5, 1.0)
    assert measured.overall["precision"].mean == 0.75
    assert measured.by_emotion == {}


def test_emotions_have_their_own_means(library: Library, settings: Settings) -> None:
    labels = read_labels(b"review id,emotion\na,happy\nb,angry\nc,fear\n", library).labels
    measured = evaluate(labels, library, 1, settings)
    assert list(measured.by_emotion) == ["angry", "fear", "happy"]
    assert measured.by_emotion["fear"]["ndcg"] == Mean(1.0, 1.0, 1.0)
    assert measured.overall["recall"].mean == 1.0
    assert measured.judged == 1.0


def test_the_highest_precision_that_few_labels_allow_is_told(library: Library, settings: Settings) -> None:
    labels = read_labels(QRELS, library).labels  # 2 and 1 relevant reviews
    measured = evaluate(labels, library, 4, settings)
    assert measured.highest_precision == pytest.approx((2 / 4 + 1 / 4) / 2)
    assert measured.ceiling == (
        "No search could reach more than 0.375 in precision@4 here: 2 of 2 questions have fewer than 4 relevant "
        "reviews in the file."
    )
    measured = evaluate(labels, library, 2, settings)
    assert measured.highest_precision == pytest.approx(0.75)
    assert measured.ceiling.endswith(": 1 of 2 questions has fewer than 2 relevant reviews in the file.")
    alone = evaluate([Label("coffee", "", "a", 1.0)], library, 2, settings)
    assert alone.ceiling.endswith(": the question has fewer than 2 relevant reviews in the file.")
    assert evaluate(labels, library, 1, settings).ceiling == ""


def test_every_question_and_mean_is_in_the_download(library: Library, settings: Settings) -> None:
    measured = evaluate([Label("=coffee", "", "a", 1.0)], library, 1, settings)
    heading, *rows = csv.reader(io.StringIO(evaluation_csv(measured).decode("utf-8-sig"), newline=""))
    assert heading[5:] == ["precision@1", "recall@1", "nDCG@1"]
    found = measured.questions[0]
    assert rows[0] == ["'=coffee", "", "1", str(found.found), "1.0", *[str(float(found.found))] * 3]
    assert [row[0] for row in rows[1:]] == [f"{what} of all questions" for what in ("mean", "low", "high")]


def test_what_cannot_be_measured_says_so(library: Library, settings: Settings) -> None:
    with pytest.raises(ReviewFileError, match="every relevance is 0"):
        evaluate([Label("coffee", "", "a", 0.0)], library, 10, settings)
    with pytest.raises(ReviewFileError, match="between 1 and 100, not 0"):
        evaluate([Label("coffee", "", "a", 1.0)], library, 0, settings)


@pytest.mark.parametrize("name", list(TEMPLATES))
def test_templates_are_of_the_kind_they_show(library: Library, name: str) -> None:
    with pytest.raises(ReviewFileError, match="None of the reviews"):
        read_labels(TEMPLATES[name], library)


def test_emotions_are_searched_among_the_labelled_reviews(library: Library, settings: Settings) -> None:
    read = read_labels(b"review id,emotion\na,happy\nb,angry\n", library)
    measured = evaluate(read.labels, library, 2, settings)
    assert (measured.among, measured.judged) == (2, 1.0)
    assert [(row.emotion, row.found, row.ndcg) for row in measured.questions] == [("angry", 1, 1.0), ("happy", 1, 1.0)]
    whole = evaluate(read_labels(b"review id,emotion\na,happy\n", library).labels, library, 1, settings)
    assert whole.among is None
