"""What share of the sentences that a summary quotes is about what was asked? Judged by word lists, without a model.

A quoted sentence is about a topic if it, or the sentence beside it in the same review, uses one of the words listed for
the topic (benchmarks/quotes_questions.py); a review that a summary rests on is, if it uses one anywhere. The lists name
more than the question does, so that a sentence need not repeat the question. Does not see: topics meant by words that
nobody listed; listed words used in another sense.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from backends.sentences import split
from rag.explore import Answer, explore
from rag.library import Library
from rag.query import Query
from rag.support import quoted
from rag.words import stem
from settings import Settings

JUDGED = Path(__file__).parent / "data" / "judged_quotes.json"


@dataclass
class Counts:
    """Questions asked and answered; quotes; quotes about the topic (in themselves, or beside it); reviews that
    summaries rest on, and those about the topic."""

    questions: int = 0
    answered: int = 0
    quotes: int = 0
    own: int = 0
    near: int = 0
    reviews: int = 0
    about: int = 0


@dataclass(frozen=True)
class Quote:
    """One quoted sentence with its judgement: it uses a word of the topic itself, or a sentence beside it does."""

    question: str
    text: str
    own: bool
    near: bool


def topic(words: str) -> re.Pattern[str]:
    """Return what finds a word that begins with one of these, in any case.

    >>> bool(topic("leak drip").search("It drips.")), bool(topic("leak").search("Unleaked."))
    (True, False)
    """
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, words.split()))})", re.IGNORECASE)


def judged(question: str, about: re.Pattern[str], answer: Answer) -> list[Quote]:
    """Return the judgement of every sentence that an answer quotes."""
    texts = {hit.review.id: hit.review.text for hit in answer.hits}
    found = []
    for sentence in answer.summary.sentences if answer.summary else ():
        words = quoted(sentence.text)
        if words is None:
            continue
        text = texts[sentence.citations[0]]
        said = [text[start:end] for start, end in split(text)]
        place = said.index(words)
        beside = " ".join(said[max(place - 1, 0) : place + 2])
        found.append(Quote(question, words, bool(about.search(words)), bool(about.search(beside))))
    return found


def measured(topics: Mapping[str, str], library: Library, settings: Settings) -> tuple[Counts, list[Quote]]:
    """Ask every question in words alone and judge what is quoted.

    Args:
        topics: question -> beginnings of the words of its topic.
    """
    counts, quotes = Counts(), []
    for question, words in topics.items():
        about = topic(words)
        answer = explore(Query(question), library, settings)
        found = judged(question, about, answer)
        quotes += found
        counts.questions += 1
        counts.answered += bool(found)
        rests = [hit.review for hit in answer.hits if hit.review.id in answer.rests_on]
        counts.reviews += len(rests)
        counts.about += sum(bool(about.search(f"{review.title} {review.text}")) for review in rests)
    counts.quotes, counts.own = len(quotes), sum(quote.own for quote in quotes)
    counts.near = sum(quote.near for quote in quotes)
    return counts, quotes


def unknown(questions: Iterable[str], library: Library) -> list[str]:
    """Return the questions whose topic, their last word, no review of the library uses."""
    topics = {question: stem(question.strip("?").split()[-1].lower()) for question in questions}
    known = library.store.word_counts(sorted(set(topics.values())))
    return [question for question, word in topics.items() if word not in known]


def summarised(questions: Sequence[str], library: Library, settings: Settings) -> list[str]:
    """Return the questions that get a summary."""
    return [words for words in questions if explore(Query(words), library, settings).summary is not None]


@dataclass(frozen=True)
class Reading:
    """What quotes were judged to be by reading them: how many questions were summarised, and their quotes that are
    about the question, are not, or that nobody has judged yet."""

    questions: int
    answered: int
    about: int
    not_about: int
    unjudged: tuple[str, ...]


def read_judgements() -> dict[str, dict[str, dict[str, list[str]]]]:
    """Return set of questions -> question -> "about" and "not about" -> quotes, judged strictly: by the sentence itself
    and what its review makes of it. `library_of` says of which library."""
    found: dict[str, dict[str, dict[str, list[str]]]] = json.loads(JUDGED.read_text(encoding="utf-8"))
    return found


def library_of(name: str) -> str:
    """Return the library that a set of judged questions is asked of.

    >>> library_of("second clothing"), library_of("held out")
    ('clothing', 'shipped')
    """
    return next((library for library in ("clothing", "devices") if library in name), "shipped")


def reading(judged: Mapping[str, Mapping[str, Sequence[str]]], library: Library, settings: Settings) -> Reading:
    """Ask every judged question in words alone and look up the judgements of what is quoted."""
    answered, about, not_about, unjudged = 0, 0, 0, []
    for question, known in judged.items():
        summary = explore(Query(question), library, settings).summary
        said = [words for sentence in summary.sentences if (words := quoted(sentence.text))] if summary else []
        answered += bool(said)
        about += sum(words in known["about"] for words in said)
        not_about += sum(words in known["not about"] for words in said)
        unjudged += [
            f"{question}: {words}" for words in said if words not in known["about"] and words not in known["not about"]
        ]
    return Reading(len(judged), answered, about, not_about, tuple(unjudged))
