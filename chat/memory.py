"""What a conversation remembers: its last turns, a name, the matters spoken of, and how the mood moved.

    memory = remember(history)          # history: the exchanges so far, oldest first
    memory.name, memory.topics, memory.course

Memory is made of the history that the caller hands over and kept nowhere else: forgetting is handing over none. It is
bounded, whatever the length of the history. Does not handle: names and matters in other languages than English.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from backends.contracts import Turn
from backends.written_replies import LOW
from chat.exchange import Exchange

Past = Exchange | Turn
"""An exchange as `converse` gave it, or a bare turn of another source, whose mood is then not known."""

MAX_TURNS = 60
"""Older turns are not shown to a responder, so that a long conversation stays as fast as a short one."""
MAX_COURSE = 250
MAX_TOPICS = 12

_NAME = re.compile(
    r"\b(?:my name is|my name's|my name’s|the name's|you can call me|please call me|just call me)\s+"
    r"([A-Z][\w'-]{1,19})\b(?!\s+(?:a|an|the)\b)",
    re.IGNORECASE,
)
_GREETED = re.compile(
    r"^\W*(?i:hi|hello|hey|hiya|heya|howdy|yo|good (?:morning|afternoon|evening|day)|greetings|nice to meet you)"
    r"(?:\W+(?i:there|again|everyone|all|moodlens|bot|you))?\W+"
    r"(?i:i am|i'm|i’m|im|it is|it's|it’s|its|this is|my name's)\s+([^\W\d_a-z][\w'’-]{1,19})"
    r"(?=\W*$|\s*[.,!;:?–-]|\s+(?:and|here|from|by|speaking|again|but|nice|i|I)\b)"
)
"""After a greeting a name needs a capital, and behind it an end, a mark or a word that goes on without it."""
_INTRODUCED = re.compile(
    r"^\W*(?:I am|I'm|I’m)\s+([^\W\d_a-z][^\W\d_A-Z]{1,19})(?<!ing)(?=\s*[.,!]|\W*$|\s+(?:from [A-Z]"
    r"|and (?:I|my|we)\b))"
)
_LOWER_GREETED = re.compile(
    r"^(?:hi|hello|hey)[,!.]?\s+(?:there[,!.]?\s+)?(?:i am|i'm|i’m|im|it's"
    r"|this is)\s+([a-z][\w'-]{1,19})\s*(?=[.,!]|$)",
    re.I,
)
_NO_NAMES = frozenset(
    "not here sad happy angry fine back new so very sorry just feeling bored tired lonely scared worried glad afraid "
    "lost excited nobody nothing good bad great okay ok sick hungry upset crazy stupid later now soon "
    "maybe me a an the your you my all "
    "what who just getting having going doing trying looking feeling still really too really done "
    "ready home alone busy "
    "monday tuesday wednesday thursday friday saturday sunday january february march april june july august september "
    "october november december christmas easter english american british german french spanish italian polish irish "
    "scottish dutch indian chinese japanese korean canadian australian mexican turkish russian european african asian "
    "jewish muslim christian catholic autistic gay devastated heartbroken exhausted furious angry nervous anxious "
    "worried overwhelmed stressed confused ashamed jealous proud grateful thrilled ecstatic terrified "
    "dead dying pregnant "
    "single married divorced unemployed unwell ill better worse amazing awful terrible horrible over cold hot".split()
)
_MATTERS = (
    "driving test|job interview|new job|new flat|new house|new boss|night shift|best friend|"
    "exam|exams|interview|job|boss|work|team|project|presentation|thesis|studies|school|degree|business|"
    "mother|mum|mom|father|dad|parents|sister|brother|daughter|son|baby|kids|children|husband|wife|partner|boyfriend|"
    "girlfriend|ex|grandmother|grandma|grandfather|grandpa|aunt|uncle|cousin|family|friend|friends|neighbour|neighbor|"
    "flatmate|roommate|colleague|colleagues|teacher|landlord|dog|cat|horse|rabbit|wedding|divorce|birthday|party|"
    "holiday|trip|flight|move|house|flat|garden|car|bike|operation|surgery|health|back|sleep|money|rent|book|band|"
    "choir|marathon|training|parcel|order"
)
_TOPIC = re.compile(rf"\b(?:my|our)\s+({_MATTERS})\b(?!['’]s\b)", re.IGNORECASE)


@dataclass(frozen=True)
class Mood:
    """How a turn of the user felt: its number (from 1), one of the seven emotions, and how pleasant, in [-1, 1]."""

    number: int
    emotion: str
    pleasantness: float


@dataclass(frozen=True)
class Topic:
    """A matter of the user's ("exam"), and the number and emotion of the turn that last spoke of it ("" if unknown)."""

    word: str
    number: int
    emotion: str


