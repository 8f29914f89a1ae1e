"""Plain questions about the library itself, answered exactly from its columns: how many reviews, of which products, how
they are rated, which product is rated best or loved most.

Loved, hated and the like mean the share of a product's reviews that read as happy, as angry and so on; the answer says
so. A question that also asks about anything else ("how many complain about the lid?") is left to the search.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from backends.contracts import FACE_EMOTIONS, SENTIMENTS, FloatArray, Turn
from chat import product_questions, questions, reviews, subjects
from chat.feelings import ADJECTIVES
from chat.spelling import readable
from rag.index_vectors import Mask
from rag.query import Filters, Query

if TYPE_CHECKING:
    from rag.library import Library

NAME = "library-facts"
"""The model name these answers carry."""
FEWEST = 10
"""Reviews a product must have to be compared, where any has so many."""
LISTED = 12

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


@dataclass(frozen=True)
class _Ranked:
    """A product or category, its number of reviews, and what it is compared by."""

    name: str
    count: int
    value: float


def answer(message: str, history: Sequence[Turn], library: "Library") -> str | None:
    """Return the answer to a question about the library itself, or None if it asks something else."""
    said = _LEADING.sub("", readable(message)).strip()
    if len(said.split()) > 25 or not (questions.asks(message) or _FOLLOWS.match(said)) or _OWN.search(said):
        return None
    if superlative := _superlative(said, history):
        return _compared(said, *superlative, library)
    if _LIST.search(said):
        return _listed(said, library)
    if _WHEN.search(said):
        return _dated(library)
    if _COUNT.search(said) or _MEAN.search(said):
        filters = _scope(message, said, history, library)
        if filters is not None:
            return _mean(filters, library) if _MEAN.search(said) else _counted(filters, library)
    return None


_LEADING = re.compile(r"^(?:(?:please|hey|hi|hello|ok|okay|so|well|oh|thanks|now|and then)\b[\s,.!]*)+")
_FOLLOWS = re.compile(r"^\W*(?:and|what about|how about|which)\b")
_OWN = re.compile(r"\b(?:my|i am|i'm|he|she|him|her|his|our)\b")


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
    chosen = product_questions.chosen(Query(_with_voices(message)), library).filters
    facets = library.facets()
    rest = " " + " ".join(re.findall(r"[^\W_]+", said)) + " "
    products = reviews.products_named(message, library)
    categories = tuple(
        name for name in facets.categories if name and re.search(rf" {re.escape(name.casefold())}(?:s|es)? ", rest)
    )
    named: tuple[str, ...] = ()
    if not products and not categories and (found := subjects.product_of(said, library)):
        products, named = (found[0],), found[1]
    if not products and not categories:
        products = reviews.products_by_word(message, library)
    if not products and re.search(r"\b(?:it|its|that one|this one|that product)\b", said):
        earlier = next((told for turn in reversed(history) if (told := reviews.products_named(turn.text, library))), ())
        products = earlier[:1]
    stems = {*named, *(word for name in (*products, *categories) for word in re.findall(r"[^\W_]+", name.casefold()))}
    stems |= {f"{word}s" for word in stems}
    moods = set(re.findall(r"[a-z]+", f"{_MOOD_WORDS}")) if chosen.active else set()
    left = [word for word in rest.split() if word not in _FACT_WORDS | stems | moods and not word.isdigit()]
    if left:
        return None
    return Filters(
        products=products,
        categories=() if products else categories,
        emotions=chosen.emotions,
        sentiments=chosen.sentiments,
        min_rating=chosen.min_rating,
        max_rating=chosen.max_rating,
    )


_MOOD_WORDS = (
    "angry furious annoyed mad disgusted worried scared anxious afraid nervous happy glad delighted "
    "satisfied pleased sad "
    "disappointed unhappy surprised astonished positive good negative bad neutral star stars"
)


def _with_voices(message: str) -> str:
    """Return a message whose moods stand before the word "reviews": "how many are angry" asks for the angry ones."""
    return re.sub(
        rf"\b({'|'.join(_MOOD_WORDS.split()[:-3])})\b(?! \w*(?:review|customer|people|rating|opinion|comment))",
        r"\1 reviews",
        message,
        flags=re.IGNORECASE,
    )


def _allowed(filters: Filters, library: "Library") -> Mask:
    """Return which rows of the library are meant."""
    mask = library.allowed(filters)
    return np.ones(library.rows, np.bool_) if mask is None else mask


def _whose(filters: Filters) -> str:
    return " and ".join((*filters.products, *filters.categories))


def _counted(filters: Filters, library: "Library") -> str:
    total, found = len(library), int(_allowed(filters, library).sum())
    kinds = [ADJECTIVES[emotion] for emotion in filters.emotions] + list(filters.sentiments)
    if filters.min_rating is not None:
        kinds.insert(0, f"{filters.min_rating:g}-star")
    if not filters.active:
        products = [name for name in library.facets().products if name]
        of = f", of {len(products):,} products" if len(products) > 1 else ""
        return f"There are {total:,} reviews in this library{of}."
    whose = f" of {_whose(filters)}" if _whose(filters) else ""
    kind = " ".join([*kinds, "review" if found == 1 else "reviews"])
    of_all = Filters(products=filters.products, categories=filters.categories)
    within = int(_allowed(of_all, library).sum())
    read = (
        " Moods are read from the words by a model, which can be wrong."
        if filters.emotions or filters.sentiments
        else ""
    )
    there = f"There {'is' if found == 1 else 'are'}"
    if kinds and within:
        return f"{there} {found:,} {kind}{whose}: {_percent(found / within)} of {within:,}.{read}"
    return f"{there} {found:,} {kind}{whose}, of {total:,} in all."


def _mean(filters: Filters, library: "Library") -> str:
    ratings = library.columns.ratings[_allowed(filters, library)].astype(np.float64)
    known = ratings[~np.isnan(ratings)]
    whose = f" of {_whose(filters)}" if _whose(filters) else ""
    if not len(known):
        return f"The reviews{whose} have no ratings, so there is no mean."
    return f"The mean rating{whose} is {known.mean():.2f}, over {len(known):,} rated reviews{_scale(library)}."


def _scale(library: "Library") -> str:
    ends = library.facets().ratings
    return f" (ratings here go from {ends[0]:g} to {ends[1]:g})" if ends else ""


def _listed(said: str, library: "Library") -> str:
    facets = library.facets()
    what = "categories" if "categor" in said else "products"
    counts = {name: count for name, count in getattr(facets, what).items() if name}
    if not counts:
        return (
            f"The {len(library):,} reviews of this library name no {what}. Ask me about anything that stands in them."
        )
    shown = [f"{name} ({count:,})" for name, count in list(counts.items())[:LISTED]]
    more = f" and {len(counts) - LISTED:,} more" if len(counts) > LISTED else ""
    return (
        f"There are reviews of {len(counts):,} "
        f"{what if len(counts) > 1 else what.replace('ies', 'y').removesuffix('s')}: "
        f"{', '.join(shown)}{more}. In brackets: how many reviews."
    )


def _dated(library: "Library") -> str:
    dates = library.facets().dates
    if dates is None:
        return "The reviews of this library have no dates."
    first, last = (f"{day.day} {day:%B %Y}" for day in dates)
    return f"The reviews are from {first} to {last}."


def _compared(said: str, by: str, highest: bool, library: "Library") -> str | None:
    column = "category" if "categor" in said else "product"
    names, codes = library.columns.names[column], library.columns.codes[column]
    everything = _allowed(Filters(), library)
    values = _values(by, library)
    usable = everything & ~np.isnan(values)
    counts = np.bincount(codes[usable], minlength=len(names))
    sums = np.bincount(codes[usable], weights=values[usable], minlength=len(names))
    least = FEWEST if counts.max(initial=0) >= FEWEST else 1
    ranked = [
        _Ranked(name, int(count), float(total) if by == "count" else float(total / count))
        for name, count, total in zip(names, counts, sums, strict=True)
        if name and count >= least
    ]
    if len(ranked) < 2:
        return None
    ranked.sort(key=lambda row: (-row.value if highest else row.value, row.name))
    return _told(ranked, by, highest, column, least)


def _values(by: str, library: "Library") -> FloatArray:
    """Return (rows,) what is averaged: the rating (NaN: none), 1 for each review, or whether its mood is the one."""
    columns = library.columns
    values: FloatArray
    if by == "rating":
        values = columns.ratings.astype(np.float64)
    elif by == "count":
        values = np.ones(len(columns), np.float64)
    elif by in SENTIMENTS:
        values = (columns.sentiments == SENTIMENTS.index(by)).astype(np.float64)
    else:
        values = (columns.emotions == FACE_EMOTIONS.index(by)).astype(np.float64)
    return values


def _told(ranked: Sequence[_Ranked], by: str, highest: bool, column: str, least: int) -> str:
    first = [row for row in ranked if _shown(row, by) == _shown(ranked[0], by)]
    end = "highest" if highest else "lowest"
    names = " and ".join(row.name for row in first[:3]) + (f" and {len(first) - 3:,} more" if len(first) > 3 else "")
    shown = _shown(ranked[0], by)
    has = "share" if len(first) > 1 else "has"
    if by == "rating":
        text = f"{names} {has} the {end} mean rating: {shown}, over {ranked[0].count:,} rated reviews"
    elif by == "count":
        text = f"{names} {has} the {'most' if highest else 'fewest'} reviews: {shown}"
    else:
        mood = ADJECTIVES.get(by, by)
        text = f"{names} {has} the {end} share of {mood} reviews: {shown} of {ranked[0].count:,}"
    second = ranked[len(first)] if len(first) < len(ranked) else None
    after = f"; then {second.name} ({_shown(second, by)})" if second else ""
    of = f" Compared were the {len(ranked):,} {'categories' if column == 'category' else 'products'}"
    few = f" with at least {least:,} reviews." if least > 1 else "."
    read = " Moods are read from the words by a model, which can be wrong." if by not in ("rating", "count") else ""
    return f"{text}{after}.{of}{few}{read}"


def _shown(row: _Ranked, by: str) -> str:
    if by == "rating":
        return f"{row.value:.2f}"
    return f"{row.value:,.0f}" if by == "count" else _percent(row.value)


def _percent(share: float) -> str:
    return f"{share:.0%}" if share in (0, 1) or share >= 0.1 else f"{share:.1%}"
