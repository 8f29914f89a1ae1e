"""Every state of the Models page."""

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import ButtonGroup

import model_utils
from backends.contracts import TASKS, Availability, ModelCard
from errors import ModelUnavailable
from settings import Settings
from tests.backends.fake_cards import fake_card
from ui import model_figures, models_page

METRICS = {
    "accuracy": 0.7123,
    "photos": 3589,
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
    assert list(rows["task"]) == [models_page.TITLES[task] for task in TASKS]
    assert list(rows["model"])[:3] == ["fake-face_detector", "fake-face", "fake-embedder"]
    assert list(rows["why"])[1] == "for the test"
    assert not page.exception


def test_the_card_says_what_one_must_know(page: AppTest) -> None:
    text = shown(page)
    for sentence in ("Our face model", "the tests", "Only frontal faces.", "happy, sad", "for the test"):
        assert sentence in text
    assert list(page.table[1].value["figure"]) == ["accuracy", "photos", "validation: loss"]
    assert list(page.table[1].value["value"]) == ["0.7123", "3,589", "0.5"]
    assert list(page.table[2].value["f1"]) == ["0.9", "0.5", "0.4123"]


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


def test_figures_are_parted_into_single_ones_and_tables() -> None:
    singles, tables = model_figures.split({"a_b": 1234, "ok": True, "rows": dict.fromkeys("abcdefg", 0.5)})
    assert singles == {"a b": "1,234", "ok": "yes"}
    assert tables["rows"][0] == {"label": "a", "value": "0.5"}


def test_every_real_model_can_be_shown() -> None:
    page = AppTest.from_function(models_app, default_timeout=60).run()
    for task in TASKS:
        control = page.get_by_key("task")
        assert isinstance(control, ButtonGroup)
        control.set_value(task).run()
        assert not page.exception
        assert f"### {models_page.TITLES[task]}" in shown(page)
