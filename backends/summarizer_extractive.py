"""Summaries made of the customers' own sentences: chosen, ordered, quoted word for word and cited. Nothing is written.

Sentences are ranked by how central they are (Radev et al. 2004, https://doi.org/10.1016/j.ipm.2003.10.006), how near to
the question, and, as far as the question itself is emotional, how much of that and of the reviews' shared emotion they
carry; then picked by maximal marginal relevance (Carbonell & Goldstein 1998), with a preference for products that are
not quoted yet.
Where the passages say which sentences are about the question, only these are quoted, or what stands beside one that is
too short or too long to quote.
Does not handle: languages without spaces between words; combining two sentences into one.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from backends.contracts import GOEMOTIONS, Availability, CitedSentence, Embedder, FloatArray, ModelCard, Summary
from backends.passage import Passage, StoredSentence
from backends.sentences import quoted, split

if TYPE_CHECKING:
    from settings import Settings

SENTENCES = 4
FEWEST_WORDS, MOST_WORDS = 5, 40
FEWEST_ABOUT_IT = 3
"""Words from which a sentence about the question may be quoted where its review has no longer one."""
CENTRAL, ASKED, FELT = 1.0, 1.5, 1.5
"""Weights of the three standardised parts of a sentence's rank; the last counts as far as the question is emotional."""
BESIDE = 0.40
"""Cosine to the question from which a sentence may speak for the one beside it."""
NOVELTY = 0.3
SAME_PRODUCT = 0.1
"""Taken off a sentence (of a relevance in [0, 1]) for each one already chosen about its product, unless most of the
reviews are about one product: then the question is."""
CORROBORATES = 0.65
"""Cosine from which a sentence of another review may be cited as saying much the same; it must also be about the same
product and in a like mood (evidence: docs/experiments.md, Search)."""
LIKE_MOOD = 0.5
"""Cosine between the emotions of two sentences from which their moods are alike."""
MOST_CITATIONS = 4
REMEMBERED_QUESTIONS = 64
Mask = NDArray[np.bool_]
_NEUTRAL = GOEMOTIONS.index("neutral")


@dataclass(frozen=True, eq=False)
class _Sentences:
    """The n sentences of all reviews: place of the review, start in it, text, (n, d) unit vectors, (n, 28) emotions."""

    places: list[int]
    starts: list[int]
    texts: list[str]
    vectors: FloatArray
    emotions: FloatArray


class Extractive:
    """Choose, order and cite sentences; `summarize` is deterministic."""

    card: ModelCard

    def __init__(self, embedder: Embedder) -> None:
        self.card = CARD
        self._embedder = embedder
        self._read_question = lru_cache(maxsize=REMEMBERED_QUESTIONS)(lambda question: self._read([question]))

    def summarize(self, question: str, reviews: Sequence[Passage]) -> Summary:
        """Return up to SENTENCES quoted sentences; each cites its own review first, then those that say the same.

        The text of each is `product: “sentence”`, the sentence exactly as it stands in the review.
        """
        found = self._sentences(reviews)
        if not found.texts:
            return Summary((), self.card.name)
        ranks = self._rank(question, found, _about(found, reviews))
        chosen = _readable_order(_choose(ranks, found, reviews), found.vectors)
        return Summary(tuple(_cite(place, found, reviews) for place in chosen), self.card.name)

    def _sentences(self, reviews: Sequence[Passage]) -> _Sentences:
        """Take the sentences that the import stored, and read those of the other reviews in one batch."""
        known: list[tuple[int, StoredSentence]] = []
        unknown: list[tuple[int, int, str]] = []
        for place, review in enumerate(reviews):
            if review.sentences and review.embedder == self._embedder.card.name:
                known.extend((place, stored) for stored in review.sentences)
            else:
                unknown.extend((place, start, review.text[start:end]) for start, end in split(review.text))
        vectors, emotions = self._read([text for _, _, text in unknown])
        return _Sentences(
            places=[place for place, _ in known] + [place for place, _, _ in unknown],
            starts=[stored.start for _, stored in known] + [start for _, start, _ in unknown],
            texts=[reviews[place].text[stored.start : stored.end] for place, stored in known]
            + [text for _, _, text in unknown],
            vectors=np.vstack([*(stored.vector for _, stored in known), vectors]),
            emotions=np.vstack([*(stored.emotions for _, stored in known), emotions]),
        )

    def _read(self, texts: Sequence[str]) -> tuple[FloatArray, FloatArray]:
        """Return (n, d) vectors and (n, 28) emotions; without a joint reader no emotion is known and all are zero."""
        if self._embedder.joint is not None:
            scores = self._embedder.joint.read(texts)
            return scores.embeddings, scores.emotions
        return self._embedder.embed(texts), np.zeros((len(texts), len(GOEMOTIONS)), np.float32)

    def _rank(self, question: str, found: _Sentences, about: Mask) -> FloatArray:
        """Return (n,) relevance in [0, 1]; -1 for what is not to be quoted.

        Quoted is what is `about` the question and neither too short nor too long; of a review where nothing is both,
        what is somewhat shorter, or else stands beside and is near; if no review has even that, any sentence about the
        question, whatever its length.
        """
        asked_vector, asked_emotions = self._read_question(question)
        centroid = found.vectors.mean(axis=0)
        near = found.vectors @ asked_vector[0]
        mood, weight = _mood(asked_emotions[0], found.emotions)
        parts = (
            CENTRAL * _standardised(found.vectors @ centroid)
            + ASKED * _standardised(near)
            + FELT * weight * _standardised(found.emotions @ mood)
        )
        words = np.array([len(text.split()) for text in found.texts])
        fair = (words >= FEWEST_WORDS) & (words <= MOST_WORDS)
        left = about & ~_served(about & fair, found)
        short = left & (words >= FEWEST_ABOUT_IT) & (words < FEWEST_WORDS) if not about.all() else np.zeros_like(about)
        beside = fair & (near >= BESIDE) & _beside(left & ~_served(short, found), found)
        quotable = (fair & about) | short | beside
        span = float(parts.max() - parts.min()) or 1.0
        relevance: FloatArray = ((parts - parts.min()) / span).astype(np.float32)
        return np.where(quotable if quotable.any() else about, relevance, np.float32(-1))


