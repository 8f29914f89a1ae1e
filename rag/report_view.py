"""What a report says about an answer, in words and bars, before it becomes HTML or Markdown."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from backends.contracts import FACE_EMOTIONS, SENTIMENTS
from emotion.labels import EMOJI
from emotion.language import NAMES, NOT_ENGLISH
from rag.explore import Answer
from rag.filter_words import filter_words
from rag.highlight import highlight
from rag.hits import Hit
from rag.query import Query
from rag.reviews import Review
from rag.summarize import foundation
from rag.table import counted

NOTE = (
    "Emotions and sentiments were read by models from the words alone, and from the face where a photo was given. "
    "They are estimates: irony and mixed feelings are often misread, and an expression is not a feeling. Only English "
    "is read. The summary was put together from the reviews it cites; follow a citation to check it."
)
_IN_COLOUR = "\N{VARIATION SELECTOR-16}"  # behind an emoji, else some fonts draw its outline
NOTHING = "No review in this library fits the question and the filters."


@dataclass(frozen=True)
class Bar:
    """One bar of a chart: `share` in [0, 1]; `note` is what stands beside it where that is not the percentage."""

    label: str
    share: float
    name: str
    marked: bool = False
    note: str = ""

    @property
    def percent(self) -> str:
        return f"{self.share:.0%}"


@dataclass(frozen=True)
class Citation:
    """A link to a review of the report: its number there, or its id if it is not shown; `anchor` "" if not shown."""

    label: str
    anchor: str


@dataclass(frozen=True)
class Sentence:
    text: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True)
class Quote:
    """A review as the report shows it; `facts` and `readings` are (name, value) pairs, `parts` the text in pieces that
    are (words, whether they speak for the question)."""

    number: int
    anchor: str
    title: str
    text: str
    parts: tuple[tuple[str, bool], ...]
    facts: tuple[tuple[str, str], ...]
    readings: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class View:
    """Everything a report shows, as text."""

    heading: str
    asked: tuple[tuple[str, str], ...]
    filters: tuple[str, ...]
    counted: str
    summary: tuple[Sentence, ...]
    sentiments: tuple[Bar, ...]
    emotions: tuple[Bar, ...]
    quotes: tuple[Quote, ...]
    models: tuple[tuple[str, str], ...]
    seconds: tuple[tuple[str, str], ...]
    made: str
    finding: str
    unread: str = ""
    note: str = NOTE


def view(answer: Answer, library_name: str, today: datetime.date | None = None) -> View:
    """Put an answer into words.

    Args:
        answer: from `rag.explore.explore`.
        library_name: what the user calls the set of reviews.
        today: the date the report bears; default: today.
    """
    query = answer.query
    anchors = {hit.review.id: (number, anchor(hit.review.id)) for number, hit in enumerate(answer.hits, start=1)}
    asked = [("Emotion", emotion_label(query.emotion))] if query.emotion else []
    asked.append(("Library", library_name))
    sentences = answer.summary.sentences if answer.summary else answer.nearest
    return View(
        heading=query.text.strip() or f"Reviews that feel {query.emotion}",
        asked=tuple(asked),
        filters=filter_words(query.filters),
        counted=" ".join(
            (_counted(len(answer.hits), answer.matching, filtered=query.filters.active), *_standing(answer))
        ),
        summary=tuple(
            Sentence(sentence.text, tuple(_citation(key, anchors) for key in sentence.citations))
            for sentence in sentences
        ),
        sentiments=_bars(answer.sentiment_mix, SENTIMENTS),
        emotions=_bars(answer.emotion_mix, FACE_EMOTIONS, query.emotion),
        quotes=tuple(_quote(number, hit, query) for number, hit in enumerate(answer.hits, start=1)),
        models=tuple((task.replace("_", " "), name) for task, name in answer.models.items()),
        seconds=tuple((stage.replace("_", " "), f"{value:.2f}") for stage, value in answer.seconds.items()),
        finding=answer.note or ("" if answer.hits else NOTHING),
        made=(today or datetime.date.today()).isoformat(),
        unread=unread_words(answer.unread, shares=bool(answer.emotion_mix)),
    )


def anchor(review_id: str) -> str:
    """Return the name of a review's place in the report: unique, without spaces, usable in a link as it is.

    >>> anchor("a 1")
    'r-a%201'
    """
    return "r-" + quote(review_id, safe="", errors="replace")


def emotion_label(emotion: str) -> str:
    return f"{EMOJI[emotion]}{_IN_COLOUR} {emotion}" if emotion in EMOJI else emotion


def unread_words(count: int, *, shares: bool = True) -> str:
    """Say how many reviews were not read, and are left out of the `shares` beside that, where there are any.

    >>> unread_words(1), unread_words(0)
    ('1 review is not English: emotion and sentiment were not read, and the shares leave it out.', '')
    """
    if not count:
        return ""
    verb, it = ("is", "it") if count == 1 else ("are", "them")
    left = f", and the shares leave {it} out" if shares else ""
    return f"{counted(count, 'review')} {verb} {NOT_ENGLISH}: emotion and sentiment were not read{left}."


def _standing(answer: Answer) -> list[str]:
    """Say what the summary rests on, what was left out of it, and where the reviews disagree."""
    told = foundation(len(answer.hits), len(answer.rests_on), len(answer.cited), is_counted=answer.is_counted)
    rests = f"The summary is {told[:1].lower()}{told[1:]}"
    differs = answer.disagreement.words if answer.disagreement else ""
    return [words for words in (rests if answer.cited else "", answer.caution, differs) if words]


def review_facts(review: Review) -> tuple[tuple[str, str], ...]:
    """Return what a review was given besides its words, as (name, value) pairs."""
    facts = (
        ("Product", review.product),
        ("Category", review.category),
        ("Date", review.date.isoformat() if review.date else ""),
        ("Rating", "" if review.rating is None else f"{review.rating:g}"),
        ("Channel", review.channel),
        ("Id", review.id),
    )
    return tuple(pair for pair in facts if pair[1])


def _counted(shown: int, matching: int, *, filtered: bool) -> str:
    among = "that pass the filters" if filtered else "in the library"
    reviews = "review" if matching == 1 else "reviews"
    return f"{shown:,} shown of {matching:,} {reviews} {among}."


def _citation(review_id: str, anchors: Mapping[str, tuple[int, str]]) -> Citation:
    number, place = anchors.get(review_id, (0, ""))
    return Citation(str(number) if place else review_id, place)


def _bars(mix: Mapping[str, float], order: tuple[str, ...], marked: str | None = None) -> tuple[Bar, ...]:
    """Return one bar per label in the usual order, also for labels that do not occur; none if nothing does."""
    if not mix:
        return ()
    names = [*order, *(name for name in mix if name not in order)]
    label = emotion_label if order is FACE_EMOTIONS else str
    return tuple(Bar(label(name), mix.get(name, 0.0), name, name == marked) for name in names)


def _parts(text: str, query: Query) -> tuple[tuple[str, bool], ...]:
    """Cut a text at the words that matter for a question; joined, the pieces are the text."""
    parts: list[tuple[str, bool]] = []
    done = 0
    for start, end, _ in highlight(text, query):
        parts += [(text[done:start], False), (text[start:end], True)]
        done = end
    return (*((part, marked) for part, marked in parts if part), (text[done:], False))


def _quote(number: int, hit: Hit, query: Query) -> Quote:
    review, asked = hit.review, query.emotion
    readings = (
        ("Language", NAMES.get(hit.language, hit.language) if hit.foreign else ""),
        ("Emotion", emotion_label(hit.emotion)),
        (f"Share of {asked}", "" if hit.match is None or asked is None or hit.foreign else f"{hit.match:.0%}"),
        ("Sentiment", hit.sentiment_label),
        ("Similarity to the question", f"{hit.similarity:.2f}" if query.own_words else ""),
    )
    return Quote(
        number=number,
        anchor=anchor(review.id),
        title=review.title.strip(),
        text=review.text,
        parts=_parts(review.text, query),
        facts=review_facts(review),
        readings=tuple(pair for pair in readings if pair[1]),
    )
