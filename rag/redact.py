"""Personal data in reviews, replaced before anything is stored: e-mail addresses, phone numbers, card numbers.

    >>> redact("Call me on +1 650-253-0000 or write to jo.doe@example.org, order 4711, 19.99 €, size 38-40")
    'Call me on [phone] or write to [email], order 4711, 19.99 €, size 38-40'

Phone numbers are found and checked against the numbering plans of the world by phonenumbers (Google's libphonenumber):
with a country code anywhere, without one in the plans of REGIONS for the language of the text. Card numbers must have
13 to 19 digits, a known first digit and a right Luhn checksum. Does not handle: names, postal addresses, numbers spelt
out.
"""

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType

import phonenumbers

EMAIL, PHONE, CARD = "[email]", "[phone]", "[card]"

REGIONS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "en": ("US", "GB", "IE", "AU", "NZ", "IN", "ZA"), "de": ("DE", "AT", "CH"), "fr": ("FR", "BE", "CH"),
        "es": ("ES", "MX", "AR", "CO", "CL"), "it": ("IT", "CH"), "pt": ("BR", "PT"), "nl": ("NL", "BE"), "pl": ("PL",),
        "ja": ("JP",), "ko": ("KR",), "tr": ("TR",), "ru": ("RU",), "sv": ("SE", "FI"), "da": ("DK", "NO"),
        "no": ("NO", "DK"), "fi": ("FI",), "cs": ("CZ", "SK"), "sk": ("SK", "CZ"), "el": ("GR",),
        "zh": ("CN", "TW", "HK"), "hu": ("HU",), "ro": ("RO",), "bg": ("BG", "RU"),
        "uk": ("UA",), "hr": ("HR",), "sr": ("RS",), "sl": ("SI",),
        "he": ("IL",), "ar": ("SA", "AE", "EG"), "hi": ("IN",), "id": ("ID",), "ms": ("MY",), "vi": ("VN",),
        "th": ("TH",), "tl": ("PH",), "et": ("EE",), "lv": ("LV",),
        "lt": ("LT",), "ca": ("ES",), "gl": ("ES",), "fa": ("IR",),
        "ur": ("PK",), "bn": ("BD",),
    }
)  # fmt: skip
"""Language -> where national numbers are looked for (with those of a language that it is easily taken for); a number
with a country code is found in any language."""

_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@(?:[\w-]+\.)+[^\W\d_]{2,}", re.UNICODE)
_CARD = re.compile(r"(?<![\d.,-])[2-6]\d{3}(?:[ -]?\d){9,15}(?![\d-])")
_DIGITS = re.compile(r"\d(?:[\s().\-/]{0,3}\d){6}")
_NO_PHONE = re.compile(
    r"(?:\d{1,4}[./-]\d{1,2}[./-]\d{1,4})"  # a date
    r"|(?:\d{1,3}(?:[.,]\d{3})+(?:[.,]\d{1,2})?)"  # an amount
)
_MEASURES = re.compile(r"(?:\d{1,3}[\s-]+){2,3}\d{1,3}")
"""Such as 38-30-40."""
_NAMED = re.compile(
    r"(?:order|invoice|tracking|item|model|article|art|serial|sku|asin|upc|ean|gtin|barcode|ref|reference|ticket|case|isbn|no|nr|number|#|№|"
    r"bestellung|bestellnummer|commande|pedido)\W{0,3}(?:no|nr|number|id|code|is|was)?\W{0,3}$",
    re.IGNORECASE,
)
_SHORTEST_GROUPED = 8
"""Digits from which short groups are a phone number, where a plan knows it: 32 12 34 56 in Denmark; fewer measure."""
_SAID = re.compile(
    r"\b(?:call|ring|phone|telephone|tel|mobile|cell|cellphone|whatsapp|text|(?:phone|mobile|cell|contact|my) number)"
    r"(?: me| us| him| her| them)?(?: back)?(?: is| was| on| at)?[:.]?\s+"
    r"(\(?\+?\d(?:[\s().-]{0,2}\d){6,14})(?![\d/:%])",
    re.IGNORECASE,
)
"""A number that the words before it call a phone number, of whatever country."""
_LETTER = re.compile(r"[^\W\d_]")


def redact(text: str, language: str = "en") -> str:
    """Return the text with [email], [phone] and [card] in the place of what identifies a person.

    Args:
        language: ISO 639-1; decides in which countries' form national phone numbers are looked for.
    """
    if "@" in text:
        text = _EMAIL.sub(EMAIL, text)
    if _DIGITS.search(text):
        text = _CARD.sub(lambda found: CARD if is_card(found.group()) else found.group(), text)
        text = _without_phones(text, language)
    return text


def is_card(number: str) -> bool:
    """Whether the digits have the length and the Luhn checksum (ISO/IEC 7812-1) of a payment card.

    >>> is_card("4111 1111 1111 1111"), is_card("4111 1111 1111 1112")
    (True, False)
    """
    digits = [int(letter) for letter in number if letter.isdigit()]
    if not 13 <= len(digits) <= 19 or len(set(digits)) == 1:
        return False
    doubled = [digit * 2 - 9 * (digit > 4) for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def _without_phones(text: str, language: str) -> str:
    spans = {span for region in _regions(text, language) for span in _phones(text, region)}
    found = sorted(spans | {match.span(1) for match in _SAID.finditer(text)})
    kept, end = [], 0
    for start, stop in found:
        if start >= end:
            kept += [text[end:start], PHONE]
            end = stop
    return "".join([*kept, text[end:]])


def _regions(text: str, language: str) -> tuple[str | None, ...]:
    return (
        *((None,) if "+" in text or "\uff0b" in text else ()),
        *REGIONS.get("en" if language == "und" else language, ()),
    )


def _phones(text: str, region: str | None) -> Iterator[tuple[int, int]]:
    for match in phonenumbers.PhoneNumberMatcher(text, region, leniency=phonenumbers.Leniency.VALID):
        raw = match.raw_string
        if not raw.startswith(("+", "\uff0b")):
            around = text[max(0, match.start - 1) : match.start] + text[match.end : match.end + 1]
            if _is_no_phone(raw) or _LETTER.search(around) or _NAMED.search(text[: match.start]):
                continue
        yield match.start, match.end


def _is_no_phone(raw: str) -> bool:
    """Whether a number without a country code is a date, an amount or measurements."""
    digits = sum(letter.isdigit() for letter in raw)
    return bool(_NO_PHONE.fullmatch(raw) or (digits < _SHORTEST_GROUPED and _MEASURES.fullmatch(raw)))
