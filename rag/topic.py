"""What a question asks about, without the frame in which people ask it of reviews.

“What do customers say about the battery?” asks about the battery: that customers say things is true of every review, so
neither the words of the frame nor their meaning may count as a sign that the question is answered.
Does not handle: other languages than English, frames of more than one sentence.
"""

import re
from functools import lru_cache

from rag.words import STOPWORDS, stem, stems
from rag.words import words as words_of

_WHO = (
    r"(?:reviews?|reviewers?|customers?|people|users?|guests?|buyers?|owners?|shoppers?|clients?|patients?|passengers?|"
    r"travell?ers?|anyone|anybody|someone|somebody|everyone|everybody|they|others)"
)
_SAY = (
    r"(?:say(?:ing|s)?|said|think(?:ing|s)?|writ(?:e|es|ing)|wrote|tell|report(?:ing)?|talk(?:ing|s)?|speak(?:ing)?|"
    r"mention(?:ing|ed|s)?|comment(?:ing)?)"
)
_ABOUT = r"(?:\s+(?:about|of|on|regarding|concerning))?"
_ASK = r"(?:(?:please|tell\s+me|show\s+me|find|list|give\s+me|summari[sz]e|i\s+(?:want|would\s+like)\s+to\s+know)\s+)*"
_FRAME = re.compile(
    rf"""^\W*{_ASK}(?:
        (?:(?:what|how|which|do|does|did|are|is|have|has|any|of|the|these|those|other|most|all)\s+)*
            {_WHO}\s+(?:(?:are|is|do|does|did|have|that|who|which)\s+)*{_SAY}{_ABOUT}
      | (?:is|are)\s+there\s+(?:anything|something|(?:any\s+)?(?:reviews?|opinions?|comments?))
            \s+(?:about|on|of|regarding)
      | (?:(?:any|all|the)\s+)*(?:reviews?|opinions?|comments?|feedback|anything)\s+(?:about|on|of|regarding)
      | what\s+is\s+(?:said|written)\s+(?:about|of|on)
      | (?:and\s+)?(?:what|how)\s+about
    )\s+(?=\w)""",
    re.IGNORECASE | re.VERBOSE,
)
FRAME_WORDS = frozenset(
    """review reviews reviewer reviewers guest guests user users owner owners buyer buyers shopper shoppers client
    clients passenger passengers traveller travellers traveler anyone anybody everyone everybody anything somebody
    nobody complaint complaints complain complaining opinion opinions feedback comment comments mention mentions
    mentioned mentioning summarise summarize product products makes""".split()
)
"""Words that say who speaks or that something is said: no sign that a review is about the question. Not stems: buyers
are of the frame, to buy is not."""
FEELINGS = """happy happier happiest happiness pleased satisfied love loved enjoy enjoyed delighted glad unhappy sad
    sadder saddest sadness disappointed upset let down angry angrier angriest anger annoyed furious mad disgusted
    revolted afraid scared worried anxious nervous frightened fear surprised surprising surprise
    astonished unexpected"""
"""Words for feelings, which say no more than an emotion that is asked for beside them."""
GENERAL = "good bad great nice best better worst worth recommend recommended okay rate rated"
"""Words that ask for opinions of a product as a whole."""


@lru_cache(maxsize=256)
def topic(words: str) -> str:
    """Return a question without its frame; a question that is nothing else, or has none, is returned as it is.

    >>> topic("What do customers say about the battery?"), topic("customer service"), topic("What do people say?")
    ('the battery?', 'customer service', 'What do people say?')
    """
    return _FRAME.sub("", words, count=1)


def asked(words: str, given: str = "") -> frozenset[str]:
    """Return the stems of the words that say what a question is about: not those of the frame, nor what is given.

    Args:
        words: the question; given: words of the emotion and the products that are chosen beside it.

    >>> sorted(asked("Which reviewers complain about leaking lids?")), sorted(asked("happy guests", "happy, glad"))
    (['leak', 'lid'], [])
    """
    own = " ".join(word for word in words_of(words) if word not in FRAME_WORDS)
    return frozenset(stems(own) - stems(given))


def is_frame(words: str, given: str = "") -> bool:
    """Return whether a question says nothing beyond its frame and what is given: there is no subject to look for.

    >>> is_frame("What do customers complain about?"), is_frame(""), is_frame("TV"), is_frame("12345")
    (True, True, False, False)
    """
    said, known = words_of(words), stems(given)
    return not words.strip() or (
        bool(said) and all(word in STOPWORDS | FRAME_WORDS or stem(word) in known for word in said)
    )
