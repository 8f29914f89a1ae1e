"""Files that leave the app: safe in a spreadsheet, complete, and readable again."""

import csv
import datetime
import io
import operator

import pytest
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from rag.export import hits_csv, rejected_csv, reviews_csv, safe_cell, table_csv
from rag.export_cells import HIT_COLUMNS, REVIEW_COLUMNS, THEME_COLUMNS, is_exported, original_cell
from rag.ingest import Rejected, check_rows, guess_columns, read_table
from rag.reviews import Review
from rag.values import tidy_name
from settings import Settings
from tests.rag.answers import ATTACK, answer

FORMULA_STARTS = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"


def cells(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("start", FORMULA_STARTS)
def test_a_cell_that_looks_like_a_formula_gets_an_apostrophe(start: str) -> None:
    assert safe_cell(start + "cmd|' /C calc'!A0") == "'" + start + "cmd|' /C calc'!A0"


@pytest.mark.parametrize(("value", "cell"), [("a=1", "a=1"), (" =1", " =1"), (-2, "-2"), (-0.5, "-0.5"), (None, "")])
def test_other_cells_stay(value: str | int | float | None, cell: str) -> None:
    assert safe_cell(value) == cell


def test_hits_are_written_in_order_with_all_readings() -> None:
    data = hits_csv(answer())
    assert data.startswith(b"\xef\xbb\xbfrank,id,product,")
    assert cells(data)[1:] == [
        [
            "1", "a 1", "Kettle & Co", "Home", "2024-02-29", "1", ATTACK,
            "'=HYPERLINK(\"x\") it broke\nafter *two* days 😡", "en", "angry", "0.75", "0.75", "0.5", "negative",
            "0.125", "web",
        ],
        [
            "2", "b", "'-2+3", "", "", "2.5", "", "המוצר נשבר אחרי יום. " + ATTACK, "he", "not English", "", "",
            "-0.25", "not English", "", "",
        ],
    ]  # fmt: skip


def test_rejected_rows_are_written_with_their_reason() -> None:
    data = rejected_csv([Rejected(7, "The text is empty.", "=1"), Rejected(9, "Too long, by far.", 'a "b"')])
    assert cells(data) == [
        ["row", "reason", "beginning"],
        ["7", "The text is empty.", "'=1"],
        ["9", "Too long, by far.", 'a "b"'],
    ]


stable = hypothesis_settings(
    max_examples=50,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=(HealthCheck.too_slow,),
)
_START = st.sampled_from(["", "", "=", "-", "'", "'=", "''+", "'\t"])
_TEXT = st.builds(
    operator.add,
    _START,
    st.text(st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n\r\t"), min_size=1, max_size=60),
)
_LINE = st.builds(
    operator.add,
    _START.map(str.strip),
    st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp", "Zs")), max_size=20),
)


def _stays(text: str) -> bool:
    """Whether a text is no word for nothing, which import changes on purpose."""
    return text.strip().casefold() not in {"nan", "null", "nat", "<na>"}


_REVIEWS = st.lists(
    st.builds(
        Review,
        id=st.just(""),
        text=_TEXT.filter(lambda text: bool(text.strip()) and _stays(text)),
        title=_LINE.filter(lambda text: _stays(text)),
        product=_LINE.filter(lambda text: _stays(text)),
        date=st.none() | st.dates(datetime.date(1990, 1, 1), datetime.date(2099, 12, 31)),
        rating=st.none() | st.integers(-10, 100).map(float) | st.sampled_from([0.5, 1.5, 4.5]),
        channel=st.sampled_from(["", "web", "اتصال"]),
    ),
    min_size=1,
    max_size=5,
    unique_by=lambda review: (" ".join(review.text.split()).casefold(), review.product),
)


@stable
@given(_REVIEWS)
def test_reviews_come_back_as_they_were_exported(reviews: list[Review]) -> None:
    settings = Settings()
    named = [_with_id(review, f"id {number}") for number, review in enumerate(reviews)]
    table = read_table(reviews_csv(named), "reviews.csv", settings)
    columns = guess_columns(table)
    chosen = type(columns)("text", "id", "title", "product", "category", "date", "rating", "channel")
    assert check_rows(table, chosen, settings).reviews == named


def _with_id(review: Review, review_id: str) -> Review:
    """Return the review as an import leaves it, with this id."""
    product = tidy_name(review.product)
    return Review(review_id, review.text, review.title, product, "", review.date, review.rating, review.channel)


@stable
@given(st.text(st.sampled_from('ab 1,;/"\r\n\t'), max_size=30))
def test_a_name_that_is_tidy_stays_as_it_is(name: str) -> None:
    assert tidy_name(tidy_name(name)) == tidy_name(name)


@stable
@given(st.text(st.characters(codec="utf-8"), max_size=40))
def test_no_exported_cell_starts_a_formula(text: str) -> None:
    assert not safe_cell(text).startswith(tuple(FORMULA_STARTS))
    assert original_cell(safe_cell(text)) == text


@stable
@given(st.text(st.sampled_from("'=-a\t\uff0b"), max_size=6))
def test_a_guard_is_taken_away_exactly_where_it_was_put(text: str) -> None:
    assert original_cell(safe_cell(text)) == text
    assert safe_cell(text) in (text, "'" + text)


def test_only_files_that_were_exported_lose_their_guards() -> None:
    settings = Settings()
    rows = [["7", "'=1+1", "'tis good"], ["8", "''-x", "-"]]
    own = table_csv(REVIEW_COLUMNS, ([a, b, "", "", "", "", c, ""] for a, b, c in [["7", "=1+1", "'tis good"]]))
    assert read_table(own, "x.csv", settings).frame[["id", "product", "text"]].to_numpy().tolist() == [
        ["7", "=1+1", "'tis good"]
    ]
    other = "number,name,text\n" + "\n".join(map(",".join, rows))
    assert read_table(other.encode(), "x.csv", settings).frame.to_numpy().tolist() == rows
    assert all(map(is_exported, (REVIEW_COLUMNS, HIT_COLUMNS, (*THEME_COLUMNS, "more"), (" id", *REVIEW_COLUMNS[1:]))))
    assert not is_exported(("id", "text", "rating"))
