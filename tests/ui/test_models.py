"""Every state of the Models page."""

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import ButtonGroup

import model_utils
from backends.contracts import OPTIONAL_TASKS, TASKS, Availability, ModelCard, Task
from errors import ModelUnavailable
from settings import Settings
from tests.backends.fake_cards import fake_card
from ui import figure_names, model_figures, models_page

METRICS = {
    "accuracy": 0.7123,
    "split": "FER2013",
    "n": 3589,
    "per_class": {"happy": {"f1": 0.9}, "sad": {"f1": 0.5}, "fear": {"f1": 0.41234}},
    "validation": {"loss": 0.5},
}


def models_app() -> None:
    """The page alone."""
    from ui import models_page, widgets

    with widgets.guarded():
        models_page.render()


def absent(_settings: Settings) -> Availability:
    return Availability(False, "it is not on disk")


OURS = replace(
    fake_card("face"), title="Our face model", metrics=METRICS, limits="Only frontal faces.", labels=("happy", "sad")
)
HUB = replace(fake_card("face"), name="hub-face", profile="hub", title="A face model from the hub", available=absent)


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> AppTest:
    cards: tuple[ModelCard, ...] = (
        OURS,
        HUB,
        *(fake_card(task) for task in TASKS if task not in ("face", "sentiment")),
    )
    monkeypatch.setattr(model_utils, "all_cards", lambda: cards)
    return AppTest.from_function(models_app, default_timeout=30).run()


def shown(app: AppTest) -> str:
    kinds = (app.markdown, app.caption, app.code, app.error, app.warning)
    return "\n".join(str(element.value) for kind in kinds for element in kind)


def test_the_overview_names_model_and_reason_for_every_task(page: AppTest) -> None:
    rows = page.table[0].value
    assert list(rows["task"]) == [models_page.TITLES[task] for task in (*TASKS, "danger", *OPTIONAL_TASKS)]
    assert list(rows["model"])[:3] == ["fake-face_detector", "fake-face", "fake-embedder"]
    assert list(rows["why"])[1] == "for the test"
    assert not page.exception


def test_the_card_says_what_one_must_know(page: AppTest) -> None:
    text = shown(page)
    for sentence in ("Our face model", "the tests", "Only frontal faces.", "happy, sad", "for the test"):
        assert sentence in text
    assert "FER2013 · 3,589 examples" in text
    assert list(page.table[1].value["figure"]) == ["Accuracy"]
    assert list(page.table[1].value["value"]) == ["71.2\N{NO-BREAK SPACE}%"]
    assert list(page.table[1].value["what it says"]) == ["share of the answers that are right"]
    assert list(page.table[2].value["figure"]) == ["Loss"]
    assert list(page.table[3].value["F1"]) == ["0.900", "0.500", "0.412"]


def test_another_model_says_how_to_get_and_take_it(page: AppTest) -> None:
    text = shown(page)
    assert "it is not on disk" in text
    assert "python -m model_utils download" in text
    assert 'MOODLENS_MODELS=\'{"face": "hub-face"}\'' in text


def test_a_task_without_a_model_says_so(page: AppTest) -> None:
    control = page.get_by_key("task")
    assert isinstance(control, ButtonGroup)
    control.set_value("sentiment").run()
    with pytest.raises(ModelUnavailable) as failed:
        model_utils.choose("sentiment", Settings(profile="embedded"))
    assert [error.value for error in page.error] == [str(failed.value).strip()]
    assert "There is no other model for this task." in shown(page)


def test_the_optional_rerank_is_off_until_it_is_asked_for(page: AppTest) -> None:
    overview = page.table[0].value
    row = overview[overview["task"] == "Order of the hits"].iloc[0]
    assert (row["model"], row["why"]) == ("off", "optional; MOODLENS_RERANK=true turns it on")


