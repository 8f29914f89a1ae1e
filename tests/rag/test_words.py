"""Forms of a word meet in one stem; filler words mean nothing."""

import pytest

from rag.words import fingerprint, spans, stem, stems, surface


@pytest.mark.parametrize(
    "forms",
    ["leak leaks leaked leaking", "battery batteries", "disappoint disappointed disappointing disappointment",
     "stop stops stopped stopping", "cry cries cried crying", "worry worries worried worrying", "box boxes",
     "call called calls calling", "love loved loves loving", "clean cleaned cleaner cleaning", "glass glasses",
     "furious furiously"],
)  # fmt: skip
def test_forms_of_one_word_have_one_stem(forms: str) -> None:
    assert len({stem(form) for form in forms.split()}) == 1


@pytest.mark.parametrize("words", ["bed bee", "dance dane", "app apple", "sad said", "fear fair"])
def test_different_words_stay_apart(words: str) -> None:
    assert len({stem(word) for word in words.split()}) == 2


def test_filler_words_and_numbers_are_left_out() -> None:
    assert stems("What are the customers saying about 24 leaking PUMPS?") == {"leak", "pump"}


def test_spans_point_at_the_words() -> None:
    text = "It’s 5 o'clock: café-noir"
    assert [(text[start:end], word) for start, end, word in spans(text)] == [
        ("It’s", "it's"),
        ("o'clock", "o'clock"),
        ("café", "café"),
        ("noir", "noir"),
    ]


def test_the_first_form_is_the_one_shown() -> None:
    assert surface("Pumps leak, the pump leaked") == {"pump": "pumps", "leak": "leak"}


def test_a_fingerprint_is_of_the_words_in_their_order() -> None:
    assert fingerprint("The coffee is good!") == fingerprint("THE COFFEE... is *good*")
    assert fingerprint("good is the coffee") != fingerprint("the coffee is good")
    assert fingerprint("😀") != fingerprint("!!")
