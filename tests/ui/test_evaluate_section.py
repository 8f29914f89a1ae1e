"""The section that checks search: its form, and a result in words, table and chart."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from rag.evaluate import Evaluation, Mean, Scored
from rag.labels import Labels
from tests.ui import fakes
from tests.ui.conftest import World
from ui import evaluate_section

MEANS = {"precision": Mean(0.5, 0.25, 0.75), "recall": Mean(0.4, 0.2, 0.6), "ndcg": Mean(0.6, 0.3, 0.9)}
MEASURED = Evaluation(
    k=10,
    questions=(
        Scored("late", "", 4, 2, 0.8, 0.2, 0.5, 0.61234),
        Scored("", "sad", 9, 3, 1.0, 0.3, 0.3333, 0.5),
    ),
    overall=MEANS,
    by_emotion={"sad": {key: Mean(0.5, 0.5, 0.5) for key in MEANS}},
    judged=0.9,
)


def test_the_result_in_words() -> None:
    assert evaluate_section.caption(MEASURED) == (
        "2 questions. With 95 % certainty: precision 0.25 to 0.75; recall 0.20 to 0.60; nDCG 0.30 to 0.90. "
        "Of the hits, 90% are judged in the file. Hits that it does not judge count as not relevant."
    )
    assert evaluate_section.described(MEASURED) == (
        "How well search works. all questions: nDCG 0.60; 😢 sad: nDCG 0.50."
    )


def test_the_table() -> None:
    assert evaluate_section.table(MEASURED) == [
        {
            "question": "late", "relevant reviews": 4, "found": 2, "precision@10": 0.2, "recall@10": 0.5,
            "nDCG@10": 0.61,
        },
        {
            "question": "😢 sad", "relevant reviews": 9, "found": 3, "precision@10": 0.3, "recall@10": 0.33,
            "nDCG@10": 0.5,
        },
    ]  # fmt: skip


def test_the_chart_has_an_interval_for_each_group_and_measure() -> None:
    chart = evaluate_section.chart(MEASURED).to_dict()
    rows = next(iter(chart["datasets"].values())) if chart.get("datasets") else chart["data"]["values"]
    assert [(row["group"], row["measure"], row["low"], row["high"]) for row in rows] == [
        ("all questions", "precision", 0.25, 0.75), ("all questions", "recall", 0.2, 0.6),
        ("all questions", "nDCG", 0.3, 0.9), ("😢 sad", "precision", 0.5, 0.5), ("😢 sad", "recall", 0.5, 0.5),
        ("😢 sad", "nDCG", 0.5, 0.5),
    ]  # fmt: skip


def section() -> None:
    """The section alone."""
    from ui import evaluate_section

    evaluate_section.show()


def test_a_file_is_measured_and_the_result_shown(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    def measure(
        labels: object, opened: object, k: int, _settings: object, tell: Callable[[int, int], None]
    ) -> Evaluation:
        tell(1, 2)
        asked.append((labels, type(opened), k))
        return MEASURED

    assert world
    monkeypatch.setattr("rag.evaluate.evaluate", measure)
    monkeypatch.setattr("rag.labels.read_labels", lambda data, _library: Labels((data,), ("2 lines are lost.",)))
    app = AppTest.from_function(section, default_timeout=30).run()
    assert app.button(key="measure").disabled
    assert [button.label for button in app.download_button] == ["Template: questions.csv", "Template: emotions.csv"]
    app.file_uploader[0].set_value(("labels.csv", b"the file", "text/csv")).run()
    app.button(key="measure").click().run()
    assert asked == [((b"the file",), fakes.FakeLibrary, 10)]
    assert [(metric.label, metric.value) for metric in app.metric] == [
        ("precision@10", "0.50"), ("recall@10", "0.40"), ("nDCG@10", "0.60"),
    ]  # fmt: skip
    captions = [caption.value for caption in app.caption]
    assert evaluate_section.caption(MEASURED) in captions
    assert "2 lines are lost." in captions
    assert not app.warning
    monkeypatch.setattr("rag.evaluate.evaluate", lambda *_given: replace(MEASURED, judged=0.1, among=200))
    app.button(key="measure").click().run()
    assert app.warning[0].value.startswith("The file judges few of the reviews that were found")
    assert any(
        said.value.endswith(" Emotions were searched among the 200 reviews of the file.") for said in app.caption
    )


def test_a_wrong_file_gets_its_sentence(world: World) -> None:
    assert world
    app = AppTest.from_function(section, default_timeout=30).run()
    app.file_uploader[0].set_value(("labels.csv", b"one,two\n1,2\n", "text/csv")).run()
    app.button(key="measure").click().run()
    assert "they are “one, two”" in app.warning[0].value


def test_it_says_and_lets_choose_whose_search_is_checked(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.own = [fakes.FakeInfo("Shop", Path("shop"), 3)]
    opened: list[str] = []

    def measure(_labels: object, library: fakes.FakeLibrary, *_rest: object) -> Evaluation:
        opened.append(library.name)
        return MEASURED

    monkeypatch.setattr("rag.evaluate.evaluate", measure)
    monkeypatch.setattr("rag.labels.read_labels", lambda data, _library: Labels((data,), ()))
    app = AppTest.from_function(section, default_timeout=30).run()
    assert app.button(key="measure").label == "Check search in “Example reviews”"
    app.selectbox(key="library_choice").set_value("Shop").run()
    app.file_uploader[0].set_value(("labels.csv", b"the file", "text/csv")).run()
    assert app.button(key="measure").label == "Check search in “Shop”"
    app.button(key="measure").click().run()
    assert opened == ["shop"]
    assert any("A list of texts and emotions needs no ids." in caption.value for caption in app.caption)
