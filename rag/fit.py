"""How well a sentence fits a question: nearness of meaning, the question's words, and whether the moods go together.

Nearness is the sentence's cosine with the whole review's as a second witness. Words count only together: a lost earbud
is no lost luggage, so a sentence that uses fewer than most of them must be nearly as near as one that uses none; a
word elsewhere in its review counts half, once it uses one itself. What nobody or nothing did does not count as used
("nothing broke"). Where a question clearly complains or praises, a sentence without all of its words must do the same.
Weights and thresholds were chosen on one set of questions and judged on another (`python -m benchmarks.support`;
docs/experiments.md).
Does not handle: words in another sense, irony, other languages than English in the words; there nearness decides.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from backends.contracts import GOEMOTIONS, SENTIMENTS, FloatArray, JointReader
from backends.passage import Passage
from emotion.labels import EKMAN_GROUPS
from rag.disagreement import JUDGEMENT
from rag.same_words import same
from rag.words import stem, stems

OF_THE_SENTENCE = 0.6
"""Part of nearness that is the sentence's own cosine; the rest is its review's."""
ONLY, MOSTLY, PARTLY = 0.45, 0.30, 0.15
"""What it is worth, on the scale of a cosine, that a sentence uses the one word of a question, all of several, or a
part of them (times the square of the share)."""
WEAK = JUDGEMENT | frozenset(
    map(stem, "service support handle carry come keep need use turn miss part option thing".split())
)
"""Stems of general use: where a question has no other word, using it says no more than a part of the words would."""
ELSEWHERE = 0.5
"""What a word that stands elsewhere in the review or its title counts, of one in the sentence."""
FITS = 0.46
"""Nearness and words together from which a sentence is about the question."""
NEAREST, FEW = 0.36, 2
"""Where no sentence fits, those whose nearness alone comes up to this are quoted, of so many reviews at most: what the
library answers (rag.relevance) in other words is not refused."""
MARGIN = 0.10
"""How much less a sentence may fit than the best of its review to be about the question as well."""
MOST, NEARLY_ALL = 0.6, 0.9
"""Share of the words that is most of them, from which a calm sentence goes with any question, and that from which the
mood of a sentence does not matter at all."""
ALONE = 0.5
"""Share that one word of several makes at most, however rare it is."""
NEAR_ENOUGH = 0.40
"""Cosine from which a part of the words says anything."""
SURE = 0.8
"""Probability from which a question is taken to complain or to praise."""
CLEAR = 0.25
"""Strengths of glad emotions less those of bad ones from which a sentence has a mood of its own, not its review's."""
SLIGHT = 0.08
"""The same, from which a sentence no longer shares a contrary mood of its review."""
_GLAD = [GOEMOTIONS.index(label) for label in EKMAN_GROUPS["happy"]]
_BAD = [GOEMOTIONS.index(label) for group in ("angry", "disgust", "fear", "sad") for label in EKMAN_GROUPS[group]]
_NOTHING = re.compile(r"\b(?:nobody|nothing|none|no one)\b", re.IGNORECASE)
_DENIES = re.compile(r"\b(?:not?|never|nobody|nothing|none|cannot|without)\b|n['’]t\b", re.IGNORECASE)


@dataclass(frozen=True)
class Fit:
    """How well a sentence fits: on the scale of a cosine, the share of the question's words that it uses, and how much
    of the score is nearness of meaning alone."""

    score: float
    share: float
    near: float


def fit(
    question: str, vector: FloatArray, weights: Mapping[str, float], passage: Passage, similarity: float
) -> list[Fit]:
    """Return how well each sentence of a passage fits a question.

    Args:
        vector: (d,) unit vector of the question; weights: stem -> how much each of its words tells, 1 in all.
        similarity: cosine of the whole review.
    """
    told: dict[str, float] = {}
    for word, weight in weights.items():
        (one,) = same([word])
        told[one] = told.get(one, 0.0) + weight
    title = same(stems(passage.title)) & told.keys()
    said = [
        _said(question, passage.text[sentence.start : sentence.end]) & told.keys() for sentence in passage.sentences
    ]
    anywhere = title.union(*said)
    found = []
    for sentence, own in zip(passage.sentences, said, strict=True):
        here = own | title if sentence is passage.sentences[0] else own
        share = sum(told[word] for word in here)
        if here:
            share += ELSEWHERE * sum(told[word] for word in anywhere - here)
            if len(anywhere) < min(2, len(told)):
                share = min(share, ALONE)
        cosine = float(sentence.vector @ vector)
        near = OF_THE_SENTENCE * cosine + (1 - OF_THE_SENTENCE) * similarity
        found.append(Fit(near + _worth(share, told, cosine), share, near))
    return found


def _worth(share: float, words: Collection[str], cosine: float) -> float:
    """Return what the share of a question's words is worth, on the scale of a cosine."""
    if len(words) == 1:
        return (PARTLY if WEAK.issuperset(words) else ONLY) * share
    if share >= MOST:
        return MOSTLY * share**2
    return PARTLY * share**2 if cosine >= NEAR_ENOUGH else 0.0


def _said(question: str, sentence: str) -> set[str]:
    """Return the stems that a sentence says of somebody; none where nobody did it, unless the question denies too."""
    return set() if _NOTHING.search(sentence) and not _DENIES.search(question) else same(stems(sentence))


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


def goes_with(asked: str, said: str, share: float) -> bool:
    """Return whether a sentence of sentiment `said` may answer a question that is `asked` in one, negative or positive.

    Args:
        share: of the question's words that the sentence uses.

    >>> goes_with("negative", "neutral", 0.5), goes_with("negative", "neutral", 0.7)
    (False, True)
    >>> goes_with("negative", "positive", 0.7), goes_with("negative", "positive", 1.0)
    (False, True)
    """
    return said == asked or share >= (MOST if said == "neutral" else NEARLY_ALL)
