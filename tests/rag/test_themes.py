"""Three topics come back as three themes with their words; every figure is what a hand calculation gives."""

import logging
from collections.abc import Iterator
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from backends.contracts import FloatArray
from errors import LibraryError
from rag import themes, themes_facts
from rag.build import build
from rag.library import Library
from rag.query import Chosen, Filters
from rag.reviews import Review
from rag.themes_cluster import Centring, Groups, Source, group, merged, most_themes
from rag.themes_typical import typical
from rag.words import stem, words
from settings import Settings
from tests.rag import fakes, topics


@pytest.fixture
def three(fake_models: None, settings: Settings) -> Iterator[Library]:
    """The library of three topics."""
    del fake_models
    made = build(topics.reviews(), "three", settings)
    yield made
    made.close()


def found(library: Library, settings: Settings) -> tuple[themes.Themes, themes_facts.Facts]:
    facts = themes_facts.read(library)
    return themes.find(library, facts, settings), facts


def test_three_topics_are_three_themes_with_their_words(three: Library, settings: Settings) -> None:
    made, _ = found(three, settings)
    members = [{topics.topic_of(row) for row in made.rows(theme)} for theme in range(3)]
    assert sorted(map(sorted, members)) == [["delivery"], ["taste"], ["zipper"]]
    assert made.far_share == 0
    for theme, (topic,) in enumerate(members):
        said = {word for phrase in made.words[theme] for word in phrase.split()}
        assert said & set(topics.TOPICS[topic].split()), made.words[theme]
        assert said <= set(topics.TOPICS[topic].split())
    assert len(set(made.names)) == len(made.names) == 3


def test_figures_by_hand(three: Library, settings: Settings) -> None:
    made, facts = found(three, settings)
    shown = {topics.topic_of(int(made.rows(f.theme)[0])): f for f in themes.figures(made, facts)}
    assert {topic: f.size for topic, f in shown.items()} == {"zipper": 20, "delivery": 20, "taste": 20}
    assert shown["zipper"].share.value == pytest.approx(1 / 3)
    assert shown["taste"].emotions["happy"] > 0.5
    assert shown["delivery"].emotions["angry"] > 0.5
    # mean of all is (1 + 2 + 5) / 3; without the theme the mean of the other two
    assert shown["zipper"].impact is not None
    assert shown["zipper"].impact.value == pytest.approx(8 / 3 - 7 / 2)
    assert shown["taste"].impact is not None
    assert shown["taste"].impact.value == pytest.approx(8 / 3 - 3 / 2)
    assert shown["taste"].rating is not None
    assert shown["taste"].rating.value == 5.0


def test_filters_count_only_what_passes(three: Library, settings: Settings) -> None:
    made, facts = found(three, settings)
    rows = three.matching(Filters(products=("Kite",), max_rating=2))
    shown = themes.figures(made, facts, rows)
    assert [f.size for f in shown] == [10, 10]
    assert {f.share.value for f in shown} == {0.5}


def test_quotes_are_verbatim_distinct_and_of_the_theme(three: Library, settings: Settings) -> None:
    made, _ = found(three, settings)
    texts = {review.id: review.text for review in topics.reviews()}
    rows = made.rows(0)
    quoted = themes.quotes(three, made, rows, 3)
    assert [texts[review.id] for review in quoted] == [review.text for review in quoted]
    assert len({review.text for review in quoted}) == 3
    assert {review.id.split("-")[0] for review in quoted} == {topics.topic_of(int(rows[0]))}


def test_a_quote_does_not_nearly_repeat_another(fake_models: None, settings: Settings) -> None:
    del fake_models
    reviews = topics.reviews()
    twin = "zipper broke seam torn jacket and the whole lining of my best coat"
    reviews += [Review("twin-1", f"{twin}, once"), Review("twin-2", f"{twin} ... twice")]
    made = build(reviews, "twins", settings)
    found_, _ = found(made, settings)
    rows = np.array([60, 61, 0], np.int64)
    quoted = [review.id for review in themes.quotes(made, found_, rows, 3)]
    assert set(quoted[:2]) in ({"twin-1", "zipper-0"}, {"twin-2", "zipper-0"})
    assert len(set(quoted)) == 3
    made.close()


def test_the_same_library_gives_the_same_themes_and_keeps_them(three: Library, settings: Settings) -> None:
    first, facts = found(three, settings)
    kept = themes.find(three, facts, settings, lambda *_: pytest.fail("worked out again"))
    assert kept.names == first.names
    assert kept.words == first.words
    np.testing.assert_array_equal(kept.place, first.place)
    (three.folder / "themes.npz").unlink()
    again = themes.find(three, facts, settings)
    assert again.names == first.names
    np.testing.assert_array_equal(again.place, first.place)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 torn"])
