"""How well a sentence fits a question: nearness of meaning, each of the question's words, and whether the moods go
together.

Nearness is the sentence's cosine with the whole review's as a second witness. Then every word of the question must be
said, by itself or by a word near in meaning (rag.near_words): a lost earbud is no lost luggage, so the word that is
said least counts as much as all together. What the title says is said of every sentence; a word elsewhere in the
review counts half. What nobody or nothing did is not said ("nothing broke"), and what a question denies a sentence must
deny too. Where a question clearly complains or praises, a sentence in the other mood fits less. Weights and thresholds
were chosen on some questions and judged on others (`python -m benchmarks.support`; docs/experiments.md).
Does not handle: words in another sense, irony, other languages than English in the words; there nearness decides.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from itertools import chain

import numpy as np

from backends.contracts import GOEMOTIONS, SENTIMENTS, FloatArray, JointReader
from backends.passage import Passage
from emotion.labels import EKMAN_GROUPS
from rag.disagreement import JUDGEMENT
from rag.near_words import is_known, nearness
from rag.same_words import same
from rag.words import STOPWORDS, stem, words
from settings import Settings

OF_THE_SENTENCE = 0.6
"""Part of nearness that is the sentence's own cosine; the rest is its review's."""
LEAST, TOGETHER = 0.15, 0.15
"""What it is worth, on the scale of a cosine, that the word of the question that a sentence says least is said, and
that all are (the rarer a word, the more it tells)."""
ONLY = 0.45
"""What it is worth that a sentence uses the one word of a question that only names a subject ("the battery?")."""
FAR, NEAR = 0.3, 0.7
"""Cosine between two words up to which one says nothing of the other, and from which it says the same."""
ELSEWHERE = 0.5
"""What a word that stands elsewhere in the review counts, of one in the sentence or the title."""
WORDLESS = 0.2
"""What a sentence is given where a question has no word that could be looked for ("TV", other languages)."""
FITS = 0.72
"""Nearness and words together from which a sentence is about the question."""
PERHAPS = 0.60
"""Where no sentence fits, the best one is quoted alone if it comes up to this."""
NEAREST, MOST_NEAREST = 0.50, 2
"""Where not even that, so many sentences are shown as what comes nearest, if they come up to this."""
MARGIN = 0.10
"""How much less a sentence may fit than the best of its review to be about the question as well."""
CLAIMED, CONTRARY, CALM = 0.5, 0.2, 0.1
"""What is taken off where a question complains and the sentence praises, or the other way: most where the question
claims something ("controls are confusing"), less where it names a subject that sounds bad ("parental controls"), and
least where the sentence is neutral."""
SAYS_SO, OPPOSITE = 0.9, 0.2
"""How far all words of a question that denies ("not waterproof") must be said for a sentence that denies nothing to say
the opposite, and what is then taken off."""
FEWEST_WORDS = 2
"""Words that a question must have to complain or to praise: "wedding" and "sea view" sound glad and ask for both."""
SURE = 0.6
"""Probability from which a question is taken to complain or to praise."""
CLEAR = 0.25
"""Strengths of glad emotions less those of bad ones from which a sentence has a mood of its own, not its review's."""
SLIGHT = 0.08
"""The same, from which a sentence no longer shares a contrary mood of its review."""
_GLAD = [GOEMOTIONS.index(label) for label in EKMAN_GROUPS["happy"]]
_BAD = [GOEMOTIONS.index(label) for group in ("angry", "disgust", "fear", "sad") for label in EKMAN_GROUPS[group]]
_SHORT = 8
"""Words up to which a sentence that asks ("What noise?") tells nothing."""
_NOTHING = re.compile(r"\b(?:nobody|nothing|none|no one)\b", re.IGNORECASE)
_WEAK = frozenset(map(stem, "service support handle carry keep need use turn part option".split()))
"""Stems of general use: where a question has no other word, using it says little."""
_CLAIMS = re.compile(
    r"\b(?:up|down|off|out|away|again|too|not?|never|cannot|is|are|was|were|does|did|has|had)\b|n['’]t\b", re.IGNORECASE
)
_DENIES = re.compile(
    r"\b(?:not?|never|nobody|nothing|none|cannot|without|hardly|barely|unable|refus\w*|fail\w*|stop\w*|"
    r"(?:do|does|did|is|was|are|ca|wo|would|could)nt)\b|n['’]t\b",
    re.IGNORECASE,
)


