"""How well search works on one's own reviews: precision, recall and nDCG on a labelled file.

    read = read_labels(Path("labels.csv").read_bytes(), library)
    evaluation = evaluate(read.labels, library, k=10)
    evaluation.overall["ndcg"].mean, evaluation.overall["ndcg"].low, evaluation.overall["ndcg"].high

With R the relevant reviews of a question and the hits in the order a visitor sees them: precision@k is the share of the
first k places that hold one of R (an empty place counts as a miss), recall@k the share of R among them, and nDCG@k the
sum of gain / log2(place + 1) over its best possible value (Järvelin & Kekäläinen 2002), the gain being the relevance
that the file gives. Intervals are 95 % percentile bootstrap over questions. A hit that the file does not judge counts
as not relevant; the share of judged hits is given, because with few labels the other figures are too low. A file of
emotions judges each of its reviews for each emotion, so an emotion is searched among these reviews alone: a sample of a
large library can be labelled (condensed lists: Sakai 2007, https://doi.org/10.1145/1277741.1277756).

Written here, in a few lines, and tested against scikit-learn: the libraries for it (ranx, pytrec_eval) bring a
compiler.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from backends.contracts import FACE_EMOTIONS
from errors import ReviewFileError
from rag.export import table_csv
from rag.labels import Label
from rag.opened import Library
from rag.query import Chosen, Filters, Query
from rag.search import search
from settings import Settings, from_environment

MEASURES = ("precision", "recall", "ndcg")
RESAMPLES = 2_000
LARGEST_K = 100
_AT_ONCE = 500


@dataclass(frozen=True)
class Scored:
    """One question: `relevant` reviews in the file, `found` of them in the first k, share of hits `judged` there."""

    question: str
    emotion: str
    relevant: int
    found: int
    judged: float
    precision: float
    recall: float
    ndcg: float


@dataclass(frozen=True)
class Mean:
    """A mean over questions with its 95 % interval; the interval is the mean itself where there is one question."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class Evaluation:
    """What was measured: every question, the means over all, and the means for each emotion that was asked.

    `among` counts the labelled reviews that emotions were searched among; None where every search was over all.
    """

    k: int
    questions: tuple[Scored, ...]
    overall: Mapping[str, Mean]
    by_emotion: Mapping[str, Mapping[str, Mean]]
    judged: float
    among: int | None = None

    @property
    def highest_precision(self) -> float:
        """The mean precision@k of a perfect search: below 1 where questions have fewer than k relevant reviews."""
        return float(np.mean([min(row.relevant, self.k) / self.k for row in self.questions]))

    @property
    def ceiling(self) -> str:
        """Say so; "" where a perfect search would reach 1."""
        few = sum(row.relevant < self.k for row in self.questions)
        if not few:
            return ""
        asked = len(self.questions)
        which = "the question has" if asked == 1 else f"{few:,} of {asked:,} questions {'has' if few == 1 else 'have'}"
        return (
            f"No search could reach more than {self.highest_precision:.3f} in precision@{self.k} here: {which} fewer "
            f"than {self.k:,} relevant reviews in the file."
        )


def evaluate(
    labels: Sequence[Label],
    library: Library,
    k: int = 10,
    settings: Settings | None = None,
    tell: Callable[[int, int], None] | None = None,
) -> Evaluation:
    """Ask every labelled question and compare the hits with the labels.

    Args:
        labels: from `rag.labels.read_labels`.
        tell: called with (questions asked, questions in all) after each.

    Raises:
        ReviewFileError: k is not between 1 and LARGEST_K, or no question has a relevant review.
        ModelError: the embedder of the library cannot be had.
    """
    if not 1 <= k <= LARGEST_K:
        raise ReviewFileError(f"The number of hits must be between 1 and {LARGEST_K}, not {k}.")
    gains: dict[tuple[str, str], dict[str, float]] = {}
    for label in labels:
        gains.setdefault((label.question, label.emotion), {})[label.review_id] = label.relevance
    asked = {key: judged for key, judged in gains.items() if any(gain > 0 for gain in judged.values())}
    if not asked:
        raise ReviewFileError("No question of the file has a relevant review: every relevance is 0.")
    scored, among = [], None
    for number, ((words, emotion), judged) in enumerate(asked.items(), 1):
        filters = Filters()
        if not words and not all(judged.values()):
            filters = Filters(chosen=_rows(list(judged), library))
            among = max(among or 0, len(judged))
        hits = search(Query(words, emotion or None, filters), library, k, settings or from_environment())
        scored.append(score(words, emotion, [hit.review.id for hit in hits], judged, k))
        if tell is not None:
            tell(number, len(asked))
    return replace(_summed(scored, k), among=among)


