"""The echo of what a user said: a short clause of their own words, turned to "you"; nothing unless surely right.

    >>> echo("I lost my job today and I don't know what to do.")
    'I hear that you lost your job today.'
    >>> echo("My boss, who is never there, was rude.")
    ''

Only plain statements in the past tense pass: for these English needs no change of the verb but was -> were. Negations,
questions, conditions, quoted speech and anything said to "you" are left alone.
"""

import re

_MAX_WORDS, _MIN_WORDS = 10, 3
_PAST = frozenset(
    "lost failed passed got won finished missed broke bought moved started quit had made forgot found met saw heard "
    "learned learnt baked cooked cried argued fought left came went spent waited paid ordered received gave told asked "
    "wrote sent called visited adopted graduated booked planted ran finally just dropped burned burnt spilled "
    "was turned became handed joined applied discovered celebrated danced sang painted fixed repaired cleaned "
    "messed fell hurt slept stayed watched read played tried talked".split()
)
_EVENTS = frozenset(
    "died left broke forgot lied cheated passed started moved won got lost cancelled called came went ran fell "
    "visited shouted yelled laughed ignored crashed stopped arrived gave told made bought sent blamed betrayed "
    "surprised proposed was ate stole ruined destroyed scratched said".split()
)
_SWAP = {"i": "you", "we": "you", "my": "your", "our": "your", "me": "you", "us": "you", "myself": "yourself",
         "mine": "yours", "ours": "yours", "ourselves": "yourselves"}  # fmt: skip
_REFUSED = frozenset(
    "not no never nothing nobody none you your yours yourself if whether because would could should might may must can "
    "will shall am are is were be been being do does did have has that who which what why how when than so such but or "
    "fuck fucking fucked shit shitty bitch bastard asshole arsehole cunt damn hell crap dick ass bloody".split()
)
_ENDS_BADLY = frozenset(
    "a an the my our his her their to of in on at for from with by about and as into very too".split()
)
_CLAUSE = re.compile(
    r"[.!?;:,\n–—()\"“”…]|\s-\s|\b(?:and|but|because|so|when|while|since|although|though|which|that|after|before)\b"
)
_WORD = re.compile(r"[a-z]+(?:-[a-z]+)?|\d{1,4}", re.IGNORECASE)
OPENINGS = ("I hear that ", "So ")


def echo(message: str, *, glad: bool = False, after: str = "") -> str:
    """Return a sentence that gives the user's own words back, or "" if none is surely right.

    Args:
        glad: the reply that follows shares a joy.
        after: the reply before; there is no second echo right after one.
    """
    if after.startswith(OPENINGS) or "?" in message:
        return ""
    for sentence in re.split(r"(?<=[.!])\s+|\n+", message.strip()):
        if clause := _turned(_CLAUSE.split(sentence, maxsplit=1)[0].split()):
            return f"{OPENINGS[1]}{clause}!" if glad else f"{OPENINGS[0]}{clause}."
    return ""


def _turned(words: list[str]) -> str:
    """Return a clause in the second person, or "" if it is not of a kind that is surely right."""
    plain = [word.casefold() for word in words]
    if not _MIN_WORDS <= len(words) <= _MAX_WORDS or not all(_WORD.fullmatch(word) for word in words):
        return ""
    if not _is_statement(plain) or _REFUSED.intersection(plain) or plain[-1] in _ENDS_BADLY:
        return ""
    if any(word in ("i", "we") for word in plain[1:]) or any(len(word) > 1 and word.isupper() for word in words):
        return ""
    turned = [_SWAP.get(low, word) for low, word in zip(plain, words, strict=True)]
    if plain[0] in ("i", "we") and "was" in plain[1:3]:
        turned = ["were" if word == "was" else word for word in turned]
    return " ".join(turned)


def _is_statement(plain: list[str]) -> bool:
    if plain[0] in ("i", "we"):
        return plain[1] in _PAST and (plain[1] not in ("just", "finally") or plain[2] in _PAST)
    return plain[0] in ("my", "our") and any(word in _EVENTS for word in plain[2:4]) and plain[1] not in _EVENTS