def fits(
    question: str,
    vector: FloatArray,
    told: Mapping[str, tuple[str, float]],
    read: Sequence[Passage],
    similarities: Sequence[float],
    settings: Settings,
) -> list[FloatArray]:
    """Return for each passage how well each of its sentences fits a question, moods aside, on the scale of a cosine.

    Args:
        vector: (d,) unit vector of the question; told: stem -> the word as it was typed, and how much it tells, 1 in
            all; similarities: cosine of each whole review.
    """
    texts = [[one.text[sentence.start : sentence.end] for sentence in one.sentences] for one in read]
    spoken = [[_words(text) for text in of_one] for of_one in texts]
    titles = [_words(one.title) for one in read]
    known = {word: place for place, word in enumerate(sorted(frozenset().union(*titles, *chain(*spoken))))}
    alike = _alike(told, list(known), settings)
    is_wordless = not alike.any() and not any(is_known(word, settings) for word, _ in told.values())
    denies = bool(_DENIES.search(question))
    names = len(told) == 1 and not claims(question) and not _WEAK.issuperset(told)
    found = []
    for one, own, of_one, title, similarity in zip(read, texts, spoken, titles, similarities, strict=True):
        near = np.array([sentence.vector @ vector for sentence in one.sentences], np.float32)
        near = OF_THE_SENTENCE * near + (1 - OF_THE_SENTENCE) * similarity
        if is_wordless or not len(near):
            found.append(near + np.float32(WORDLESS))
            continue
        said = np.stack([_said(alike, known, {*here, *title}) for here in of_one])
        said = np.maximum(said, ELSEWHERE * said.max(axis=0))
        said[[_tells_nothing(text) or (bool(_NOTHING.search(text)) and not denies) for text in own]] = 0
        shares = np.array([weight for _, weight in told.values()], np.float32)
        least = said.min(axis=1)
        opposite = (least >= SAYS_SO) & [denies and not _DENIES.search(text) for text in own]
        worth = ONLY * least if names else LEAST * least + TOGETHER * (said @ shares)
        found.append(near + worth - OPPOSITE * opposite)
    return found


def _tells_nothing(sentence: str) -> bool:
    return sentence.rstrip("!\"') ").endswith("?") and len(sentence.split()) <= _SHORT


def _words(text: str) -> frozenset[str]:
    return frozenset(word for word in words(text) if len(word) > 2 and word not in STOPWORDS)


def _alike(told: Mapping[str, tuple[str, float]], said: Sequence[str], settings: Settings) -> FloatArray:
    """Return (question's words, said words) in [0, 1]: 1 for forms and names of one thing, less for what is near."""
    cosines = nearness([word for word, _ in told.values()], said, settings)
    shares: FloatArray = np.clip((cosines - FAR) / (NEAR - FAR), 0, 1)
    asked = [same([one]) for one in told]
    for place, word in enumerate(said):
        (own,) = same([stem(word)])
        for row, one in enumerate(asked):
            if own in one:
                shares[row, place] = 1
    return shares


def _said(alike: FloatArray, known: Mapping[str, int], here: Collection[str]) -> FloatArray:
    """Return (question's words,) how far each is said by the words that stand here."""
    places = [known[word] for word in here]
    said: FloatArray = alike[:, places].max(axis=1) if places else np.zeros(len(alike), np.float32)
    return said


def mood_of(question: str, reader: JointReader | None) -> str:
    """Return "negative" or "positive" if a question clearly complains or praises, else "" (also without a reader)."""
    if reader is None:
        return ""
    shares = reader.read([question]).sentiments[0]
    label = SENTIMENTS[int(shares.argmax())]
    return label if label != "neutral" and float(shares.max()) >= SURE else ""


def mood(emotions: FloatArray, otherwise: str) -> str:
    """Return the sentiment that (28,) strengths of GOEMOTIONS amount to.

    Args:
        otherwise: what it is where glad and bad weigh alike; where they lean the other way a little, it is neutral.
    """
    lean = float(emotions[_GLAD].sum() - emotions[_BAD].sum())
    side = "positive" if lean > 0 else "negative"
    if abs(lean) >= CLEAR:
        return side
    return "neutral" if abs(lean) >= SLIGHT and side != otherwise else otherwise


def claims(question: str) -> bool:
    """Return whether a question says how something is or what it does, and does not only name it.

    >>> claims("parental controls are confusing"), claims("too slow"), claims("hard to set up"), claims("sea view")
    (True, True, True, False)
    """
    return bool(_CLAIMS.search(question) or {stem(word) for word in words(question)} & JUDGEMENT)


def contrary(asked: str, said: str, *, claimed: bool) -> float:
    """Return what is taken off a sentence of sentiment `said` where a question is `asked` in one; "" asks for none.

    >>> [contrary("negative", said, claimed=True) for said in ("positive", "neutral", "negative")]
    [0.5, 0.1, 0.0]
    >>> contrary("", "positive", claimed=True), contrary("negative", "positive", claimed=False)
    (0.0, 0.2)
    """
    if not asked or said == asked:
        return 0.0
    return CALM if said == "neutral" else CLAIMED if claimed else CONTRARY
