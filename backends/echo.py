"""The echo of what a user said: a short clause of their own words, turned to "you"; nothing unless surely right.

    >>> clause("I lost my job today and I don't know what to do.")
    'you lost your job today'
    >>> clause("My boss, who is never there, was rude.")
    ''

Only plain statements pass in which English needs no change of the verb but was, am -> were, are: "I" or "we" with a
verb in the past or a common one in the present, or somebody else with a verb in the past. Negations, questions,
conditions, opinions, feelings, quoted speech and anything said to "you" are left alone.
"""

import re
from itertools import pairwise

_MAX_WORDS, _MIN_WORDS, _CUT_FROM = 12, 3, 6
_CUT_BEFORE = frozenset("with during at from by for on in while".split())
_BEGINS = frozenset(
    "got had went bought lost saw found won made took broke ate came met heard spent forgot left".split()
)
_OBJECTS = frozenset("a an the my our to some home back this".split())
_PAST = frozenset(
    "lost got won broke bought quit had made forgot found met saw heard learnt ate drank drove flew grew hid hit knew "
    "fought left came went spent paid gave told wrote sent ran burnt became danced sang fell hurt slept read began "
    "built caught chose cut drew dreamt fed froze held kept laid led lent lit put rode rose sold set shook shot shut "
    "spilt stood stole stuck swam swore took taught threw tore woke wore brought cost dealt dug lay paid rang "
    "sank sat spoke spread swept understood".split()
)
_PRESENT = frozenset(
    "have love like hate miss need want work live own play take get keep start teach study run drive plan "
    "save collect share cook bake walk visit travel move go come".split()
)
_MODAL = frozenset("will can could used".split())
_ADVERBS = frozenset("just recently finally once really also accidentally already always still actually almost".split())
_NOT_PAST = frozenset("need feed speed indeed bed red bleed breed exceed proceed succeed agreed".split())
_EVENTS = _PAST | frozenset("died is was has are were said proposed lied cheated".split())
_SUBJECTS = frozenset("my our someone somebody a an the one some".split())
_NO_SUBJECTS = frozenset(
    "time times day moment thing things way fact reason idea point one first last only more few lot".split()
)
_AFTER_PAST = frozenset(
    "me us my our a an the to in on at for with his her up off away down from into over by about today "
    "yesterday".split()
)
_SWAP = {"i": "you", "we": "you", "my": "your", "our": "your", "me": "you", "us": "you", "myself": "yourself",
         "mine": "yours", "ours": "yours", "ourselves": "yourselves", "i'm": "you are", "im": "you are",
         "i've": "you have", "ive": "you have", "i'll": "you will", "we're": "you are", "we've": "you have",
         "we'll": "you will"}  # fmt: skip
_SPELT_OUT = {"i'm": ["i", "am"], "im": ["i", "am"], "i've": ["i", "have"], "ive": ["i", "have"], "i'll": ["i", "will"],
              "we're": ["we", "are"], "we've": ["we", "have"], "we'll": ["we", "will"]}  # fmt: skip
_REFUSED = frozenset(
    "not no never nothing nobody none you your yours yourself if whether would should might may must shall who which "
    "what why how than such or both between felt feel feeling feelings think "
    "thinking thought wondering hoping worrying believing wishing "
    "seem keep know knew believe guess wonder "
    "hope wish mean say asked supposed describe lol haha btw omg idk gonna wanna u ur cannot cant dont didnt wasnt "
    "couldnt "
    "wont isnt fuck fucking fucked shit shitty bitch bastard asshole arsehole cunt damn hell crap dick ass bloody sex "
    "poop pee fart farted naked".split()
)
_FEELINGS = frozenset(
    "angry mad scared afraid upset sad happy nervous anxious worried excited terrified annoyed furious jealous ashamed "
    "embarrassed guilty lonely proud disgusted disappointed glad grateful devastated frustrated frightened surprised "
    "shocked depressed stressed confident hopeful content joyful amazed impressed irritated pissed heartbroken "
    "sentimental".split()
)
_ENDS_BADLY = frozenset(
    "a an the my our his her their to of in on at for from with by about and as into very too so just is was are were "
    "has have had will can could am been that this these those some any more most one i we he she they it really "
    "being be got get told said found made went came took gave kept like not only also even almost until than".split()
)
_CLAUSE = re.compile(
    r"([.!?;:,\n–—()\"“”…]|\s-\s|\b(?:and|but|because|so that|when|while|since|although|though|which|who|where|that|"
    r"after|before|until|cause|bc|cuz)\b)",
    re.IGNORECASE,
)
_STARTS = _PAST | frozenset(
    "i i'm im i've we he she they it it's its my our his her this that there then now so and but because was is were "
    "felt never when which who where while even although had could couldn't didn't can't am have".split()
)
_LEAD = re.compile(
    r"^(?:(?:so|well|ok|okay|oh|ugh|man|wow|hey|hi|hello|yes|yeah|anyway|today|yesterday|recently|basically|honestly|"
    r"unfortunately|luckily|sadly|finally|once|one (?:day|time)|the other (?:day|night|week)|"
    r"(?:last|this) (?:week|weekend|night|year|month|summer|winter|spring|fall|morning|afternoon|evening)|"
    r"(?:a few|two|three|some|several|many|a couple of|a) (?:days?|weeks?|months?|years?) ago|"
    r"when i was (?:younger|a (?:kid|child|teen|teenager|little (?:kid|girl|boy))|little|young))\b[\s,.!]*)+",
    re.IGNORECASE,
)
_WORD = re.compile(r"[a-z]+(?:[-'][a-z]+)?|\d{1,4}", re.IGNORECASE)


