"""Stand-ins for library, search and face model that a person can check by hand; the pages only see their attributes."""

import datetime
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from backends.contracts import (
    FACE_EMOTIONS,
    GOEMOTIONS,
    SENTIMENTS,
    CitedSentence,
    FaceBox,
    FloatArray,
    ImageArray,
    Summary,
)
from emotion.face import FaceReading, PhotoReading
from emotion.saliency import Saliency
from rag.disagreement import Disagreement, Voice
from rag.explore import Answer
from rag.facet_values import Facets
from rag.filtering import Columns
from rag.hits import Hit
from rag.index_vectors import Rows
from rag.query import Filters, Query
from rag.reviews import Review


def row(names: tuple[str, ...], **shares: float) -> FloatArray:
    """Return a row of probabilities: the named ones as given, the rest of 1 spread evenly over the others."""
    others = len(names) - len(shares)
    rest = (1.0 - sum(shares.values())) / others if others else 0.0
    return np.array([shares.get(name, rest) for name in names], np.float32)


REVIEWS = (
    Review(
        "r1", "The courier left it in the rain.\nI am furious!", "Soaked <parcel>", "Aurora Kettle", "Kitchen",
        datetime.date(2025, 3, 9), 1.0, "web",
    ),
    Review(
        "r2", "It boils fast and looks lovely.", "Lovely kettle", "Aurora Kettle", "Kitchen",
        datetime.date(2025, 6, 1), 5.0, "app",
    ),
    Review("r3", "Arrived. Works as described.", "", "Brio Lamp", "Home", datetime.date(2024, 12, 24), 3.0, "email"),
)  # fmt: skip
LANGUAGES = {"r1": "en", "r2": "en", "r3": "de"}
FEELINGS = ("angry", "happy", "neutral")
MOODS = ("negative", "positive", "neutral")


def _hit(review: Review, feeling: str, mood: str) -> Hit:
    return Hit(
        review,
        similarity=0.5,
        match=0.8,
        score=0.7,
        emotions=row(GOEMOTIONS),
        face_emotions=row(FACE_EMOTIONS, **{feeling: 0.81}),
        sentiment=row(SENTIMENTS, **{mood: 0.92}),
        toxicity=0.9 if review.id == "r1" else 0.0,
    )


HITS = tuple(_hit(*given) for given in zip(REVIEWS, FEELINGS, MOODS, strict=True))


class FakeStore:
    """Says which reviews nearly repeat another one."""

    def near(self) -> Rows:
        """The second review is taken for one that nearly repeats the first."""
        return np.array([1], np.int64)


@dataclass(eq=False)
class FakeLibrary:
    """The three reviews above; where it is `lacking`, the third has no product, rating and date."""

    name: str = "Example reviews"
    folder: Path = Path("shipped")
    manifest: str = "one"
    store: FakeStore = field(default_factory=FakeStore)
    lacking: bool = False

    def __len__(self) -> int:
        return len(REVIEWS)

    @property
    def alive(self) -> Rows:
        return np.arange(len(REVIEWS))

    @property
    def columns(self) -> Columns:
        rows = []
        for row, hit in enumerate(HITS):
            review = (
                replace(hit.review, product="", rating=None, date=None) if self.lacking and row == 2 else hit.review
            )
            moods = (SENTIMENTS.index(hit.sentiment_label), FACE_EMOTIONS.index(hit.emotion))
            day = review.date.isoformat() if review.date else None
            rows.append((row, review.product, review.category, LANGUAGES[review.id], review.rating, day, *moods))
        return Columns.read(rows, len(rows))

    def facets(self) -> Facets:
        return Facets(
            products={"Aurora Kettle": 2, "Brio Lamp": 1},
            categories={"Kitchen": 2, "Home": 1},
            ratings=(1.0, 5.0),
            dates=(datetime.date(2024, 12, 24), datetime.date(2025, 6, 1)),
            sentiments={"negative": 1, "positive": 1, "neutral": 1},
            emotions={"angry": 1, "happy": 1, "neutral": 1},
            languages={"en": 2, "de": 1},
        )

    def matching(self, filters: Filters) -> list[Hit]:
        low = filters.min_rating if filters.min_rating is not None else -1
        high = filters.max_rating if filters.max_rating is not None else 99
        return [
            hit
            for hit in HITS
            if (not filters.products or hit.review.product in filters.products)
            and (not filters.categories or hit.review.category in filters.categories)
            and (not filters.sentiments or hit.sentiment_label in filters.sentiments)
            and low <= (hit.review.rating or 0) <= high
            and (not filters.languages or LANGUAGES[hit.review.id] in filters.languages)
            and not (filters.hide_near_duplicates and hit.review.id == "r2")
            and (not filters.emotions or hit.emotion in filters.emotions)
            and (filters.since is None or (hit.review.date or datetime.date.min) >= filters.since)
            and (filters.until is None or (hit.review.date or datetime.date.max) <= filters.until)
        ]

    def count(self, filters: Filters) -> int:
        return len(self.matching(filters))

    def close(self) -> None: ...