def _rows(ids: Sequence[str], library: Library) -> Chosen:
    parts = (library.store.rows_of(ids[start : start + _AT_ONCE]) for start in range(0, len(ids), _AT_ONCE))
    return Chosen.of("the labelled reviews", np.array([row for part in parts for row in part.values()], np.int64))


def score(question: str, emotion: str, hits: Sequence[str], judged: Mapping[str, float], k: int) -> Scored:
    """Score one question.

    Args:
        hits: ids, best first.
        judged: id -> relevance, 0 for judged and not relevant; at least one above 0.
    """
    gains = np.array([judged.get(review_id, 0.0) for review_id in hits[:k]])
    best = np.sort([gain for gain in judged.values() if gain > 0])[::-1]
    found = int((gains > 0).sum())
    return Scored(
        question=question,
        emotion=emotion,
        relevant=len(best),
        found=found,
        judged=float(np.mean([review_id in judged for review_id in hits[:k]])) if len(gains) else 0.0,
        precision=found / k,
        recall=found / len(best),
        ndcg=_discounted(gains) / _discounted(best[:k]),
    )


def _discounted(gains: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> float:
    return float((gains / np.log2(np.arange(len(gains)) + 2)).sum())


def interval(values: Sequence[float]) -> Mean:
    """Return the mean with its 95 % percentile bootstrap interval (the same for the same values)."""
    numbers = np.asarray(values, float)
    draws = np.random.default_rng(0).integers(0, len(numbers), (RESAMPLES, len(numbers)))
    low, high = np.quantile(numbers[draws].mean(axis=1), (0.025, 0.975))
    return Mean(float(numbers.mean()), float(low), float(high))


def _summed(scored: Sequence[Scored], k: int) -> Evaluation:
    emotions = [name for name in FACE_EMOTIONS if any(row.emotion == name for row in scored)]
    return Evaluation(
        k=k,
        questions=tuple(scored),
        overall=_means(scored),
        by_emotion={name: _means([row for row in scored if row.emotion == name]) for name in emotions},
        judged=float(np.mean([row.judged for row in scored])),
    )


def _means(scored: Sequence[Scored]) -> dict[str, Mean]:
    return {measure: interval([getattr(row, measure) for row in scored]) for measure in MEASURES}


def evaluation_csv(evaluation: Evaluation) -> bytes:
    """Return one row for each question, then the means with their intervals."""
    k = evaluation.k
    columns = (
        "question", "emotion", "relevant reviews", "found", "judged share", f"precision@{k}", f"recall@{k}",
        f"nDCG@{k}",
    )  # fmt: skip
    rows: list[list[str | int | float]] = [
        [row.question, row.emotion, row.relevant, row.found, *(round(value, 4) for value in _numbers(row))]
        for row in evaluation.questions
    ]
    for name, means in {"all questions": evaluation.overall, **evaluation.by_emotion}.items():
        for what in ("mean", "low", "high"):
            values = [round(float(getattr(means[measure], what)), 4) for measure in MEASURES]
            rows.append([f"{what} of {name}", "", "", "", "", *values])
    return table_csv(columns, rows)


def _numbers(row: Scored) -> tuple[float, float, float, float]:
    return row.judged, row.precision, row.recall, row.ndcg
