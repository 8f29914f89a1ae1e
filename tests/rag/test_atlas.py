"""Reviews that say the same lie together, those placed later among those that were fitted."""

from collections.abc import Iterator

import numpy as np
import pytest

from errors import LibraryError
from rag import atlas, themes_facts
from rag.build import build
from rag.library import Library
from settings import Settings
from tests.rag import topics


@pytest.fixture
def three(fake_models: None, settings: Settings) -> Iterator[Library]:
    """The library of three topics."""
    del fake_models
    made = build(topics.reviews(), "three", settings)
    yield made
    made.close()


def nearest_are_alike(places: np.ndarray[tuple[int, int], np.dtype[np.float32]], labels: list[int]) -> float:
    """Return the share of places whose nearest other place has the same label."""
    distances = np.linalg.norm(places[:, None] - places[None], axis=2)
    np.fill_diagonal(distances, np.inf)
    return float(np.mean(np.array(labels)[distances.argmin(axis=1)] == labels))


def test_topics_are_regions_and_the_map_is_kept(three: Library) -> None:
    facts = themes_facts.read(three)
    drawn = atlas.find(three, facts)
    assert drawn.rows.tolist() == list(range(60))
    assert nearest_are_alike(drawn.places, [row % 3 for row in range(60)]) > 0.95
    kept = atlas.find(three, facts, lambda *_: pytest.fail("drawn again"))
    np.testing.assert_array_equal(kept.places, drawn.places)


def test_those_placed_later_lie_among_their_like(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(atlas, "LANDMARKS", 60)
    random = np.random.default_rng(0)
    labels = random.integers(0, 3, 300)
    points = np.eye(16, dtype=np.float32)[labels] + random.normal(0, 0.15, (300, 16)).astype(np.float32)
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    places = atlas.draw(points, lambda *_: None)
    assert nearest_are_alike(places, labels.tolist()) > 0.97
    np.testing.assert_array_equal(atlas.draw(points, lambda *_: None), places)


def test_the_map_lies_and_is_of_one_size() -> None:
    tall = np.random.default_rng(0).normal(0, 1, (500, 2)).astype(np.float32) * [1, 9] + 50
    turned = atlas.lying(tall.astype(np.float32))
    assert turned[:, 0].std() > 5 * turned[:, 1].std()
    assert np.quantile(np.abs(turned), 0.99) == pytest.approx(1, abs=1e-4)


def test_sample_is_even_and_filters_choose_among_it() -> None:
    assert atlas.evenly(10, 4).tolist() == [0, 3, 6, 9]
    assert atlas.evenly(3, 10).tolist() == [0, 1, 2]
    drawn = atlas.Atlas(np.array([0, 3, 6, 9]), np.zeros((4, 2), np.float32))
    assert drawn.among(None).tolist() == [0, 1, 2, 3]
    assert drawn.among(np.array([1, 3, 9])).tolist() == [1, 3]


def test_too_few_reviews_say_so(library: Library) -> None:
    with pytest.raises(LibraryError, match="at least 30 reviews; this library has 7"):
        atlas.find(library, themes_facts.read(library))
