"""Rows of a table -> reviews: what is kept as it was, what is repaired with a note, what is rejected with a reason."""

import datetime

import pytest

from errors import ReviewFileError
from rag.ingest import Columns, Prepared, check_rows, guess_columns, read_table
from rag.reviews import Review
from settings import Settings

ALL = Columns("text", "id", "title", "product", "category", "date", "rating", "channel")


def prepare(csv: str, settings: Settings, columns: Columns | None = None) -> Prepared:
    table = read_table(csv.encode(), "a.csv", settings)
    return check_rows(table, columns or guess_columns(table), settings)


def test_a_row_becomes_a_review(settings: Settings) -> None:
    prepared = prepare(
        "id,text,title,product,category,date,rating,channel\n"
        'a7," It&amp;s ""good"" 😀 ", Nice ,Kettle,Home,2024-02-29,"4,5",web\n',
        settings,
        ALL,
    )
    review = Review("a7", ' It&amp;s "good" 😀 ', "Nice", "Kettle", "Home", datetime.date(2024, 2, 29), 4.5, "web")
    assert prepared == Prepared([review], [], 0)


def test_texts_of_any_script_stay_as_they_are(settings: Settings) -> None:
    texts = ["המוצר מצוין 👍🏽", "منتج رائع\u200f!", "배송이 빨라요 ㅠㅠ", "नमस्ते", "👨‍👩‍👧‍👦 family", "Zalgo t̷e̷x̷t̷"]
    prepared = prepare("text,rating\n" + "".join(f"{text},5\n" for text in texts), settings)
    assert [review.text for review in prepared.reviews] == texts


def test_rows_without_text_are_rejected_with_their_number(settings: Settings) -> None:
    prepared = prepare("id,text,product\n1,fine one,a\n2,   ,b\n3,,c\n4,good one,d\n", settings, Columns("text", "id"))
    assert [review.id for review in prepared.reviews] == ["1", "4"]
    assert [(item.row, item.reason, item.excerpt) for item in prepared.rejected] == [
        (3, "The text is empty.", "2"),
        (4, "The text is empty.", "3"),
    ]


def test_a_cell_of_ten_megabytes_is_rejected_and_the_import_goes_on(settings: Settings) -> None:
    prepared = prepare(f'id,text\n1,fine\n2,"{"long " * 2_000_000}"\n3,good\n', settings, Columns("text", "id"))
    assert [review.id for review in prepared.reviews] == ["1", "3"]
    assert [(item.row, item.reason) for item in prepared.rejected] == [
        (3, "The text has 10,000,000 characters; up to 20,000 are allowed. Shorten or split it.")
    ]
    assert prepared.rejected[0].excerpt.startswith("long long")
    assert len(prepared.rejected[0].excerpt) <= 120


def test_rejected_rows_of_reading_and_checking_are_in_file_order(settings: Settings) -> None:
    prepared = prepare("id,text\n1,\n2,too,many\n3,\n4,fine\n", settings, Columns("text", "id"))
    assert [item.row for item in prepared.rejected] == [2, 3, 4]


def test_exact_duplicates_are_left_out_and_counted(settings: Settings) -> None:
    prepared = prepare(
        "text,product\nGood kettle,a\ngood   KETTLE ,a\nGood kettle,b\nGood kettle!,a\nGood kettle, a\n",
        settings,
        Columns("text", product="product"),
    )
    assert [(review.text, review.product) for review in prepared.reviews] == [
        ("Good kettle", "a"),
        ("Good kettle", "b"),
        ("Good kettle!", "a"),
    ]
    assert prepared.duplicates == 2


def test_without_ids_the_row_numbers_name_the_reviews(settings: Settings) -> None:
    prepared = prepare("text\none thing\n\nanother thing\n", settings, Columns("text"))
    assert [review.id for review in prepared.reviews] == ["row-2", "row-4"]
    assert prepared.notes == ()


def test_missing_and_repeated_ids_are_made_unique_and_said(settings: Settings) -> None:
    prepared = prepare("id,text\nx,one\n,two\nx,three\nrow-4,four\n", settings, Columns("text", "id"))
    ids = [review.id for review in prepared.reviews]
    assert ids == ["x", "row-3", "row-4-b", "row-4"]
    assert prepared.notes == (
        "1 review without an id: named after the row.",
        "1 review with an id that came before: named after the row.",
    )


def test_dates_and_ratings_that_cannot_be_read_are_left_empty_and_counted(settings: Settings) -> None:
    prepared = prepare(
        "text,date,rating\none,soon,great\ntwo,2024-01-01,5\nthree,,\n",
        settings,
        Columns("text", date="date", rating="rating"),
    )
    assert [(review.date, review.rating) for review in prepared.reviews] == [
        (None, None),
        (datetime.date(2024, 1, 1), 5.0),
        (None, None),
    ]
    assert prepared.notes == (
        "1 date could not be read: left empty.",
        "1 rating could not be read: left empty.",
    )


def test_words_for_nothing_are_nothing(settings: Settings) -> None:
    prepared = prepare(
        "text,product,date,rating\nnan,a,,\nNone,NaN,NaT,n/a\n",
        settings,
        Columns("text", product="product", date="date", rating="rating"),
    )
    assert prepared.reviews == [Review("row-3", "None")]
    assert [item.reason for item in prepared.rejected] == ["The text is empty."]
    assert prepared.notes == ()


def test_the_order_of_day_and_month_is_said(settings: Settings) -> None:
    prepared = prepare("text,date\none,03/04/2020\ntwo,25/04/2020\n", settings, Columns("text", date="date"))
    assert [review.date for review in prepared.reviews] == [datetime.date(2020, 4, 3), datetime.date(2020, 4, 25)]
    assert prepared.notes == ("Dates such as 03/04/2020 were read with the day first.",)


def test_progress_ends_at_all_rows(settings: Settings) -> None:
    seen: list[tuple[int, int]] = []
    table = read_table(b"text\n" + b"".join(b"number %d\n" % n for n in range(5_001)), "a.csv", settings)
    check_rows(table, Columns("text"), settings, lambda done, total: seen.append((done, total)))
    assert seen == [(0, 5_001), (5_000, 5_001), (5_001, 5_001)]


@pytest.mark.parametrize(
    ("csv", "columns", "message"),
    [
        (
            "x,y\n1,2\n",
            None,
            "No column looks like the text of the reviews. Choose the column that holds what customers wrote; "
            "the file has: x, y.",
        ),
        (
            "text\nfine\n",
            Columns("text", date="day"),
            "The file has no column “day”, which was chosen for date. Choose another one.",
        ),
        (
            "id,text\n1,\n2, \n",
            Columns("text", "id"),
            "The column “text” is empty in every row. Choose the column that holds what customers wrote.",
        ),
        ("id,text\n1,\n2,a,b\n", Columns("text", "id"), "No row can be used (2 rows tried). Row 2: The text is empty."),
    ],
)
def test_what_cannot_be_imported_is_said(csv: str, columns: Columns | None, message: str, settings: Settings) -> None:
    with pytest.raises(ReviewFileError) as caught:
        prepare(csv, settings, columns)
    assert str(caught.value) == message
