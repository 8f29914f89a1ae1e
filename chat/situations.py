"""Common situations told by words: a death, an illness, a lost job, a harsh word about oneself, a mere "thanks".

Whoever tells of one of these must not be met with a reply that is only near in meaning, nor with an emotion that a
model misread. What a message tells of is recognised by written rules (`situation_rules.txt`, `chat.everyday`); what is
said to it was written for it (`situation_replies.txt`). Does not handle: languages other than English; situations that
are only hinted at; two of them in one message, of which the first in `FITTING` is answered.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from backends import rules
from backends.chance import chance
from backends.contracts import FACE_EMOTIONS, GOEMOTIONS
from backends.written_replies import LOW
from chat.everyday import everyday
from chat.feelings import Reading
from chat.spelling import normalise
from emotion.labels import to_face_emotions
from emotion.language import ENGLISH

_LOW = ("sad", "angry", "fear", "disgust")
FITTING: Mapping[str, tuple[str, ...]] = {
    "sorry": ("neutral",),
    "laugh": ("happy",),
    "no": ("neutral",),
    "yes": ("neutral",),
    "ok": ("neutral",),
    "thanks": ("happy", "neutral"),
    "hm": ("neutral",),
    "self_worth_other": _LOW,
    "self_worth": _LOW,
    "baby_loss": ("sad",),
    "anniversary": ("sad",),
    "pet_death": ("sad",),
    "death": ("sad",),
    "job_relief": ("happy",),
    "job_lost_other": _LOW,
    "job_lost": _LOW,
    "credit": ("angry", "sad", "disgust"),
    "breakup_other": _LOW,
    "breakup": _LOW,
    "moved": ("neutral", "sad", "fear", "happy"),
    "lonely": ("sad", "fear"),
    "longing": ("sad", "fear"),
    "litter": ("happy", "surprise"),
    "birth": ("happy", "surprise"),
    "illness_other": ("sad", "fear"),
    "illness_own": ("sad", "fear"),
    "test_ahead": ("neutral", "fear", "happy"),
    "everyday": ("neutral",),
    "bored": ("neutral",),
    "rough": _LOW,
}
"""Situation -> the emotions that its replies fit, in the order in which situations are looked for. Where another was
read, the first is shown."""

ASKED = 0.6
"""How often a reply asks, where the one before it did not: in a conversation, where no two in a row do, under half."""
PASSING = 12
"""In a longer message that is glad beyond doubt a sad situation is spoken of in passing."""
_QUESTION, _OF_WHOM, _TEXT = -21, -22, -23
_FOLDER = Path(__file__).parent
_RULES, _REPLIES = _FOLDER / "situation_rules.txt", _FOLDER / "situation_replies.txt"
_NEVER = "never"
_WHO = re.compile(
    r"\b(?:my|our) (?:(?:dear|beloved|poor|old|sweet|little|late|older|younger|big|best) )*"
    r"((?:grand)?(?:mum|mom|mother|dad|father|ma|pa|son|daughter)|gran|nan|brother|sister|wife|husband|uncle|aunt|cousin|"
    r"friend|neighbou?r|dog|cat|rabbit|hamster|horse|parrot|budgie|puppy|kitten)"
    r"(?= (?:\w+ly |just |has |have |also )?(?:died|passed|is|was|has|had|got|needs|went|to|on|in|at|last|this|today|"
    r"yesterday|down|go|a|two|three|when|because)\b| \.|$)"
)


def situation(message: str) -> str:
    """Return which situation a message tells of, one of `FITTING`, or "". No model, some 0.3 ms.

    >>> situation("We buried my mum today"), situation("My phone died"), situation("I ate an apple.")
    ('death', '', 'everyday')
    """
    text, said = normalise(message), rules.read(_RULES, whole_words=True)
    if not text or said[_NEVER].search(text):
        return ""
    for name in FITTING:
        if name == "everyday":
            if everyday(message):
                return name
        elif said[name].search(text) and not (f"{name}, not" in said and said[f"{name}, not"].search(text)):
            return name
    return ""


def settled(reading: Reading, message: str) -> Reading:
    """Return a reading of words whose emotion fits the situation that they tell of: as it was where it fits, else the
    first that does, of the same probability, without the finer labels that do not belong to it."""
    name = situation(message) if reading.source == "text_only" and reading.language == ENGLISH else ""
    in_passing = reading.glad and len(message.split()) > PASSING
    denied = reading.doubted and reading.emotion in LOW
    if not name or reading.corrected or in_passing or denied or reading.emotion in FITTING[name]:
        return reading
    emotion = FITTING[name][0]
    finer = tuple(pair for pair in reading.top if _group(pair[0]) == emotion)
    return replace(reading, emotion=emotion, top=finer, doubted=False)


def _group(label: str) -> str:
    """Return the emotion, one of FACE_EMOTIONS, that a finer label belongs to."""
    scores = np.zeros((1, len(GOEMOTIONS)), np.float32)
    scores[0, GOEMOTIONS.index(label)] = 1.0
    return FACE_EMOTIONS[int(to_face_emotions(scores)[0].argmax())]


def reply(message: str, reading: Reading, said: Sequence[str]) -> str | None:
    """Return what was written for the situation that a message tells of, or None where there is none, where its replies
    do not fit the emotion that was read (or that the user chose), or where all of them were given.

    Args:
        message: what the user said; it decides, so that the same message gets the same reply.
        reading: what was read in it and `settled`; where sorrow is denied, it is taken for neutral.
        said: the replies so far, oldest first.
    """
    name = situation(message) if reading.language == ENGLISH else ""
    emotion = "neutral" if reading.doubted and reading.emotion in LOW else reading.emotion
    if not name or emotion not in FITTING[name]:
        return None
    written = rules.sections(_REPLIES)
    who = _WHO.findall(normalise(message))
    texts = written[name]
    if len(who) == 1 and chance(message, _OF_WHOM) < 0.5:
        texts = (*(text.replace("{who}", who[0]) for text in written.get(f"{name}, of whom", ())),) or texts
    text = _unused(texts, message, _TEXT, said) or _unused(written[name], message, _TEXT, said)
    if not text:
        return None
    asks = not (said and said[-1].rstrip().endswith("?")) and chance(message, _QUESTION) < ASKED
    question = _unused(written[f"{name}, ask"], message, _QUESTION - 100, said) if asks else ""
    return f"{text} {question}".strip()


def _unused(sentences: Sequence[str], message: str, number: int, said: Sequence[str]) -> str:
    fresh = [sentence for sentence in sentences if not any(sentence in reply for reply in said)]
    return fresh[int(chance(message, number) * len(fresh))] if fresh else ""
