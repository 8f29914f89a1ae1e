"""What is found, in which order, within which filters; the reference is exact numpy over every row."""

import datetime
from collections.abc import Sequence

import numpy as np
import pytest

from backends.contracts import FACE_EMOTIONS
from emotion.labels import share_of_words
from errors import QuestionError
from rag.build import build
from rag.diversity import most_relevant_and_new
from rag.hits import Hit
from rag.library import Library
from rag.query import EMOTION_QUERIES, Filters, Query
from rag.ranking import EMOTION_WEIGHT, LEXICAL_WEIGHT, WORDS_WEIGHT
from rag.reviews import Review
from rag.search import embed, find, further, more_like, search, spelled_out
from settings import Settings
from tests.rag import fakes
from tests.rag.conftest import REVIEWS
from tests.rag.test_store import drawn_filters, drawn_reviews


def ids(hits: Sequence[Hit]) -> list[str]:
    return [hit.review.id for hit in hits]


def test_words_find_the_nearest_with_their_cosine(library: Library, settings: Settings) -> None:
    hits = search(Query("coffee leaks"), library, 2, settings)
    assert ids(hits) == ["b", "a"]
    assert hits[0].similarity == pytest.approx(
        float(fakes.embedding("coffee leaks") @ fakes.embedding(REVIEWS[1].text))
    )
    assert hits[0].match is None
    assert hits[0].score > hits[1].score


@pytest.mark.parametrize(("emotion", "expected"), list(zip(FACE_EMOTIONS, "bdcagef", strict=True)))
def test_an_emotion_finds_the_review_that_carries_it(
    library: Library, settings: Settings, emotion: str, expected: str
) -> None:
    first = search(Query(emotion=emotion), library, 7, settings)[0]
    assert first.review.id == expected
    assert first.emotion == emotion
    assert first.match == pytest.approx(float(first.face_emotions.max()))


def test_words_and_an_emotion_count_both(library: Library, settings: Settings) -> None:
    assert ids(search(Query("robot", emotion="surprise"), library, 1, settings)) == ["f"]
    assert ids(search(Query("robot", emotion="sad"), library, 1, settings)) == ["e"]
    assert ids(search(Query("coffee", emotion="happy"), library, 1, settings)) == ["a"]


def test_the_words_of_an_emotion_left_in_place_are_no_words_of_ones_own(library: Library, settings: Settings) -> None:
    shown = search(Query(EMOTION_QUERIES["fear"], "fear"), library, 7, settings)
    assert [(hit.review.id, hit.score) for hit in shown] == [
        (hit.review.id, hit.score) for hit in search(Query(emotion="fear"), library, 7, settings)
    ]


def test_a_hit_carries_what_import_stored(library: Library, settings: Settings) -> None:
    hit = search(Query("mould"), library, 1, settings)[0]
    assert hit.review == REVIEWS[3]
    np.testing.assert_array_equal(hit.emotions, fakes.emotions([hit.review.text])[0])
    np.testing.assert_array_equal(hit.sentiment, fakes.sentiments([hit.review.text])[0])
    assert (hit.emotion, hit.sentiment_label) == ("disgust", "negative")
    assert hit.toxicity == pytest.approx(0.1)


def test_filters_are_inside_the_search(library: Library, settings: Settings) -> None:
    kitchen = Query("robot smoke mould", filters=Filters(categories=("Kitchen",)))
    assert sorted(ids(search(kitchen, library, 2, settings))) == ["a", "b"]
    assert search(Query("robot", filters=Filters(products=("none",))), library, 5, settings) == []
    assert ids(search(Query(emotion="happy", filters=Filters(sentiments=("neutral",))), library, 5, settings)) != []


@pytest.fixture
def drawn(fake_models: None, settings: Settings) -> tuple[Library, list[Review]]:
    """300 reviews with random fields and random words."""
    del fake_models
    rng = np.random.default_rng(5)
    words = np.array(
        ["coffee", "joy", "anger", "fear", "good", "bad", "robot", "late", "sadness", "box", "price", "soft"]
    )
    reviews = [
        Review(review.id, " ".join(rng.choice(words, 6)) + f" {review.id}", "", review.product, review.category)
        for review in drawn_reviews(300, seed=3)[0]
    ]
    return build(reviews, "drawn", settings), reviews


