"""Names are phrases that people wrote, of what sets a group apart."""

from math import log, sqrt

import numpy as np
import pytest

from backends.contracts import FloatArray
from rag.themes_names import name_all, phrases, same, z_score


def everything_fits(texts: list[str]) -> FloatArray:
    return np.ones((len(texts), 2), np.float32)


def test_phrases_stay_within_a_sentence() -> None:
    found = {words for _, words in phrases("The zipper broke. Runs too small, not true to size")}
    assert {"zipper broke", "too small", "runs too small", "true to size"} <= found
    assert {"broke runs", "small not", "the zipper"} & found == set()


def test_forms_of_a_word_are_one_and_shown_as_most_people_write_it() -> None:
    leaks = ["The pump leaks", "My pump leaks", "pump leaked", "a pump leaking"] * 3
    named = name_all([leaks, ["tastes of cinnamon"] * 12], everything_fits)
    assert named[0].name == "Pump leaks"
    assert named[0].terms[0].reviews == 12
    assert named[1].name == "Tastes of cinnamon"


def test_words_of_products_that_every_group_has_are_left_out() -> None:
    groups = [["kettle zipper"] * 9, ["kettle parcel"] * 9 + ["kettle"] * 9]
    assert [item.name for item in name_all(groups, everything_fits, dull={"Kettle"})] == ["Zipper", "Parcel"]


def test_what_lies_closest_in_meaning_comes_first() -> None:
    def meaning(texts: list[str]) -> FloatArray:
        return np.array([[0.9 if "seam" in text else 0.1, 0.5] for text in texts], np.float32)

    groups = [["zipper. seam", "zipper! seam"] * 8, ["parcel late"] * 16]
    assert name_all(groups, meaning)[0].name == "Seam, zipper"


def test_names_are_unique() -> None:
    groups = [["warm wool. soft"] * 9 + ["blue"] * 3, ["warm wool. soft"] * 9 + ["green"] * 3, ["loud noise"] * 30]
    names = [item.name for item in name_all(groups, lambda texts: np.ones((len(texts), 3), np.float32))]
    assert len(set(names)) == 3


def test_groups_of_the_same_two_phrases_are_the_same() -> None:
    three = [["blue. colour. sky"] * 9, ["colour. blue. sea"] * 9, ["noise. motor. fan"] * 30]
    named = name_all(three, lambda texts: np.ones((len(texts), 3), np.float32))
    twice = [named[0], named[0], named[2]]
    assert same(twice) == [0, 0, 2]


def test_z_score_by_hand() -> None:
    # 4 of 10 here, 10 of 100 in all, prior of 50 reviews: 5 with the word and 45 without
    difference = log((4 + 5) / (6 + 45)) - log((6 + 5) / (84 + 45))
    assert z_score(4, 10, 10, 100) == pytest.approx(difference / sqrt(1 / 9 + 1 / 11))
    assert z_score(1, 10, 10, 100) == pytest.approx(0, abs=0.05)
    assert z_score(0, 10, 50, 100) < 0