def test_the_optional_rerank_says_what_it_does_and_how_to_turn_it_on(monkeypatch: pytest.MonkeyPatch) -> None:
    reranker = replace(fake_card("reranker"), profile="hub", title="A cross-encoder", available=absent)
    monkeypatch.setattr(model_utils, "all_cards", lambda: (*(fake_card(task) for task in TASKS), reranker))
    page = AppTest.from_function(models_app, default_timeout=30).run()
    task = page.get_by_key("task")
    assert isinstance(task, ButtonGroup)
    task.set_value("reranker").run()
    assert page.info[0].value == "Off: optional; MOODLENS_RERANK=true turns it on. The search works without it."
    assert [code.value for code in page.code][-1] == "MOODLENS_RERANK=true"
    assert "it is not on disk" in shown(page)


def test_figures_are_grouped_by_what_they_were_measured_on() -> None:
    laid = figure_names.lay_out(
        {
            "semeval": {"macro_recall": 0.7123, "ece": 0.0212, "rows": 1200},
            "photos": {"small": {"faces": 88, "found": 87}, "large": {"faces": 9, "found": 9}},
            "new_thing": 0.123456,
            "ok": True,
            "by_word": dict.fromkeys("abcdefg", 0.5),
        }
    )
    assert [(group.title, [(name, value) for name, value, _ in group.figures]) for group in laid.groups] == [
        ("", [("New thing", "0.123"), ("Ok", "yes")]),
        ("SemEval: tweets · 1,200 examples", [("Recall", "71.2\xa0%"), ("Calibration error", "2.1\xa0%")]),
        ("Photos, Small", [("Faces", "88"), ("Found", "87")]),
        ("Photos, Large", [("Faces", "9"), ("Found", "9")]),
    ]  # fmt: skip
    assert laid.tables["By word"][0] == {"Label": "a", "Value": "0.5"}


@pytest.mark.parametrize("task", TASKS)
def test_every_figure_of_a_shipped_card_says_what_it_means(task: Task) -> None:
    cards = [card for card in model_utils.cards(task) if card.profile == "embedded"]
    groups = [group for card in cards for group in figure_names.lay_out(card.metrics).groups]
    assert [name for group in groups for name, _, says in group.figures if not says] == []


def test_the_model_that_hears_a_crisis_is_listed_with_its_figures() -> None:
    page = AppTest.from_function(models_app, default_timeout=60).run()
    row = next(row for row in page.table[0].value.to_dict("records") if row["task"] == "Words of a crisis")
    assert (row["model"], row["size"]) == ("crisis-minilm", "23.8 MB")
    control = page.get_by_key("task")
    assert isinstance(control, ButtonGroup)
    control.set_value("danger").run()
    assert not page.exception
    text = shown(page)
    for part in (
        "always on in the chat",
        "English only",
        "fine-tuned by training/crisis.py",
        "EmpatheticDialogues, CC BY-NC",
    ):
        assert part in text
    assert "There is no other model for this task." in text
    figures = [record for table in page.table[1:] for record in table.value.to_dict("records")]
    assert {"figure": "Missed", "value": "14", "what it says": figure_names.MEANINGS["missed"].says} in figures
    assert [record["figure"] for record in figures if not record["what it says"]] == []


def test_pictures_are_found_beside_the_weights_whatever_the_folder_is_called() -> None:
    settings = Settings(profile="embedded")
    wanted: tuple[tuple[Task, str], ...] = (
        ("face", "face-resnet50"),
        ("text_emotion", "minilm"),
        ("sentiment", "minilm"),
    )
    shown = {
        task: [path.name for path in model_figures.pictures(model_utils.card(task, name), settings)]
        for task, name in wanted
    }
    assert shown["face"][:3] == ["confusion.png", "per_class.png", "reliability.png"]
    assert shown["text_emotion"] == ["confusion.png", "reliability.png"]
    assert shown["sentiment"] == ["reliability.png"]


def test_every_real_model_can_be_shown() -> None:
    page = AppTest.from_function(models_app, default_timeout=60).run()
    for task in TASKS:
        control = page.get_by_key("task")
        assert isinstance(control, ButtonGroup)
        control.set_value(task).run()
        assert not page.exception
        assert f"### {models_page.TITLES[task]}" in shown(page)
