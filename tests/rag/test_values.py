"""Dates and ratings as people write them."""

import datetime

import pytest

from rag.values import read_dates, read_ratings, tidy_name

LEAP_DAY = datetime.date(2024, 2, 29)


@pytest.mark.parametrize(
    "cell",
    [
        "2024-02-29", "2024-02-29T23:59:59.000Z", "2024-02-29 23:30:00 -0800", "2024/2/29", "20240229", "29/02/2024",
        "02/29/2024", "29.2.24", "29-02-2024 10:15", "02 29, 2024", "Feb 29, 2024", "29 February 2024", "29-Feb-2024",
        "Thursday, February 29, 2024", "Thu Feb 29 23:30:00 -0800 2024", "1709164800", "1709164800000",
        "45351", "2024년 2월 29일", "2024年2月29日", " 2024-02-29 ",
        "Reviewed in the United States on February 29, 2024", "29-Feb-24", "Feb 29 '24", "29th Feb 24 10:15",
        "29.Feb.24",
    ],
)  # fmt: skip
def test_a_date_is_read_however_it_is_written(cell: str) -> None:
    assert read_dates([cell]).values == [LEAP_DAY]


@pytest.mark.parametrize(
    "cell",
    [
        "",
        "yesterday",
        "2 days ago",
        "2024-02-30",
        "31/31/2024",
        "10:30",
        "5",
        "In 2024 it broke",
        "0000-00-00",
        "5 Mar 10:22",
        "March 20 15:00",
        "12 monkeys 34",
    ],
)
def test_what_is_no_date_is_none(cell: str) -> None:
    assert read_dates([cell]).values == [None]


def test_one_cell_that_allows_one_reading_decides_for_the_column() -> None:
    assert read_dates(["03/04/2020", "04/25/2020"]) == (
        [datetime.date(2020, 3, 4), datetime.date(2020, 4, 25)],
        "month first",
    )
    assert read_dates(["03/04/2020", "25/04/2020"]) == (
        [datetime.date(2020, 4, 3), datetime.date(2020, 4, 25)],
        "day first",
    )


def test_without_any_the_day_comes_first_and_it_is_said() -> None:
    assert read_dates(["03/04/2020"]) == ([datetime.date(2020, 4, 3)], "day first (the file does not show which)")


def test_no_order_is_reported_where_none_was_needed() -> None:
    assert read_dates(["2024-02-29", ""]) == ([LEAP_DAY, None], "")


@pytest.mark.parametrize(
    ("cell", "rating"),
    [
        ("4", 4.0), ("4.0", 4.0), ("4,5", 4.5), (" 3 ", 3.0), ("4/5", 4.0), ("8 / 10", 8.0), ("★★★★", 4.0),
        ("★★★☆☆", 3.0), ("⭐⭐", 2.0), ("5 stars", 5.0), ("1 star", 1.0), ("4.0 out of 5 stars", 4.0),
        ("Rating: 2", 2.0), ("80 %", 80.0), ("3 von 5 Sternen", 3.0), ("평점 4", 4.0),
        ("Five", 5.0), ("-1", -1.0), ("0", 0.0),
    ],
)  # fmt: skip
def test_a_rating_is_read_however_it_is_written(cell: str, rating: float) -> None:
    assert read_ratings([cell]) == [rating]


@pytest.mark.parametrize("cell", ["", "n/a", "great", "Broke after 2 days of use", "nan", "inf", "9" * 61])
def test_what_is_no_rating_is_none(cell: str) -> None:
    assert read_ratings([cell]) == [None]


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("Echo (White),,,\r\nEcho (White),,,", "Echo (White)"),
        (
            'Echo (White),,,\r\nKindle Dx Cover (fits 9.7 Display)",,',
            "Echo (White) / Kindle Dx Cover (fits 9.7 Display)",
        ),
        ("New Cable,,,\r\n", "New Cable"),
        ("E-reader  -  Black,\tWi-Fi,,", "E-reader - Black, Wi-Fi"),
        ('24" screen', '24" screen'),
        ('The "best" kettle', 'The "best" kettle'),
        ("1078", "1078"),
        (" ,;, ", ""),
        ("", ""),
    ],
)
def test_names_lose_what_exports_of_shops_leave_in_them(cell: str, name: str) -> None:
    assert tidy_name(cell) == name
