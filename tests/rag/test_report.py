"""The report of an answer: complete, linked, and nothing that a review says becomes part of the page."""

import datetime
import re
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np

from backends.contracts import CitedSentence
from rag.disagreement import Disagreement, Voice
from rag.export import report_html, report_markdown
from rag.filter_words import filter_words
from rag.query import Chosen, Filters, Query
from rag.report_markdown import escape
from rag.report_view import NOTE, view
from tests.rag.answers import ATTACK, answer

DAY = datetime.date(2025, 1, 2)
VOID = {"meta", "rect", "br"}


class Page(HTMLParser):
    """The tags, attributes and text of a page; fails on tags that are not closed in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(html)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data if self._open[-1:] in (["blockquote"], ["mark"]) else data + "\n"

    def values(self, tag: str, name: str) -> list[str]:
        return [value for at, key, value in self.attributes if (at, key) == (tag, name)]


def page() -> Page:
    return Page(report_html(answer(), "Shop & Co", DAY))


def test_the_page_stands_alone_and_runs_nothing() -> None:
    found = page()
    assert not {"script", "img", "link", "iframe", "object", "form"} & set(found.tags)
    assert found.values("a", "href") == ["#reviews", "#r-a%201", "#r-b"]
    assert [name for _, name, _ in found.attributes if name.startswith("on") or name in {"src", "style"}] == []
    assert "default-src 'none'" in found.values("meta", "content")[1]
    assert "url(" not in found.text
    assert "@import" not in found.text


def test_what_people_wrote_is_shown_as_they_wrote_it() -> None:
    text = page().text
    assert text.count(ATTACK) == 2
    assert '=HYPERLINK("x") it broke\nafter *two* days 😡' in text
    assert "What <b>broke</b>?" in text
    assert "המוצר נשבר אחרי יום. " + ATTACK in text


def test_the_words_of_the_question_are_marked() -> None:
    found = re.findall(r"<mark>(.*?)</mark>", report_html(answer(), "Shop", DAY))
    assert found == ["broke"]


def test_citations_lead_to_the_reviews() -> None:
    found = page()
    assert found.values("article", "id") == ["r-a%201", "r-b"]
    assert found.values("a", "aria-label") == ["Review 1", "Review 2"]
    words = " ".join(found.text.split())
    assert "Kettles break <fast>. 1 2 One was replaced. elsewhere" in words


def test_the_page_can_be_read_by_everyone() -> None:
    found = page()
    assert found.values("html", "lang") == ["en"]
    assert [tag for tag in found.tags if tag in {"h1", "h2", "h3"}] == ["h1", "h2", "h2", "h2", "h3", "h3", "h2"]
    assert found.values("svg", "role") == ["img", "img"]
    assert found.tags.count("caption") == 2
    assert found.values("th", "scope") == ["col", "col", "row", "row"] * 2
    assert found.values("blockquote", "dir") == ["auto", "auto"]
    ids = [value for _, name, value in found.attributes if name == "id"]
    assert len(ids) == len(set(ids))
    assert "prefers-color-scheme: dark" in found.text


def test_everything_of_the_answer_is_on_the_page() -> None:
    words = " ".join(page().text.split())
    for expected in (
        "Moodlens report · 2025-01-02", "😠️ angry", "Library Shop & Co", "Product: Kettle & Co, -2+3",
        "Rating: at least 1", "2 shown of 14 reviews that pass the filters.",
        "angry 100%, disgust 0%, fear 0%, happy 0%, neutral 0%, sad 0%, surprise 0%",
            "1 review is not English: emotion and sentiment were not read", "Language: Hebrew", "Emotion: not English",
        "negative 100%, neutral 0%, positive 0%", "Share of angry: 75%", "Similarity to the question: -0.25",
        "Date: 2024-02-29", "text emotion minilm summarizer extractive", "embedding 0.01", "total 0.03", NOTE,
    ):  # fmt: skip
        assert expected in words


def test_bars_are_as_long_as_their_share() -> None:
    found = page()
    bars = [
        dict(zip(("class", "width"), pair, strict=True))
        for pair in zip(found.values("rect", "class"), found.values("rect", "width"), strict=True)
    ]
    assert [bar for bar in bars if bar["class"] != "track"] == [
        {"class": "bar c-angry", "width": "200.0"},
        {"class": "bar c-negative", "width": "200.0"},
    ]


def nothing_found() -> tuple[str, str]:
    empty = replace(answer(), hits=(), summary=None, sentiment_mix={}, emotion_mix={}, matching=0)
    return report_html(empty, "Shop", DAY), report_markdown(empty, "Shop", DAY)


def test_an_answer_without_hits_says_so() -> None:
    html, markdown = nothing_found()
    for report in (html, markdown):
        assert "No review in this library fits the question and the filters." in report
        assert "Summary" not in report
        assert "Reviews\n" not in report
    assert Page(html).values("a", "href") == []


def test_the_note_of_an_answer_is_passed_on() -> None:
    noted = replace(answer(), hits=(), summary=None, note="Nothing here is about <kettles>.")
    assert "Nothing here is about &lt;kettles&gt;." in report_html(noted, "Shop", DAY)


def test_what_comes_nearest_is_no_summary() -> None:
    told = replace(answer(), summary=None, note="This comes nearest:", nearest=(CitedSentence("Near.", ("b",)),))
    page, text = report_html(told, "Shop"), report_markdown(told, "Shop")
    assert ">What comes nearest</h2>" in page
    assert ">Summary</h2>" not in page
    assert "Near." in page
    assert "This comes nearest:" in page
    assert "## What comes nearest\n\n- Near. [\\[2\\]](#r-b)" in text


def test_an_emotion_alone_gives_the_heading() -> None:
    asked = replace(answer(), query=Query(emotion="sad"))
    assert report_markdown(asked, "Shop", DAY).startswith("# Reviews that feel sad\n\n- **Emotion:** 😢️ sad\n")


def test_markdown_holds_the_answer() -> None:
    report = report_markdown(answer(), "Shop & Co", DAY)
    lines = report.splitlines()
    assert lines[0] == "# What &lt;b&gt;broke&lt;/b&gt;?"
    for expected in (
        "- **Library:** Shop &amp; Co",
        "- Kettles break &lt;fast&gt;. [\\[1\\]](#r-a%201) [\\[2\\]](#r-b)",
        "- One was replaced. \\[elsewhere\\]",
        '<a id="r-a%201"></a>',
        '### Review 1: &lt;script&gt;alert("1")&lt;/script&gt;',
        '> \\=HYPERLINK("x") it broke  ',
        "> after \\*two\\* days 😡  ",
        "| 😠️ angry | ████████████████████ 100% |",
        "| negative | ████████████████████ 100% |",
        "| summarizer | extractive |",
        NOTE,
    ):
        assert expected in lines
    assert "<script" not in report


def test_markdown_signs_have_no_effect() -> None:
    assert escape("# a\n- b\n1. c\n`d` [e](f) | ~~g~~ $h$ <i> & 0.5 -") == (
        "\\# a\n\\- b\n1\\. c\n\\`d\\` \\[e\\](f) \\| \\~\\~g\\~\\~ \\$h\\$ &lt;i&gt; &amp; 0.5 -"
    )


def test_filters_are_told_in_words() -> None:
    filters = Filters(
        categories=("Home", "Toys"),
        max_rating=2.5,
        since=datetime.date(2024, 1, 1),
        until=DAY,
        sentiments=("negative",),
        languages=("de", "xx"),
        hide_near_duplicates=True,
        chosen=Chosen.of("the theme “Lid”", np.array([3, 5])),
    )
    assert filter_words(filters) == (
        "Category: Home, Toys",
        "Sentiment: negative",
        "Language: German, xx",
        "Rating: at most 2.5",
        "Since 2024-01-01",
        "Until 2025-01-02",
        "Near-duplicates left out",
        "Only the theme “Lid”",
    )
    assert filter_words(Filters()) == ()


def test_the_report_says_what_the_summary_rests_on_and_where_reviews_disagree() -> None:
    voices = (Voice("b", "broke", 0.9),)
    found = replace(
        answer(), rests_on=("a 1", "b"), cited=("b",), disagreement=Disagreement("lid", voices, voices * 2),
        caution="One sentence was left out.", hits=tuple(replace(one, language="en") for one in answer().hits),
    )  # fmt: skip
    expected = (
        "2 shown of 14 reviews that pass the filters. The summary is made from the 2 reviews below. "
        "The first sentence counts them, the others cite 1. One sentence was left out. "
        "On “lid”: 1 review praises, 2 complain."
    )
    assert view(found, "Shop").counted == expected
    without = view(replace(found, hits=answer().hits), "Shop").counted
    assert "The first sentence counts them" not in without, "one of the two was not read, so nothing was counted"
