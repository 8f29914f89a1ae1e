"""Columns of review files as they are met in the wild, found by name and by content."""

import pandas as pd
import pytest

from rag.columns import Columns, guess_columns, plain_name
from rag.table import Table

TEXTS = [
    "The crew was rude and we waited four hours without water.",
    "Best flight of my life, thank you so much!",
    "It was fine, nothing special to say about it.",
    "Lost my bag again, third time this year.",
    "Check-in took a minute and the seats were clean.",
    "I will never fly with them again.",
]  # fmt: skip


def table(**columns: list[str]) -> Table:
    return Table(pd.DataFrame(columns, dtype="str"), "CSV")


def named(names: dict[str, list[str]]) -> Table:
    return table(**names)


IDS = ["570306133677760513", "570301130888122368", "570301083672813571", "570301031407624196", "5703008", "5703007"]
DATES = ["2015-02-24 11:35:52 -0800"] * 5 + ["2015-02-23 11:15:59 -0800"]
TITLES = ["Rude", "Great!", "Fine", "Lost bag", "Quick", "Never"]
STARS = ["1", "5", "3", "1", "4", "1"]
AIRLINES = ["Delta", "United", "Delta", "US Airways", "United", "Delta"]

FILES: dict[str, tuple[dict[str, list[str]], Columns]] = {
    "women's clothing": (
        {
            "Clothing ID": ["767", "1080", "1077", "1080", "847", "1080"],
            "Age": ["33", "34", "60", "50", "47", "49"],
            "Title": ["", "", *TITLES[2:]],
            "Review Text": TEXTS,
            "Rating": STARS,
            "Recommended IND": ["0", "1", "1", "0", "1", "0"],
            "Positive Feedback Count": ["0", "4", "0", "0", "6", "1"],
            "Division Name": ["General"] * 6,
            "Department Name": ["Dresses", "Tops"] * 3,
            "Class Name": ["Dresses", "Knits"] * 3,
        },
        Columns(
            text="Review Text", title="Title", rating="Rating", product="Clothing ID", category="Class Name"
        ),
    ),
    "amazon": (
        {
            "name": ["Fire HD 8", "Kindle"] * 3,
            "brand": ["Amazon"] * 6,
            "categories": ["Electronics,iPad & Tablets", "Electronics"] * 3,
            "reviews.date": ["2017-01-13T00:00:00.000Z"] * 6,
            "reviews.rating": ["5.0", "4.0", "5.0", "1.0", "5.0", "3.0"],
            "reviews.title": TITLES,
            "reviews.text": TEXTS,
            "reviews.doRecommend": ["True"] * 6,
            "reviews.numHelpful": ["0.0"] * 6,
        },
        Columns(
            text="reviews.text", title="reviews.title", rating="reviews.rating", date="reviews.date", product="name",
            category="categories",
        ),
    ),
    "airline tweets": (
        {
            "tweet_id": IDS,
            "airline_sentiment": ["negative", "positive", "neutral"] * 2,
            "airline_sentiment_confidence": ["1.0", "0.3486", "0.6837", "1.0", "1.0", "0.5"],
            "negativereason": ["Late Flight", "", "", "Lost Luggage", "", "Late Flight"],
            "airline": AIRLINES,
            "name": ["cairdin", "jnardino", "yvonne", "a", "b", "c"],
            "retweet_count": ["0"] * 6,
            "text": TEXTS,
            "tweet_coord": [""] * 6,
            "tweet_created": DATES,
            "tweet_location": ["", "Lets Play", "San Francisco", "", "", ""],
            "user_timezone": ["Eastern Time"] * 6,
        },
        Columns(text="text", id="tweet_id", product="airline", category="negativereason", date="tweet_created"),
    ),
    "play store": (
        {
            "reviewId": ["gp:AOq1", "gp:AOq2", "gp:AOq3", "gp:AOq4", "gp:AOq5", "gp:AOq6"],
            "userName": ["Ann", "Ben", "Cy", "Di", "Ed", "Flo"],
            "userImage": ["https://lh3.example/1"] * 6,
            "content": TEXTS,
            "score": STARS,
            "thumbsUpCount": ["0", "2", "0", "1", "0", "0"],
            "reviewCreatedVersion": ["4.17.0.3"] * 6,
            "at": ["2020-04-05 22:25:57"] * 6,
            "replyContent": ["We are very sorry to hear that, please write to us and we will help."] * 6,
            "repliedAt": ["2020-04-06 10:00:00"] * 6,
            "appId": ["com.a", "com.b"] * 3,
        },
        Columns(text="content", id="reviewId", rating="score", date="at", product="appId"),
    ),
    "hotel": (
        {"S.No.": list("123456"), "Review": TEXTS, "Rating": STARS, "Date": ["May 3, 2021"] * 6},
        Columns(text="Review", id="S.No.", rating="Rating", date="Date"),
    ),
    "fine food": (
        {
            "Id": list("123456"),
            "ProductId": ["B001E4KFG0", "B00813GRG4"] * 3,
            "UserId": ["A3SGXH", "A1D87F"] * 3,
            "ProfileName": ["delmartian", "dll pa"] * 3,
            "HelpfulnessNumerator": ["1", "0"] * 3,
            "Score": STARS,
            "Time": ["1303862400", "1346976000"] * 3,
            "Summary": TITLES,
            "Text": TEXTS,
        },
        Columns(text="Text", id="Id", title="Summary", product="ProductId", date="Time", rating="Score"),
    ),
    "yelp": (
        {
            "review_id": list("abcdef"),
            "user_id": list("ghijkl"),
            "business_id": ["x", "y"] * 3,
            "stars": STARS,
            "useful": ["0", "3"] * 3,
            "text": TEXTS,
            "date": ["2018-07-07 22:09:11"] * 6,
        },
        Columns(text="text", id="review_id", product="business_id", date="date", rating="stars"),
    ),
    "comment and stars": (
        {"comment": TEXTS, "stars": ["★", "★★★★★", "★★★", "★", "★★★★", "★"]},
        Columns("comment", rating="stars"),
    ),
    "German": (
        {"Titel": TITLES, "Bewertung": STARS, "Kommentar": TEXTS, "Datum": ["03.02.2024"] * 6, "Produkt": AIRLINES},
        Columns(text="Kommentar", title="Titel", product="Produkt", date="Datum", rating="Bewertung"),
    ),
    "French": (
        {"Avis": TEXTS, "Note": STARS, "Catégorie": AIRLINES, "Titre": TITLES},
        Columns(text="Avis", title="Titre", category="Catégorie", rating="Note"),
    ),
    "Spanish": (
        {"Reseña": TEXTS, "Calificación": STARS, "Fecha": ["13/02/2024"] * 6, "Título": TITLES},
        Columns(text="Reseña", title="Título", date="Fecha", rating="Calificación"),
    ),
    "Korean": (
        {"상품명": AIRLINES, "평점": STARS, "내용": TEXTS, "작성일": ["2024.02.13"] * 6},
        Columns(text="내용", product="상품명", date="작성일", rating="평점"),
    ),
    "Japanese": (
        {"商品名": AIRLINES, "評価": STARS, "レビュー": TEXTS, "タイトル": TITLES},
        Columns(text="レビュー", title="タイトル", product="商品名", rating="評価"),
    ),
    "Arabic": ({"التعليق": TEXTS, "التقييم": STARS}, Columns(text="التعليق", rating="التقييم")),
    "survey": (
        {
            "Timestamp": ["2/13/2024 10:00:00"] * 6,
            "How likely are you to recommend us?": ["1", "9", "5", "0", "8", "1"],
            "What could we do better?": TEXTS,
        },
        Columns(text="What could we do better?", date="Timestamp"),
    ),
    "no known name": ({"a": TITLES, "b": TEXTS, "c": DATES, "d": STARS}, Columns(text="b", date="c")),
    "numbers only": ({"x": ["1.5", "2.5", "3.5"], "y": ["4", "5", "6"]}, Columns()),
    "a name that lies": ({"text": STARS, "remark": TEXTS}, Columns(text="remark")),
    "title and text swapped": ({"title": TEXTS, "review": TITLES}, Columns(text="title", title="review")),
}  # fmt: skip


