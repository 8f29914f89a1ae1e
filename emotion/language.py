"""The language of a text, so that a model of English says "not English" where it would have to guess.

py3langid (langid.py of Lui & Baldwin, kept up by A. Barbaresi; BSD) reads the first words of each text. Of three
libraries tried it was the only one that called no English review or title foreign (docs/experiments.md).
Does not handle: texts in two languages (the first words decide); languages missing from NAMES, which come out as the
nearest one that is there; romanised Korean, Hindi or Arabic (too little to go by, or taken for a Latin language).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from backends.readable import readable
from emotion.language_words import ENGLISH_WORDS, FUNCTION_WORDS, LOAN_WORDS, OPINION_WORDS

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

__all__ = ["ENGLISH", "NAMES", "NOT_ENGLISH", "UNDETERMINED", "detect", "is_foreign"]

ENGLISH = "en"
UNDETERMINED = "und"
"""Too little text to tell (ISO 639-2's code for it): "ok", "A+", emoji, an empty text."""
NOT_ENGLISH = "not English"
"""What stands where an emotion or a sentiment would, for a text that models of English cannot read."""

NAMES: Mapping[str, str] = MappingProxyType(
    {
        "af": "Afrikaans", "ar": "Arabic", "bg": "Bulgarian", "bn": "Bengali", "ca": "Catalan", "cs": "Czech",
        "da": "Danish", "de": "German", "el": "Greek", "en": "English", "es": "Spanish", "et": "Estonian",
        "fa": "Persian", "fi": "Finnish", "fr": "French", "gl": "Galician", "gu": "Gujarati", "he": "Hebrew",
        "hi": "Hindi", "hr": "Croatian", "hu": "Hungarian", "id": "Indonesian", "it": "Italian", "ja": "Japanese",
        "ka": "Georgian", "kn": "Kannada", "ko": "Korean", "lt": "Lithuanian", "lv": "Latvian", "mk": "Macedonian",
        "ml": "Malayalam", "mr": "Marathi", "ms": "Malay", "nl": "Dutch", "no": "Norwegian", "pa": "Punjabi",
        "pl": "Polish", "pt": "Portuguese", "ro": "Romanian", "ru": "Russian", "sk": "Slovak", "sl": "Slovenian",
        "sq": "Albanian", "sr": "Serbian", "sv": "Swedish", "sw": "Swahili", "ta": "Tamil", "te": "Telugu",
        "th": "Thai", "tl": "Tagalog", "tr": "Turkish", "uk": "Ukrainian", "ur": "Urdu", "vi": "Vietnamese",
        "zh": "Chinese",
    }
)  # fmt: skip
"""The languages told apart: ISO 639-1 code -> English name. Fewer candidates make short texts surer."""

_CHARACTERS_LOOKED_AT = 2_000
_CHARACTERS_READ = 200
"""After markup is gone. More costs time and changed nothing on reviews."""
_LEAST_CONFIDENCE = 0.7
"""For Latin script. At 0.5, titles such as "Faux charity" became French; at 0.9, short Portuguese was missed."""
_SHORT = 5
_FEW = 12
"""Up to so many words the commonest words of a language are asked where statistics are unsure or say English."""
_WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")
_ENGLISH_WORDS = frozenset("my the you your this and they what i'm it's don't can't he's she's they're there".split())
"""Of a text of up to _SHORT words one of these makes another language doubtful: "My laptop died" was taken for one."""
_ACCENTED = re.compile("[\u00df-\u024f]")
_NOT_WORDS = re.compile(r"https?://\S+|\S{1,60}@\S{1,60}|&\w{1,10};|\[NAME\]")
_SCRIPTS = {
    "ko": re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]"),
    "ja": re.compile("[\u3041-\u30ff]"),
}
"""Scripts of one language only. (Rows of the Korean laugh alone, \u314b\u314b\u314b, were taken for Japanese.)"""


def detect(texts: Iterable[str]) -> list[str]:
    """Return the ISO 639-1 code of each text's language, UNDETERMINED where there is too little to tell.

    Reads the first 200 characters of each, thousands of texts a second on one core. Safe to use from several threads.
    """
    identifier = _identifier()
    return [_language(text, identifier) for text in texts]


def is_foreign(language: str) -> bool:
    """Whether models of English had to guess. Undetermined counts as English: it is mostly "ok" and "great"."""
    return language not in (ENGLISH, UNDETERMINED, "")


def _language(text: str, identifier: LanguageIdentifier) -> str:
    read = " ".join(_NOT_WORDS.sub(" ", readable(text[:_CHARACTERS_LOOKED_AT])).split())[:_CHARACTERS_READ]
    letters = sum(character.isalpha() for character in read)
    if not letters:
        return UNDETERMINED
    if read.isascii():
        latin = letters
    else:
        for language, script in _SCRIPTS.items():
            if 4 * len(script.findall(read)) >= letters:
                return language
        latin = sum(c.isalpha() and (c < "\u0250" or "\u1e00" <= c < "\u1f00") for c in read)
    language, confidence = identifier.classify(read)
    if 2 * latin < letters:  # other scripts leave few languages to choose from, and never English
        return UNDETERMINED if language == ENGLISH else str(language)
    words = read.lower().replace("’", "'").split()
    if language != ENGLISH and len(words) <= _SHORT and not _ENGLISH_WORDS.isdisjoint(words):
        return UNDETERMINED
    if language != ENGLISH and confidence >= _LEAST_CONFIDENCE:
        return str(language)
    if len(words) <= _FEW and (other := _by_words(read, identifier)):
        return other
    return str(language) if confidence >= _LEAST_CONFIDENCE else UNDETERMINED


def _by_words(read: str, identifier: LanguageIdentifier) -> str:
    """Return the language that few words belong to, by the commonest ones and by letters; "" for English or unsure.

    Capitals inside a sentence make a name, which says nothing of the language ("Los Angeles, La Scala").
    """
    found = _WORD.findall((read.lower() if read.isupper() else read).replace("’", "'"))
    words = {word.lower() for place, word in enumerate(found) if place == 0 or word.islower()}
    english = len(words & ENGLISH_WORDS)
    scores = {
        language: 2 * len(words & OPINION_WORDS[language]) + len(words & common - OPINION_WORDS[language])
        for language, common in FUNCTION_WORDS.items()
    }
    best = max(scores, key=lambda language: scores[language])
    if scores[best] >= 2 and scores[best] > 2 * english:
        return best
    letters = any(_ACCENTED.search(word) for word in words - LOAN_WORDS)
    if not letters or english:
        return ""
    if scores[best]:
        return best
    return next(str(language) for language, _ in identifier.rank(read) if language != ENGLISH)


@cache
def _identifier() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(list(NAMES))
    return identifier
