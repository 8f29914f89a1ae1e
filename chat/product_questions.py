"""What a message asks of the library: named outright, by what the library knows, or as a follow-up; and within
which reviews it is looked up.

A question goes to the reviews because they answer it, not because of a word in it: it names a product
(`chat.subjects`), or it speaks of nobody's own life, holds a word the library is about, and what is found nearest
speaks clearly enough for an answer (`rag.relevance`, with more asked than of somebody who searches). What says outright
that it asks the reviews is known by `chat.review_questions`.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from backends.contracts import Turn
from chat import questions, review_questions, subjects
from chat.asking import asks
from chat.life_questions import PERSONAL
from chat.review_filters import chosen
from chat.spelling import readable
from rag.query import MAX_QUESTION_CHARACTERS, Filters, Query
from rag.topic import topic
from settings import Settings

if TYPE_CHECKING:
    from rag.library import Library

SURER = 0.1
"""What the evidence must have beyond that for a search: here nobody said that they ask the reviews."""
OVERALL = "What do people say?"
LONGEST_FOLLOW_UP = 10
LOOKED_BACK = 3
"""How many turns of the user a follow-up may reach back."""
_FOLLOWS = re.compile(
    r"^\W*(?:(?:ok|okay|so|well|thanks|and|also|or)\W+)*(?:and|what about|how about|also|or)\b", re.IGNORECASE
)
_IT = re.compile(r"\b(?:it|they|them|its|their|this one|that one|those|these)\b", re.IGNORECASE)
_OF_A_PART = re.compile(
    r"^(?:how|what|is|are|does|do|was|were|any)\b(?:'s| is| are)? ?(?:\w+ )?(?:the )?(?:\w+ ?){1,4}\W*$"
)
"""A few words that may go on with what was just told of the reviews: "how's the battery?"."""
_LIFE = re.compile(r"\b(?:i|i'm|i've|i'd|i'll|me|my|mine|myself|we|our|us|he|she|him|her|his|you|your)\b")
_BUYING = re.compile(
    r"\b(?:should|could|can|would|will|do|does|may) (?:i|we|you) (?:\w+ )?(?:buy|get|order|choose|pick"
    r"|go for|use|wear|wash|"
    r"clean|take|bring|put|recommend|suggest|trust|need|charge|return|fit|carry|book|tell me|show me|find|say)\b"
    r"|\b(?:tell|show|give) me\b|\bi (?:want|need|would like|'d like) to know\b|\b(?:suit|fit|work for"
    r"|worth my|for) (?:me|my)\b"
    r"|\bi(?:'m| am) (?:looking for|thinking of (?:buying|getting)|wondering)\b|\bdo you (?:know|think)\b"
)
_REVIEWS_OF = re.compile(
    r"^(?:please )?(?:the |all |any |some |your |more |most )*(?!my\b|our\b|i\b|fake\b|what\b|how\b)(?:[\w-]+ ){0,3}?"
    r"(?:reviews|ratings|opinions|complaints)(?: (?:about|of|on|for|from|with|mentioning|regarding) .*)?\W*$"
)
"""What is asked for in a few words without a verb: "five-star reviews about the crew"."""
_WHEN_OR_WHERE = re.compile(r"^(?:when|what time|where)\b")
"""What a review hardly ever tells."""
_OF_IT = re.compile(r"(?:is|are|was|were|does|do|did|can|will|has|have) (?:it|they|this|that|these|those)\b")
"""A question of something that only was spoken of before."""
_LOOK_UP = re.compile(
    r"\b(?:recommend|suggest|find|show|tell|list|search|compare|summari[sz]e|give me|look|check|describe)\b"
)
"""Requests that a search can meet; poems and alarms it cannot."""
_OTHERS = re.compile(
    r"\b(?:others?|other (?:people|customers|buyers|users)|any(?:one|body) else|people|reviewers?"
    r"|reviews|customers|buyers|users|"
    r"any(?:one|body)|guests|passengers|owners)\b"
)


def asked(message: str, history: Sequence[Turn], library: "Library", settings: Settings) -> Query | None:
    """Return what a message asks of the library, or None if it is about something else."""
    if not message or len(message) > MAX_QUESTION_CHARACTERS or review_questions.of_the_program(message):
        return None
    said = readable(message)
    outright = review_questions.query(message, library)
    if outright is None and _may_go_on(message, said, history) and (followed := _follow_up(message, history, library)):
        return followed
    if query := outright or _of_others(message, said):
        return _narrowed(chosen(query, library), library)
    return _implied(message, said, library, settings) if asks(message) else None


def _may_go_on(message: str, said: str, history: Sequence[Turn]) -> bool:
    """True if the form of a message is one that may go on with what was asked before."""
    just_told = bool(history) and history[-1].from_reviews
    of_a_part = just_told and _OF_A_PART.match(said) and not _OTHERS.search(said)
    return bool(of_a_part or _FOLLOWS.match(message) or _IT.search(said))


def _implied(message: str, said: str, library: "Library", settings: Settings) -> Query | None:
    """Return the query of a question that names a product, or that the reviews answer clearly though it does not say
    that it asks them."""
    theirs = re.sub(r"\byour (?=\w+)", "", said)  # anybody's: "does it hurt your back?"
    own_life = _LIFE.search(_BUYING.sub(" ", theirs)) is not None and not _OTHERS.search(said)
    named = subjects.product_of(message, library)
    if own_life or not (named or subjects.is_known(message, library)):
        return None
    kind = questions.kind(message)
    if kind == "request" and not _LOOK_UP.search(said):
        return None
    query = _narrowed(Query(message), library)
    if named:
        return query
    elsewhere = kind in questions.ABOUT_ITSELF or kind in PERSONAL or _WHEN_OR_WHERE.match(said) or _OF_IT.match(said)
    return query if not elsewhere and _speaks_clearly(query, library, settings) else None


def _of_others(message: str, said: str) -> Query | None:
    """Return the query of who asks what others say, or what they love or hate most."""
    if most := re.search(
        r"\b(?:people|customers|they|everyone|buyers|users|others) (?:really )?(hate|dislike|love|like"
        r"|enjoy) (?:the )?most\b",
        said,
    ):
        return Query(emotion="angry" if most[1] in ("hate", "dislike") else "happy")
    if _REVIEWS_OF.match(said):
        return Query(message)
    if asks(message) and re.search(
        r"\b(?:others?|any(?:one|body)(?: else)?|other (?:people|customers|users"
        r"|buyers))\b.{0,30}\b(?:say|said|saying|have|had|mention\w*|report\w*|"
        r"complain\w*|notice\w*|think|write|experience\w*)\b",
        said,
    ):
        return Query(message)
    return None


def _speaks_clearly(query: Query, library: "Library", settings: Settings) -> bool:
    from rag.relevance import ANSWERED, evidence_of
    from rag.search import search

    return evidence_of(query, search(query, library, settings.hits_per_answer, settings), library) >= ANSWERED + SURER


def _narrowed(query: Query, library: "Library") -> Query:
    """Return a query within the product that its words name, if they do; of nothing but the product, all is asked."""
    if query.filters.products or query.filters.categories:
        return query
    named = subjects.product_of(topic(query.text), library) if query.text else None
    if named is None or not subjects.is_definite(query.text, named[1]):
        return query
    name, said = named
    filters = replace(query.filters, products=(name,))
    rest = [word for word in subjects.without(topic(query.text), said) if word not in ("tell", "show", "about")]
    return Query(query.text if rest or query.emotion else OVERALL, query.emotion, filters)


def _follow_up(message: str, history: Sequence[Turn], library: "Library") -> Query | None:
    """Return the query of a message that goes on with an earlier question to the library, within the same product."""
    said = readable(message)
    if len(said.split()) > LONGEST_FOLLOW_UP or (_LIFE.search(_BUYING.sub(" ", said)) and not _FOLLOWS.match(message)):
        return None
    follows = _FOLLOWS.match(message) is not None
    if not follows and (not asks(message) or questions.kind(message) == "request"):
        return None
    own = subjects.product_of(message, library)
    if own and not follows:
        return None
    filters = _subject(history, library)
    if filters is None or (not follows and not filters.active):
        return None
    words = _FOLLOWS.sub("", message).strip(" ,?") or message
    words = re.sub(r"^(?:for|of|about|with|on)\s+", "", words)
    if own:
        return _narrowed(Query(f"{words}?", None, replace(filters, products=(), categories=())), library)
    if _LIFE.search(said):
        return None
    about = Query(words, review_questions.emotion_of(message), filters)
    rest = subjects.content(words)
    name = next(iter(filters.products), "")
    return about if rest or not name else Query(OVERALL, about.emotion, filters)


def _subject(history: Sequence[Turn], library: "Library") -> Filters | None:
    """Return within which reviews the talk of the last turns was, or None if it was not about the library."""
    users = [place for place, turn in enumerate(history) if turn.role == "user"][-LOOKED_BACK:]
    asked_before = False
    for place in reversed(users):
        text = history[place].text
        reply = history[place + 1] if place + 1 < len(history) else None
        query = review_questions.query(text, library)
        named = subjects.product_of(text, library) if asks(text) or _FOLLOWS.match(text) else None
        if query is not None and query.filters.active:
            return query.filters
        if named:
            return Filters(products=(named[0],))
        if reply is not None and (told := review_questions.products_named(reply.text, library)) and len(told) == 1:
            return Filters(products=told)
        if query is None and not (reply is not None and reply.from_reviews):
            break
        asked_before = True
    return Filters() if asked_before else None
