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
        "en": ("US", "GB"), "de": ("DE", "AT", "CH"), "fr": ("FR",), "es": ("ES", "MX"), "it": ("IT",),
        "pt": ("BR", "PT"), "nl": ("NL",), "pl": ("PL",), "ja": ("JP",), "ko": ("KR",), "tr": ("TR",), "ru": ("RU",),
    }
)  # fmt: skip
"""Language -> where national numbers are looked for; a number with a country code is found in any language."""

_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@(?:[\w-]+\.)+[^\W\d_]{2,}", re.UNICODE)
_CARD = re.compile(r"(?<![\d.,-])[2-6]\d{3}(?:[ -]?\d){9,15}(?![\d-])")
_DIGITS = re.compile(r"\d(?:[\s().\-/]{0,3}\d){6}")
_NO_PHONE = re.compile(
    r"(?:\d{1,4}[./-]\d{1,2}[./-]\d{1,4})"  # a date
    r"|(?:\d{1,3}(?:[.,]\d{3})+(?:[.,]\d{1,2})?)"  # an amount
    r"|(?:\d{1,3}[\s-]+){2,3}\d{1,3}"  # measurements such as 38-30-40
)
_NAMED = re.compile(
    r"(?:order|invoice|tracking|item|model|article|art|serial|sku|asin|upc|ean|gtin|barcode|ref|reference|ticket|case|isbn|no|nr|number|#|№|"
    r"bestellung|bestellnummer|commande|pedido)\W{0,3}(?:no|nr|number|id|code|is|was)?\W{0,3}$",
    re.IGNORECASE,
)
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
    found = sorted({span for region in _regions(text, language) for span in _phones(text, region)})
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
            if _NO_PHONE.fullmatch(raw) or _LETTER.search(around) or _NAMED.search(text[: match.start]):
                continue
        yield match.start, match.end
