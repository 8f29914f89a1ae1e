"""What a reply may remember of the conversation: its last turns, a name, and how the mood moved. Nothing is stored.

Memory lives in the history that the caller hands over; forgetting is handing over none.
"""

import re
from collections.abc import Sequence

from backends.contracts import Turn

MAX_TURNS = 60
"""Older turns are left out, so that a long conversation stays as fast as a short one."""

_LOW = frozenset({"angry", "disgust", "fear", "sad"})
_NAME = re.compile(
    r"\b(?:my name is|my name's|my name’s|you can call me|please call me|just call me)\s+"
    r"([A-Z][\w'-]{1,19})\b(?!\s+(?:a|an|the)\b)"
    r"|^(?:hi|hello|hey)[,!.]?\s+(?:i am|i'm|i’m|it's|this is)\s+([A-Z][\w'-]{1,19})\s*(?=[.,!]|$)",
    re.IGNORECASE,
)
_NO_NAMES = frozenset(
    "not here sad happy angry fine back new so very sorry just feeling bored tired lonely scared worried glad afraid "
    "lost excited nobody nothing good bad great okay ok sick hungry upset crazy stupid later me".split()
)


def recent(history: Sequence[Turn]) -> tuple[Turn, ...]:
    """Return the turns that a reply may look at: the last MAX_TURNS."""
    return tuple(history[-MAX_TURNS:])


def name_in(message: str) -> str:
    """Return the name that a user introduces themselves with, or "".

    >>> name_in("Hello, my name is Anna."), name_in("Hi, I'm sad")
    ('Anna', '')
    """
    found = _NAME.search(message.strip())
    if found is None:
        return ""
    name = found[1] or found[2]
    return "" if name.casefold() in _NO_NAMES else name[:1].upper() + name[1:]


def last_message(history: Sequence[Turn]) -> str:
    """Return what the user said before, or ""."""
    return next((turn.text for turn in reversed(history) if turn.role == "user"), "")


def lifted(before: str, now: str) -> bool:
    """True if the mood of the words went from a low emotion to a happy one."""
    return before in _LOW and now == "happy"
