"""Whether a message asks at all, or requests something: by form, never by a list of whole sentences.

In doubt it does neither: "Guess what?" and "What a day!" are talk.
Does not handle: languages other than English; questions without a question mark that do not begin like one.
"""

import re

from chat.spelling import readable

WH = r"(?:what|who|whom|whose|where|when|which|why|how)(?:'s|'re|'d|'ll)?"
AUX = (
    r"(?:is|are|was|were|am|do|does|did|can|could|should|shall|would|will|has|have|had|may|might|isn't|aren't|wasn't|"
    r"weren't|don't|doesn't|didn't|can't|couldn't|shouldn't|wouldn't|won't|hasn't|haven't)"
)
_ONE = (
    r"(?:i|you|he|she|it|they|we|there|this|that|these|those|my|your|his|her|our|their|any\w*|some\w*|people|the|an?)"
)
_LEAD = re.compile(
    r"^(?:(?:and|so|but|ok|okay|well|oh|hey|hi|hello|hmm?|um|also|then|now|please|actually|honestly|seriously|sorry|"
    r"excuse me|tell me|quick question|question|just wondering|i wonder|i was wondering|any idea|"
    r"(?:do|can|could|would|will) you (?:happen to )?(?:know|tell me|explain)(?: to me)?(?: if| whether)?|"
    r"i (?:want|need|'d like|would like) to know(?: if| whether)?)\b[\s,:;.!-]*)+"
)
"""What stands in front of a question without changing it."""
_UNMARKED = re.compile(
    rf"{WH}\s+(?:{AUX}|to|much|many|long|far|tall|old|often|big|deep|heavy|noisy|loud|good|about|time"
    rf"|year|day|kind)\b"
    rf"(?!\s+(?:ever|a)\s*$)|(?:what's|how's|who's|where's|when's)\s+\w+"
    rf"|(?:is|are|does|do|can|could|should|would|will|am)\s+(?!the best|the worst|not\b){_ONE}\s+\w+"
    rf"|(?:has|have)\s+(?:you|anyone|anybody|they)\s+\w+"
)
"""How a question begins where its mark is missing; "what a day", "when I came" and "did the dishes" are none."""

_DO = (
    "write|translate|recommend|suggest|explain|calculate|compute|solve|sing|draw|paint|compose|rewrite|paraphrase|proofread|"
    "summari[sz]e|describe|define|spell|convert|list|generate|create|program|code|set|book|order|buy|reserve|schedule|"
    "send|e-?mail|text|phone|remind|open|close|turn|switch|play|search|google|look up|find|fetch|download|print|repeat|"
    "pretend|act|imagine|behave|role-?play|simulate|teach|cook|bake|fix|repair|check|count|name|pick|choose|guess|tell|"
    "give|show|make|help|add|multiply|divide|plan|design|rate|order|track|cancel|call|say|read|answer|correct|invent|"
    "swear|roast|rap|hack|predict|forecast|compare|sort"
)
_POLITE = (
    r"(?:please\s+|(?:can|could|would|will)\s+you\s+(?:please\s+|maybe\s+|kindly\s+)?|i\s+(?:want"
    r"|need|'d like|would like)\s+you\s+to\s+|go\s+)"
)
_REQUEST = re.compile(
    rf"^{_POLITE}*(?:{_DO})\b(?!['’])(?:\s+\w|\s+['\"“])|^from now on\b|"
    r"^i(?:'m| am)? (?:need|want|would like|'d like|looking for) (?:a |an |some |your "
    r"|the )?(?:\w+ )?(?:recommendations?|suggestions?|recipes?|translations?|poems?|jokes?|stories"
    r"|story|pictures?|summary|list)\b|^(?:ignore|forget) (?:all|your|the|every)\b"
)
_POLITE_REQUEST = re.compile(
    rf"^{_POLITE}+(?!(?:be|lie|love|like|ever|rather|marry|hate|miss|remember|understand|agree|mind|stop"
    rf"|listen|talk|stay|"
    r"hear|feel|know|see|believe|judge|leave|care|have|want|get)\b)\w+"
)
_NO_REQUEST = re.compile(
    r"^(?:please\s+)?(?:(?:help|call|tell|give|show|make|say|do|read|text|find|play|check|set|name|open"
    r"|answer|count)\s+"
    r"(?:me\s*$|it\b|that\b|him\b|her\b|them\b|you\b|what you|no\b|so\b|well\b|not\b|n't|in\b|out\b|up\b|by\b|nothing|"
    r"sense|sure|things?\b|days?\b|hard\b|dead\b|day\b|day's|a fuss|love\b|thanks)"
    r"|(?:give|show) me (?:strength|a break|a hug|a minute|a second|patience|love|hope)"
    r"|make me (?:think|wonder|smile|laugh|feel|sick|sad|so|cry)"
    r"|guess (?:what|who|when|how|where|why|i|so|it|we|my|he|she|they|that)\b|call me\b|imagine (?:that"
    r"|my|how|the|if|being|having)\b"
    r"|tell me (?:about it\b|it'?s|it will|i'?m|everything|how you|more)|do(?:n't| not| you| i| we| they)\b"
    r"|(?:look|turn|play|act|order|book|code|list|text|phone|plan|design|check|rate|track|name|show|fix|call|buy)s\b"
    r"|(?:book|open|order|program|code|list|text|phone|plan|design|play|name|show|call|order|print"
    r"|act)\s+(?:book|was|is|came|has|had|of|on)\b)"
)
"""Idioms and nouns that begin like a request."""


def sentences(message: str) -> list[str]:
    """Return the sentences of a message in the one spelling, each with the mark it ends with."""
    return [part.strip() for part in re.findall(r"[^.!?\n]+[.!?]*|[.!?]+", readable(message)) if part.strip(" .!?")]


def without_lead(sentence: str) -> str:
    """Return a sentence without its mark and what leads up to the question."""
    bare = sentence.strip(" .!?\"'")
    return _LEAD.sub("", bare) or bare


def begins_as_question(sentence: str) -> bool:
    """True if a sentence begins like a question, whatever its mark."""
    return _UNMARKED.match(without_lead(sentence)) is not None


def is_question(sentence: str) -> bool:
    """True if a sentence has the mark of a question or begins like one."""
    return sentence.endswith("?") or begins_as_question(sentence)


def is_request(sentence: str) -> bool:
    """True if a sentence tells the reader to do something, or asks them politely to."""
    bare = re.sub(r"^(?:(?:and|so|ok|okay|hey|hi|hello|well|now|then|just|also)\b[\s,]*)+", "", sentence.strip(" .!?"))
    return bool(
        (_REQUEST.match(bare) or (_POLITE_REQUEST.match(bare) and sentence.endswith("?")))
        and not _NO_REQUEST.match(bare)
    )


def asks(message: str) -> bool:
    """True if a message holds a question or a request.

    >>> asks("how far is the moon"), asks("Write me a poem."), asks("What a day!"), asks("Call me Ishmael.")
    (True, True, False, False)
    """
    return any(
        is_question(part) or is_request(part) or begins_as_question(part.rpartition(",")[2])
        for part in sentences(message)
    )
