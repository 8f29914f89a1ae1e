"""A text as the models read it: what was shown is kept elsewhere, untouched; what disturbs reading is gone.
A text without letters has its emoji said in words.

HTML elements become a space and entities their character, invisible characters go, and a row of eight and more equal
signs ("!!!!!!!!!!") becomes three. Every pattern is bounded, so the time grows with the length of the text alone.
Does not handle: Markdown; markup that is cut off in the middle; XML elements that HTML does not have ("<good value>").
"""

import html
import re

from backends.emoji_words import in_words

_ELEMENTS = (
    "a|abbr|address|article|aside|b|big|blockquote|body|br|button|caption|center|cite|code|col|colgroup|dd|del|details|"
    "div|dl|dt|em|figcaption|figure|font|footer|form|h[1-6]|head|header|hr|html|i|iframe|img|input|ins|kbd|label|li|"
    "link|main|mark|meta|nav|o:p|ol|option|p|pre|q|s|section|select|small|span|strike|strong|sub|summary|sup|table|"
    "tbody|td|textarea|tfoot|th|thead|title|tr|tt|u|ul|var|video|wbr"
)
_HIDDEN = re.compile(r"<(script|style)\b[^<>]{0,500}>.{0,5000}?</\1\s*>|<!--.{0,5000}?-->", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(rf"</?(?:{_ELEMENTS})(?:[\s/][^<>]{{0,2000}})?>|<!doctype[^<>]{{0,200}}>", re.IGNORECASE)
_INVISIBLE = (
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\ud800-\udfff"
)
_INVISIBLES = re.compile(f"[{_INVISIBLE}]+")
_ROW_OF_SIGNS = re.compile(r"([^\w\s])\1{7,}")
_DISTURBED = re.compile(rf"[<&{_INVISIBLE}]|([^\w\s])\1{{7}}")


def readable(text: str) -> str:
    """Return a text without markup, entities, invisible characters and long rows of one sign.

    >>> readable("<p>Fast &amp; light, I <3 it!!!!!!!!!!</p>"), readable("👍👍")
    (' Fast & light, I <3 it!!! ', 'great.')
    """
    if not any(map(str.isalpha, text)):
        return in_words(_ROW_OF_SIGNS.sub(r"\1\1\1", _INVISIBLES.sub("", text)))
    if not _DISTURBED.search(text):
        return text
    if "<" in text:
        text = _TAG.sub(" ", _HIDDEN.sub(" ", text))
    if "&" in text:
        text = html.unescape(text)
    return _ROW_OF_SIGNS.sub(r"\1\1\1", _INVISIBLES.sub("", text))