@pytest.mark.parametrize("kind", FILES)
def test_the_columns_are_found(kind: str) -> None:
    columns, expected = FILES[kind]
    assert guess_columns(named(columns)) == expected


def test_a_scale_without_a_known_name_is_a_rating() -> None:
    found = guess_columns(table(words=TEXTS * 3, value=STARS * 3, minutes=[str(number) for number in range(18)]))
    assert found == Columns(text="words", rating="value")


def test_an_id_that_repeats_is_none() -> None:
    assert guess_columns(table(id=["1", "1", "2", "3", "4", "5"], text=TEXTS)).id is None


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("reviewText", "review text"),
        ("reviews.numHelpful", "reviews num helpful"),
        ("  TWEET_created ", "tweet created"),
        ("Überschrift", "uberschrift"),
        ("상품명", "상품명"),
        ("レビュー", "レビュー"),
    ],
)
def test_names_are_compared_without_case_accents_and_signs(name: str, plain: str) -> None:
    assert plain_name(name) == plain


def test_odd_dates_are_dates_also_where_some_are_missing() -> None:
    days = ["Mar 5, 2021", "5th March 2021", "2021/03/07", "07-Mar-21", "n/a", "unknown"]
    assert guess_columns(table(words=TEXTS, when_flown=days)).date == "when_flown"
    assert guess_columns(table(words=TEXTS, flown=days)).date == "flown"
    assert guess_columns(table(words=TEXTS, when_flown=["never", "often", "n/a", "-", "", "2021/03/07"])).date is None


