"""Which words of a review speak for it as a hit: those the question shares with it, and those that carry the emotion.

Words are compared by stem. The words of an emotion come from `data/emotion_words.json`: words that are significantly
more frequent in the comments of GoEmotions that carry it (training/emotion_words.py). Fast enough for every hit on a
page (about 0.1 ms). Does not handle: meaning without shared words, negation.
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Literal, NamedTuple

from rag.query import EMOTION_QUERIES, Query
from rag.words import STOPWORDS, spans, stem, stems
from settings import Settings, from_environment


class Span(NamedTuple):
    """text[start:end] matters, because of the question's words or because of the emotion."""

    start: int
    end: int
    why: Literal["words", "emotion"]


def highlight(text: str, query: Query, settings: Settings | None = None, *, emotion: str | None = None) -> list[Span]:
    """Return the spans of a review's text that matter for a question, in order, without overlap.

    Args:
        emotion: the emotion whose words are marked; default: the one the question asks for (none marks none).
    """
    asked = stems(query.own_words)
    felt = emotion or query.emotion
    carriers = emotion_words(felt, settings) if felt else frozenset[str]()
    found = []
    for start, end, word in spans(text):
        stemmed = stem(word)
        if stemmed in asked and word not in STOPWORDS:
            found.append(Span(start, end, "words"))
        elif stemmed in carriers and word not in STOPWORDS:
            found.append(Span(start, end, "emotion"))
    return found


def shared(text: str, other: str) -> list[Span]:
    """Return the spans of a text whose words, in any form, another text holds too."""
    theirs = stems(other)
    return [
        Span(start, end, "words") for start, end, word in spans(text) if word not in STOPWORDS and stem(word) in theirs
    ]


def emotion_words(emotion: str, settings: Settings | None = None) -> frozenset[str]:
    """Return the stems of the words that carry an emotion (one of FACE_EMOTIONS); neutral has none."""
    folder = (settings or from_environment()).data_folder
    return _all_emotion_words(folder / "emotion_words.json")[emotion]


@cache
def _all_emotion_words(path: Path) -> Mapping[str, frozenset[str]]:
    table: dict[str, dict[str, float]] = json.loads(path.read_text("utf-8"))["words"]
    asked = {emotion: stems(query.split(":")[0]) for emotion, query in EMOTION_QUERIES.items()}
    known = {emotion: frozenset(words) | asked[emotion] for emotion, words in table.items()}
    return MappingProxyType(known | {"neutral": frozenset()})
