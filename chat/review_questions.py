"""Questions that say outright that they ask the reviews: by a word for reviews or customers, or by a product's name."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rag.query import MAX_QUESTION_CHARACTERS, Filters, Query
from rag.topic import FEELINGS, GENERAL, asked, topic

if TYPE_CHECKING:
    from rag.library import Library

_ABOUT = re.compile(
    r"\b(reviews?|reviewers?|customers?|buyers?|shoppers|users say|guests say|"
    r"products?|people (?:say|think|like|love|hate|buy)|make people|"
    r"ratings?|feedback|complain\w*|complaints?|testimonials?|stars)\b",
    re.IGNORECASE,
)
_ASKING = re.compile(
    r"\?|^\W*(what|which|why|how|who|where|when|do|does|did|is|are|was|were|can|could|show|find|tell"
    r"|list|give|summari[sz]e|"
    r"search|look|any|anything|i want to know|i would like to know|reviews?)\b",
    re.IGNORECASE,
)
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


def query(message: str, library: "Library") -> Query | None:
    """Return what a message asks of the library outright, or None.

    It does if it is a question about reviews, customers or one of its products or categories by name. What asks without
    saying so, or goes on with an earlier question, is found by `chat.product_questions`.
    """
    if not message or len(message) > MAX_QUESTION_CHARACTERS or of_the_program(message):
        return None
    filters = _named(message, library)
    if _ASKING.search(message) and (filters.active or _ABOUT.search(message)):
        return Query(message, emotion_of(message), filters)
    return None


def of_the_program(message: str) -> bool:
    """True if a message is about what can be done with reviews here, not about what stands in them."""
    return bool(_OF_THE_PROGRAM.search(message))


def emotion_of(message: str) -> str | None:
    """Return the one emotion that a question names; none if it names none or several."""
    found = [emotion for emotion, pattern in _EMOTIONS.items() if pattern.search(message)]
    return found[0] if len(found) == 1 else None


def products_named(text: str, library: "Library") -> tuple[str, ...]:
    """Return the products whose full name stands in a text."""
    said = f" {_plain(text)} "
    return tuple(name for name in library.facets().products if len(name) >= 4 and f" {_plain(name)} " in said)


def products_by_word(text: str, library: "Library") -> tuple[str, ...]:
    """Return the product that "the <word>" means, where just one product has that word in its name."""
    return _by_one_word(tuple(library.facets().products), f" {_plain(text)} ")


def _named(message: str, library: "Library") -> Filters:
    """Return filters for the product or category whose name stands in the message.

    A product's full name counts; so does "the hotel", if just one product has that word in its name. A category's name
    counts where it is all that is asked about, or is called a category: "home delivery" is not about the category Home.
    """
    facets = library.facets()
    if products := products_named(message, library) or products_by_word(message, library):
        return Filters(products=products)
    return Filters(
        categories=tuple(name for name in facets.categories if len(name) >= 4 and _is_subject(name, message))
    )


def _is_subject(category: str, message: str) -> bool:
    """True if a category is all that a message asks about, or is called one."""
    name = rf"{re.escape(_plain(category))}(?:s|es)?"
    said = f" {_plain(message)} "
    if not re.search(rf" {name} ", said):
        return False
    if re.search(
        rf" (?:category|section|department|area|field) (?:of )?{name} | {name} (?:category|section|department) ", said
    ):
        return True
    return not asked(topic(re.sub(rf" {name} ", " ", said)), f"{category} {FEELINGS} {GENERAL}")


def _by_one_word(products: Sequence[str], said: str) -> tuple[str, ...]:
    """Return the product that "the <word>" means; none in a catalogue, where single words name nothing."""
    if len(products) > MOST_PRODUCTS_BY_ONE_WORD:
        return ()
    words = [{word for word in _plain(name).split() if len(word) >= 4} for name in products]
    meant = {word for word in set().union(*words) if f" the {word} " in said and sum(word in own for own in words) == 1}
    return tuple(name for name, own in zip(products, words, strict=True) if own & meant)


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))
