"""Quotes are judged by listed words, in themselves and by what stands beside them."""

from dataclasses import replace

import pytest

from backends.contracts import CitedSentence, Summary
from benchmarks import quotes
from benchmarks.quotes_questions import HELD_OUT, NOBODY_SAYS, TUNED
from rag.library import Library
from rag.reviews import Review
from settings import Settings
from tests.rag import answers

TEXT = "It was new. The pump is loud. It leaks. I cried. I went home."


def test_a_quote_is_about_the_topic_itself_or_by_the_sentence_beside_it() -> None:
    one = answers.hit(Review("a", TEXT), "sad", "negative")
    said = ["It leaks.", "I cried.", "I went home."]
    counted = CitedSentence("1 of these 3 reviews is sad.", ("a",))
    quoted = tuple(CitedSentence(f"Pot: “{words}”", ("a",)) for words in said)
    answer = replace(answers.answer(), hits=(one,), summary=Summary((counted, *quoted), "fake"))
    found = quotes.judged("leaks?", quotes.topic("leak drip"), answer)
    assert [(quote.text, quote.own, quote.near) for quote in found] == [
        ("It leaks.", True, True),
        ("I cried.", False, True),
        ("I went home.", False, False),
    ]
    assert quotes.judged("leaks?", quotes.topic("leak"), replace(answer, summary=None)) == []


def test_a_topic_finds_beginnings_of_words_in_any_case() -> None:
    about = quotes.topic("leak c++")
    assert [bool(about.search(text)) for text in ("LEAKING", "unleaked", "In C++.", "ccc")] == [
        True,
        False,
        True,
        False,
    ]


def test_questions_whose_topic_a_review_uses_are_left_out(shipped_library: Library) -> None:
    asked = ["What do the reviews say about submarines?", "What do users say about batteries?", "Any quarks?"]
    assert quotes.unknown(asked, shipped_library) == [asked[0], asked[2]]


@pytest.mark.parametrize("name", ["shipped", "clothing"])
def test_held_out_topics_are_not_among_the_tuned(name: str) -> None:
    assert len(HELD_OUT[name]) == 40
    assert not set(HELD_OUT[name]) & set(TUNED[name])
    assert not set(NOBODY_SAYS["held out"]) & set(NOBODY_SAYS["tuned"])


def test_quotes_judged_by_reading_are_counted(shipped_library: Library, session_settings: Settings) -> None:
    judged = quotes.read_judgements()
    assert [len(asked) for asked in judged.values()] == [25, 30, 10, 40, 15, 15, 26, 8, 8]
    assert not any(known["about"] for known in judged["no answer"].values())
    one: dict[str, dict[str, list[str]]] = {
        "charged twice": judged["held out"]["charged twice"],
        "keyboard keys stick": {"about": [], "not about": []},
    }
    found = quotes.reading(one, shipped_library, session_settings)
    assert (found.questions, found.answered, found.about, found.unjudged) == (2, 1, 1, ())
    assert quotes.reading({"charged twice": {"about": [], "not about": []}}, shipped_library, session_settings).unjudged
