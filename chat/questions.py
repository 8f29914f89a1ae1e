"""What kind of question or request a message is, so that none is answered as if something had been told.

Told apart by form, never by a list of whole sentences: by who is asked about (the program, the user and their people,
the world), by the verb of a request, and by whether a question asks at all ("Guess what?"). In doubt a message is
talk, and the usual reply follows. Where something is told first, only a clear question behind it counts.
Does not handle: languages other than English; questions without a question mark that do not begin like one.
"""

import re
from typing import Literal

from chat.spelling import readable

Kind = Literal[
    "talk", "greeting", "clarify", "identity", "ability", "help", "program", "request", "fact",
    "decide", "why", "others", "future", "normal",
]  # fmt: skip
"""decide, why, others, future and normal ask about the user's own life: what to do, why it is so, what somebody else
feels, what will come, and whether it is all right."""
ABOUT_ITSELF: frozenset[Kind] = frozenset({"greeting", "clarify", "identity", "ability", "help", "program"})
PERSONAL: frozenset[Kind] = frozenset({"decide", "why", "others", "future", "normal"})

_WH = r"(?:what|who|whom|whose|where|when|which|why|how)(?:'s|'re|'d|'ll)?"
_AUX = (
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
    rf"{_WH}\s+(?:{_AUX}|to|much|many|long|far|tall|old|often|big|deep|heavy|noisy|loud|good|about|time"
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

_TALK = re.compile(
    r"^(?:guess (?:what|who)|(?:do |d')?(?:you|ya|y') ?know (?:what|that feeling|the feeling"
    r"|what i mean|how (?:it|that))|"
    r"know what(?: i mean)?|"
    r"(?:can|could|would) you (?:even )?(?:believe|imagine)|who (?:does|do|would do|says) (?:that|this"
    r"|such)|who (?:does|do) (?:he|she|they|you) think\b|what (?:kind|sort|type) of (?:a )?(?:person"
    r"|people|human|man|woman|friend|saturday|day)\b|why me|right|"
    r"really|seriously|you know|huh|eh|what (?:can|could|else can|more can) (?:i|you|we) say\s*$|"
    r"how (?:could|can|dare) (?:he|she|they|someone|somebody|anyone|anybody|people|you|it)\b|"
    r"how (?:\w+ )?(?:is|was) that(?: for .*)?$|what (?:the|on earth)\b|what(?:'s| is) not to (?:love|like)|"
    r"what more could|what could be (?:better|worse|nicer)|what (?:are|were) the (?:odds|chances)|"
    r"(?:is|was|are|were|do|does|did|has|have|would|could|ca|wo)n't (?:it|that|this|they|he|she|those"
    r"|life)\b|who cares|"
    r"who would(?:n't| have| not)|why bother|(?:can|could|may) i (?:get a hug|have a hug|tell|talk|vent"
    r"|share|say|ask)\b|"
    r"(?:ever|remember|anyone else|anybody else|don't you|i(?! (?:need|want|would like)\b)"
    r"|i'm(?! looking)|i've|we|he|she|my|they|it)\b|"
    r"(?:want|wanna|would you like|do you want) to (?:hear|know)|know why|why not|what a\b|who knew)"
)
_TAG = re.compile(
    r"(?:,\s+(?:you know|no|ok|okay|don't you (?:think|agree)|"
    rf"{_AUX} (?:it|he|she|they|i|we|you|that))|\s(?:isn't|wasn't|don't|doesn't|aren't) (?:it|you|they"
    rf"|he|she)|\s(?:right|huh|eh|innit|yeah))\s*$"
)
_GREETING = re.compile(
    r"^(?:how (?:are|r) (?:you|things|u)\b|how(?:'s| is| are) (?:it|your day|life|everything|things)\b(?: going)?|"
    r"how (?:do you do|have you been|was your (?:day|night|weekend))|what(?:'s| is) (?:up|new|going on"
    r"|happening)\s*$|wassup|sup\b|"
    r"you (?:ok|okay|alright|all right|good|well)\b|are you (?:ok|okay|alright|well|good|there|still there)\b|"
    r"(?:is )?(?:anyone|anybody|somebody) (?:here|there|home)\b)"
)
_CLARIFY = re.compile(
    r"^(?:what|why|how|how so|why so|huh|pardon|sorry|what do you mean(?: by .*)?|meaning|what does (?:that|this) mean|"
    r"are you (?:sure|serious|kidding|joking)|is that so|such as|like what|what else|(?:and )?then what"
    r"|and then|and|so|"
    r"so what|why is (?:that|it)(?: so| the case)?|what sort of things|why no (?:response|answer"
    r"|reply)(?: please)?|says who|since when|how come|what for|what did you (?:say|mean)|why (?:do"
    r"|did|would|are) you (?:ask|say|think|saying|asking)\b.*|"
    r"what (?:are you talking|is that supposed)\b.*)\s*$"
)
_SELF = re.compile(r"\b(?:you|your|yours|yourself|u|ya)\b")
_FRAME = re.compile(
    r"\b(?:do|don't|would|did) you (?:really |honestly )?(?:think|believe|reckon|suppose|feel like|guess|say)\b\s*"
)
_ME = re.compile(r"\b(?:i|i'm|i've|i'd|i'll|me|my|mine|myself|we|we're|we've|us|our|ours)\b")
_PEOPLE = re.compile(
    r"\b(?:he|she|him|her|his|hers|he's|she's|they|them|their|my \w+|our \w+|people|everyone|everybody|no one|nobody|"
    r"anyone|anybody|somebody|someone|men|women|friends?|boss|husband|wife|mum|mom|dad|girls?|boys?|guys?)\b"
)
_HEART = re.compile(
    r"\b(?:feel\w*|felt|sad\w*|happ(?:y|ier|iness)|lone\w*|alone|love\w*|hate\w*|angr\w*|anger|cry"
    r"|crying|cried|tears|fear\w*|"
    r"afraid|scared|anxi\w+|worr\w+|nervous|panic|stress\w*|cope|coping|handle|deal|grie\w+|mourn\w*"
    r"|miss|missing|lost|loss|"
    r"forgiv\w+|forget|trust\w*|guilt\w*|fault|blame|shame\w*|asham\w*|regret\w*|jealous\w*|envy"
    r"|hurt\w*|pain|heart\w*|broken|"
    r"hope\w*|life|living|worth\w*|deserv\w+|enough|normal|wrong|weird|crazy|better|worse|calm|relax"
    r"|sleep|tired|exhaust\w*|"
    r"overwhelm\w*|mood|proud|friend\w*|people|boss|husband|wife|partner|boyfriend|girlfriend|ex|crush"
    r"|mother|mum|mom|father|"
    r"dad|sister|brother|son|daughter|kids?|child\w*|parents?|family|break ?up|divorce|over (?:it|him"
    r"|her|them|this)|move on|"
    r"let go|apologi\w+|sorry|quit|job|career|myself|him|her|she|he|confiden\w+|self|motivat\w+|purpose|point|meaning|"
    r"happen\w*|unfair|fair|cruel|mean)\b"
)
_DEEP = re.compile(
    r"(?<!battery )(?<!shelf )\blife\b(?! ?span|time)|\b(?:grief|grieving|loss of (?:a|my)|cope|coping"
    r"|with loss|lonel\w+|sadness|heartbreak|heartache|"
    r"broken heart|happiness|anxiety|depress\w+|panic attacks?|self esteem|the point|get(?:s"
    r"|ting)? (?:any )?(?:better|easier)|"
    r"ever (?:stop|end|pass)|stop hurting|so (?:unfair|cruel|mean|hard to)|sleep(?:ing)? better"
    r"|who am i|forgive|trust (?:anyone|people)|move on|let go)\b"
)
"""What is asked of the heart although nobody is named."""
_DECIDE = re.compile(
    r"^(?:should|shall|ought) (?:i|we)\b|\bwhat (?:should|shall|can|could|would|do|did|am|will|must) (?:i|we|you)\b.*"
    r"\b(?:do|say|tell|think|make of|try|change|next|supposed)\b|\bwhat now\b|^(?:what"
    r"|how) would you (?:do|feel|react)\b|"
    r"^how (?:do|can|could|should|would|will|am|did|to) ?(?:i|we|you)?\b|^any (?:advice|ideas?|tips|suggestions)\b|"
    r"^what(?:'s| is) the (?:best|right) (?:way|thing)\b|^where (?:do|can|should|could|would) i\b"
    r"|^who (?:can|could|should|would) i\b"
)
_FUTURE = re.compile(
    r"^(?:will|would|when (?:will|do|does|can)|does|do|is|can|could|how long (?:will|does|do"
    r"|until))\b.*\b(?:ever|again|get|gets|stop|better|easier|end|pass|fade|happy|find|over|forever"
    r"|hope)\b|^what if\b"
)
_NORMAL = re.compile(
    r"^(?:is|was|isn't|would|am|are|was|were|did|have|do|does|could|can|might) (?:it|that|this|i|we|my"
    r"|me|something|everything)\b|"
    r"^what(?:'s| is) wrong with\b|^who am i\b|^what(?:'s| is) (?:the (?:point|matter|use|meaning)"
    r"|my (?:problem|purpose|fault))\b|^what (?:did|have) i (?:do|done)\b"
)
_HOUSEHOLD = re.compile(
    r"\b(?:cook|bake|recipe|dinner|lunch|wear|watch|buy|eat for|read next|tie|boil|install|reset|download)\b"
)


def sentences(message: str) -> list[str]:
    """Return the sentences of a message in the one spelling, each with the mark it ends with."""
    return [part.strip() for part in re.findall(r"[^.!?\n]+[.!?]*|[.!?]+", readable(message)) if part.strip(" .!?")]


def _bare(sentence: str) -> str:
    """Return a sentence without its mark and what leads up to the question."""
    bare = sentence.strip(" .!?\"'")
    return _LEAD.sub("", bare) or bare


def _is_question(sentence: str) -> bool:
    return sentence.endswith("?") or _UNMARKED.match(_bare(sentence)) is not None


def _is_request(sentence: str) -> bool:
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
        _is_question(part) or _is_request(part) or _UNMARKED.match(_bare(part.rpartition(",")[2])) is not None
        for part in sentences(message)
    )


