"""Names are phrases that people wrote, of what sets a group apart."""

from collections.abc import Sequence
from math import log, sqrt

import numpy as np
import pytest

from backends.contracts import FloatArray
from rag.themes_names import Named, name_all, same
from rag.themes_phrases import Kinds, Said, as_most_write, phrases
from rag.themes_terms import z_score


def everything_fits(texts: list[str]) -> FloatArray:
    """Give every phrase a direction of its own that is as close to every group as to any other."""
    found = np.ones((len(texts), len(texts) + 1), np.float32)
    found[:, 1:] = 2 * np.eye(len(texts))
    unit: FloatArray = found / np.linalg.norm(found, axis=1, keepdims=True)
    return unit


def name(groups: Sequence[Sequence[str]], dull: Sequence[str] = ()) -> list[Named]:
    """Name groups by their words alone."""

    def meaning(texts: list[str]) -> FloatArray:
        return np.pad(everything_fits(texts), ((0, 0), (0, 999 - len(texts))))

    return name_all(groups, meaning, np.eye(1, 1_000, dtype=np.float32).repeat(len(groups), axis=0), dull)


def test_phrases_stay_within_a_sentence() -> None:
    found = {said.written for said in phrases("The zipper broke. Runs too small, not true to size")}
    assert {"zipper broke", "too small", "runs too small", "true to size"} <= found
    assert {"broke runs", "small not", "the zipper"} & found == set()


def test_numbers_and_halves_of_hyphened_words_are_no_phrases() -> None:
    found = {said.written for said in phrases("Three hours late, a-line cut and 25 euros for one e-reader")}
    assert {"hours late", "cut", "euros"} <= found
    assert {"three hours", "line", "line cut", "reader", "three"} & found == set()


def test_capitals_stay_where_most_write_them_inside_a_sentence() -> None:
    written = [said.written for said in phrases("Netflix works. I watch Netflix. GREAT STUFF")]
    assert written.count("netflix") == 1  # it opens the sentence
    assert written.count("Netflix") == 1
    assert "great stuff" in written
    seen = [(Said(("netflix",), "Netflix", False), 3), (Said(("netflix",), "netflix", True), 9)]
    assert as_most_write(seen) == "Netflix"
    assert as_most_write([(Said(("cat",), "cat", False), 5), (Said(("cat",), "Cats", False), 4)]) == "cat"


def test_kinds_of_words_are_told_from_what_stands_before_them() -> None:
    kinds = Kinds()
    for text in (
        "The screen is very bright",
        "My screen will glow",
        "I glow, they glow",
        "the zipper, so bright, too bright",
    ):
        kinds.read(text)
    assert [kinds.of(word) for word in ("screen", "zipper", "glow", "bright", "quickly", "comfortable", "unknown")] == [
        "noun", "noun", "verb", "adjective", "adverb", "adjective", "noun",
    ]  # fmt: skip


def test_forms_of_a_word_are_one_and_shown_as_most_people_write_it() -> None:
    leaks = ["The pump leaks", "My pump leaks", "pump leaked", "a pump leaking"] * 3
    named = name([leaks, ["tastes of cinnamon"] * 12])
    assert named[0].name == "Pump leaks"
    assert named[0].terms[0].reviews == 12
    assert named[1].name == "Tastes of cinnamon"


def test_abbreviations_are_shown_as_such() -> None:
    assert [item.name for item in name([["the tv box"] * 20, ["wool of 2 kg"] * 20])] == ["TV box", "Wool"]


def test_what_many_say_wins_over_what_few_say_and_nobody_else() -> None:
    groups = [["the colour"] * 40 + ["the magenta"] * 4, ["the parcel"] * 40 + ["the colour"] * 4]
    assert [item.terms[0].text for item in name(groups)] == ["colour", "parcel"]


def test_nouns_name_rather_than_verbs() -> None:
    groups = [["I grumbled. The motor"] * 20, ["The parcel"] * 20]
    assert name(groups)[0].terms[0].text == "motor"


