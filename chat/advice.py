"""Questions that only a professional should answer: recognised by written rules, answered with fixed words.

The chat gives no medical, legal or financial advice. Signs of an emergency of the body get the emergency numbers first;
a question for a doctor, a lawyer or an adviser is passed on, kindly, and so is what could hurt somebody. A question is
known by its form or, wherever it asks, by the words of the matter (sections `_topic`); naming a doctor ("my doctor was
rude") asks for nothing, and what reviewers say of a matter is looked up.
Does not handle: languages other than English.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from backends import rules
from backends.contracts import Turn
from chat.asking import asks
from chat.crisis_answers import EMERGENCY
from chat.spelling import normalise
from chat.variety import next_of

Matter = Literal["emergency", "pregnancy", "hazard", "medical", "legal", "financial"]

_RULES = Path(__file__).with_name("advice_rules.txt")

_ANSWERS: dict[Matter, tuple[str, ...]] = {
    "emergency": (
        "This could need a doctor right away, and I'm only a program that cannot judge it. If it is happening now, "
        f"please call your emergency number ({EMERGENCY}), and ask someone near you to stay with you until help is "
        "there.",
        f"Please don't wait for me with this: call your emergency number ({EMERGENCY}), or have someone near you call. "
        "They will tell you what to do until help is there.",
    ),
    "pregnancy": (
        "That is a lot to carry, and nothing has to be decided in this minute. A doctor, a midwife or a pregnancy "
        "counselling service can go through every choice with you, in confidence and without judging; in many places "
        "that costs nothing. Is there one person you could tell today?",
        "Whatever you decide, you need not decide it alone: a pregnancy counselling service or a doctor listens first "
        "and explains what is possible where you live. I'm only a program, but I'm glad to listen, too.",
    ),
    "hazard": (
        "Whether that is safe I can't say, and a wrong guess of mine could hurt somebody. Until someone who knows has "
        "told you, please leave it. The label, a pharmacist or a poison centre can tell; if anything has happened "
        f"already, call your emergency number ({EMERGENCY}).",
        "Please don't rely on me there: I'm a program and cannot judge a danger. A poison centre, a pharmacist or the "
        "fire service answers such questions every day, and until then it's better not done.",
        "That is nothing to find out by guessing, and guessing is all I could do. Ask someone trained for it first, "
        "please.",
    ),
    "medical": (
        "I can't give medical advice: a wrong word of mine could do harm. A doctor, or a pharmacist for a question "
        "about medicines, can look at it properly, and if it gets worse quickly, your emergency number is the right "
        "one. How are you holding up with it?",
        "That one belongs with a doctor or a pharmacist; I'm a program and would only be guessing. It may help to "
        "write down when it began and what makes it better or worse before you call. What worries you most about it?",
        "I'd rather say nothing than something wrong about your health. Someone trained can answer that; many "
        "pharmacies and health lines do so by telephone.",
    ),
    "legal": (
        "I can't give legal advice; it depends on where you live and on details I'd get wrong. A lawyer, a legal aid "
        "office or a consumer advice centre can tell you where you stand. What happened, if you'd like to tell it?",
        "That is a question for a lawyer or a legal aid office; many give a first answer for little or nothing. "
        "I can listen to the story meanwhile.",
    ),
    "financial": (
        "I can't give advice about money; I know nothing of your means and could cost you dearly. An independent "
        "adviser or a debt advice service can go through it with you. What is behind the question, if I may ask?",
        "That decision is one for you and somebody qualified who knows your situation; I'd only be guessing.",
    ),
}


def matter(message: str) -> Matter | None:
    """Return which kind of professional a message needs, or None. No model, some 0.1 ms.

    >>> matter("How many ibuprofen can I take for this?"), matter("My doctor was rude to me.")
    ('medical', None)
    """
    text = normalise(message)
    said = rules.read(_RULES, whole_words=True)
    found = next((kind for kind in _ANSWERS if kind in said and said[kind].search(text)), None)
    if found == "emergency" and said["harmless"].search(text):
        return None
    return found or _by_topic(message, said["no_topic"].sub(" _ ", text))


def _by_topic(message: str, text: str) -> Matter | None:
    """Return the matter whose words stand in a question; what reviews say of it is no question to a professional."""
    if _OF_REVIEWS.search(text) or not asks(message):
        return None
    said = rules.read(_RULES, whole_words=True)
    return next((kind for kind in _ANSWERS if (topic := said.get(f"{kind}_topic")) and topic.search(text)), None)


_OF_REVIEWS = re.compile(
    r"\b(?:reviews?|reviewers?|customers?|buyers?|ratings?|people say|guests say|users say|others say)\b"
)


FIRST: frozenset[Matter] = frozenset({"emergency", "pregnancy"})
"""For the emergency services, or a pregnancy that is not wanted: then the classifier of `chat.danger`, which takes both
for talk of suicide, is not asked."""


def answer(kind: Matter, history: Sequence[Turn]) -> str:
    """Return the words that pass a question on, other ones each time as long as they last."""
    return next_of(_ANSWERS[kind], history)