def kind(message: str, *, moved: bool = False) -> Kind:
    """Return what kind of question or request a message is; "talk" is none that wants an answer of its own.

    Args:
        moved: whether its words carry a strong low emotion, which makes a question about the world one of the heart.

    >>> kind("What is the capital of Peru?"), kind("Why did she leave me?"), kind("Guess what?")
    ('fact', 'why', 'talk')
    """
    parts = sentences(message)
    if not parts:
        return "talk"
    told = any(not _is_question(part) and not _is_request(part) and len(part.split()) > 3 for part in parts)
    asked = parts[-1] if told else next((part for part in parts if _is_question(part) or _is_request(part)), "")
    if not asked or not (_is_question(asked) or _is_request(asked)):
        return "talk"
    if "," in asked and not told:  # "My knee hurts, what now?" tells and asks in one sentence
        *before, last = asked.split(",")
        if _is_question(f"{last.strip()}?") and len(" ".join(before).split()) > 3 and _UNMARKED.match(_bare(last)):
            asked, told = f"{last.strip()}?", True
    found = _of(_bare(asked), asked, moved)
    beside = found in ABOUT_ITSELF or (found == "fact" and not _of_the_world(_bare(asked)))
    return "talk" if told and beside else found


def _of_the_world(bare: str) -> bool:
    """True for a question of who, what, where, when or how that names nobody."""
    return bool(re.match(rf"(?!why|which (?:is|was|made)|who did){_WH}\b", bare)) and not (
        _ME.search(bare) or _PEOPLE.search(bare) or _SELF.search(bare)
    )