MANY = [f"{text} Stay {number}." for number in range(20) for text in TEXTS[:1]]
REFS = [f"A{number}" for number in range(20)]


@pytest.mark.parametrize(
    "name", ["Ref", "Reference", "no", "Nr.", "Number", "Case", "ticket", "Key", "Booking", "booking_ref", "Review No"]
)
def test_a_column_with_a_name_of_ids_is_the_id_also_where_one_is_there_twice(name: str) -> None:
    assert guess_columns(named({name: REFS, "text": MANY})).id == name
    assert guess_columns(named({name: [*REFS[:-1], REFS[0]], "text": MANY})).id == name
    assert guess_columns(named({name: [*REFS[:-2], *REFS[:2]], "text": MANY})).id is None


@pytest.mark.parametrize(
    "codes",
    [
        REFS,
        [f"R-2024/{number * 37 % 101}" for number in range(20)],
        [f"#{70000 + number * 7919 % 1000}" for number in range(20)],
        [f"{number:08x}-a1" for number in range(20)],
        [str(20_311 + number) for number in range(20)],
    ],
)
def test_codes_that_never_repeat_are_the_id_whatever_their_column_is_called(codes: list[str]) -> None:
    assert guess_columns(table(xq=codes, text=MANY)) == Columns(text="text", id="xq")
    assert guess_columns(table(xq=[*codes[:-1], codes[0]], text=MANY)).id is None


@pytest.mark.parametrize(
    ("name", "cells"),
    [
        ("age", [str(number) for number in range(21, 41)]),
        ("Order number", [str(20_311 + number // 2) for number in range(20)]),
        ("Order number", [str(20_311 + number) for number in range(20)]),
        ("Customer ID", REFS),
        ("guest id", REFS),
        ("userid", REFS),
        ("room no", REFS),
        ("phone number", [f"07911{number:06}" for number in range(20)]),
        ("xq", [str(number) for number in range(1, 21)]),
        ("xq", [f"{number}.5" for number in range(1_000, 1_020)]),
        ("xq", [f"2024-01-{number:02}" for number in range(1, 21)]),
        ("xq", [f"{number % 24}:30" for number in range(20)]),
        ("xq", ["Ann", "Ben", "Cy", "Di", "Ed", "Flo", "Gus", "Hal", "Ida", "Jo"] * 2),
        ("xq", [f"room {number} of 20" for number in range(20)]),
    ],
)
def test_what_is_no_id_of_reviews_is_not_taken_for_one(name: str, cells: list[str]) -> None:
    assert guess_columns(named({name: cells, "text": MANY})).id is None


def test_a_scale_behind_a_name_does_not_hide_it() -> None:
    ratings = [str(number) for number in range(1, 7)]
    for name in ("Score (of 10)", "Rating [1-5]", "Bewertung (1 bis 6)"):
        assert guess_columns(named({"Comment": TEXTS, name: ratings})) == Columns(text="Comment", rating=name)


def test_stars_of_few_rows_without_names_are_the_rating() -> None:
    unnamed = {"column 1": list("012345"), "column 2": list("212134"), "column 3": TEXTS}
    assert guess_columns(named(unnamed)) == Columns(text="column 3", rating="column 2")
    assert guess_columns(named({"guests": list("212134"), "text": TEXTS})).rating is None