def test_words_of_products_that_every_group_has_are_left_out() -> None:
    groups = [["kettle zipper"] * 9, ["kettle parcel"] * 9 + ["kettle"] * 9]
    assert [item.name for item in name(groups, dull=["Kettle"])] == ["Zipper", "Parcel"]


def test_a_product_names_the_group_that_is_about_it() -> None:
    about, other = ["the kettle"] * 30, ["the parcel"] * 29 + ["the kettle"]
    assert name([about, other, ["the zipper"] * 29 + ["the kettle"]], dull=["Kettle"])[0].name == "Kettle"


def test_what_lies_closest_in_meaning_comes_first() -> None:
    def meaning(texts: list[str]) -> FloatArray:
        return np.array([[0.9, 0.1] if "seam" in text else [0.1, 0.9] for text in texts], np.float32)

    groups = [["zipper. seam", "zipper! seam"] * 8, ["parcel late"] * 16]
    assert name_all(groups, meaning, np.eye(2, dtype=np.float32))[0].name == "Seam, zipper"


def test_the_second_phrase_of_a_name_means_something_else() -> None:
    def meaning(texts: list[str]) -> FloatArray:
        places = {"seam": [1.0, 0.0], "stitch": [0.9, 0.436]}
        return np.array([places.get(text, [0.6, 0.8]) for text in texts], np.float32)

    groups = [["the seam. the stitch"] * 60 + ["the zipper"] * 50, ["parcel late"] * 110]
    named = name_all(groups, meaning, np.array([[1, 0], [0, 1]], np.float32))[0]
    assert [term.text for term in named.terms] == ["seam", "zipper", "stitch"]
    assert named.name == "Seam, zipper"


def test_names_are_unique() -> None:
    groups = [["warm wool. soft"] * 9 + ["hem"] * 3, ["warm wool. soft"] * 9 + ["seam"] * 3, ["loud noise"] * 30]
    names = [item.name for item in name(groups)]
    assert len(set(names)) == 3


def test_groups_of_the_same_two_phrases_are_the_same() -> None:
    three = [["blue. colour. sky"] * 9, ["colour. blue. sea"] * 9, ["noise. motor. fan"] * 30]
    named = name(three)
    twice = [named[0], named[0], named[2]]
    assert same(twice) == [0, 0, 2]


def test_z_score_by_hand() -> None:
    # 4 of 10 here, 10 of 100 in all, prior of 50 reviews: 5 with the word and 45 without
    difference = log((4 + 5) / (6 + 45)) - log((6 + 5) / (84 + 45))
    assert z_score(4, 10, 10, 100) == pytest.approx(difference / sqrt(1 / 9 + 1 / 11))
    assert z_score(1, 10, 10, 100) == pytest.approx(0, abs=0.05)
    assert z_score(0, 10, 50, 100) < 0


def test_an_abbreviation_has_a_second_phrase_however_weak() -> None:
    groups = [["a tv"] * 60 + ["a tv, remote"] * 3 + ["ankles"] * 1, ["the parcel"] * 60]
    assert name(groups)[0].name == "TV, remote"
    assert name([["the size"] * 60 + ["the size, remote"] * 3, ["the parcel"] * 60])[0].name == "Size"


def test_a_theme_is_named_by_its_subject_not_by_what_people_feel_about_it() -> None:
    groups = [["I love this top"] * 30 + ["the top"] * 10, ["the parcel"] * 40]
    assert name(groups)[0].name == "Top"


def test_the_rest_of_a_number_opens_no_name() -> None:
    groups = [["my 7 year old daughter"] * 20 + ["her daughter"] * 10, ["the parcel"] * 30]
    assert name(groups)[0].terms[0].text == "daughter"


def test_a_judgement_leaves_the_name_to_its_subject() -> None:
    groups = [["great price"] * 30 + ["the price"] * 10, ["the parcel. works well"] * 40]
    named = name(groups)
    assert [item.name for item in named] == ["Price", "Parcel"]
    assert {term.text for term in named[0].terms} == {"price", "great"}


