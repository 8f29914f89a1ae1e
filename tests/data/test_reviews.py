"""The shipped reviews are what their datasheet says: 700 different written texts, balanced, none like another."""

import csv
import datetime
import re
from collections import Counter

import numpy as np
import pytest

import model_utils
from backends.contracts import FACE_EMOTIONS
from settings import PROJECT_FOLDER, Settings

COLUMNS = ["id", "product", "category", "date", "rating", "title", "text", "emotion", "channel"]
RUN_WORDS = 8
Row = dict[str, str]


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    with (PROJECT_FOLDER / "data" / "reviews.csv").open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        assert reader.fieldnames == COLUMNS
        return list(reader)


def test_there_are_700_different_reviews_100_per_emotion_and_10_per_product_and_emotion(rows: list[Row]) -> None:
    assert len({row["text"] for row in rows}) == len(rows) == 700
    assert Counter(row["emotion"] for row in rows) == dict.fromkeys(FACE_EMOTIONS, 100)
    assert set(Counter((row["emotion"], row["product"]) for row in rows).values()) == {10}
    assert len({(row["product"], row["category"]) for row in rows}) == 10


def test_ids_follow_the_dates_and_every_field_is_filled(rows: list[Row]) -> None:
    assert [row["id"] for row in rows] == [f"R{number:04d}" for number in range(1, 701)]
    dates = [datetime.date.fromisoformat(row["date"]) for row in rows]
    assert dates == sorted(dates)
    assert (dates[-1] - dates[0]).days > 700
    assert {row["rating"] for row in rows} == {"1", "2", "3", "4", "5"}
    assert {row["channel"] for row in rows} == {"web", "app", "email", "survey", "social", "chat"}
    assert all(2 <= len(row["title"].split()) <= 8 for row in rows)


def test_texts_have_15_to_80_words(rows: list[Row]) -> None:
    assert [row["id"] for row in rows if not 15 <= len(row["text"].split()) <= 80] == []


def test_no_two_texts_share_a_run_of_eight_words(rows: list[Row]) -> None:
    first_seen: dict[tuple[str, ...], str] = {}
    shared = []
    for row in rows:
        words = re.findall(r"[a-z0-9']+", row["text"].lower().replace("’", "'"))
        for start in range(len(words) - RUN_WORDS + 1):
            run = tuple(words[start : start + RUN_WORDS])
            if first_seen.setdefault(run, row["id"]) != row["id"]:
                shared.append((first_seen[run], row["id"], " ".join(run)))
    assert shared == []


def test_no_pair_means_nearly_the_same(rows: list[Row], session_settings: Settings) -> None:
    vectors = model_utils.load("embedder", settings=session_settings).embed([row["text"] for row in rows])
    cosines = np.triu(vectors @ vectors.T, k=1)
    assert float(cosines.max()) <= 0.9