def _about(found: _Sentences, reviews: Sequence[Passage]) -> Mask:
    """Return (n,) which sentences are about the question: as the passages say, all of those that do not say."""
    told = [reviews[place].about for place in found.places]
    return np.array([starts is None or start in starts for starts, start in zip(told, found.starts, strict=True)], bool)


def _served(good: Mask, found: _Sentences) -> Mask:
    """Return (n,) which sentences are of a review that has a good one."""
    places = np.array(found.places)
    return np.isin(places, places[good])


def _beside(chosen: Mask, found: _Sentences) -> Mask:
    """Return (n,) which sentences stand right before or behind a chosen one in its review."""
    beside = np.zeros_like(chosen)
    order = np.lexsort((found.starts, found.places))
    for one, other in pairwise(order):
        if found.places[one] == found.places[other]:
            beside[one] |= chosen[other]
            beside[other] |= chosen[one]
    return beside


def _mood(asked: FloatArray, said: FloatArray) -> tuple[FloatArray, float]:
    """Return the (28,) emotions to look for in sentences, and how emotional the question is, in [0, 1].

    A calm question about calm reviews looks for calm sentences; otherwise the label neutral does not count.
    """
    mood = asked + said.mean(axis=0)
    if int(mood.argmax()) == _NEUTRAL:
        return np.eye(len(GOEMOTIONS), dtype=np.float32)[_NEUTRAL], float(said[:, _NEUTRAL].mean())
    mood[_NEUTRAL] = 0.0
    return mood, float(np.delete(asked, _NEUTRAL).max())


def _standardised(values: FloatArray) -> FloatArray:
    spread = float(values.std())
    return (values - values.mean()) / spread if spread > 1e-6 else np.zeros_like(values)


def _choose(ranks: FloatArray, found: _Sentences, reviews: Sequence[Passage]) -> list[int]:
    """Return the places of up to SENTENCES sentences, best first, at most one per review."""
    products = [reviews[place].product for place in found.places]
    biggest = max(Counter(review.product for review in reviews).values())
    turns = SAME_PRODUCT if biggest <= len(reviews) / 2 else 0.0
    chosen: list[int] = []
    while len(chosen) < SENTENCES:
        quoted = {found.places[place] for place in chosen}
        gains = {
            place: ranks[place]
            - NOVELTY * max((float(found.vectors[place] @ found.vectors[other]) for other in chosen), default=0.0)
            - turns * sum(products[place] != "" and products[place] == products[other] for other in chosen)
            for place in range(len(found.texts))
            if found.places[place] not in quoted and ranks[place] >= 0
        }
        if not gains:
            break
        chosen.append(max(gains, key=lambda place: gains[place]))
    return chosen


def _readable_order(chosen: Sequence[int], vectors: FloatArray) -> list[int]:
    """Start with the best sentence and go on with the one nearest to the last, so that alike ones stand together."""
    ordered, left = list(chosen[:1]), list(chosen[1:])
    while left:
        following = max(left, key=lambda place: float(vectors[place] @ vectors[ordered[-1]]))
        left.remove(following)
        ordered.append(following)
    return ordered


def _cite(place: int, found: _Sentences, reviews: Sequence[Passage]) -> CitedSentence:
    """Quote a sentence with its review and those whose own sentence is close to it, nearest first."""
    own = found.places[place]
    cosines = found.vectors @ found.vectors[place]
    cited = [reviews[own].id]
    for other in np.argsort(-cosines, kind="stable"):
        review = reviews[found.places[other]]
        if cosines[other] < CORROBORATES or len(cited) == MOST_CITATIONS:
            break
        is_same_product = review.product == reviews[own].product
        if review.id not in cited and is_same_product and _alike(found.emotions[place], found.emotions[other]):
            cited.append(review.id)
    return CitedSentence(quoted(reviews[own].product, found.texts[place]), tuple(cited))


def _alike(one: FloatArray, other: FloatArray) -> bool:
    """True if two sentences carry like emotions, or nothing is known of them."""
    norms = float(np.linalg.norm(one) * np.linalg.norm(other))
    return norms == 0 or float(one @ other) / norms >= LIKE_MOOD


def load(settings: "Settings") -> Extractive:
    """Load the embedded encoder that ranks the sentences."""
    from backends import embedder_minilm

    return Extractive(embedder_minilm.load(settings))


def _available(settings: "Settings") -> Availability:
    from backends import embedder_minilm

    return embedder_minilm.CARD.available(settings)


CARD = ModelCard(
    task="summarizer",
    name="extractive",
    profile="embedded",
    title="Quotes from the reviews, chosen by MiniLM",
    source="this project",
    licence_weights="none of its own (it uses the embedded MiniLM)",
    licence_data="none of its own",
    load=load,
    available=_available,
    preprocessing={"sentences": SENTENCES, "fewest_words": FEWEST_WORDS, "most_words": MOST_WORDS},
    limits="Quotes, it does not rephrase: a summary reads like voices, not like a report.",
)
