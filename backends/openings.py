"""How a reply begins: a reaction to what was said, with the user's own words in it where they can be given back.

Every sentence is written here; nothing but the user's clause or the name of their own matter ("your sister") is put in.
Reactions say how something must be or sounds, not how somebody feels. Does not handle: languages other than English.
"""

import re
import zlib
from collections.abc import Sequence

SLOT, FIRST_SLOT = "{said}", "{Said}"
"""Where the words of the user go, within a sentence and at its beginning."""
WITH_WORDS: dict[str, tuple[str, ...]] = {
    "sad": (
        "I'm sorry to hear that {said}.",
        "So sorry that {said}.",
        "Oh no, {said}.",
        "How sad: {said}.",
        "{Said}? That must hurt.",
        "Oh, {said}. I feel for you.",
        "Such a pity that {said}.",
        "{Said}. Not easy, and I'm sorry.",
        "Ouch, {said}.",
    ),
    "angry": (
        "I'm sorry that {said}.",
        "{Said}? How frustrating.",
        "Oh no, {said}. Maddening.",
        "No wonder if it rankles that {said}.",
        "Of all things, {said}!",
        "Grr, {said}.",
        "{Said}; that would annoy a saint.",
    ),
    "fear": (
        "{Said}; unsettling, I imagine.",
        "{Said}. That would make many people nervous.",
        "I can see why it would be a worry that {said}.",
        "Phew, {said}.",
        "{Said}, and the nerves come along.",
        "It is no small thing that {said}.",
    ),
    "disgust": (
        "Oh dear, {said}. I'm sorry.",
        "{Said}? Nasty.",
        "Ugh, {said}.",
        "{Said}. How horrid.",
        "Sorry that {said}.",
    ),
    "happy": (
        "So glad that {said}!",
        "How lovely that {said}!",
        "{Said}! That must be a good feeling.",
        "Happy for you that {said}.",
        "{Said}: how good!",
        "Hooray, {said}!",
        "Wonderful that {said}.",
        "{Said}? What a joy!",
    ),
    "surprise": (
        "{Said}! I can imagine the surprise.",
        "Goodness, {said}!",
        "{Said}! Quite a moment.",
        "Wow, {said}!",
        "Well, well: {said}.",
        "{Said}? Who would have thought.",
    ),
    "neutral": (
        "So {said}.",
        "{Said}.",
        "Oh, {said}.",
        "Ah, {said}.",
        "{Said}, then.",
        "{Said}, you say.",
        "Hm, {said}.",
        "{Said}?",
    ),
}
WITHOUT_WORDS: dict[str, tuple[str, ...]] = {
    "sad": (
        "I'm sorry.",
        "I'm so sorry.",
        "Oh, I'm sorry.",
        "I'm sorry to hear it.",
        "Oh no.",
        "You have my sympathy.",
        "I feel for you.",
        "So sorry about this.",
        "That is sad to read.",
        "Oh dear, I'm sorry.",
        "Sorry, that's hard.",
        "Poor you, I'm sorry.",
        "Ouch, sorry.",
        "How sad, and I'm sorry.",
        "Sorry it went like that.",
        "Oh, what a shame.",
    ),
    "angry": (
        "How frustrating.",
        "How annoying!",
        "I'm sorry, that is galling.",
        "I can see why you mind.",
        "No wonder it bothers you.",
        "Oh, for heaven's sake.",
        "Not fair.",
        "Grr, sorry to hear it.",
        "Ugh.",
        "What a cheek!",
        "I'm sorry, how irritating.",
        "Sorry, that's annoying.",
        "Honestly!",
        "Outrageous.",
        "Sorry you had that.",
    ),
    "fear": (
        "I can understand that.",
        "How unsettling.",
        "That is nerve-racking.",
        "I'm sorry, that is tense.",
        "I can see why.",
        "No wonder.",
        "I'm sorry, fear is no fun.",
        "That would rattle many people.",
        "Yikes.",
        "How scary, I'm sorry.",
        "Oh dear, how worrying.",
        "I'd be uneasy, too.",
        "Sorry, that's stressful.",
        "Sorry it troubles you.",
    ),
    "disgust": (
        "How nasty.",
        "Urgh, sorry.",
        "Oh, yuck.",
        "How unpleasant.",
        "I'm sorry, that is vile.",
        "Horrid.",
        "Bleh.",
        "Grim.",
    ),
    "happy": (
        "How lovely!",
        "I'm so glad!",
        "Wonderful!",
        "How nice!",
        "I'm happy for you!",
        "Great to hear!",
        "Oh, that is good.",
        "Good news!",
        "So pleased to read that.",
        "Marvellous!",
        "Lovely to hear.",
        "Yay!",
        "Brilliant!",
        "Delighted for you!",
        "Nice!",
        "Fantastic!",
        "Terrific!",
        "Super!",
        "How splendid!",
        "I'm pleased!",
    ),
    "surprise": (
        "Goodness!",
        "Oh my!",
        "Fancy that!",
        "What a surprise!",
        "Wow!",
        "I can imagine your face!",
        "Crikey!",
        "Heavens!",
        "No way!",
    ),
    "neutral": (),
}
"""Without their words: a few words of feeling, before a reply that shows none itself."""
_SHOWN_ALREADY = re.compile(
    r"\b(sorry|imagine|understand|can see why|must (?:be|have|hurt)|glad|happy|pleased|hope|oh no|oh dear|"
    r"no wonder|sympathy|congratulations|hooray|bravo|well done|lovely|wonderful|hats off|sad|feel (?:for|with)|"
    r"how (?:nice|good|kind|sweet|lucky|exciting|horrible|annoying|frustrating))\b",
    re.IGNORECASE,
)
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
_LOW_OF_PEOPLE = (
    "What would you like your {own} to understand?",
    "How are things between you and your {own} now?",
    "Have you been able to talk to your {own} about it?",
)
_OF_PEOPLE = (
    "What did your {own} say?",
    "What do you like best about your {own}?",
    "How is your {own} now?",
)
_OF_MATTERS = ("What happens next with your {own}?", "What would you wish for, as far as your {own} goes?")
_PLURAL = re.compile(r"(parents|kids|children|friends|colleagues|coworkers|exams)$", re.IGNORECASE)


