"""Text that grows token by token, as a page can show it."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

_UNFINISHED = "\N{REPLACEMENT CHARACTER}"


def growing(tokens: Iterable[int], decode: Callable[[Sequence[int]], str]) -> Iterator[str]:
    """Yield what each token adds to the text; joined, the pieces are `decode` of all tokens.

    A character whose bytes are spread over several tokens is held back until it is whole.
    """
    so_far: list[int] = []
    shown = 0
    for token in tokens:
        so_far.append(token)
        text = decode(so_far)
        if len(text) > shown and not text.endswith(_UNFINISHED):
            yield text[shown:]
            shown = len(text)


def trimmed(pieces: Iterable[str]) -> Iterator[str]:
    """Yield pieces without the white space before the first word and after the last."""
    held = ""
    begun = False
    for piece in pieces:
        text = held + piece
        text = text if begun else text.lstrip()
        kept = text.rstrip()
        if kept:
            begun = True
            yield kept
        held = text[len(kept) :]


def before(pieces: Iterable[str], marks: str) -> Iterator[str]:
    """Yield pieces up to the first of these signs; nothing is asked for behind it."""
    sign = re.compile(f"[{re.escape(marks)}]")
    for piece in pieces:
        if found := sign.search(piece):
            yield piece[: found.start()]
            return
        yield piece