def _of(bare: str, asked: str, moved: bool) -> Kind:
    """Return the kind of one sentence that asks."""
    if _GREETING.match(bare):
        return "greeting"
    if _CLARIFY.match(bare):
        return "clarify"
    if _TALK.match(bare) or _TAG.search(bare):
        return "talk"
    if re.match(r"(?:(?:can|could|will|would) you )?(?:please )?help(?: me| us)?(?: out)?(?: please)?$", bare):
        return "help"
    if bare.startswith("what do you think"):
        return "normal" if _ME.search(bare) or _HEART.search(bare) else "program"
    if re.match(
        r"help me (?:to )?(?:decide|choose|understand|cope|get over|forget|move on|feel|stop|calm|relax|sleep|let go)",
        bare,
    ):
        return "decide"
    if _is_request(asked) and not _generic_you(bare):
        return "request"
    framed = _FRAME.match(bare) is not None
    rest = _FRAME.sub("", bare)
    if framed and (_ME.search(rest) or _PEOPLE.search(rest)):
        return _personal(rest, opinion=True)
    hearty = bool(_HEART.search(rest))
    if re.match(r"(?:do|are|will|would|can|could|have|did) you\b", rest) and not framed and not _generic_you(rest):
        return _of_the_program(rest)
    of_a_thing = re.match(
        r"(?:is|are|does|do|did|can|could|will|would|has|have|was|were) (?:the|this|that|these|those|it|they|an?)\b",
        rest,
    )
    if (
        _SELF.search(rest)
        and not framed
        and not of_a_thing
        and not (_ME.search(rest) and hearty)
        and not _generic_you(rest)
    ):
        return _of_the_program(rest)
    if hearty and re.match(r"(?:is|was|would) it (?:be )?(?:\w+ )?\w+ (?:to|that|if|how)\b", rest):
        return "normal"
    if _DEEP.search(rest):
        return _personal(rest)
    about_them = bool(_ME.search(rest) or (_PEOPLE.search(rest) and hearty))
    if (
        about_them
        and (hearty or (_DECIDE.match(rest) and not re.match(r"how|where|who", rest)) or rest.startswith("why"))
    ) or (moved and hearty):
        return "fact" if _HOUSEHOLD.search(rest) and not hearty else _personal(rest)
    if _ME.search(rest) and re.match(
        r"^(?:(?:when|how|what) )?(?:am|was|did|will|should|is|isn't) (?:i|we|it|my)\b", rest
    ):
        return _personal(rest)
    return "fact"


