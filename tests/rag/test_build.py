"""A library is all there or not at all, and everything that import found out is where it belongs."""

import itertools
from collections.abc import Iterator

import numpy as np
import pytest

import model_utils
from errors import ImportCancelled, LibraryError
from rag.build import CHUNK, build, folder_of, libraries_folder
from rag.library import Library, names, open_library
from rag.progress import Progress, left
from rag.reviews import Review
from settings import Settings
from tests.rag import fakes
from tests.rag.conftest import REVIEWS

pytestmark = pytest.mark.usefixtures("fake_models")


def many(count: int) -> list[Review]:
    return [Review(f"r{number}", f"joy number{number}. bad sadness here") for number in range(count)]


def test_every_row_holds_its_own_review_vector_and_tags(library: Library) -> None:
    texts = [review.text for review in REVIEWS]
    assert library.store.by_row(range(7)) == list(REVIEWS)
    vectors = np.array([fakes.embedding(text) for text in texts])
    np.testing.assert_array_equal(library.index.vectors(np.arange(7)), vectors.astype(np.float16))
    np.testing.assert_array_equal(library.emotions, fakes.emotions(texts))
    np.testing.assert_array_equal(library.sentiments, fakes.sentiments(texts))
    np.testing.assert_array_equal(library.toxicity, fakes.toxicity(texts))
    np.testing.assert_allclose(library.feelings.sum(axis=1), 1, atol=1e-6)


def test_sentences_are_stored_with_their_place_and_vector(library: Library) -> None:
    text = REVIEWS[4].text
    stored = library.sentences(4)
    assert [text[sentence.start : sentence.end] for sentence in stored] == ["sadness.", "the robot stopped"]
    np.testing.assert_allclose(stored[1].vector, fakes.embedding("the robot stopped"), atol=1e-3)
    np.testing.assert_allclose(stored[0].emotions, fakes.emotions(["sadness."])[0], atol=1e-3)
    assert len(library.sentences(0)) == 1


def test_chunks_change_nothing(settings: Settings) -> None:
    reviews = many(2 * CHUNK + 5)
    with_chunks = build(reviews, "many", settings)
    assert len(with_chunks) == len(reviews)
    assert with_chunks.get(["r0", f"r{2 * CHUNK + 4}"]) == [reviews[0], reviews[-1]]
    last = with_chunks.sentences(2 * CHUNK + 4)
    assert [sentence.start for sentence in last] == [0, reviews[-1].text.index("bad")]
    with_chunks.close()


def test_progress_counts_every_chunk_and_knows_the_time_left(settings: Settings) -> None:
    seen: list[Progress] = []
    build(many(CHUNK + 1), "told", settings, progress=seen.append).close()
    assert [(step.stage, step.done, step.total) for step in seen] == [
        ("reading", 0, CHUNK + 1),
        ("embedding", CHUNK, CHUNK + 1),
        ("embedding", CHUNK + 1, CHUNK + 1),
        ("writing", CHUNK + 1, CHUNK + 1),
    ]
    assert Progress("embedding", 50, 200, 10.0).rate == 5.0
    assert Progress("embedding", 50, 200, 10.0).seconds_left == 30.0
    assert Progress("embedding", 50, None, 10.0).seconds_left is None
    assert Progress("reading", 0, 200, 0.0).seconds_left is None


def test_the_time_left_is_told_in_the_unit_people_use() -> None:
    told = {
        0: "almost done",
        89: "about 89 s left",
        3_818: "about 64 min left",
        89 * 60: "about 89 min left",
        21_360: "about 6 h left",
        5 * 3_600 + 1_500: "about 5 h 20 min left",
    }
    assert {seconds: left(seconds) for seconds in told} == told
    assert Progress("embedding", 50, 200, 10.0).left == "about 30 s left"
    assert Progress("embedding", 50, 20_000, 10.0, before=40).left == "about 5 h 30 min left"
    assert Progress("embedding", 50, None, 10.0).left == ""


def test_cancelling_leaves_nothing_behind(settings: Settings) -> None:
    answers = iter([False, True])
    with pytest.raises(ImportCancelled, match="stopped after 64 reviews; nothing was kept"):
        build(many(3 * CHUNK), "stopped", settings, cancelled=lambda: next(answers))
    assert list(libraries_folder(settings).iterdir()) == []


def test_a_failure_in_the_middle_leaves_nothing_behind(settings: Settings) -> None:
    def breaks() -> Iterator[Review]:
        yield from many(CHUNK)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(breaks(), "broken", settings)
    assert list(libraries_folder(settings).iterdir()) == []


def test_reviews_are_read_lazily(settings: Settings) -> None:
    taken = 0

    def counted() -> Iterator[Review]:
        nonlocal taken
        for review in many(3 * CHUNK):
            taken += 1
            yield review

    answers = itertools.chain([False], itertools.repeat(True))
    with pytest.raises(ImportCancelled):
        build(counted(), "lazy", settings, cancelled=lambda: next(answers))
    assert taken == 2 * CHUNK


def test_no_reviews_no_name_and_a_taken_name_are_refused(settings: Settings, library: Library) -> None:
    with pytest.raises(LibraryError, match="not a single review"):
        build([], "empty", settings)
    with pytest.raises(LibraryError, match="Give the library a name"):
        build(REVIEWS, "  ", settings)
    with pytest.raises(LibraryError, match="already a library called 'small'"):
        build(REVIEWS, library.name, settings)


def test_names_that_differ_only_in_odd_characters_do_not_meet(settings: Settings) -> None:
    folders = {folder_of(name, settings) for name in ("a/b", "a b", "A b", "../..", "…")}
    assert len(folders) == 5
    assert {folder.parent for folder in folders} == {libraries_folder(settings)}


def test_whoever_loses_a_race_is_told_and_the_winner_stays(settings: Settings) -> None:
    def overtaken() -> Iterator[Review]:
        yield REVIEWS[0]
        build(REVIEWS, "race", settings).close()

    with pytest.raises(LibraryError, match="made in the meantime"):
        build(overtaken(), "race", settings)
    assert [(info.name, info.count) for info in names(settings)] == [("race", 7)]
    assert len(open_library(folder_of("race", settings), settings)) == 7


def test_one_pass_where_the_models_share_a_reader(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    reader = fakes.FakeJoint()
    for task in ("embedder", "text_emotion", "sentiment", "toxicity"):
        monkeypatch.setattr(model_utils.load(task, settings=settings), "joint", reader)
    made = build(REVIEWS, "joint", settings)
    assert reader.calls == 2  # the size of a vector, and the reviews with their sentences
    assert model_utils.load("embedder", settings=settings).calls == 0  # type: ignore[attr-defined]
    np.testing.assert_array_equal(made.emotions, fakes.emotions([review.text for review in REVIEWS]))
    made.close()
