"""Text from outside, made safe for Markdown."""

import re

_SIGNS = re.compile(r"([\\`*_{}\[\]<>#|~$:])")


def plain(text: str) -> str:
    r"""Return text so that Markdown shows it as it is; works on pieces of a text, too.

    >>> plain("a_b*c")
    'a\\_b\\*c'
    """
    return _SIGNS.sub(r"\\\1", text)