def _of_the_program(rest: str) -> Kind:
    if re.search(
        r"\b(?:bot|chatbot|robot|human|real|person|a\.?i|artificial|machine|program|computer|software"
        r"|chatgpt|gpt|alive|model|someone|somebody|made you|who are you|what are you)\b(?! able)",
        rest,
    ):
        return "identity"
    if re.search(
        r"\b(?:able to|can you do|you do for|do you do|help (?:me|with|us)|good for|good at|are you for"
        r"|your (?:purpose|job|task|use|skills?)|you work|can you (?:offer|help|tell|answer))\b",
        rest,
    ):
        return "ability"
    return "program"


def _generic_you(rest: str) -> bool:
    """True where "you" means anyone: "Can you get ...?", "How do you ...?", "Do you need a visa ...?"."""
    return bool(
        re.match(
            r"^(?:how (?:do|can|could|would|long|much|many)|where (?:do|can)|when (?:do|can|should)"
            r"|what (?:do|happens|can)|should|"
            r"do you (?:need|have to)|can you (?:get|catch|eat|drink|die|use|wash|still|take|buy|be"
            r"|become|freeze)|if) ?.*\byou\b",
            rest,
        )
        and not re.match(
            r"^(?:how (?:long|much|many).* (?:have|are|do) you\b(?: (?:been|know|weigh|cost|sleep))"
            r"|what do you (?:like|think|do|want|know|eat|feel|look|see|prefer)|"
            r"how do you (?:feel|know|work|like|sleep|learn|decide|read|see|do it)|where do you\b"
            r"|how can you (?:know|help|tell)|what can you\b)",
            rest,
        )
    )


def _personal(rest: str, opinion: bool = False) -> Kind:
    """Return which side of the user's life is asked about."""
    if _FUTURE.match(rest):
        return "future"
    if rest.startswith("why") or rest.startswith("how come"):
        others = re.match(
            r"^(?:why|how come) (?:\w+ )?(?:he|she|my \w+|they|people|everyone|everybody|nobody|no one)\b", rest
        )
        return "others" if others and not _ME.search(re.sub(r"\bmy\b", "", rest)) else "why"
    if _DECIDE.search(rest):
        return "decide"
    if not opinion and _NORMAL.match(rest):
        return "normal"
    if opinion and not re.match(
        r"^(?:that )?(?:he|she|they|my|people|everyone|anyone|someone|nobody|it's her|it's his)\b", rest
    ):
        return "future" if re.search(r"\b(?:will|'ll|ever|again|going to)\b", rest) else "normal"
    return "others" if _PEOPLE.search(rest) else "normal"
