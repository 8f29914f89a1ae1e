"""One spelling for the many ways a thing is written: lower case, no apostrophes, signs for letters undone."""

import re
import unicodedata

_LEET = str.maketrans({"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "."})
_SHORT = {
    "u": "you", "ur": "your", "r": "are", "n": "and", "ima": "im going to", "imma": "im going to",
    "gonna": "going to", "gona": "going to", "wanna": "want to", "wana": "want to", "wnna": "want to",
    "wann": "want to",
    "tmrw": "tomorrow", "tmr": "tomorrow", "2moro": "tomorrow", "2nite": "tonight", "tonite": "tonight",
    "nite": "night", "rn": "right now", "abt": "about", "bc": "because", "cuz": "because", "ppl": "people",
    "nobdy": "nobody", "wud": "would", "shud": "should", "cud": "could", "dnt": "dont", "dunno": "dont know",
    "idk": "i dont know", "plz": "please", "pls": "please", "thx": "thanks", "sumone": "someone", "any1": "anyone",
    "every1": "everyone", "no1": "no one", "some1": "someone", "wiht": "with", "wnat": "want", "wnt": "want",
    "wan": "want", "cnat": "cant", "anymroe": "anymore", "agian": "again", "exsist": "exist", "tierd": "tired",
    "hubby": "husband", "bf": "boyfriend", "gf": "girlfriend", "slef": "self", "mysef": "myself", "myslef": "myself",
    "meself": "myself", "mslf": "myself", "myslf": "myself", "kil": "kill", "kiling": "killing", "d1e": "die",
}  # fmt: skip
"""Chat shorthand and slips of the finger that the rules and the classifier would otherwise have to know one by one."""


_APART = {
    "im": "i'm", "ive": "i've", "dont": "don't", "cant": "can't", "wont": "won't", "didnt": "didn't",
    "doesnt": "doesn't",
    "isnt": "isn't", "wasnt": "wasn't", "arent": "aren't", "werent": "weren't", "aint": "ain't", "havent": "haven't",
    "hasnt": "hasn't", "hadnt": "hadn't", "couldnt": "couldn't", "wouldnt": "wouldn't", "shouldnt": "shouldn't",
    "hes": "he's", "shes": "she's", "theyre": "they're", "youre": "you're", "thats": "that's", "theres": "there's",
    "whats": "what's", "theyll": "they'll", "youll": "you'll", "hed": "he'd", "theyve": "they've", "itll": "it'll",
}  # fmt: skip
"""Words whose apostrophe is missing; not those that are also words of their own (ill, well, were, its)."""


def readable(text: str) -> str:
    """Return text as an encoder reads it best: shorthand and signs for letters undone as in `normalise`, but clauses,
    apostrophes and question marks left where they are.

    >>> readable("I dont want 2 be here... imma k1ll  myself, u know?")
    "i don't want to be here. i'm going to kill myself, you know?"
    """
    text = re.sub("[’`\u00b4‘]", "'", unicodedata.normalize("NFKC", text).casefold())
    text = _letters(text)
    text = re.sub(r"[a-z]+\d?", lambda word: _SHORT.get(word[0], word[0]), text)
    text = re.sub(r"[a-z']+", lambda word: _APART.get(word[0], word[0]), text)
    return " ".join(text.split())


def normalise(text: str) -> str:
    """Return text in the one spelling that crisis rules read.

    >>> normalise("I can’t go on... I want to k1ll  myself")
    'i cant go on . i want to kill myself'
    """
    text = unicodedata.normalize("NFKC", text).casefold()
    text = _letters(re.sub(r"['’`\u00b4‘]", "", text))
    text = re.sub(r"\s*[.!?;,:\n]+\s*", " . ", text)
    text = re.sub(r"\s+", " ", re.sub(r"[^\w. ]", " ", text)).strip(" .")
    return " ".join(_SHORT.get(word, word) for word in text.split())


def _letters(text: str) -> str:
    """Return lower-case text with signs that stand for letters turned back and long runs of a letter cut."""
    text = re.sub(r"\b(?:\w\.){2,}\w?", lambda initials: initials[0].replace(".", ""), text)
    text = re.sub(r"\b2nite\b", "tonight", re.sub(r"\b2mo?rr?o?w?\b", "tomorrow", text))
    text = re.sub(r"\b(w[a4]*n*t|wan|ready|need|going|goin|trying)\s+2\b", r"\1 to", text)
    text = re.sub(r"\S*[^\W\d]\S*", lambda word: word[0].rstrip("!").translate(_LEET), text)
    text = re.sub(r"(?<=[a-z])[*_](?=[a-z])", "i", text)
    return re.sub(r"(.)\1{2,}", r"\1", re.sub(r"\b(\w)[ .\-](?=\w\b)", r"\1", text) if _spelled_out(text) else text)


def _spelled_out(text: str) -> bool:
    """True if most words are single letters ("k i l l   m e")."""
    words = text.split()
    return len(words) >= 4 and sum(len(word) == 1 for word in words) > len(words) * 0.7
