"""Sentences are cut where a reader would cut them, and joined they leave nothing out."""

import itertools

import pytest

from backends.sentences import LONGEST_WORDS, split, spoken


def cut(text: str) -> list[str]:
    return [text[start:end] for start, end in split(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One thing. Another thing! A third?", ["One thing.", "Another thing!", "A third?"]),
        ("Dr. Osei rang at 8 p.m. on Friday. So kind.", ["Dr. Osei rang at 8 p.m. on Friday.", "So kind."]),
        ("It came at 9 a.m. The box was wet.", ["It came at 9 a.m.", "The box was wet."]),
        (
            "Seats, legroom etc. were fine. Mr. J. Smith agreed.",
            ["Seats, legroom etc. were fine.", "Mr. J. Smith agreed."],
        ),
        ("it broke. not happy. give it back", ["it broke.", "not happy.", "give it back"]),
        ("Well... maybe not. Hmm… fine", ["Well... maybe not.", "Hmm… fine"]),
        ("It cost 3.50 euros vs. 2.20 before.", ["It cost 3.50 euros vs. 2.20 before."]),
        ("I loved it 😍 will buy again", ["I loved it 😍", "will buy again"]),
        ("my 🐶 loves it! 🎉🎉 so do I", ["my 🐶 loves it! 🎉🎉", "so do I"]),
        ('He said "never again." Then he left.', ['He said "never again."', "Then he left."]),
        ("first line\nsecond line\n\nthird", ["first line", "second line", "third"]),
        ("NORMAL??!! no way!!!", ["NORMAL??!!", "no way!!!"]),
        ("", []),
        (" \n 😀 !!! ", []),
    ],
)
def test_cuts(text: str, expected: list[str]) -> None:
    assert cut(text) == expected


def test_a_long_run_without_full_stops_is_cut_where_the_author_paused() -> None:
    text = " ".join(["word"] * 30) + ", " + " ".join(["other"] * 30)
    assert cut(text) == [" ".join(["word"] * 30) + ",", " ".join(["other"] * 30)]
    joined = " ".join(["word"] * 25) + " because " + " ".join(["other"] * 25)
    assert cut(joined) == [" ".join(["word"] * 25), "because " + " ".join(["other"] * 25)]
    unbroken = " ".join(["word"] * (LONGEST_WORDS + 20))
    assert cut(unbroken) == [unbroken]


def test_nothing_but_space_lies_between_sentences() -> None:
    text = "  Hello there.   dr. who? 😡😡 I left, and so on... then 5 p.m. came!\n Bye "
    spans = split(text)
    left_out = [text[after:start] for (_, after), (start, _) in itertools.pairwise(spans)]
    assert all(not piece.strip() for piece in [*left_out, text[: spans[0][0]], text[spans[-1][1] :]])


@pytest.mark.parametrize(
    ("product", "expected"),
    [
        ("850", "Product 850"),
        ("Brevano One", "Brevano One"),
        ("Fire Tablet, 7 Display, Wi-Fi, 8 GB - Includes Special Offers, Magenta", "Fire Tablet"),
        ("Amazon - Kindle Voyage - 4GB - Wi-Fi + 3G - Black", "Amazon - Kindle Voyage"),
        ("Certified Refurbished Fire TV (Previous Generation - 1st)", "Certified Refurbished Fire TV"),
        (
            "Brand New Kindle Fire 16gb 7 Ips Display Tablet Wifi 16 Gb Blue",
            "Brand New Kindle Fire 16gb 7 Ips Display …",
        ),
        ("x" * 60, "x" * 40 + " …"),
    ],
)
def test_a_sentence_names_a_product_by_the_name_in_front_of_its_description(product: str, expected: str) -> None:
    assert spoken(product, begins=True) == expected
