"""What the models read of a text: markup and invisible characters go, everything a person wrote stays."""

import pytest

from backends.readable import readable


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("Plain words, 5 < 6 and 7 > 4.", "Plain words, 5 < 6 and 7 > 4."),
        ("I <3 it", "I <3 it"),
        ("<good value> for me", "<good value> for me"),
        ("One<br/>two<BR>three", "One two three"),
        ('<p class="x">Fast &amp; light</p>', " Fast & light "),
        ("Caf&eacute; &#128522; &lt;3", "Café 😊 <3"),
        ("R&D costs AT&T &unknown;", "R&D costs AT&T &unknown;"),
        ("a<!-- <b>hidden</b> -->b", "a b"),
        ("x<script>alert('I hate you')</script>y<style>p { color: red }</style>z", "x y z"),
        ("bro\x00ken\x07", "broken"),
        ("line\none\tcell", "line\none\tcell"),
        ("\u202eרע מאוד\u202c", "רע מאוד"),
        ("co\u00adop\u200berate\ufeff", "cooperate"),
        ("family 👨\u200d👩\u200d👧", "family 👨\u200d👩\u200d👧"),
        ("wow" + "!" * 500, "wow!!!"),
        ("so" + "o" * 20 + " good!!!!", "so" + "o" * 20 + " good!!!!"),
        ("", ""),
    ],
)
def test_what_is_read(given: str, read: str) -> None:
    assert readable(given) == read


@pytest.mark.parametrize("text", ["<" * 300_000, "<!--" * 50_000, "<p " * 100_000, "&" * 300_000, "<script>" * 30_000])
def test_markup_that_never_ends_is_kept_and_costs_little(text: str) -> None:
    assert readable(text).strip()[:1] in ("<", "&", "")


def test_a_long_row_of_signs_alone_is_short_and_half_characters_go() -> None:
    assert readable("!" * 10_000) == "!!!"
    assert readable("\ud83d") == ""
    assert readable("great\ud83d hotel") == "great hotel"
