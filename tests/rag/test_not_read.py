"""Reviews that are not English are called so: no label of theirs is shown, counted, searched by or exported."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pyarrow.parquet as pq
import pytest
from numpy.typing import NDArray

from errors import QuestionError
from rag import compare, themes_facts, trends
from rag import themes as finder
from rag.build import build
from rag.command_line import main
from rag.explore import explore
from rag.export import hits_csv
from rag.export_set import export
from rag.facets import facet_table
from rag.hits import Hit
from rag.interop_langchain import ReviewRetriever
from rag.library import Library
from rag.query import Filters, Query
from rag.report import report_html
from rag.report_set import report_set_html
from rag.reviews import Review
from rag.search import search
from rag.summarize import counted, foundation
from rag.themes import Themes
from settings import Settings
from tests.rag.answers import hit

MIXED = (
    Review("e1", "I felt joy because the coffee was really good", product="Pot", rating=5),
    Review("e2", "There is anger in me, for the coffee was really bad", product="Pot", rating=1),
    Review("e3", "The neutral box with the coffee came on Monday", product="Pot", rating=3),
    Review("ar", "القهوة سيئة جدا ولا أنصح أحدا بشراء هذا الجهاز joy good", product="Pot", rating=1),
    Review("ja", "コーヒーがとても美味しくて毎日使っています joy good", product="Pot", rating=5),
    Review("de", "Der Kaffee schmeckt wirklich scheußlich und die Kanne ist kaputt joy", product="Pot", rating=1),
    Review("ok", "ok 👍", product="Pot", rating=4),
)
FOREIGN = {"ar", "ja", "de"}

pytestmark = pytest.mark.usefixtures("fake_models")


@pytest.fixture
def mixed(fake_models: None, settings: Settings) -> Iterator[Library]:  # noqa: ARG001
    made = build(MIXED, "mixed", settings)
    yield made
    made.close()


def ids(found: list[Hit]) -> set[str]:
    return {one.review.id for one in found}


def test_the_facets_count_them_apart(mixed: Library) -> None:
    facets = mixed.facets()
    assert facets.languages == {"en": 3, "ar": 1, "de": 1, "ja": 1, "und": 1}
    assert facets.sentiments == {"": 3, "neutral": 2, "negative": 1, "positive": 1}
    assert facets.emotions == {"": 3, "happy": 2, "angry": 1, "neutral": 1}
    whole = facet_table(mixed).whole
    assert (whole.sentiments, whole.emotions) == (facets.sentiments, facets.emotions)
    counts = facet_table(mixed).counts(Filters(emotions=("",), sentiments=("", "positive")))
    assert counts.matching == 3
    assert counts.choices["emotions"] == {"": 3, "happy": 1}


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (Filters(emotions=("",)), FOREIGN),
        (Filters(sentiments=("",)), FOREIGN),
        (Filters(emotions=("happy",)), {"e1", "ok"}),
        (Filters(sentiments=("positive",)), {"e1"}),
        (Filters(sentiments=("neutral",)), {"e3", "ok"}),
        (Filters(emotions=("", "happy", "angry", "sad", "fear")), FOREIGN | {"e1", "e2", "ok"}),
        (Filters(languages=("de",), emotions=("", "neutral")), {"de"}),
    ],
)
def test_filters_find_no_guess(mixed: Library, settings: Settings, filters: Filters, found: set[str]) -> None:
    assert mixed.count(filters) == len(found) == facet_table(mixed).counts(filters).matching
    assert ids(search(Query("coffee", filters=filters), mixed, 10, settings)) == found


def test_an_unknown_sentiment_is_still_refused(mixed: Library) -> None:
    with pytest.raises(QuestionError, match="'glad' is not one of the sentiments"):
        mixed.count(Filters(sentiments=("glad",)))


def test_an_emotion_is_not_found_where_it_was_not_read(mixed: Library, settings: Settings) -> None:
    hits = search(Query(emotion="happy"), mixed, 10, settings)
    assert hits[0].review.id == "e1"
    assert {one.review.id: one.match for one in hits if one.foreign} == dict.fromkeys(FOREIGN, 0.0)
    assert {one.review.id for one in hits[-3:]} == FOREIGN


def test_hits_say_that_they_were_not_read(mixed: Library, settings: Settings) -> None:
    hits = {one.review.id: one for one in search(Query("coffee"), mixed, 10, settings)}
    assert {key for key, one in hits.items() if one.emotion == one.sentiment_label == "not English"} == FOREIGN
    assert (hits["ok"].emotion, hits["ok"].sentiment_label) == ("happy", "neutral")
    found = ReviewRetriever(library=mixed, filters=Filters(languages=("ar",))).invoke("coffee")
    assert [(one.metadata["emotion"], one.metadata["sentiment"]) for one in found] == [("not English", "not English")]


def test_shares_leave_them_out_and_say_so(mixed: Library, settings: Settings) -> None:
    answer = explore(Query("coffee", filters=Filters(products=("Pot",))), mixed, settings)
    assert ids(list(answer.hits)) == {review.id for review in MIXED}
    assert answer.unread == 3
    assert answer.sentiment_mix == {"negative": 0.25, "neutral": 0.5, "positive": 0.25}
    assert answer.emotion_mix == {"angry": 0.25, "happy": 0.5, "neutral": 0.25}
    page = report_html(answer, "mixed")
    assert "3 reviews are not English: emotion and sentiment were not read, and the shares leave them out." in page
    only = explore(Query("coffee", filters=Filters(languages=("ja",))), mixed, settings)
    assert (only.sentiment_mix, only.emotion_mix, only.unread, only.is_counted) == ({}, {}, 1, False)
    assert "<p>1 review is not English: emotion and sentiment were not read.</p>" in report_html(only, "mixed")


def test_the_sentence_of_counts_leaves_them_out() -> None:
    def review(key: str) -> Review:
        return Review(key, "Fine.", product="Pot")

    hits = [
        hit(review("1"), "sad", "negative"),
        hit(review("2"), "sad", "negative"),
        hit(review("3"), "sad", "negative", language="de"),
        hit(review("4"), "happy", "positive", language="und"),
    ]
    assert foundation(3, 3, 2, is_counted=False) == "Made from the 3 reviews below."
    told = counted(hits)
    assert told is not None
    assert told.text.startswith("2 of these 3 reviews are negative")
    assert told.citations == ("1", "2")
    assert counted(hits[1:3]) is None


def test_the_command_line_says_so(mixed: Library, settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    mixed.close()
    assert main(["info", "mixed"], settings) == 0
    told = capsys.readouterr().out
    assert "sentiments: not read (not English) 3, neutral 2, negative 1, positive 1\n" in told
    assert "categories" not in told
    assert "  emotions: not read (not English) 3, happy 2, angry 1, neutral 1\n" in told
    assert " languages: en 3, ar 1, de 1, ja 1, und (too short to tell) 1\n" in told
    assert main(["search", "coffee", "--library", "mixed", "--not-read"], settings) == 0
    told = capsys.readouterr().out
    assert "ar · Pot · not English (Arabic) · similarity " in told
    assert "de · Pot · not English (German) · similarity " in told
    assert "ja · Pot · not English (Japanese) · similarity " in told
    assert "neutral" not in told.partition("reviews:")[2]


def test_exports_name_the_language_and_make_no_label_up(mixed: Library, settings: Settings, tmp_path: Path) -> None:
    for ending in ("csv", "xlsx", "parquet"):
        export(mixed, Filters(), tmp_path / f"all.{ending}")
    read: list[dict[str, Any]] = list(csv.DictReader(io.StringIO((tmp_path / "all.csv").read_text("utf-8-sig"))))
    heading, *rows = openpyxl.load_workbook(tmp_path / "all.xlsx")["Reviews"].iter_rows(values_only=True)
    sheet = [dict(zip(map(str, heading), row, strict=True)) for row in rows]
    tables: list[list[dict[str, Any]]] = [read, sheet, pq.read_table(tmp_path / "all.parquet").to_pylist()]
    for table in tables:
        assert [row["language"] for row in table] == ["en", "en", "en", "ar", "ja", "de", "und"]
        assert [row["emotion"] for row in table] == ["happy", "angry", "neutral", *["not English"] * 3, "happy"]
        assert [row["sentiment"] for row in table][3:] == ["not English"] * 3 + ["neutral"]
        for row in table:
            numbers = {name: value for name, value in row.items() if "_" in name or name == "toxicity"}
            assert len(numbers) == 39
            filled = {value not in (None, "") for value in numbers.values()}
            assert filled == {row["language"] in ("en", "und")}
    answer = explore(Query("coffee", "happy"), mixed, settings)
    hits = {row["id"]: row for row in csv.DictReader(io.StringIO(hits_csv(answer).decode("utf-8-sig")))}
    assert {hits[key]["emotion"] + hits[key]["match"] + hits[key]["toxicity"] for key in FOREIGN} == {"not English"}
    assert hits["e1"]["language"] == "en"
    page = report_set_html(mixed, Filters())
    assert "3 reviews are not English" in page
    assert "negative 25%, neutral 50%, positive 25%" in page


def test_what_is_understood_counts_only_what_was_read(mixed: Library) -> None:
    facts = themes_facts.read(mixed)
    assert facts.read.tolist() == [True] * 3 + [False] * 3 + [True]
    assert facts.emotion[3:6].tolist() == facts.sentiment[3:6].tolist() == [-1] * 3
    place = np.array([0, 0, 0, 0, 1, 1, 0], np.int16)
    both = Themes(("a", "b"), (("a",), ("b",)), ("", ""), place, np.ones(7, np.float32))
    one, two = finder.figures(both, facts)
    assert (one.size, one.unread, one.net.value) == (5, 1, 0.0)
    assert (one.emotions["happy"], one.emotions["neutral"]) == (0.5, 0.25)
    assert (two.size, two.unread, (two.net.low, two.net.high)) == (2, 2, (-1.0, 1.0))
    found = compare.compare(("left", np.array([0, 3, 4])), ("right", np.array([1, 2, 5])), facts, both)
    assert [(side.size, side.read, side.net.value) for side in (found.left, found.right)] == [(3, 1, 1.0), (3, 2, -0.5)]
    assert {(row.name, row.left, row.right, row.gap.value) for row in found.of("emotion")} == {
        ("happy", 1, 0, 1.0),
        ("angry", 0, 1, -0.5),
        ("neutral", 0, 1, -0.5),
    }
    unread = compare.compare(("left", np.array([3, 4])), ("right", np.array([1, 2])), facts, both)
    assert unread.of("emotion") == ()


def test_trends_of_moods_are_shares_of_what_was_read() -> None:
    days = np.repeat(np.arange("2025-01", "2025-05", dtype="datetime64[M]").astype("datetime64[D]"), 20)
    read = np.tile(np.arange(20) < 12, 4)
    read[60:] = np.arange(20) < 3  # too few of the last month to be shown
    codes: dict[trends.Kind, tuple[tuple[str, ...], NDArray[Any]]] = {
        "theme": (("a", "b"), np.tile([0, 1], 40)),
        "sentiment": (("negative", "positive"), np.where(read, np.tile([0, 0, 0, 1], 20), -1)),
    }
    found = trends.trends(days, codes, "month", read)
    assert found is not None
    lines = {line.name: (line.counts.tolist(), line.totals.tolist()) for line in found.series}
    assert lines["a"] == ([10] * 4, [20] * 4)
    assert lines["negative"] == ([9, 9, 9, 0], [12, 12, 12, 0])
    assert lines["positive"] == ([3, 3, 3, 0], [12, 12, 12, 0])
    assert (found.unread, found.tested) == (41, 2)
    everything = trends.trends(days, codes, "month")
    assert everything is not None
    assert everything.series[2].totals.tolist() == [20] * 4
