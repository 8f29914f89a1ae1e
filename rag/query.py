"""What is asked of a library: words, an emotion, filters; and the words an emotion is turned into."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from emotion.labels import FACE_EMOTIONS
from emotion.language import NOT_ENGLISH
from errors import QuestionError
from rag.question import Question, parse
from rag.topic import FEELINGS, GENERAL, asked, is_frame, topic

MAX_QUESTION_CHARACTERS = 2_000

EMOTION_QUERIES: Mapping[str, str] = MappingProxyType(
    {
        "angry": "angry, furious, fed up: what made customers lose their temper",
        "disgust": "disgusting, revolting, filthy: what turned customers' stomachs",
        "fear": "afraid, worried, nervous: what frightened customers",
        "happy": "happy, delighted, grateful: what customers love",
        "neutral": "matter-of-fact: what customers describe without strong feeling",
        "sad": "sad, disappointed, heartbroken: what let customers down",
        "surprise": "surprised, astonished, did not expect that: what customers did not see coming",
    }
)
NOT_READ = f"not read ({NOT_ENGLISH})"
NO_VALUE: Mapping[str, str] = MappingProxyType(
    {
        "products": "(no product)",
        "categories": "(no category)",
        "languages": "(no language)",
        "sentiments": NOT_READ,
        "emotions": NOT_READ,
    }
)
"""Field of Filters -> how its value "" is shown: the reviews without one."""
NO_RATING, NO_DATE = "(no rating)", "(no date)"


@dataclass(frozen=True)
class Chosen:
    """Reviews that were picked out by hand or by theme; cheap to compare, whatever their number.

    Attributes:
        name: what they are called where they are shown.
        packed: their rows, ascending, as the bytes of int64 numbers.
    """

    name: str
    packed: bytes

    @classmethod
    def of(cls, name: str, rows: NDArray[np.int64]) -> "Chosen":
        """Take rows in any order."""
        return cls(name, np.unique(rows).astype(np.int64).tobytes())

    @property
    def rows(self) -> NDArray[np.int64]:
        return np.frombuffer(self.packed, np.int64)


@dataclass(frozen=True)
class Filters:
    """Which reviews may be found; empty means all. Applied inside the search, never after it.

    "" among products, categories or languages means the reviews without one, among sentiments or emotions those in
    another language than English, which the models do not read. `unrated` and `undated` mean those without
    a rating or date; beside a range they come in addition to it.
    """

    products: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    min_rating: float | None = None
    max_rating: float | None = None
    since: datetime.date | None = None
    until: datetime.date | None = None
    sentiments: tuple[str, ...] = ()
    emotions: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    hide_near_duplicates: bool = False
    chosen: Chosen | None = None
    unrated: bool = False
    undated: bool = False

    @property
    def active(self) -> bool:
        return self != Filters()


@dataclass(frozen=True)
class Query:
    """A question: free words, an emotion (one of FACE_EMOTIONS) or both, and filters.

    `text` is what was typed; "phrases" in it must be there, words behind a minus sign or NOT must not (rag.question).

    Raises:
        QuestionError: neither words nor emotion, an unknown emotion, too many words, or nothing but exclusions.
    """

    text: str = ""
    emotion: str | None = None
    filters: Filters = field(default_factory=Filters)

    def __post_init__(self) -> None:
        if self.emotion is not None and self.emotion not in FACE_EMOTIONS:
            raise QuestionError(f"{self.emotion!r} is not one of the emotions {', '.join(FACE_EMOTIONS)}.")
        if not self.text.strip() and self.emotion is None:
            raise QuestionError("Type a question or choose an emotion first.")
        if len(self.text) > MAX_QUESTION_CHARACTERS:
            raise QuestionError(
                f"The question has {len(self.text):,} characters; {MAX_QUESTION_CHARACTERS:,} are allowed. Shorten it."
            )

        if self.emotion is None and not self.question.words:
            raise QuestionError("Say what to look for as well, not only what to leave out.")

    @property
    def question(self) -> Question:
        """The parts of the text."""
        return parse(self.text)

    @property
    def own_words(self) -> str:
        """What the user wants to know beyond the emotion, without the frame of the question (rag.topic).

        "" if only the emotion's own words were left in place.
        """
        text = self.question.words
        return "" if self.emotion is not None and text == EMOTION_QUERIES[self.emotion] else topic(text)

    @property
    def asked(self) -> frozenset[str]:
        """The stems of the words that say what is asked about; none if `has_subject` is false."""
        return asked(self.own_words, self._given)

    @property
    def has_subject(self) -> bool:
        """Whether the words name something that a review may or may not be about."""
        return not is_frame(self.own_words, self._given)

    @property
    def is_given(self) -> bool:
        """Whether the emotion or the named products say all that is asked: “Is the kettle any good?” of the kettle."""
        named = self.filters.products or self.filters.categories
        return not self.own_words or (bool(self.emotion or named) and not self.has_subject)

    @property
    def _given(self) -> str:
        """Words that the emotion and the filters stand for already."""
        named = (*self.filters.products, *self.filters.categories)
        return " ".join((FEELINGS if self.emotion else "", *named, GENERAL if named else ""))

    @property
    def words(self) -> str:
        """The text that is embedded: the user's own words without the question's frame, else the emotion's."""
        return topic(self.question.words) or EMOTION_QUERIES[self.emotion or "neutral"]
