"""Contrast of everything we colour, measured as WCAG 2.2 defines it, in both themes."""

import re
import tomllib
from typing import Any

import pytest

from backends.contracts import FACE_EMOTIONS, SENTIMENTS
from settings import PROJECT_FOLDER
from ui import charts, theme

CONFIG: dict[str, Any] = tomllib.loads((PROJECT_FOLDER / ".streamlit" / "config.toml").read_text("utf-8"))
THEMES = ("light", "dark")
QUIET_TEXT_OPACITY = 0.6
"""How Streamlit pales captions and placeholders."""


def channels(colour: str) -> list[float]:
    return [int(colour[start : start + 2], 16) for start in (1, 3, 5)]


def luminance(rgb: list[float]) -> float:
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in (value / 255 for value in rgb)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: list[float], other: list[float]) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_contrast_of_black_on_white_is_21() -> None:
    assert contrast(channels("#000000"), channels("#ffffff")) == pytest.approx(21.0)


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize("background", ["backgroundColor", "secondaryBackgroundColor"])
def test_quiet_text_is_readable(name: str, background: str) -> None:
    colours = CONFIG["theme"][name]
    text, behind = channels(colours["textColor"]), channels(colours[background])
    pale = [QUIET_TEXT_OPACITY * t + (1 - QUIET_TEXT_OPACITY) * b for t, b in zip(text, behind, strict=True)]
    assert contrast(pale, behind) >= 4.5
    assert contrast(channels(colours["linkColor"]), behind) >= 4.5
    assert contrast(channels(colours["primaryColor"]), behind) >= 4.5


def test_words_on_primary_buttons_are_readable() -> None:
    style = (PROJECT_FOLDER / "ui" / "style.css").read_text("utf-8")
    found = re.search(r"stBaseButton-primary[^}]*light-dark\((#\w{6}), (#\w{6})\)", style)
    assert found is not None
    for name, words in zip(THEMES, found.groups(), strict=True):
        assert contrast(channels(words), channels(CONFIG["theme"][name]["primaryColor"])) >= 4.5


@pytest.mark.parametrize("name", THEMES)
def test_bars_stand_out_in_both_themes(name: str) -> None:
    behind = channels(CONFIG["theme"][name]["backgroundColor"])
    weakest = {label: contrast(channels(theme.colour(label)), behind) for label in (*FACE_EMOTIONS, *SENTIMENTS)}
    assert {label: ratio for label, ratio in weakest.items() if ratio < 3.0} == {}


def test_every_emotion_has_its_own_colour() -> None:
    assert len(set(theme.EMOTION_COLOURS.values())) == len(FACE_EMOTIONS)


def test_browser_never_shows_a_stack_trace_and_nothing_is_sent_home() -> None:
    assert CONFIG["client"]["showErrorDetails"] == "none"
    assert CONFIG["browser"]["gatherUsageStats"] is False


def test_fonts_come_with_the_app() -> None:
    stacks = [CONFIG["theme"][key].split(", ") for key in ("font", "headingFont")]
    assert [(stack[0], stack[-1]) for stack in stacks] == [("'Source Sans'", "sans-serif"), ("'Source Serif'", "serif")]
    assert all("'Noto Color Emoji'" in stack for stack in stacks)
    assert "http" not in (PROJECT_FOLDER / "ui" / "style.css").read_text("utf-8")


def test_chart_says_in_a_sentence_what_it_shows() -> None:
    assert (
        charts.describe({"sad": 0.25, "happy": 0.75, "fear": 0.0}, "Emotions")
        == "Emotions: happy 75\xa0%, sad 25\xa0%."
    )
    assert charts.describe({}, "Emotions") == "Emotions: nothing to show."


def test_chart_draws_one_labelled_bar_per_share_largest_first() -> None:
    rows = charts.bars({"negative": 0.25, "neutral": 0.75, "positive": 0.0}, "sentiment").to_dict()["datasets"]
    assert [(row["name"], row["share"], row["number"]) for row in next(iter(rows.values()))] == [
        ("○ neutral", 0.75, "75\xa0%"),
        ("− negative", 0.25, "25\xa0%"),
    ]