def clause(message: str) -> str:
    """Return a clause of the user's own words in the second person, without a capital or a full stop, or ""."""
    if "?" in message:
        return ""
    for sentence in re.split(r"(?<=[.!])\s+|\n+", message.strip().replace("’", "'")):
        parts = _CLAUSE.split(_LEAD.sub("", sentence), maxsplit=1)
        if _may_end(*parts[1:]) and (turned := _turned(parts[0].split())):
            return turned
    return ""


def _may_end(sign: str = ".", rest: str = "") -> bool:
    """True if a clause is whole where it was cut: "a tough | and boring job" and "my room | , bath" are not."""
    if sign.casefold() not in ("and", ","):
        return True
    following = (re.findall(r"[\w']+", rest) or ["i"])[0].casefold()
    return following in _STARTS or following.endswith("ly") or _is_regular_past(following)


def _shortened(words: list[str]) -> list[str]:
    """Return a long clause up to the last preposition that leaves enough and not too much, or all of it."""
    if len(words) <= _MAX_WORDS or words[1].casefold() in ("put", "set", "laid"):
        return words
    places = [place for place in range(_CUT_FROM, _MAX_WORDS + 1) if words[place].casefold() in _CUT_BEFORE]
    return words[: places[-1]] if places else words


def _turned(words: list[str]) -> str:
    """Return a clause in the second person, or "" if it is not of a kind that is surely right."""
    words = _shortened(words)
    if len(words) > 2 and words[0].casefold() in _BEGINS and words[1].casefold() in _OBJECTS:
        words = ["I", words[0].casefold(), *words[1:]]
    plain = [part for word in words for part in _SPELT_OUT.get(word.casefold(), [word.casefold()])]
    if len(plain) <= 4 and plain[1:2] == ["have"]:  # "I have a friend" is only where something begins
        return ""
    if not _MIN_WORDS <= len(words) <= _MAX_WORDS or not all(_WORD.fullmatch(word) for word in words):
        return ""
    if (
        (_REFUSED | _FEELINGS).intersection(plain)
        or plain[-1] in _ENDS_BADLY
        or any(word.endswith("n't") for word in plain)
    ):
        return ""
    if any(word in ("i", "we", "am", "i'd", "it's") for word in plain[2:]) or not _is_statement(plain):
        return ""
    if any(len(word) > 1 and word.isupper() for word in words) or _runs_on(plain):
        return ""
    turned = [_SWAP.get(word.casefold(), word) for word in words]
    if plain[0] in ("i", "we"):
        turned = [
            {"was": "were", "am": "are"}.get(word, word) if place < 3 else word for place, word in enumerate(turned)
        ]
    else:
        turned[0] = turned[0].casefold()
    return " ".join(turned)


def _runs_on(plain: list[str]) -> bool:
    """True if a second sentence follows without a sign, or if "me" would become an odd "you"."""
    second = any(
        one in ("it", "he", "she", "they", "this") and two in ("was", "is", "were", "are", "made")
        for one, two in pairwise(plain[1:])
    )
    return second or (plain[0] in ("i", "we") and not {"me", "us"}.isdisjoint(plain))


def _is_statement(plain: list[str]) -> bool:
    if plain[0] in ("i", "we"):
        place = 2 if plain[1] in _ADVERBS else 1
        return place < len(plain) - 1 and _is_first_person(plain[place], plain[place + 1])
    if plain[0] == "there":
        return plain[1] in ("was", "were", "is", "are") and len(plain) > 4
    return plain[0] in _SUBJECTS and plain[1] not in _NO_SUBJECTS and plain[2] not in _NO_SUBJECTS and _has_event(plain)


def _is_first_person(verb: str, after: str) -> bool:
    """True for a verb that reads the same after "you" (but for was and am), and is no feeling."""
    if verb in ("am", "are"):
        return after.endswith("ing") and after not in ("feeling", "being", "having")
    if verb == "was":
        return True
    return verb in _PAST or verb in _PRESENT or verb in _MODAL or _is_regular_past(verb)


def _has_event(plain: list[str]) -> bool:
    """True if somebody else does something in the second to fifth word."""
    alone = plain[0] in ("someone", "somebody")
    if plain[1] in _EVENTS and not alone:
        return False
    start = 1 if alone else 2
    for place in range(start, min(start + 3, len(plain))):
        word, after = plain[place], plain[place + 1] if place + 1 < len(plain) else ""
        if word in _EVENTS:
            return bool(after) or word in ("died", "left", "lied", "cheated", "fell", "won", "lost", "broke")
        if _is_regular_past(word) and (after in _AFTER_PAST or (not after and place == start)):
            return True
    return False


def _is_regular_past(word: str) -> bool:
    return len(word) > 4 and word.endswith("ed") and word not in _NOT_PAST