@dataclass(frozen=True)
class Memory:
    """What is remembered of `count` turns of the user; the tuples are oldest first and bounded."""

    count: int = 0
    name: str = ""
    topics: tuple[Topic, ...] = ()
    course: tuple[Mood, ...] = ()
    turns: tuple[Turn, ...] = ()

    def said_before(self, text: str) -> bool:
        """True if one of the replies that are remembered contains a text."""
        return any(turn.role == "assistant" and text in turn.text for turn in self.turns)


def remember(history: Sequence[Past]) -> Memory:
    """Return what is remembered of a conversation."""
    name, number = "", 0
    topics: dict[str, Topic] = {}
    course: list[Mood] = []
    for past in history:
        text = _said(past)
        if text is None:
            continue
        number += 1
        name = name_in(text) or name
        mood = mood_of(past, number) if isinstance(past, Exchange) else None
        course += [mood] if mood else []
        for word in topics_in(text):
            topics.pop(word, None)
            topics[word] = Topic(word, number, mood.emotion if mood else "")
    turns = tuple(turns_of(history[-MAX_TURNS:]))[-MAX_TURNS:]
    return Memory(number, name, tuple(topics.values())[-MAX_TOPICS:], tuple(course[-MAX_COURSE:]), turns)


def _said(past: Past) -> str | None:
    """Return what the user said, or None if it was the other side."""
    if isinstance(past, Exchange):
        return past.user_input.text
    return past.text if past.role == "user" else None


def turns_of(history: Sequence[Past]) -> list[Turn]:
    """Return a history as a responder sees it."""
    rows: list[Turn] = []
    for past in history:
        if isinstance(past, Exchange):
            said = Turn(
                "assistant", past.response, from_reviews=past.context.answer is not None or bool(past.context.citations)
            )
            rows += [Turn("user", past.user_input.text), said]
        else:
            rows.append(past)
    return rows


def mood_of(exchange: Exchange, number: int) -> Mood | None:
    """Return the mood of a turn, or None where nothing was read. Pleasantness is the probability of the emotion, with
    a minus for the four low ones; neutral and surprise are 0."""
    if not exchange.was_read:
        return None
    sign = 1 if exchange.emotion == "happy" else -1 if exchange.emotion in LOW else 0
    return Mood(number, exchange.emotion, round(sign * exchange.confidence, 4))


def name_in(message: str) -> str:
    """Return the name that a user introduces themselves with, or "".

    >>> name_in("Hello, my name is Anna."), name_in("Hi, I'm sad")
    ('Anna', '')
    """
    text = message.strip()
    for pattern in (_NAME, _GREETED, _LOWER_GREETED, _INTRODUCED):
        if (found := pattern.search(text)) and (name := found[1]).casefold() not in _NO_NAMES:
            return name[:1].upper() + name[1:]
    return ""


def topics_in(message: str) -> tuple[str, ...]:
    """Return the matters of their own that a user names, in order.

    >>> topics_in("My boss shouted because of our wedding.")
    ('boss', 'wedding')
    """
    return tuple(dict.fromkeys(word.casefold() for word in _TOPIC.findall(message)))
