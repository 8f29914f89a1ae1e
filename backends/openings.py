"""How a reply begins: a reaction to what was said, with the user's own words in it where they can be given back.

Every sentence stands in `openings.txt`; only the user's clause or the name of their own matter ("your sister") is put
in. Reactions say how something must be or sounds, not how somebody feels. Does not handle: languages but English.
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from backends import rules
from backends.chance import chance
from backends.contracts import FACE_EMOTIONS
from backends.written_replies import LOW

SLOT, FIRST_SLOT = "{said}", "{Said}"
"""Where the words of the user go, within a sentence and at its beginning."""
SORRY, ONE_WORD = "Sorry.", 0.5
"""What is said at something low, and how often no more than that."""
_FRAMES = rules.sections(Path(__file__).with_suffix(".txt"))
WITH_WORDS: Mapping[str, tuple[str, ...]] = {name: _FRAMES[f"{name}, with their words"] for name in FACE_EMOTIONS}
WITHOUT_WORDS: Mapping[str, tuple[str, ...]] = {name: _FRAMES[name] for name in FACE_EMOTIONS}
"""Without their words: a few words of feeling, before a reply that shows none itself."""
_SHOWN_ALREADY = re.compile(
    r"\b(sorry|imagine|understand|can see why|must (?:be|have|hurt)|glad|happy|pleased|hope|oh no|oh dear|"
    r"no wonder|sympathy|congratulations|hooray|bravo|well done|lovely|wonderful|hats off|sad|feel (?:for|with)|"
    r"how (?:nice|good|kind|sweet|lucky|exciting|horrible|annoying|frustrating))\b",
    re.IGNORECASE,
)
_SORRY_ALREADY = re.compile(r"\b(sorry|sympathy|feel (?:for|with) you|my heart)\b", re.IGNORECASE)
_BAD_NEWS = re.compile(
    r"\b(lost|lose|failed|broke|broken|died|dead|sick|ill|hospital|hurt|scared|afraid|nervous|anxious|angry|mad|sad|upset|"
    r"lonely|alone|stolen|stole|robbed|fired|cheated|accident|crash\w*|late|hate|miss|missed|worried|cried|fell|cancel\w*|"
    r"embarrass\w*|ashamed|guilty|disappoint\w*|terrified|funeral|ruined|divorce\w*|stuck|passed away|left you|"
    r"cut you|bad|worst)\b"
)
_GOOD_NEWS = re.compile(
    r"\b(won|win|passed(?! away)|love|loved|happy|excited|glad|proud|married|engaged|baby|promot\w*|"
    r"graduat\w*|"
    r"birthday|party|vacation|holiday|gift|present|surpris\w*|great|best|amazing|wonderful|awesome|fun|enjoy\w*|nice|"
    r"good|beautiful|perfect|raise|lucky|concert)\b"
)
_PEOPLE = (
    "mother|mum|mom|father|dad|parents|sister|brother|daughter|son|kids|children|husband|wife|partner|boyfriend|girlfriend|"
    "grandmother|grandma|grandfather|grandpa|aunt|uncle|cousin|nephew|niece|family|friend|friends|best friend|"
    "neighbour|neighbor|flatmate|roommate|colleague|colleagues|coworker|coworkers|co-worker|teacher|landlord|boss|"
    "manager|team|mother-in-law|sister-in-law|brother-in-law"
)
_MATTERS = (
    "job interview|driving test|new job|interview|exam|exams|test|presentation|project|thesis|wedding|trip|vacation|"
    "holiday|flight|move|party|birthday|house|home|apartment|flat|garden|car|truck|bike|phone|laptop|computer|job|school|"
    "dog|cat|puppy|kitten"
)
_ANIMALS = frozenset({"dog", "cat", "puppy", "kitten"})
_OWN = re.compile(
    rf"\b(?:my|our) ((?:(?:older|younger|little|big|old|new) )?(?:({_PEOPLE})|({_MATTERS})))\b(?!['’-])", re.IGNORECASE
)
_TENDER = re.compile(
    r"\b(died|dead|death|dying|die|passed away|passed on|funeral|cancer|killed|sick|ill|hospital|ex|cheat\w*|"
    r"abus\w*|hit|"
    r"lost|miscarriage|divorce\w*|left me|broke up|surgery|operation|missing|grave|buried|stolen|stole|gone|late)\b",
    re.IGNORECASE,
)
_ACTS = (
    r" (?:\w+ )?(?:is|was|are|were|has|had|have|keeps?|never|always|forgot|told|said|did|does|didn't|doesn't|won't|"
    r"wouldn't|"
    r"got|took|left|made|wants?|\w{3,}ed)\b"
)
_PLURAL = re.compile(r"(parents|kids|children|friends|colleagues|coworkers|exams)$", re.IGNORECASE)


def opening(message: str, said: str, emotion: str, text: str, before: Sequence[str]) -> str:
    """Return what a reply's text begins with, or "" if the text shows feeling itself: a sentence with the user's own
    words where these bear the emotion (see `reaction`), else a few words of feeling."""
    if (_SORRY_ALREADY if emotion in LOW else _SHOWN_ALREADY).search(text):
        return ""
    return (
        (reaction(message, said, emotion, before) if _bears(said, emotion) else "")
        or _about_own(message, emotion, before)
        or _kind_words(message, emotion, before)
    )


def _kind_words(message: str, emotion: str, before: Sequence[str]) -> str:
    """Return a few words of feeling, often but one: a stock phrase in front of every reply would be worn out soon."""
    if emotion in LOW and chance(message, -8) < ONE_WORD and not any(SORRY in reply for reply in before[-3:]):
        return SORRY
    return _unused(WITHOUT_WORDS[emotion], message, before)


def _about_own(message: str, emotion: str, before: Sequence[str]) -> str:
    """Return kind words about the one matter (no person, no animal) that the user calls their own, or ""."""
    frames = _FRAMES.get(f"{emotion}, about their own", ())
    found = _OWN.findall(message)
    if len(found) != 1 or not found[0][2] or found[0][2].casefold() in _ANIMALS or not frames:
        return ""
    return _unused(frames, message, before).replace("{own}", found[0][0].casefold())


def _bears(said: str, emotion: str) -> bool:
    """True if words hold good news and nothing bad, or the other way round, as the emotion asks for."""
    good, bad = _GOOD_NEWS.search(said) is not None, _BAD_NEWS.search(said) is not None
    if emotion in ("happy", "surprise"):
        return emotion == "surprise" or (good and not bad)
    return emotion != "neutral" and bad and not good


def reaction(message: str, said: str, emotion: str, before: Sequence[str]) -> str:
    """Return a sentence that gives the user's own words back, or "" if there are none.

    Args:
        message: what the user said; it decides among the sentences, so that the same message gives the same one.
        said: their own words in the second person (`backends.echo.clause`), or "".
        emotion: what is answered to, one of the seven. Where the words hold no news of its kind they are given back
            without feeling: the emotion may be misread, or meant for what else was said.
        before: the replies so far; none of their opening sentences comes again.
    """
    if not said:
        return ""
    plain = not _bears(said, emotion)
    begun = filled(_unused(WITH_WORDS["neutral" if plain else emotion], message, before), said)
    # kind words are right for whatever was low; joy at words that were misread would not be
    felt = _kind_words(message, emotion, before) if plain and emotion not in ("happy", "neutral") else ""
    return f"{begun} {felt}".strip()


def filled(frame: str, said: str) -> str:
    """Return a sentence with the user's words in its slot.

    >>> filled("{Said}, then.", "you went home"), filled("Oh, {said}.", "you went home")
    ('You went home, then.', 'Oh, you went home.')
    """
    return frame.replace(SLOT, said).replace(FIRST_SLOT, said[:1].upper() + said[1:])


def question(message: str, emotion: str, before: Sequence[str]) -> str:
    """Return a question about a person or matter that the user calls their own, or "" if none is surely fitting."""
    if _TENDER.search(message) or not (found := _OWN.search(message)) or emotion == "neutral":
        return ""
    own, person = found[1].casefold(), found[2]
    low = emotion in LOW
    if person and not re.match(_ACTS, message[found.end() :], re.IGNORECASE):
        return ""
    if (person and emotion in ("fear", "disgust")) or (not person and own.split()[-1] in _ANIMALS):
        return ""
    frames = _FRAMES[("ask of people, low" if low else "ask of people") if person else "ask of matters"]
    frame = _unused(frames, message, before).replace("{own}", own)
    return frame.replace("How is your", "How are your") if _PLURAL.search(own) else frame


def _unused(frames: Sequence[str], message: str, before: Sequence[str]) -> str:
    """Return one of the sentences that no reply so far was made with, decided by the message; "" if all were used."""
    fresh = [frame for frame in frames if not any(_made_with(frame, reply) for reply in before)]
    return fresh[int(chance(message, -3) * len(fresh))] if fresh else ""


def _made_with(frame: str, reply: str) -> bool:
    pattern = ".+?".join(re.escape(part) for part in re.split(r"\{\w+\}", frame))
    return bool(frame) and re.search(pattern, reply) is not None
