"""Where the sentences of a review begin and end, so that they can be quoted exactly as written.

Handles abbreviations, initials, clock times, ellipses, sloppy lower case, emoji as full stops, line breaks, and long
runs without any punctuation (cut at a comma or conjunction near the middle).
Does not handle: languages without spaces between words, quoted speech inside a sentence (it may be cut in two).
"""

import re

LONGEST_WORDS = 40
"""A sentence with more words is cut in two where the author left a comma, a dash or a conjunction."""

LONGEST_NAME = 40
"""Characters of a product's name that a sentence can bear."""
_AFTER_THE_NAME = re.compile(r"[,;:]\s|\s[-\u2013\u2014|(]")
_WORD = re.compile(r"\w[\w'\u2019-]*")

_ABBREVIATIONS = frozenset(
    "mr mrs ms dr prof st sr jr vs approx dept est fig inc ltd co corp no nr vol min max temp tel ext ave rd e.g i.e "
    "eg ie etc cf al jan feb mar apr jun jul aug sep sept oct nov dec mon tue wed thu fri sat sun".split()
)
_OFTEN_LAST = frozenset(
    ["etc", "inc", "ltd", "co", "corp", "a.m", "p.m", "min", "max", "no", "sat", "sun", "mar", "est"]
)
_FACES = "\U0001f600-\U0001f64f\U0001f910-\U0001f92f\U0001f970-\U0001f97a\U0001f494\u2764\U0001f389\U0001f44d\U0001f44e"
_EMOJI = "\U0001f000-\U0001faff\u2600-\u27bf\u2b50\ufe0f\u200d"
_END = re.compile(
    rf"""(?P<stop>[.!?\u2026\u3002\uff01\uff1f]+)[)\]"'\u2019\u201d]*(?:\s*[{_EMOJI}])*(?=\s+|$)
       | (?P<face>[{_FACES}][{_EMOJI}]*)(?=\s+\S|$)
       | (?P<emoji>[{_EMOJI}]+)(?=\s+[A-Z"\u201c]|$)
       | (?P<line>\s*\n)""",
    re.VERBOSE,
)
_LAST_WORD = re.compile(r"[\w.]+$")
_CUTS = re.compile(r"(?<=[,;:])\s+|\s+(?=[-\u2013\u2014]\s)|\s+(?=(?:and|but|so|because|then|which)\s)")


def split(text: str) -> list[tuple[int, int]]:
    """Return (start, end) of each sentence of a text, in order, without surrounding white space.

    >>> [text[a:b] for text in ["Dr. Osei rang at 8 p.m. on Friday. so kind 😊 I cried!"] for a, b in split(text)]
    ['Dr. Osei rang at 8 p.m. on Friday.', 'so kind 😊', 'I cried!']
    """
    bounds, start = [], 0
    for match in _END.finditer(text):
        if _ends_here(text, start, match):
            bounds.append((start, match.end()))
            start = match.end()
    bounds.append((start, len(text)))
    pieces: list[tuple[int, int]] = []
    for left, right in bounds:
        if trimmed := _trim(text, left, right):
            pieces.extend(_shorten(text, *trimmed))
    return pieces


def _ends_here(text: str, start: int, match: re.Match[str]) -> bool:
    following = text[match.end() :].lstrip()
    if not following or match["line"]:
        return True
    if match["face"] or match["emoji"]:
        return bool(match["emoji"]) or len(text[start : match.start()].split()) >= 2
    stop, starts_low = match["stop"], following[0].islower()
    if stop != ".":
        return not (starts_low and (stop.startswith("..") or stop == "…"))
    found = _LAST_WORD.search(text, start, match.start())
    word = found.group().lower().strip(".") if found else ""
    if len(word) == 1 and word.isalpha() and word != "i":
        return False
    if word in ("a.m", "p.m"):
        return not starts_low
    if word in _ABBREVIATIONS:
        return word in _OFTEN_LAST and following[0].isupper()
    return True


def _trim(text: str, start: int, end: int) -> tuple[int, int] | None:
    piece = text[start:end]
    if not any(character.isalnum() for character in piece):
        return None
    return start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())


def _shorten(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Cut a sentence of more than LONGEST_WORDS words where the author paused, as near to its middle as possible."""
    if len(text[start:end].split()) <= LONGEST_WORDS:
        return [(start, end)]
    middle = (start + end) / 2
    cuts = [match for match in _CUTS.finditer(text, start, end) if _both_sides(text, start, end, match)]
    if not cuts:
        return [(start, end)]
    cut = min(cuts, key=lambda match: abs(match.start() - middle))
    return _shorten(text, start, cut.start()) + _shorten(text, cut.end(), end)


def _both_sides(text: str, start: int, end: int, cut: re.Match[str]) -> bool:
    return len(text[start : cut.start()].split()) >= 6 and len(text[cut.end() : end].split()) >= 6


def spoken(product: str, *, begins: bool = False) -> str:
    """Return a product as a sentence can name it (or begin with it): a bare number says what it is a number of, and of
    a shop's long description only the name in front is left.

    >>> spoken("850"), spoken("850", begins=True), spoken("Brevano One")
    ('product 850', 'Product 850', 'Brevano One')
    >>> spoken("All-New Fire HD 8 Tablet, 8 HD Display, Wi-Fi, 16 GB - Includes Special Offers, Magenta")
    'All-New Fire HD 8 Tablet'
    """
    if product.isdigit():
        return f"{'Product' if begins else 'product'} {product}"
    if len(product) <= LONGEST_NAME:
        return product
    heads = (product[: cut.start()] for cut in _AFTER_THE_NAME.finditer(product))
    named = next((head for head in heads if len(_WORD.findall(head)) >= 2), product)
    if len(named) <= LONGEST_NAME:
        return named
    return named[: LONGEST_NAME + 1].rsplit(" ", 1)[0][:LONGEST_NAME] + " …"


def quoted(product: str, sentence: str) -> str:
    """Return what a review says, in quotation marks and behind the name of its product if it has one.

    >>> quoted("Pot", "It leaks."), quoted("", "It leaks.")
    ('Pot: “It leaks.”', '“It leaks.”')
    """
    return f"{spoken(product, begins=True)}: “{sentence}”" if product else f"“{sentence}”"
