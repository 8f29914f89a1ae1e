"""Libraries of any size for benchmarks.scale, drawn around real reviews, written through the storage without a model.

A drawn review takes one real review's vector, scores and sentences, adds noise to the first two and swaps one of the
sentences for another review's. Its cosine to its origin is about 0.7 to 0.95, so that reviews lie in real clusters.
"""

import csv
import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import model_utils
from backends.contracts import GOEMOTIONS, SENTIMENTS, FloatArray, TextScores
from backends.sentences import split
from rag import writer
from rag.annotate import Annotator
from rag.build import folder_of
from rag.index import METRIC
from rag.layout import FORMAT, STORE_FILE
from rag.library import shipped_reviews
from rag.lock import writing
from rag.manifest import Manifest, vectors_identity
from rag.reviews import Review
from settings import Settings

CHUNK = 5_000
REVIEWS_PER_PRODUCT = 200
CATEGORIES = 20
FIRST_DAY, DAYS = datetime.date(2023, 1, 1), 1_095
NOISE = (0.3, 0.9)
"""Length of the noise added to a unit vector, from and to."""


@dataclass(frozen=True, eq=False)
class Origins:
    """Real reviews that others are drawn around: texts, their sentences, what the models read in them."""

    texts: list[str]
    sentences: list[list[str]]
    scores: TextScores


def origins(settings: Settings, data: Path | None, most: int = 4_000) -> Origins:
    """Read up to `most` real reviews and tag them: the shipped ones, or those of the CSV files in a folder."""
    texts = [review.text for review in shipped_reviews(settings)] if data is None else list(_texts(data))
    if len(texts) > most:
        texts = [texts[place] for place in np.random.default_rng(3).choice(len(texts), most, replace=False)]
    annotator = Annotator(settings)
    parts = [annotator.read(texts[start : start + 64]) for start in range(0, len(texts), 64)]
    scores = TextScores(
        np.concatenate([part.embeddings for part in parts]),
        np.concatenate([part.emotions for part in parts]),
        np.concatenate([part.sentiments for part in parts]),
        np.concatenate([part.toxicity for part in parts]),
    )
    return Origins(texts, [[text[start:end] for start, end in split(text)] or [text] for text in texts], scores)


def _texts(folder: Path) -> Iterator[str]:
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                text = row.get("Review Text") or row.get("reviews.text") or row.get("text") or ""
                if len(text) > 40:
                    yield text


def around(vectors: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Return unit vectors, each near one of (n, dimension) unit vectors."""
    noise = rng.standard_normal(vectors.shape, np.float32)
    noise *= rng.uniform(*NOISE, (len(vectors), 1)).astype(np.float32) / np.linalg.norm(noise, axis=1, keepdims=True)
    drawn = vectors + noise
    return np.asarray(drawn / np.linalg.norm(drawn, axis=1, keepdims=True), np.float32)


def name_of(count: int) -> str:
    """Return the name of the library of so many reviews."""
    return f"scale {count}"


def make(real: Origins, count: int, settings: Settings) -> Path:
    """Write a library of `count` drawn reviews and return its folder; one that broke off is gone on with."""
    name = name_of(count)
    folder = folder_of(name, settings)
    card = model_utils.choose("embedder", settings).card
    manifest = Manifest(
        format=FORMAT,
        name=name,
        created=datetime.datetime.now(datetime.UTC),
        count=0,
        dimension=real.scores.embeddings.shape[1],
        metric=METRIC,
        sentences=0,
        embedder=card.name,
        embedder_identity=vectors_identity(card),
        models={"embedder": card.name},
    )
    with writing(folder, name, "written by a benchmark"):
        if not (folder / STORE_FILE).exists():
            folder.mkdir(parents=True, exist_ok=True)
            writer.create(folder, manifest)
        with writer.LibraryWriter(folder) as opened:
            for first in range(opened.count, count, CHUNK):
                rng = np.random.default_rng([count, first])
                places = rng.integers(0, len(real.texts), min(CHUNK, count - first))
                with opened.chunk():
                    reviews, scores = _reviews(real, places, first, count, rng), _scores(real.scores, places, rng)
                    opened.append(reviews, scores, languages=["en"] * len(reviews))
    return folder


def _reviews(real: Origins, places: np.ndarray, first: int, count: int, rng: np.random.Generator) -> list[Review]:
    others, days = rng.integers(0, len(real.texts), len(places)), rng.integers(0, DAYS, len(places))
    products, stars = (
        rng.integers(0, max(count // REVIEWS_PER_PRODUCT, 1), len(places)),
        rng.integers(1, 6, len(places)),
    )
    found = []
    for number, (place, other) in enumerate(zip(places.tolist(), others.tolist(), strict=True)):
        sentences = list(real.sentences[place])
        sentences[number % len(sentences)] = real.sentences[other][number % len(real.sentences[other])]
        product = int(products[number])
        found.append(
            Review(
                id=f"r{first + number}",
                text=" ".join(sentences),
                product=f"Product {product}",
                category=f"Category {product % CATEGORIES}",
                date=FIRST_DAY + datetime.timedelta(days=int(days[number])),
                rating=float(stars[number]),
            )
        )
    return found


def _scores(real: TextScores, places: np.ndarray, rng: np.random.Generator) -> TextScores:
    count = len(places)
    emotions = np.clip(real.emotions[places] + rng.normal(0, 0.02, (count, len(GOEMOTIONS))), 0.001, 1)
    sentiments = np.clip(real.sentiments[places] + rng.normal(0, 0.05, (count, len(SENTIMENTS))), 0.001, 1)
    return TextScores(
        around(real.embeddings[places], rng),
        emotions.astype(np.float32),
        (sentiments / sentiments.sum(axis=1, keepdims=True)).astype(np.float32),
        real.toxicity[places],
    )
