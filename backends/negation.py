"""Feelings that a short text denies in so many words: "I wasn't disappointed", "nothing to complain about"; and praise
said by a denial: "could not have asked for kinder hosts".

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

_NEGATORS = frozenset(
    "not never no nothing without nobody neither nor cannot zero hardly rarely seldom barely scarcely".split()
)
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
    "bad terrible awful horrible wrong rude dirty boring unpleasant uncomfortable unsafe": "",
    "grumble moan gripe gripes quibble quibbles niggle niggles nitpick criticise criticize letdown": "",
    "crash crashes crashed freeze freezes breaks fail fails glitch glitches bugs lag lags stall stalls": "",
}
"""Words of complaint, and the emotions that a text which denies them is better read without (measured on GoEmotions,
see docs/experiments.md; lowering others as well made the reading worse)."""
_COMPLAINTS = {word: names.split() for words, names in _EMOTIONS.items() for word in words.split()}
_PRAISE = frozenset(
    "happy glad pleased delighted love loved liked enjoy enjoyed fun good great nice satisfied recommend worth helpful "
    "comfortable impressed amazing excited thrilled grateful thankful proud amused funny".split()
)
_BETTER = re.compile(r"\b(?:could|should) (?:be|have been) (?:better|nicer|cleaner|quicker|friendlier)\b")
_APOLOGY = re.compile(r"\b(?:say|said|saying) sorry\b")
_LET_DOWN = re.compile(r"\b(?:let|lets|letting)(?: (?:me|us|you|them|anyone|anybody))? down\b")
_BEST = (
    r"(?:better|nicer|kinder|happier|friendlier|finer|easier|smoother|tastier|warmer|lovelier|cleaner|quicker|faster)"
)
_MORE = (
    rf"(?:{_BEST}|more (?:helpful|welcome|welcoming|pleased|comfortable|kind|friendly|attentive|satisfied|delighted))"
)
_WELL = (
    r"(?:well|good|happy|relaxed|comfortable|welcome|welcomed|pleased|fresh|clean|soft|smooth|friendly|kind|helpful|"
    r"delicious|safe|rested)"
)
_CANNOT = r"(?:can't|cannot|can not|couldn't|could not|could never|could hardly)"
_WOULD_NOT = r"(?:wouldn't|would not|would never|'d not|'d never)"
_WILL_NOT = (
    rf"(?:{_WOULD_NOT}|won't|will not|will never|'ll not|'ll never|"
    r"doubt (?:that )?\w+(?:'d|'ll| would| could| will| can))"
)
_HARD = r"(?:hard|difficult|impossible|struggle|struggled) to"
_WOULD = r"(?:i|we|you|they)(?:'d| would| could)(?: ever)?"
_SINGLE = r"(?:one|a|a single|any) ?thing"
_PRAISE_BY_DENIAL = re.compile(
    r"\b(?:"
    + "|".join(
        (
            rf"{_CANNOT} (?:have )?(?:asked|ask|wished|wish|hoped|hope) for (?:\w+ ){{0,2}}{_MORE}",
            rf"{_CANNOT} (?:have )?(?:asked|ask|wished|wish|hoped|hope) for more(?! \w)",
            rf"{_CANNOT} (?:be|have been|feel|have felt|have been made|have gone) (?:any )?{_MORE}",
            rf"(?:nobody|no one) could (?:have )?(?:\w+ ){{1,4}}{_MORE}",
            rf"{_CANNOT} (?:have )?(?:do|done) enough (?:for (?:me|us|you|our|my)|to (?:help|please|make))",
            rf"never (?:had|been|slept|felt|stayed|eaten|tasted|seen|met|used|owned|worn|worked|looked|known) "
            rf"(?:(?!any)\w+ ){{0,2}}?{_MORE}",
            rf"never (?:been|slept|felt|stayed|eaten|tasted|worked|looked|run|had it|had them) "
            rf"(?:\w+ ){{0,2}}?(?:so|this|that|as|such) {_WELL}",
            rf"(?:{_CANNOT}|{_WILL_NOT})(?: ever)? (?:(?:find|buy) |(?:get|have) an? )(?:\w+ ){{0,3}}?{_MORE}",
            rf"doubt (?:that )?(?:there is|there's|there are) (?:a |any )?{_MORE}",
            rf"{_HARD} find (?:(?:a|any|anything) )?{_MORE}",
            rf"{_CANNOT} be faulted",
            rf"{_WOULD_NOT} (?:trade|swap|exchange) (?:\w+ ){{1,3}}for (?:any|anything|the world)",
            rf"{_WOULD_NOT} change {_SINGLE}",
            rf"(?:not|isn't|wasn't|no) {_SINGLE} (?:that )?{_WOULD} (?:change|do differently)",
            rf"nothing (?:at all )?(?:that )?{_WOULD} (?:change|do differently)",
            rf"(?:nothing|(?:not|isn't|wasn't) {_SINGLE}) (?:that )?\w+ (?:didn't|did not) (?:like|love|enjoy)",
            rf"{_CANNOT} (?:really )?(?:fault|flaw)",
            rf"{_HARD} (?:(?:find|find any|find a) )?(?:faults?|flaws?|criticise|criticize)",
            rf"{_HARD} find (?:anything|something) (?:to \w+|wrong|bad|negative)",
        )
    )
    + r")\b"
)
"""Praise in the words of a denial. Comparatives of complaint ("asked for a worse start") are not on its lists."""
_WORDS = re.compile(r"[a-z]+(?:'[a-z]+)?")
_TOKENS = re.compile(r"[a-z]+(?:'[a-z]+)?|[^\sa-z]")


@dataclass(frozen=True)
class Denial:
    """What a short text denies: numbers of emotions, and the one sentiment of all its words of feeling, if it denies
    them all."""

    emotions: frozenset[int]
    sentiment: int | None
    praise: bool = False
    """Whether it praises outright, so that nothing but praise is left of a reading that heard a complaint."""


def denial(text: str) -> Denial | None:
    """Find what a text denies; None if it denies nothing, is long, or asks."""
    if len(text) > MOST_CHARACTERS:
        return None
    plain = _APOLOGY.sub("apologise", _LET_DOWN.sub("letdown", text.lower().replace("’", "'")))
    if len(_WORDS.findall(plain)) > MOST_WORDS or "?" in plain:
        return None
    rest, idioms = _PRAISE_BY_DENIAL.subn(" ", plain)
    tokens = _TOKENS.findall(rest)
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
    if not idioms and not denied and not said and _BETTER.search(" ".join(tokens)):
        return Denial(frozenset(), SENTIMENTS.index("positive"))
    if not denied and not idioms:
        return None
    spoken = {name for word in said for name in _COMPLAINTS.get(word, [])}
    emotions = {name for word in denied for name in _COMPLAINTS.get(word, [])} - spoken
    sides = {"positive" if word in _PRAISE else "negative" for word in denied}
    lowered = frozenset(GOEMOTIONS.index(name) for name in emotions)
    if idioms:
        mixed = "positive" in sides or any(word in _COMPLAINTS for word in said)
        return Denial(lowered, None if mixed else SENTIMENTS.index("negative"), praise=not mixed)
    whole = len(sides) == 1 and not said
    return Denial(lowered, SENTIMENTS.index(sides.pop()) if whole else None)


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
    to_neutral = 0.3 if found.sentiment == negative and not found.praise else 0.1
    sentiments[neutral] += to_neutral * moved
    sentiments[positive if found.sentiment == negative else negative] += (1 - to_neutral) * moved
