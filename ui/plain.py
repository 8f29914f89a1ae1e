"""Text from outside, made safe for Markdown."""

import re
import unicodedata

_SIGNS = re.compile(r"([\\`*_{}\[\]<>#|~$:])")


def plain(text: str) -> str:
    r"""Return text so that Markdown shows it as it is; works on pieces of a text, too.

    >>> plain("a_b*c")
    'a\\_b\\*c'
    """
    return _SIGNS.sub(r"\\\1", text)


def in_its_own_direction(text: str) -> str:
    """Return text so that what follows stays behind it, also where it is written from right to left.

    A name in Arabic or Hebrew is put between the signs of Unicode that isolate it; any other stays as it is.
    """
    written_leftwards = any(unicodedata.bidirectional(sign) in ("R", "AL") for sign in text)
    return f"\u2068{text}\u2069" if written_leftwards else text
