"""More reviews behind the first ones, and the export of what a question's phrases leave, over the fakes."""

from dataclasses import replace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from rag import explore, search
from rag.explore import Answer
from rag.hits import Hit
from rag.query import Chosen, Query
from tests.ui import fakes
from tests.ui.conftest import World
from tests.ui.explore_page import texts
from tests.ui.test_explore import labels


@pytest.fixture
def one_of_three(world: World, monkeypatch: pytest.MonkeyPatch) -> list[tuple[list[str], int]]:
    """Answers rest on the first review alone; each click for more gives one other. Returns what was asked for."""
    assert world.asked == []
    asked: list[tuple[list[str], int]] = []

    def first(query: Query, library: fakes.FakeLibrary, _settings: object) -> Answer:
        return replace(fakes.explore(query, library), hits=fakes.HITS[:1])

    def further(_query: Query, _library: object, seen: list[str], k: int, _settings: object) -> list[Hit]:
        asked.append((seen, k))
        return [hit for hit in fakes.HITS if hit.review.id not in seen][:1]

    monkeypatch.setattr(explore, "explore", first)
    monkeypatch.setattr(search, "further", further)
    return asked


def test_more_reviews_stand_behind_the_first_ones(app: AppTest, one_of_three: list[tuple[list[str], int]]) -> None:
    app.query_params["q"] = "kettle"
    app.run()
    assert "### The closest of 3 reviews" in texts(app)
    assert "Show 2 more" in labels(app)
    app.button(key="show_more").click().run()
    assert one_of_three == [(["r1"], 20)]
    assert "### The 2 closest of 3 reviews" in texts(app)
    assert 'id="review-2"' in texts(app)
    assert "The others repeat these or fit far less; the export below has them." in texts(app)
    assert "Show" not in "".join(labels(app))
    app.text_input[0].set_value("lamp").run()
    assert "### The closest of 3 reviews" in texts(app)


def test_what_is_exported_holds_the_phrases(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = Chosen.of("reviews that say “rain”", np.array([0], np.int64))
    monkeypatch.setattr(search, "spelled_out", lambda query, _library: replace(query.filters, chosen=chosen))
    app.query_params["q"] = '"rain"'
    app.run()
    assert [box.label for box in app.expander][-1] == "Export the one review that fits your phrase"
    app.text_input[0].set_value("rain").run()
    assert [box.label for box in app.expander][-1] == "Export all 3 reviews of this library"
