"""Feelings that a short text denies in so many words: "I wasn't disappointed", "nothing to complain about".

The encoder hears the word and not the negation. So where a short text holds no other word of feeling than denied ones,
and was read as if they were said, the reading is turned: part of the share moves to the other side and to neutral.
Emotions that a text denies are lowered. Longer texts are left alone: what stands around the negation tells more.
Does not handle: irony, negations without a negator from the list ("far from", "anything but"), words that the list
does not have.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from backends.contracts import GOEMOTIONS, SENTIMENTS, FloatArray

MOST_WORDS, MOST_CHARACTERS = 14, 120
REACH = 4
"""How many words may lie between a negator and the word it denies, and one more."""
KEPT = 0.1
"""Share of a denied reading or emotion that stays."""

_NEGATORS = frozenset({"not", "never", "no", "nothing", "without", "nobody", "neither", "nor", "cannot", "zero"})
_STOPS = frozenset(
    "only just so more less such this that wait stop believe doubt wonder but or if unless until enough sure hesitate "
    "how tell short as knew".split()
)
"""Words after which a negator no longer denies what follows: "not only", "never so happy", "can't wait"."""

_EMOTIONS: Mapping[str, str] = {
    "disappointed disappoint disappoints disappointing disappointment": "disappointment",
    "scared scary afraid fear frightened frightening frighten terrified creepy": "fear nervousness",
    "worried worry worries nervous anxious stress stressful": "nervousness fear",
    "angry mad furious upset annoyed annoying irritated cross hate hated dislike": "anger annoyance",
    "disgusting disgusted gross": "disgust",
    "sad unhappy depressed": "sadness",
    "regret regrets regretted sorry ashamed embarrassed": "",
    "problem problems issue issues complaint complaints complain trouble fault faults flaw flaws": "",
    "bad terrible awful horrible wrong rude dirty boring unpleasant uncomfortable": "",
}
"""Words of complaint, and the emotions that a text which denies them is better read without (measured on GoEmotions,
see docs/experiments.md; lowering others as well made the reading worse)."""
_COMPLAINTS = {word: names.split() for words, names in _EMOTIONS.items() for word in words.split()}
_PRAISE = frozenset(
    "happy glad pleased delighted love loved liked enjoy enjoyed fun good great nice satisfied recommend worth helpful "
    "comfortable impressed amazing excited thrilled grateful thankful proud amused funny".split()
)
_BETTER = re.compile(r"\b(?:could|should) (?:be|have been) (?:better|nicer|cleaner|quicker|friendlier)\b")
_TOKENS = re.compile(r"[a-z]+(?:'[a-z]+)?|[^\sa-z]")


@dataclass(frozen=True)
class Denial:
    """What a short text denies: numbers of emotions, and the one sentiment of all its words of feeling, if it denies
    them all."""

    emotions: frozenset[int]
    sentiment: int | None


def denial(text: str) -> Denial | None:
    """Find what a text denies; None if it denies nothing, is long, or asks."""
    if len(text) > MOST_CHARACTERS:
        return None
    tokens = _TOKENS.findall(text.lower().replace("’", "'"))
    words = [token for token in tokens if token[0].isalpha()]
    if not words or len(words) > MOST_WORDS or "?" in tokens:
        return None
    denied: list[str] = []
    said: list[str] = []
    left = 0  # how many words the last negator still reaches
    for token in tokens:
        if token in _NEGATORS or token.endswith("n't"):
            left = REACH
        elif token in _COMPLAINTS or token in _PRAISE:
            (denied if left else said).append(token)
        elif token in _STOPS or not token[0].isalpha():
            left = 0
        else:
            left = max(left - 1, 0)
    if not denied and not said and _BETTER.search(" ".join(tokens)):
        return Denial(frozenset(), SENTIMENTS.index("positive"))
    if not denied:
        return None
    spoken = {name for word in said for name in _COMPLAINTS.get(word, [])}
    emotions = {name for word in denied for name in _COMPLAINTS.get(word, [])} - spoken
    sides = {"positive" if word in _PRAISE else "negative" for word in denied}
    whole = len(sides) == 1 and not said
    return Denial(
        frozenset(GOEMOTIONS.index(name) for name in emotions), SENTIMENTS.index(sides.pop()) if whole else None
    )


def turn(found: Denial, emotions: FloatArray, sentiments: FloatArray) -> None:
    """Change the (28,) emotions and (3,) sentiments of one text, in place.

    Who is not happy is mostly unhappy, who is not unhappy need not be happy: a denied positive reading becomes
    negative, a denied negative one positive and, for three tenths, neutral (chosen on real sentences with a negation).
    """
    emotions[list(found.emotions)] *= KEPT
    if found.sentiment is None or int(sentiments.argmax()) != found.sentiment:
        return
    negative, neutral, positive = range(len(SENTIMENTS))
    moved = (1 - KEPT) * sentiments[found.sentiment]
    sentiments[found.sentiment] -= moved
    to_neutral = 0.3 if found.sentiment == negative else 0.1
    sentiments[neutral] += to_neutral * moved
    sentiments[positive if found.sentiment == negative else negative] += (1 - to_neutral) * moved
