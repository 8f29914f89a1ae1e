"""The reviews the speed benchmark reads, and what it says about made-up rates."""

import itertools

from benchmarks.annotate import WORDS, reviews, rows


def test_reviews_have_forty_words_and_never_repeat() -> None:
    made = list(itertools.islice(reviews([f"w{n} w{n + 1}" for n in range(0, 100, 2)]), 7))
    assert made[0] == " ".join(f"w{n}" for n in range(40))
    assert made[1] == " ".join(f"w{n}" for n in range(40, 80))
    assert made[2] == " ".join(f"w{n}" for n in range(1, 41))
    assert {len(text.split()) for text in made} == {WORDS}
    assert len(set(made)) == 7


def test_the_ratio_is_that_of_the_medians() -> None:
    rates = {"straightforward": [2.0, 3.0, 9.0], "moodlens": [240.0, 90.0, 300.0], "moodlens_with_language": [200.0]}
    assert [row.measured for row in rows(rates)] == ["3.0 reviews/s", "240 reviews/s", "200 reviews/s", "80 × as many"]