def opening(message: str, said: str, emotion: str, text: str, before: Sequence[str]) -> str:
    """Return what a reply's text begins with, or "" if the text shows feeling itself: a sentence with the user's own
    words where these bear the emotion (see `reaction`), else a few words of feeling."""
    if _SHOWN_ALREADY.search(text):
        return ""
    return (reaction(message, said, emotion, before) if _bears(said, emotion) else "") or _unused(
        WITHOUT_WORDS[emotion], message, before
    )


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
    felt = _unused(WITHOUT_WORDS[emotion], message, before) if plain and emotion not in ("happy", "neutral") else ""
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
    low = emotion in ("sad", "angry", "fear", "disgust")
    if person and not re.match(_ACTS, message[found.end() :], re.IGNORECASE):
        return ""
    if (person and emotion in ("fear", "disgust")) or (not person and own.endswith(("dog", "cat", "puppy", "kitten"))):
        return ""
    frames = (_LOW_OF_PEOPLE if low else _OF_PEOPLE) if person else _OF_MATTERS
    frame = _unused(frames, message, before).replace("{own}", own)
    return frame.replace("How is your", "How are your") if _PLURAL.search(own) else frame


def _unused(frames: Sequence[str], message: str, before: Sequence[str]) -> str:
    """Return one of the sentences that no reply so far was made with, decided by the message; "" if all were used."""
    fresh = [frame for frame in frames if not any(_made_with(frame, reply) for reply in before)]
    return fresh[zlib.crc32(message.encode()) % len(fresh)] if fresh else ""


def _made_with(frame: str, reply: str) -> bool:
    pattern = ".+?".join(re.escape(part) for part in re.split(r"\{\w+\}", frame))
    return bool(frame) and re.search(pattern, reply) is not None
