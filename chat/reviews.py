"""When a message is about products or reviews: what to ask the library, and the answer in words with citations."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from backends.contracts import Reply, Turn
from chat import memory, safety
from rag.query import MAX_QUESTION_CHARACTERS, Filters, Query
from settings import Settings

if TYPE_CHECKING:
    from rag.explore import Answer
    from rag.library import Library

_ABOUT = re.compile(
    r"\b(reviews?|reviewers?|customers?|buyers?|shoppers|users say|guests say|"
    r"products?|people (?:say|think|like|love|hate|buy)|make people|"
    r"ratings?|feedback|complain\w*|complaints?|testimonials?|stars)\b",
    re.IGNORECASE,
)
_ASKING = re.compile(
    r"\?|^\W*(what|which|why|how|who|where|when|do|does|did|is|are|was|were|can|could|show|find|tell|list|give|summari[sz]e|"
    r"search|look|any|anything|i want to know|i would like to know|reviews?)\b",
    re.IGNORECASE,
)
_FOLLOW_UP = re.compile(r"^\W*(and|what about|how about|and what about|also)\b", re.IGNORECASE)
_OF_THE_PROGRAM = re.compile(r"\b(upload|import|my own reviews|use the reviews|search the reviews)\b", re.IGNORECASE)
_EMOTION_WORDS = {
    "angry": r"angry|furious|annoyed|mad|fed up|complain\w*|anger\w*",
    "disgust": r"disgust\w*|revolt\w*|grossed out",
    "fear": r"afraid|scared|worried|anxious|nervous|frighten\w*",
    "happy": r"happy|happiest|pleased|delighted|love|loved|satisfied|glad|enjoy\w*",
    "sad": r"sad|sadd\w*|disappoint\w*|unhappy|let down",
    "surprise": r"surpris\w*|astonish\w*|unexpected\w*",
}
_EMOTIONS = {emotion: re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for emotion, words in _EMOTION_WORDS.items()}

MOST_PRODUCTS_BY_ONE_WORD = 30


def query(message: str, history: Sequence[Turn], library: "Library") -> Query | None:
    """Return what a message asks of the library, or None if it is about something else.

    A message asks the library if it is a question about reviews, customers or one of its products or categories, or
    follows up on such a question ("and the delivery?").
    """
    if not message or len(message) > MAX_QUESTION_CHARACTERS or _OF_THE_PROGRAM.search(message):
        return None
    filters = _named(message, library)
    if _asks(message, filters):
        return Query(message, _emotion(message), filters)
    before = memory.last_message(history)
    if _FOLLOW_UP.match(message) and len(message.split()) <= 8 and _asks(before, earlier := _named(before, library)):
        words = _FOLLOW_UP.sub("", message).strip(" ,?") or message
        return Query(words, _emotion(message) or _emotion(before), filters if filters.active else earlier)
    return None


def _asks(message: str, filters: Filters) -> bool:
    return bool(_ASKING.search(message)) and (filters.active or bool(_ABOUT.search(message)))


def _emotion(message: str) -> str | None:
    """Return the one emotion that a question names; none if it names none or several."""
    found = [emotion for emotion, pattern in _EMOTIONS.items() if pattern.search(message)]
    return found[0] if len(found) == 1 else None


def _named(message: str, library: "Library") -> Filters:
    """Return filters for the product or category whose name stands in the message.

    The full name counts; so does "the hotel", if just one product has that word in its name.
    """
    facets = library.facets()
    said = f" {_plain(message)} "
    products = tuple(name for name in facets.products if len(name) >= 4 and f" {_plain(name)} " in said)
    if products := products or _by_one_word(tuple(facets.products), said):
        return Filters(products=products)
    categories = tuple(
        name for name in facets.categories if len(name) >= 4 and re.search(rf" {re.escape(_plain(name))}(s|es)? ", said)
    )
    return Filters(categories=categories)


def _by_one_word(products: Sequence[str], said: str) -> tuple[str, ...]:
    """Return the product that "the <word>" means; none in a catalogue, where single words name nothing."""
    if len(products) > MOST_PRODUCTS_BY_ONE_WORD:
        return ()
    words = [{word for word in _plain(name).split() if len(word) >= 4} for name in products]
    meant = {word for word in set().union(*words) if f" the {word} " in said and sum(word in own for own in words) == 1}
    return tuple(name for name, own in zip(products, words, strict=True) if own & meant)


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def reply(asked: Query, library: "Library", settings: Settings) -> tuple[Reply, "Answer"]:
    """Answer from the reviews: sentences with citation marks [1], [2] ... in the order of `Reply.citations`.

    A sentence that the toxicity model finds unfit, or that gives orders to a program, is left out; the reply says so.
    """
    from rag.explore import explore

    answer = explore(asked, library, settings)
    if answer.summary is None or not answer.summary.sentences:
        model = answer.summary.model if answer.summary else safety.NAME
        return Reply("I looked through the reviews, but found none that says something about this.", model), answer
    opinions = [row for row in answer.summary.sentences if not safety.instructs(row.text)]
    fit = [row for row in opinions if not safety.unfit(row.text, settings)]
    cited = tuple(dict.fromkeys(review for row in fit for review in row.citations))
    parts = [f"{row.text} {''.join(f'[{cited.index(review) + 1}]' for review in row.citations)}" for row in fit]
    opening = f"I looked through {answer.matching:,} reviews; the closest ones say:"
    notes = ["One part was too rough in tone to repeat here."] if len(fit) < len(opinions) else []
    if len(opinions) < len(answer.summary.sentences):
        notes.append("One part gave orders to a program instead of an opinion; I left it out.")
    return Reply("\n\n".join([opening, " ".join(parts), *notes]), answer.summary.model, cited), answer