def test_reviews_that_only_judge_are_an_overall_impression() -> None:
    praise = ["great product, highly recommended"] * 40
    named = name([praise, ["the parcel"] * 40, ["best ever, so happy. fine item"] * 40])
    assert [item.name for item in named][:2] == ["Overall impression", "Parcel"]
    assert [item.overall for item in named] == [True, False, True]
    assert same(named) == [0, 1, 0]


def test_a_phrase_keeps_the_rest_of_its_verb() -> None:
    written = {said.written for said in phrases("Easy to set up. It was easy to set")}
    assert {"easy to set up", "easy to set"} <= written
    assert "set up" not in written  # two words of which only one says something


def test_names_that_would_open_alike_get_a_second_phrase() -> None:
    warm, cold = ["the coat"] * 60 + ["the coat, warm"] * 2, ["the coat"] * 60 + ["the coat, hood"] * 2
    others = [["the parcel"] * 60, ["the zipper"] * 60]
    assert [item.name for item in name([warm + ["warm"] * 3, *others])] == ["Coat", "Parcel", "Zipper"]
    assert [item.name for item in name([warm + ["warm"] * 3, cold + ["hood"] * 3, *others])][:2] == [
        "Coat, warm", "Coat, hood",
    ]  # fmt: skip


def test_in_a_large_group_the_name_is_what_many_say() -> None:
    group = ["the romper"] * 7 + ["quality"] * 30 + ["the seam, the blue"] * 3 + ["it is so"] * 80
    other = ["quality"] * 10 + ["the parcel"] * 110
    assert name([group, other])[0].terms[0].text == "quality"


def test_the_name_of_a_concept_holds_one_of_its_words() -> None:
    groups = [["the seam, on a train"] * 20 + ["the lining"] * 15, ["the parcel"] * 40]
    vectors = np.eye(1, 1_000, dtype=np.float32).repeat(2, axis=0)

    def meaning(texts: list[str]) -> FloatArray:
        return np.pad(everything_fits(texts), ((0, 0), (0, 999 - len(texts))))

    about = [{"seam", "lin"}, {"parcel"}]
    named = name_all(groups, meaning, vectors, about=about)
    assert [item.name for item in named] == ["Seam, lining", "Parcel"]
    assert not any("train" in term.text for term in named[0].terms)


def test_what_most_say_names_a_concept_and_sentences_do_not() -> None:
    groups = [["the seam was torn"] * 12 + ["the seam"] * 20 + ["a double stitch"] * 6, ["the parcel"] * 40]
    vectors = np.eye(1, 1_000, dtype=np.float32).repeat(2, axis=0)

    def meaning(texts: list[str]) -> FloatArray:
        return np.pad(everything_fits(texts), ((0, 0), (0, 999 - len(texts))))

    named = name_all(groups, meaning, vectors, about=[{"seam", "stitch"}, {"parcel"}])
    assert named[0].terms[0].text == "seam"
    assert "seam was torn" not in {term.text for term in named[0].terms}


def test_the_group_without_a_concept_is_the_overall_impression() -> None:
    groups = [["the seam"] * 30, ["great, I am happy with it. friendly"] * 30]
    vectors = np.eye(1, 1_000, dtype=np.float32).repeat(2, axis=0)

    def meaning(texts: list[str]) -> FloatArray:
        return np.pad(everything_fits(texts), ((0, 0), (0, 999 - len(texts))))

    named = name_all(groups, meaning, vectors, about=[{"seam"}, set()])
    assert [(item.name, item.overall) for item in named] == [("Seam", False), ("Overall impression", True)]


def test_whose_a_word_is_is_told_from_what_stands_before_it() -> None:
    kinds = Kinds()
    for text in ("my sister and our sister", "the screen, my screen, the screen"):
        kinds.read(text)
    assert kinds.own("sister") == pytest.approx(2 / 4)
    assert kinds.own("screen") == pytest.approx(1 / 5)
    assert kinds.own("unknown") == 0
