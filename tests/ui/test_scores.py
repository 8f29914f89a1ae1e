"""All scores of a review: sorted, marked by threshold, spoken, and languages named."""

import dataclasses
import re

import numpy as np

from backends.contracts import GOEMOTIONS
from tests.ui.fakes import HITS
from ui.cards import hit_html
from ui.scores import foreign_html, scores_html, strongest

EMOTIONS = np.zeros(28, np.float32)
EMOTIONS[[GOEMOTIONS.index("joy"), GOEMOTIONS.index("anger"), GOEMOTIONS.index("grief")]] = [0.5, 0.25, 0.125]
HIT = dataclasses.replace(
    HITS[0], emotions=EMOTIONS, sentiment=np.array([0.75, 0.25, 0.0], np.float32), toxicity=0.0625
)
THRESHOLDS = tuple(0.1 if label == "grief" else 0.4 for label in GOEMOTIONS)


def _words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).strip()


def test_every_score_is_listed_strongest_first() -> None:
    rows = re.findall(r"<span>(?:<span[^>]*>✓</span> )?([a-z]+)</span><i></i><b>([^<]+)</b>", scores_html(HIT))
    assert rows[:3] == [("joy", "50\xa0%"), ("anger", "25\xa0%"), ("grief", "12\xa0%")]
    assert sorted(name for name, _ in rows[:28]) == sorted(GOEMOTIONS)
    assert rows[28:] == [
        ("negative", "75\xa0%"), ("neutral", "25\xa0%"), ("positive", "0\xa0%"), ("toxicity", "6\xa0%"),
    ]  # fmt: skip


def test_labels_that_reach_their_threshold_are_marked_in_words() -> None:
    html = scores_html(HIT, THRESHOLDS)
    assert re.findall(r"✓</span> ([a-z]+)", html) == ["joy", "grief"]
    assert html.count('aria-label="reaches its threshold"') == 2
    assert "✓" not in scores_html(HIT)


def test_the_folded_line_names_the_strongest() -> None:
    assert strongest(EMOTIONS.tolist(), THRESHOLDS) == [("joy", 0.5), ("grief", 0.125)]
    assert strongest(EMOTIONS.tolist(), (0.9,) * 28) == [("joy", 0.5)]
    assert [name for name, _ in strongest(EMOTIONS.tolist())] == ["joy", "anger", "grief"]
    assert _words(scores_html(HIT, THRESHOLDS)).startswith("all 28 scores · joy, grief")


def test_a_review_in_another_language_says_so_and_an_english_one_does_not() -> None:
    assert "not English (Spanish): emotion not read" in _words(foreign_html("es"))
    assert "not English (Korean)" in hit_html(dataclasses.replace(HIT, language="ko"), 1)
    assert "not English" not in hit_html(dataclasses.replace(HIT, language="en"), 1)
    assert "not English" not in hit_html(dataclasses.replace(HIT, language="und"), 1)
