"""What kind of question or request a message is, so that none is answered as if something had been told.

Told apart by form, never by a list of whole sentences: by who is asked about (the program, the user and their people,
the world), by the verb of a request, and by whether a question asks at all ("Guess what?"). In doubt a message is
talk, and the usual reply follows. Where something is told first, only a clear question behind it counts.
Does not handle: languages other than English; questions without a question mark that do not begin like one.
"""

import re
from typing import Literal

from chat.asking import AUX, WH, begins_as_question, is_question, is_request, sentences, without_lead
from chat.life_questions import DECIDE, DEEP, HEART, PEOPLE, SPEAKER, Personal, side_asked

Kind = Literal["talk", "greeting", "clarify", "identity", "ability", "help", "program", "request", "fact"] | Personal
ABOUT_ITSELF: frozenset[Kind] = frozenset({"greeting", "clarify", "identity", "ability", "help", "program"})

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
    rf"{AUX} (?:it|he|she|they|i|we|you|that))|\s(?:isn't|wasn't|don't|doesn't|aren't) (?:it|you|they"
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
_HOUSEHOLD = re.compile(
    r"\b(?:cook|bake|recipe|dinner|lunch|wear|watch|buy|eat for|read next|tie|boil|install|reset|download)\b"
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
    told = any(not is_question(part) and not is_request(part) and len(part.split()) > 3 for part in parts)
    asked = parts[-1] if told else next((part for part in parts if is_question(part) or is_request(part)), "")
    if not asked or not (is_question(asked) or is_request(asked)):
        return "talk"
    if "," in asked and not told:  # "My knee hurts, what now?" tells and asks in one sentence
        *before, last = asked.split(",")
        if len(" ".join(before).split()) > 3 and begins_as_question(last):
            asked, told = f"{last.strip()}?", True
    found = _of(without_lead(asked), asked, moved)
    beside = found in ABOUT_ITSELF or (found == "fact" and not _of_the_world(without_lead(asked)))
    return "talk" if told and beside else found


def _of_the_world(bare: str) -> bool:
    """True for a question of who, what, where, when or how that names nobody."""
    return bool(re.match(rf"(?!why|which (?:is|was|made)|who did){WH}\b", bare)) and not (
        SPEAKER.search(bare) or PEOPLE.search(bare) or _SELF.search(bare)
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
        return "normal" if SPEAKER.search(bare) or HEART.search(bare) else "program"
    if re.match(
        r"help me (?:to )?(?:decide|choose|understand|cope|get over|forget|move on|feel|stop|calm|relax|sleep|let go)",
        bare,
    ):
        return "decide"
    if is_request(asked) and not _generic_you(bare):
        return "request"
    framed = _FRAME.match(bare) is not None
    rest = _FRAME.sub("", bare)
    if framed and (SPEAKER.search(rest) or PEOPLE.search(rest)):
        return side_asked(rest, opinion=True)
    hearty = bool(HEART.search(rest))
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
        and not (SPEAKER.search(rest) and hearty)
        and not _generic_you(rest)
    ):
        return _of_the_program(rest)
    if hearty and re.match(r"(?:is|was|would) it (?:be )?(?:\w+ )?\w+ (?:to|that|if|how)\b", rest):
        return "normal"
    if DEEP.search(rest):
        return side_asked(rest)
    about_them = bool(SPEAKER.search(rest) or (PEOPLE.search(rest) and hearty))
    if (
        about_them
        and (hearty or (DECIDE.match(rest) and not re.match(r"how|where|who", rest)) or rest.startswith("why"))
    ) or (moved and hearty):
        return "fact" if _HOUSEHOLD.search(rest) and not hearty else side_asked(rest)
    if SPEAKER.search(rest) and re.match(
        r"^(?:(?:when|how|what) )?(?:am|was|did|will|should|is|isn't) (?:i|we|it|my)\b", rest
    ):
        return side_asked(rest)
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