@pytest.mark.parametrize("emotion", [None, "happy", "fear"])
def test_scores_equal_brute_force_under_random_filters(
    drawn: tuple[Library, list[Review]], settings: Settings, emotion: str | None
) -> None:
    library, reviews = drawn
    place = {review.id: row for row, review in enumerate(reviews)}
    vectors = np.array([fakes.embedding(review.text) for review in reviews]).astype(np.float16).astype(np.float32)
    for seed in range(20):
        query = Query("coffee box late", emotion, drawn_filters(seed))
        vector = embed(query, library, settings)
        cosines = vectors @ vector
        expected = (cosines - cosines.mean()) / cosines.std()
        if emotion:
            strengths = share_of_words(emotion, library.feelings, library.sentiments)
            shares = np.maximum(strengths, 1e-4)
            expected = WORDS_WEIGHT * expected + EMOTION_WEIGHT * np.log(shares)
        else:
            terms = library.lexicon.terms(query.text)
            expected = expected + LEXICAL_WEIGHT * library.lexicon.scores(terms) / library.lexicon.scale(terms)
        allowed = library.matching(query.filters)
        rows = np.arange(300) if allowed is None else allowed
        hits = find(query, vector, library, 10)
        assert len(hits) == min(10, len(rows))
        assert {place[hit.review.id] for hit in hits} <= set(rows.tolist())
        for hit in hits:
            assert hit.score == pytest.approx(float(expected[place[hit.review.id]]), abs=5e-3)
        if hits:
            assert hits[0].score == pytest.approx(float(expected[rows].max()), abs=5e-3)
            assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_copies_and_near_copies_are_one_hit(fake_models: None, settings: Settings) -> None:
    del fake_models
    reviews = [
        Review("first", "the coffee is good"),
        Review("shouted", "THE COFFEE... is good!!"),
        Review("reordered", "good is the coffee"),
        Review("other", "coffee arrived late"),
    ]
    library = build(reviews, "copies", settings)
    assert ids(search(Query("coffee good"), library, 4, settings)) == ["first", "other"]


def test_asking_for_more_than_there_is_gives_all_and_for_none_gives_none(library: Library, settings: Settings) -> None:
    assert len(search(Query("coffee"), library, 50, settings)) == 7
    assert search(Query("coffee"), library, 0, settings) == []


def test_relevance_and_novelty_by_hand() -> None:
    vectors = np.array([[1, 0], [1, 0], [0, 1]], np.float32)
    scores = np.array([1.0, 0.99, 0.9], np.float32)
    assert most_relevant_and_new(scores, vectors, 3).tolist() == [0, 1, 2]  # stretched to 1, 0.9, 0: relevance wins
    scores = np.array([1.0, 0.6, 0.5, 0.0], np.float32)
    vectors = np.array([[1, 0], [1, 0], [0, 1], [0, 1]], np.float32)
    # second pick: 0.8 * 0.6 - 0.2 * 1 = 0.28 against 0.8 * 0.5 - 0.2 * 0 = 0.40
    assert most_relevant_and_new(scores, vectors, 2).tolist() == [0, 2]


def test_words_that_stand_in_a_review_count_beside_similarity(library: Library, settings: Settings) -> None:
    hits = search(Query("leaks smoke"), library, 7, settings)
    wordings = {hit.review.id: hit.wording for hit in hits if hit.wording}
    once = sum(library.lexicon.idf(1) for _ in range(2))
    weights = {
        review_id: library.lexicon.postings(term).weights[0] * library.lexicon.idf(1) / once
        for review_id, term in (("b", "leak"), ("c", "smoke"))
    }
    assert wordings == {key: pytest.approx(value) for key, value in weights.items()}
    background = library.background() @ embed(Query("leaks smoke"), library, settings)
    similar = {hit.review.id: (hit.similarity - background.mean()) / background.std() for hit in hits}
    for hit in hits:
        expected = WORDS_WEIGHT * similar[hit.review.id] + LEXICAL_WEIGHT * wordings.get(hit.review.id, 0)
        assert hit.score == pytest.approx(float(expected), abs=1e-4)