@dataclass(frozen=True)
class FakeInfo:
    name: str
    folder: Path
    count: int = 3
    created: datetime.datetime = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    generation: int = 1


def explore(query: Query, library: FakeLibrary, _settings: object = None) -> Answer:
    """Find every review that passes the filters; sum up by quoting each."""
    hits = tuple(library.matching(query.filters))
    sentences = tuple(CitedSentence(hit.review.text.splitlines()[0], (hit.review.id,)) for hit in hits)
    share = 1 / len(hits) if hits else 0.0
    return Answer(
        query,
        hits,
        Summary(sentences, "fake-summary") if hits else None,
        len(hits),
        sentiment_mix={hit.sentiment_label: share for hit in hits},
        emotion_mix={hit.emotion: share for hit in hits},
        models={"embedder": "fake-words", "summarizer": "fake-summary"},
        seconds={"search": 0.1, "total": 0.25},
        rests_on=tuple(hit.review.id for hit in hits[:2]),
        cited=tuple(hit.review.id for hit in hits[:1]),
        disagreement=Disagreement("kettle", (Voice("r2", "It <boils> fast.", 0.9),), (Voice("r1", "Soaked.", 0.8),)),
        caution="One sentence was left out: the reviews cited for it do not say so.",
    )


def photo(*faces: FaceReading, image: ImageArray | None = None) -> PhotoReading:
    """Return a photo in which these faces were found."""
    names = {"face_detector": "fake-boxes", "face": "fake-face"}
    return PhotoReading(IMAGE if image is None else image, faces, names, 0.05)


def saliency(face: FaceReading) -> Saliency:
    """The top right quarter counts for the strongest emotion: without it that is half as likely. Nothing else does."""
    strongest = face.probabilities.argmax()
    heats = np.zeros((7, 96, 96), np.float32)
    heats[strongest, :48, 48:] = 0.1
    without = face.probabilities.copy()
    without[strongest] /= 2
    return Saliency(np.full((96, 96, 3), 128, np.uint8), face.probabilities, heats, without)


IMAGE: ImageArray = np.full((120, 160, 3), 180, np.uint8)
HAPPY = FaceReading(FaceBox(10, 20, 60, 60, 0.99), row(FACE_EMOTIONS, happy=0.62, neutral=0.3))
SAD = FaceReading(FaceBox(90, 30, 40, 40, 0.98), row(FACE_EMOTIONS, sad=0.9))
UNSURE = FaceReading(FaceBox(10, 20, 60, 60, 0.9), row(FACE_EMOTIONS, fear=0.35, surprise=0.31))
WHOLE = FaceReading(None, row(FACE_EMOTIONS, disgust=0.7))
