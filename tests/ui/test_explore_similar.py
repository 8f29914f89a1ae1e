"""The dialog behind “More like review 1”, over the fakes: what it searches with and what it shows."""

import pytest
from streamlit.testing.v1 import AppTest

from rag import search
from rag.hits import Hit
from rag.query import Filters
from tests.ui import fakes
from tests.ui.explore_page import chips, texts
from ui.explore_similar import beginning


def test_each_hit_leads_to_the_reviews_like_it(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, int, Filters]] = []

    def more_like(review_id: str, _library: object, k: int, filters: Filters) -> list[Hit]:
        asked.append((review_id, k, filters))
        return [hit for hit in fakes.HITS if hit.review.id != review_id][:1]

    monkeypatch.setattr(search, "more_like", more_like)
    app.run()
    chips(app, "emotion").set_value("happy").run()
    assert [app.button(f"like_{number}").label for number in (1, 2)] == ["More like review 1", "More like review 2"]
    app.button("like_1").click().run()
    assert [(k, filters) for _, k, filters in asked] == [(6, Filters())]
    shown = next(hit.review for hit in fakes.HITS if hit.review.id != asked[0][0])
    assert "The most similar reviews, nearest first. Similarity compares what they mean" in texts(app)
    assert 'id="similar-1"' in texts(app)
    assert shown.title.split("<")[0] in texts(app)


def test_a_long_text_is_cut_at_a_word() -> None:
    assert beginning("one\n two") == "one two"
    assert beginning("word " * 100, 12) == "word word …"