def test_a_torn_or_foreign_file_is_worked_out_again(three: Library, settings: Settings, content: bytes) -> None:
    first, facts = found(three, settings)
    (three.folder / "themes.npz").write_bytes(content)
    assert themes.find(three, facts, settings).names == first.names


def test_themes_of_another_state_are_not_taken(
    three: Library, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, facts = found(three, settings)
    told: list[str] = []
    monkeypatch.setattr(themes, "VERSION", themes.VERSION + 1)
    themes.find(three, facts, settings, lambda what, _done: told.append(what))
    assert "naming the themes" in told


def test_a_folder_that_cannot_be_written_is_no_error(
    three: Library, settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(np, "savez", full)
    with caplog.at_level(logging.WARNING):
        made, _ = found(three, settings)
    assert len(made.names) == 3
    assert "No space left on device" in caplog.text
    assert list(Path(three.folder).glob("*themes*")) == []


def test_too_few_reviews_say_so(fake_models: None, settings: Settings) -> None:
    del fake_models
    small = build([Review(str(n), f"some words {n}") for n in range(29)], "small", settings)
    with pytest.raises(LibraryError, match="at least 30 reviews; this library has 29"):
        themes.find(small, themes_facts.read(small), settings)


def test_reviews_that_all_say_the_same_are_one_theme(fake_models: None, settings: Settings) -> None:
    del fake_models
    alike = build([Review(str(n), "zipper broke again") for n in range(40)], "alike", settings)
    made, facts = found(alike, settings)
    assert [f.size for f in themes.figures(made, facts)] == [40]


def test_facts_hold_every_column(three: Library) -> None:
    facts = themes_facts.read(three)
    assert facts.products == ("Kite", "Otter")
    assert facts.product[:6].tolist() == [1, 1, 1, 0, 0, 0]
    assert facts.categories == ()
    assert set(facts.category.tolist()) == {-1}
    assert facts.rating[:3].tolist() == [1.0, 2.0, 5.0]
    assert str(facts.day[0]) == "2025-01-07"
    assert facts.rated


def test_facts_without_rating_or_date(library: Library) -> None:
    facts = themes_facts.read(library)
    assert np.isnan(facts.rating).tolist() == [False, False, False, False, False, True, False]
    assert np.isnat(facts.day).tolist() == [False, False, False, False, True, False, False]


def grouped(texts: list[str], vectors: FloatArray, products: NDArray[np.int64], moods: FloatArray) -> Groups:
    """Group reviews by their texts and vectors (scaled to length 1)."""
    unit = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    source = Source(
        lambda rows: [texts[row] for row in rows], lambda rows: unit[rows], products, moods, np.ones(len(texts), bool)
    )
    return group(source, lambda words: np.array([fakes.embedding(word) for word in words]), lambda _done: None)


SAID = ("zipper seam jacket", "parcel courier porch", "espresso aroma crema")
"""Texts of three topics; no two share a word."""


def test_the_mean_of_a_product_is_taken_away() -> None:
    random = np.random.default_rng(0)
    topic, products = random.integers(0, 2, 400), random.integers(0, 2, 400)
    vectors = np.eye(64, dtype=np.float32)[topic] + 3 * np.eye(64, dtype=np.float32)[products + 4]
    moods = np.zeros((400, 28), np.float32)
    texts = [f"{SAID[said]} {('kettle', 'lantern')[product]}" for said, product in zip(topic, products, strict=True)]
    groups = grouped(texts, vectors, products, moods)
    assert groups.count == 2
    for place in range(2):
        assert len(set(topic[groups.place == place].tolist())) == 1
    centred = Centring(vectors, products, moods)(vectors, products, moods)
    np.testing.assert_allclose(np.linalg.norm(centred, axis=1), 1, rtol=1e-5)


def test_what_the_emotions_foretell_is_taken_away() -> None:
    random = np.random.default_rng(0)
    topic, mood = random.integers(0, 2, 400), random.random((400, 28), np.float32)
    vectors = np.eye(64, dtype=np.float32)[topic] + 4 * mood[:, :1] * np.eye(64, dtype=np.float32)[5]
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    none = np.full(400, -1)
    groups = grouped([SAID[said] for said in topic], vectors, none, mood)
    for place in range(groups.count):
        assert len(set(topic[groups.place == place].tolist())) == 1
    left = Centring(vectors, none, mood)(vectors, none, mood)
    assert abs(np.corrcoef(left[:, 5], mood[:, 0])[0, 1]) < 0.3
    assert abs(np.corrcoef(left[:, 0], topic)[0, 1]) > 0.9


def three_topics(others: list[str]) -> tuple[list[str], FloatArray, NDArray[np.int64]]:
    """Return 300 texts of SAID with their topics, and behind them `others`, whose vectors are far from all."""
    topic = np.random.default_rng(0).integers(0, 3, 300)
    vectors = np.random.default_rng(1).normal(0, 0.03, (300 + len(others), 64))
    vectors[np.arange(300), topic] += 1
    vectors[300:, 40] += 1
    return [*(SAID[said] for said in topic), *others], vectors.astype(np.float32), topic


def test_a_review_of_no_concept_belongs_nowhere() -> None:
    texts, vectors, topic = three_topics(["nothing of the sort"])
    groups = grouped(texts, vectors, np.full(301, -1), np.zeros((301, 28), np.float32))
    assert groups.count == 3
    assert np.flatnonzero(groups.place < 0).tolist() == [300]
    assert [set(topic[groups.place[:300] == place].tolist()) for place in range(3)] in [
        [{one}, {two}, {three}] for one, two, three in permutations(range(3))
    ]
    assert [sorted(stems) for stems in groups.stems] == [
        sorted(stem(word) for word in SAID[topic[groups.place[:300] == place][0]].split()) for place in range(3)
    ]


def test_a_review_without_the_words_belongs_to_the_concept_it_is_near() -> None:
    texts, vectors, topic = three_topics([])
    texts[7] = "it came apart"
    vectors[7] = 0
    vectors[7, topic[7]] = 1
    groups = grouped(texts, vectors, np.full(300, -1), np.zeros((300, 28), np.float32))
    assert groups.place[7] == groups.place[topic == topic[7]][1]


@pytest.mark.parametrize(("judging", "groups_of_all"), [(60, 4), (5, 3)])
def test_many_reviews_that_only_judge_are_a_group_of_their_own(judging: int, groups_of_all: int) -> None:
    texts, vectors, _ = three_topics(["great, I love it"] * judging)
    count = len(texts)
    groups = grouped(texts, vectors, np.full(count, -1), np.zeros((count, 28), np.float32))
    assert groups.count == groups_of_all
    (place,) = set(groups.place[300:].tolist())
    assert place == (groups.stems.index(frozenset()) if judging == 60 else -1)


def test_groups_made_one_keep_their_reviews_and_words() -> None:
    texts, vectors, topic = three_topics([])
    groups = grouped(texts, vectors, np.full(300, -1), np.zeros((300, 28), np.float32))
    both = merged(groups, np.array([0, 1, 0]))
    assert both.count == 2
    assert both.stems[0] == groups.stems[0] | groups.stems[2]
    assert ((both.place == 0) == np.isin(groups.place, [0, 2])).all()
    np.testing.assert_allclose(np.linalg.norm(both.centres, axis=1), 1, rtol=1e-5)
    assert len(topic) == len(both.place)


def test_the_typical_sentence_holds_the_name_and_is_verbatim() -> None:
    texts = [
        "It came. The zipper of the jacket broke on the first day!",
        "The seam of my jacket tore, and the zipper broke.",
        "Nothing about it at all was of any use to me.",
    ]
    assert typical(texts, [("seam",), ("zipper",)]) == "The seam of my jacket tore, and the zipper broke."
    assert typical(texts, [("zipper",)]) == "The zipper of the jacket broke on the first day!"
    assert typical(["Too short.", "x" * 200], [("zipper",)]) == ""


def test_number_of_themes() -> None:
    assert [most_themes(count) for count in (40, 300, 700, 1_000_000)] == [6, 13, 20, 20]


def test_themes_of_the_example_reviews_hold_together(shipped_library: Library) -> None:
    made = themes.find(shipped_library, themes_facts.read(shipped_library), shipped_library.settings)
    assert made.far_share <= 0.15
    assert np.bincount(made.place[made.place >= 0]).max() <= 0.15 * len(shipped_library)
    holding = 0
    for number, told in enumerate(made.words):
        said = [{stem(word) for word in words(phrase)} for phrase in told]
        rows = made.rows(number)
        texts = [{stem(word) for word in words(r.text)} for r in shipped_library.store.by_row(rows.tolist())]
        holding += sum(any(phrase <= text for phrase in said) for text in texts)
    assert holding >= 0.75 * (made.place >= 0).sum()


def test_chosen_reviews_restrict_a_library(three: Library) -> None:
    chosen = Chosen.of("some", np.array([5, 2, 0, 2]))
    assert three.matching(Filters(chosen=chosen)).tolist() == [0, 2, 5]  # type: ignore[union-attr]
    assert three.matching(Filters(chosen=chosen, min_rating=5)).tolist() == [2, 5]  # type: ignore[union-attr]
    assert three.count(Filters(chosen=chosen, min_rating=5)) == 2
    assert chosen == Chosen.of("some", np.array([0, 2, 5]))