def test_phrases_must_be_there_and_exclusions_must_not(library: Library, settings: Settings) -> None:
    assert ids(search(Query('"robot stopped"'), library, 7, settings)) == ["e"]
    assert ids(search(Query('"stopped robot"'), library, 7, settings)) == []
    assert sorted(ids(search(Query("robot -dances"), library, 7, settings))) == list("abcdeg")
    assert sorted(ids(search(Query('bad NOT "bad coffee" -mould'), library, 7, settings))) == list("acefg")
    sad = Query("-robot", "sad", Filters(products=("Robot",)))
    assert sorted(ids(search(sad, library, 7, settings))) == ["c", "d"]


@pytest.mark.parametrize(
    "typed", ['"', "a*", "NEAR(", "text:x", "😀", "x\0y", "'; DROP TABLE reviews; --", "(((", "OR AND"]
)
def test_anything_may_be_asked(library: Library, settings: Settings, typed: str) -> None:
    assert len(search(Query(typed), library, 7, settings)) == 7


def test_filters_on_emotion_and_language(library: Library, settings: Settings) -> None:
    assert sorted(ids(search(Query("robot", filters=Filters(emotions=("sad", "surprise"))), library, 7, settings))) == [
        "e",
        "f",
    ]
    assert search(Query("robot", filters=Filters(languages=("ko",))), library, 7, settings) == []


def test_more_like_a_review_are_its_nearest_without_itself(library: Library, settings: Settings) -> None:
    vectors = np.array([fakes.embedding(review.text) for review in REVIEWS])
    order = [row for row in np.argsort(-(vectors @ vectors[4]), kind="stable") if row != 4]
    hits = more_like("e", library, 3)
    assert ids(hits) == [REVIEWS[row].id for row in order[:3]]
    assert [hit.similarity for hit in hits] == pytest.approx((vectors[order[:3]] @ vectors[4]).tolist(), abs=1e-3)
    assert [hit.score for hit in hits] == [hit.similarity for hit in hits]
    only_home = more_like("e", library, 7, Filters(categories=("Home",)))
    assert sorted(ids(only_home)) == ["c", "d", "f"]
    with pytest.raises(QuestionError, match="There is no review 'x' in the library"):
        more_like("x", library, 3)
    del settings


def test_hits_know_their_language(settings: Settings) -> None:
    reviews = [
        Review("ko", "배송이 너무 늦고 상자가 부서졌어요."),
        Review("en", "The delivery came late and the box was broken."),
        Review("short", "ok"),
    ]
    hits = search(Query("delivery"), build(reviews, "mixed", settings), 3, settings)
    assert {hit.review.id: (hit.language, hit.foreign) for hit in hits} == {
        "ko": ("ko", True),
        "en": ("en", False),
        "short": ("und", False),
    }


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (Filters(products=("",)), "g"),
        (Filters(categories=("", "Kitchen")), "abg"),
        (Filters(unrated=True), "f"),
        (Filters(undated=True), "e"),
        (Filters(unrated=True, min_rating=5), "af"),
        (Filters(undated=True, until=datetime.date(2025, 1, 1)), "ae"),
        (Filters(products=("",), unrated=True), ""),
    ],
)
def test_reviews_that_lack_something_are_found_by_it(
    library: Library, settings: Settings, filters: Filters, found: str
) -> None:
    assert sorted(ids(search(Query("robot coffee box", filters=filters), library, 10, settings))) == list(found)


def test_further_hits_follow_those_that_were_seen(library: Library, settings: Settings) -> None:
    every = ids(search(Query("coffee"), library, 7, settings))
    first = ids(search(Query("coffee"), library, 2, settings))
    behind = ids(further(Query("coffee"), library, first, 3, settings))
    assert behind == [number for number in ids(search(Query("coffee"), library, 5, settings)) if number not in first]
    last = ids(further(Query("coffee"), library, [*first, *behind], 9, settings))
    assert sorted(first + behind + last) == sorted(every)
    assert further(Query("coffee"), library, every, 5, settings) == []


def test_phrases_and_exclusions_become_filters(library: Library, settings: Settings) -> None:
    query = Query('bad NOT "bad coffee" -mould', filters=Filters(sentiments=("negative",)))
    filters = spelled_out(query, library)
    assert filters.chosen is not None
    assert filters.chosen.name == "reviews that do not say “bad coffee” and do not say “mould”"
    wanted = set(ids(search(query, library, 7, settings)))
    rows = library.matching(filters)
    assert rows is not None
    assert {review.id for review in library.store.by_row(rows.tolist())} == wanted
    plain = Query("bad", filters=query.filters)
    assert spelled_out(plain, library) == plain.filters
