"""The HTML of cards and summaries: escaped, numbered, readable aloud."""

import re
from dataclasses import replace

import pytest

from backends.contracts import CitedSentence, Summary
from rag.highlight import Span
from rag.reviews import Review
from tests.ui.fakes import HITS
from ui import cards, theme


def test_percent_is_whole_and_does_not_break() -> None:
    assert [cards.percent(share) for share in (0, 0.004, 0.006, 0.624, 1.0)] == [
        "0\xa0%", "<1\xa0%", "1\xa0%", "62\xa0%", "100\xa0%",
    ]  # fmt: skip


def test_marks_lie_exactly_on_the_spans_and_everything_is_escaped() -> None:
    text = "a <b> leaky & sad"
    spans = [Span(14, 17, "emotion"), Span(6, 11, "words")]
    assert cards.marked(text, spans) == (
        'a &lt;b&gt; <mark class="ml-words">leaky</mark> &amp; <mark class="ml-emotion">sad</mark>'
    )


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        (
            [Span(0, 3, "words"), Span(2, 5, "words")],
            '<mark class="ml-words">abc</mark><mark class="ml-words">de</mark>f',
        ),
        ([Span(4, 99, "words")], 'abcd<mark class="ml-words">ef</mark>'),
        ([Span(7, 9, "words")], "abcdef"),
        ([], "abcdef"),
    ],
)
def test_spans_that_overlap_or_reach_too_far_are_cut(spans: list[Span], expected: str) -> None:
    assert cards.marked("abcdef", spans) == expected


def test_long_names_are_cut_and_shown_whole_on_pointing() -> None:
    product, category = "Kettle & " + "x" * 60, "Home,Kitchen,Electric,Kettles,Small appliances"
    card = cards.review_html(Review("a", "Good", product=product, category=category), 1)
    assert f'<span title="Kettle &amp; {"x" * 60}">Kettle &amp; {"x" * 50}…</span> · ' in card
    assert f'<span title="{category}">Home,Kitchen,Electric,Kettles,Small app…</span></p>' in card


def test_card_of_a_hit_says_everything_in_words() -> None:
    card = cards.hit_html(HITS[0], 1, query="rain")
    words = re.sub(r"[ \n]+", " ", re.sub(r"<[^>]+>", " ", card))
    assert 'id="review-1"' in card
    assert "Soaked &lt;parcel&gt;" in card
    assert "Aurora Kettle · Kitchen · 9 March 2025 · web" in words
    assert 'aria-label="1 out of 5"' in card
    assert "angry 81\xa0%" in words
    assert "negative 92\xa0%" in words
    assert "similarity 0.50" in words
    assert "strong language" in words
    assert "cosine similarity to “rain”" in card
    assert "similarity" not in cards.hit_html(HITS[0], 1, query=None)


def test_card_of_a_hit_in_another_language_shows_no_guess() -> None:
    card = cards.hit_html(replace(HITS[0], language="de"), 1, query="rain")
    words = re.sub(r"[ \n]+", " ", re.sub(r"<[^>]+>", " ", card))
    assert "not English (German): emotion not read" in words
    assert "similarity 0.50" in words
    assert not [guess for guess in ("angry", "negative", "strong language", "all 28 scores") if guess in words]
    assert "angry <b>81" in cards.hit_html(replace(HITS[0], language="und"), 1)


def test_review_without_title_date_or_rating_still_has_a_card() -> None:
    card = cards.review_html(Review("x", "Fine."), 4, anchor="source")
    assert card == (
        '<article class="ml-card" id="source-4"><header><span class="ml-number" aria-label="review 4">4</span>'
        '<h4 dir="auto">Review 4</h4></header><p class="ml-text" dir="auto">Fine.</p></article>'
    )


def test_very_long_review_scrolls_inside_its_card_and_can_take_the_focus() -> None:
    assert 'class="ml-text ml-long" tabindex="0"' in cards.review_html(Review("x", "word " * 500), 1)


@pytest.mark.parametrize(("rating", "drawn"), [(1.0, "★☆☆☆☆"), (4.5, "★★★★☆"), (5.0, "★★★★★"), (0.0, "☆☆☆☆☆")])
def test_stars(rating: float, drawn: str) -> None:
    assert drawn in cards.stars(rating)


def test_rating_on_another_scale_is_a_number() -> None:
    assert cards.stars(87.5) == '<span class="ml-rating" title="rating">rating 87.5</span>'


def test_summary_links_each_sentence_to_its_reviews() -> None:
    written = Summary((CitedSentence("It <leaks>.", ("a", "b")), CitedSentence("Late.", ("gone",))), "m")
    html = cards.summary_html(written, {"a": 1, "b": 2})
    assert re.findall(r'href="([^"]+)"[^>]*aria-label="([^"]+)"', html) == [
        ("#review-1", "Go to review 1"),
        ("#review-2", "Go to review 2"),
    ]
    assert "It &lt;leaks&gt;." in html
    assert "review gone, not among those shown" in html


def test_neutral_is_an_emotion_or_a_sentiment_never_both() -> None:
    assert theme.label("neutral") == "😐 neutral"
    assert theme.sentiment_label("neutral") == "○ neutral"
