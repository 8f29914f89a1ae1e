"""Which reviews a question chooses by words of mood, verdict and stars: "angry reviews", "five-star ratings" and
"something positive" are filters and are not searched for."""

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from chat import subjects
from rag.query import Query

if TYPE_CHECKING:
    from rag.library import Library

_VOICES = (
    r"(?:reviews?|reviewers?|customers?|buyers?|guests?|passengers?|users?|people|ones?|comments?"
    r"|opinions?|feedback|voices|ratings?)"
)
_MOODS = {
    "angry": "angry|angriest|furious|annoyed|mad|fuming|enraged|outraged",
    "disgust": "disgusted|revolted|grossed out",
    "fear": "worried|scared|anxious|frightened|fearful|afraid|nervous",
    "happy": "happy|happiest|glad|delighted|satisfied|pleased|joyful|enthusiastic",
    "sad": "sad|saddest|disappointed|unhappy|let down|heartbroken",
    "surprise": "surprised|astonished|amazed",
}
_SENTIMENTS = {
    "positive": "positive|favou?rable|good|nice|kind|glowing",
    "negative": "negative|bad|critical|harsh|poor|terrible",
}
_VERDICT = {"positive": "happy", "negative": "angry"}
_STARS = re.compile(r"\b(one|two|three|four|five|[1-5])[ -]?stars?(?: \w+)?\b", re.IGNORECASE)
_NUMBERS = {"one": 1.0, "two": 2.0, "three": 3.0, "four": 4.0, "five": 5.0}


def chosen(query: Query, library: "Library") -> Query:
    """Return a query whose words of mood, verdict and stars are filters: "angry reviews about delivery" asks about
    delivery among the angry ones."""
    text, filters, emotion = query.text, query.filters, query.emotion
    mood = ""
    for name, words in _MOODS.items():
        if found := re.search(rf"\b(?:{words})\s+(?={_VOICES}\b)", text, re.IGNORECASE):
            text, mood = text[: found.start()] + text[found.end() :], name
            filters = replace(filters, emotions=(name,))
            break
    for name, words in _SENTIMENTS.items():
        form = rf"\b(?:{words})\s+(?={_VOICES}\b)|\b(?:some|any)thing\s+(?:{words})\b(?:\s+from the reviews)?"
        if not mood and (found := re.search(form, text, re.IGNORECASE)):
            instead = "" if re.match(_VOICES, text[found.end() :].strip(), re.IGNORECASE) else "reviews"
            text, mood = text[: found.start()] + instead + text[found.end() :], _VERDICT[name]
            filters = replace(filters, sentiments=(name,))
    if (stars := _STARS.search(text)) and library.facets().ratings:
        rating = _NUMBERS.get(stars[1].casefold()) or float(stars[1])
        text = text[: stars.start()] + "reviews" + text[stars.end() :]
        filters = replace(filters, min_rating=rating, max_rating=rating)
    if filters == query.filters:
        return query
    bare = re.sub(r"\s+", " ", text).strip()
    subject = re.sub(
        rf"^\W*(?:(?:please|show me|show|give me|tell me|find|list|are there|is there|do you have|what"
        rf"|which|any|some|all|the|most|of)\s+)*{_VOICES}\W*",
        "",
        bare,
        flags=re.IGNORECASE,
    )
    if not subjects.content(subject):
        return (
            Query("", mood or emotion or "neutral", filters)
            if mood
            else Query("", "happy" if (filters.min_rating or 0) > 3 else "angry", filters)
        )
    return Query(bare, None, filters)
