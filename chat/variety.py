"""Other words each time: which of several written texts is said next, by what the replies so far contain."""

from collections.abc import Sequence

from backends.contracts import Turn


def unused(texts: Sequence[str], history: Sequence[Turn]) -> str | None:
    """Return the first text that no reply so far contains, or None if all were used."""
    replies = [turn.text for turn in history if turn.role == "assistant"]
    return next((text for text in texts if not any(text in reply for reply in replies)), None)


def next_of(texts: Sequence[str], history: Sequence[Turn]) -> str:
    """Return the first text that no reply so far contains; if all were used, the first again.

    >>> next_of(("Yes.", "Right."), [Turn("user", "Hi"), Turn("assistant", "Yes. And you?")])
    'Right.'
    """
    return unused(texts, history) or texts[0]
