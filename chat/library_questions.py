"""Whether a message is a plain question about the library itself, and which: how many reviews, of which products, from
when, how they are rated, which product is first in something.

A question that also asks about anything else ("how many complain about the lid?") is left to the search.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from backends.contracts import Turn
from chat import review_questions, subjects
from chat.asking import asks
from chat.review_filters import chosen
from chat.spelling import readable
from rag.query import Filters, Query

if TYPE_CHECKING:
    from rag.library import Library

LONGEST = 25
"""Words; what is longer tells something, too."""
Column = Literal["product", "category"]


@dataclass(frozen=True)
class Asked:
    """What is wanted: which product or category (`column`) is first or last by `by` ("rating", "count", one of
    FACE_EMOTIONS or SENTIMENTS), a list of them, the dates, or the number or mean rating of the reviews that `filters`
    choose."""

    what: Literal["first", "list", "dates", "count", "mean"]
    column: Column = "product"
    by: str = ""
    highest: bool = True
    filters: Filters = field(default_factory=Filters)


_WHICH = r"(?:products?|brands?|items?|things?|compan(?:y|ies)|categor(?:y|ies)|one|ones|kinds? of products?)"
_COUNT = re.compile(
    r"\b(?:how many|number of|count of|total of)\b.*\b(?:reviews?|ratings|opinions|reviewers|comments"
    r"|of (?:them|these|those)|are there|do you have)\b"
    r"|\bhow (?:big|large) is (?:the|this|your) (?:library|collection|data ?set)\b|\bhow many\W*$"
    r"|\bhow many (?:people|customers|guests|buyers|users|passengers|reviewers|owners) (?:gave|give"
    r"|left|rated|are|were)\b|\bshare of\b.*\breviews\b|\bhow many \w+ (?:are|do)\b.*\breview"
)
_LIST = re.compile(
    r"\b(?:what|which|list|show|name|tell me)\b(?: me| all| the| of| are| about)*\s*\b(?:products"
    r"|brands|items|categories|companies)\b"
    r"(?!.*\b(?:say|complain|mention|problems?|smell|leak|broke|break)\w*\b)"
    r"|\bwhat (?:are|is) (?:the|these|those|your|all the) reviews? (?:about|of|for|on)\W*$|\bwhat (?:do"
    r"|does|can) (?:you|i|this|the library) (?:have )?(?:reviews? (?:of|for|about|on)"
    r"|ask (?:you )?about|review|cover|contain|hold|look up)\b"
    r"|\bwhat (?:kind|sort)s? of (?:products|reviews)\b|\bhow many (?:different )?(?:products|brands"
    r"|categories)\b|\bwhat(?:'s| is) in (?:the|this|your) library\b"
)
_MEAN = re.compile(
    r"\b(?:average|mean|overall|typical|general)\b.*\b(?:ratings?|scores?|stars?|grade|rated)\b"
    r"|\b(?:ratings?|scores?|stars?)\b.*\b(?:average|mean|overall)\b"
    r"|\bhow (?:well |highly |good |badly )?(?:is|are|was|were)\b.*\brated\b|\bhow (?:well|highly"
    r"|badly) rated\b|\bwhat (?:rating|score|grade)s? (?:does|do|has|have|did|is|was)\b"
    r"|\bhow many stars (?:does|do|has|have|did|is)\b|\bwhat(?:'s| is| are) the (?:rating|score"
    r"|stars?)\b|^(?:and )?(?:the )?(?:rating|stars|score) of\b"
)
_WHEN = re.compile(
    r"\b(?:how (?:old|recent|new|up to date)|from when|since when|when (?:are|were|was)|what (?:dates?"
    r"|period|years?|time span)|which (?:dates?|period|years?))\b.*\breviews?\b"
    r"|\b(?:newest|oldest|latest|earliest|most recent|first|last) review\b"
)
_BEST = r"(?:best|highest|top|most highly|strongest)"
_WORST = r"(?:worst|lowest|poorest|weakest|least well|most badly)"
_RATED = r"(?:[ -]?(?:rated|reviewed|rating|ratings|score|scored|scoring|ranked|ranking|stars?|average|mean))"
_SUPERLATIVES: tuple[tuple[str, str, bool], ...] = (
    (r"\bwhich (?:product|one|brand)\b.*\b(?:should|would|do|can|could) (?:i|you) (?:buy|get|choose"
     r"|pick|recommend|take)\b", "rating", True),
    (r"\b(?:most|more) reviewed\b|\bmost (?:reviews|ratings)\b|\bmost often reviewed\b", "count", True),
    (r"\b(?:fewest|least) (?:reviews|ratings|reviewed)\b", "count", False),
    (r"\b(?:fewest|least) stars\b", "rating", False),
    (r"\bmost stars\b", "rating", True),
    (r"\bmost (?:hated|disliked|unpopular|annoying|angry|complain\w*|complaints?|infuriating)\b"
     r"|\b(?:hate[sd]?|dislike[sd]?) (?:it |them )?(?:the )?most\b"
     r"|\bangr(?:iest|y)\b|\bmost (?:\w+ )?angry\b|\bleast (?:popular|liked|loved)\b|\bworst liked\b", "angry", True),
    (r"\bmost (?:loved|liked|popular|beloved|happy|satisf\w+|delight\w*|enjoyed|adored|cherished)\b"
     r"|\b(?:love[sd]?|like[sd]?|enjoy\w*|adore[sd]?) (?:it |them )?(?:the )?(?:most|best)\b"
     r"|\bhappiest\b|\bfavou?rites?\b|\bbest[ -](?:liked|loved)\b", "happy", True),
    (r"\b(?:saddest|most (?:sad|disappoint\w+|depressing))\b|\bdisappoint\w* (?:\w+ )?(?:the )?most\b", "sad", True),
    (r"\b(?:scariest|most (?:frighten\w*|scary|fear\w*|worr\w+))\b", "fear", True),
    (r"\bmost (?:disgust\w*|revolting)\b", "disgust", True),
    (r"\bmost surpris\w*\b", "surprise", True),
    (r"\b(?:most|best) (?:positive|praised)\b", "positive", True),
    (r"\b(?:most (?:negative|criticised|criticized))\b", "negative", True),
    (r"\b(?:like[sd]?|love[sd]?|enjoy\w*) (?:the )?least\b", "happy", False),
    (r"\bbetter (?:ratings?|rated)\b", "rating", True),
    (rf"\b{_WORST}{_RATED}?\b", "rating", False),
    (rf"\b{_BEST}{_RATED}?\b", "rating", True),
)  # fmt: skip
_FACT_WORDS = frozenset(
    """many much number total count share reviews review rating ratings rated rate opinions opinion comments reviewers
    average mean overall score scores star stars get gets got have has hold holds library here different how what which
    whats there are is the a an of for in on about them these those all you your do does did give given people customers
    per and with it product products called me tell show by kind from any one two three four five altogether together
    currently now please really so far right exactly just them know can could us this that receive received earn general
    typical grade left written write wrote ok okay hey hi out gave guests buyers users passengers owners with s re
    ll d i see look""".split()
)
_LEADING = re.compile(r"^(?:(?:please|hey|hi|hello|ok|okay|so|well|oh|thanks|now|and then)\b[\s,.!]*)+")
_FOLLOWS = re.compile(r"^\W*(?:and|what about|how about|which)\b")
_OWN = re.compile(r"\b(?:my|i am|i'm|he|she|him|her|his|our)\b")
_MOOD_WORDS = (
    "angry furious annoyed mad disgusted worried scared anxious afraid nervous happy glad delighted "
    "satisfied pleased sad "
    "disappointed unhappy surprised astonished positive good negative bad neutral star stars"
)


def asked(message: str, history: Sequence[Turn], library: "Library") -> Asked | None:
    """Return what a message asks about the library itself, or None if it asks something else."""
    said = _LEADING.sub("", readable(message)).strip()
    if len(said.split()) > LONGEST or not (asks(message) or _FOLLOWS.match(said)) or _OWN.search(said):
        return None
    column: Column = "category" if "categor" in said else "product"
    if superlative := _superlative(said, history):
        return Asked("first", column, *superlative)
    if _LIST.search(said):
        return Asked("list", column)
    if _WHEN.search(said):
        return Asked("dates")
    what: Literal["mean", "count"] | None = "mean" if _MEAN.search(said) else "count" if _COUNT.search(said) else None
    filters = _scope(message, said, history, library) if what else None
    return Asked(what, filters=filters) if what and filters is not None else None


def _superlative(said: str, history: Sequence[Turn]) -> tuple[str, bool] | None:
    """Return what products are to be compared by and whether the highest is meant, or None."""
    found = next(((kind, highest) for form, kind, highest in _SUPERLATIVES if re.search(form, said)), None)
    if found is None:
        return None
    if re.search(rf"\b{_WHICH}\b", said) or re.search(r"\b(?:rated|reviewed|rating)\b", said):
        return found if _only_ranks(said) else None
    earlier = next((turn.text for turn in reversed(history) if turn.role == "user"), "")
    if _FOLLOWS.match(said) and len(said.split()) <= 6 and _superlative(readable(earlier), ()):
        return found
    return None


def _only_ranks(said: str) -> bool:
    """True if nothing but the rank is asked: "the best product for camping" is a search."""
    return not re.search(
        r"\b(?:for|to|with|when|under|near|about|at|if|thing about|part|reason|in terms)\s+(?!(?:better"
        r"|best|highest|lowest|most|worst|you|me|the reviews|people|customers|all|far|buyers|everyone"
        r"|them)\b)\w+",
        said,
    ) and not re.search(
        r"\b(?:best|worst) (?:thing|things|way|part|friend|day|moment|time)\b|\bone of\b|\bworld\b", said
    )


def _scope(message: str, said: str, history: Sequence[Turn], library: "Library") -> Filters | None:
    """Return which reviews a count or a mean is of; None if the question is about something else as well."""
    by_mood = chosen(Query(_with_voices(message)), library).filters
    facets = library.facets()
    rest = " " + " ".join(re.findall(r"[^\W_]+", said)) + " "
    products = review_questions.products_named(message, library)
    categories = tuple(
        name for name in facets.categories if name and re.search(rf" {re.escape(name.casefold())}(?:s|es)? ", rest)
    )
    named: tuple[str, ...] = ()
    if not products and not categories and (found := subjects.product_of(said, library)):
        products, named = (found[0],), found[1]
    if not products and not categories:
        products = review_questions.products_by_word(message, library)
    if not products and re.search(r"\b(?:it|its|that one|this one|that product)\b", said):
        earlier = next(
            (told for turn in reversed(history) if (told := review_questions.products_named(turn.text, library))), ()
        )
        products = earlier[:1]
    stems = {*named, *(word for name in (*products, *categories) for word in re.findall(r"[^\W_]+", name.casefold()))}
    stems |= {f"{word}s" for word in stems}
    moods = set(_MOOD_WORDS.split()) if by_mood.active else set()
    left = [word for word in rest.split() if word not in _FACT_WORDS | stems | moods and not word.isdigit()]
    if left:
        return None
    return Filters(
        products=products,
        categories=() if products else categories,
        emotions=by_mood.emotions,
        sentiments=by_mood.sentiments,
        min_rating=by_mood.min_rating,
        max_rating=by_mood.max_rating,
    )


def _with_voices(message: str) -> str:
    """Return a message whose moods stand before the word "reviews": "how many are angry" asks for the angry ones."""
    return re.sub(
        rf"\b({'|'.join(_MOOD_WORDS.split()[:-3])})\b(?! \w*(?:review|customer|people|rating|opinion|comment))",
        r"\1 reviews",
        message,
        flags=re.IGNORECASE,
    )
