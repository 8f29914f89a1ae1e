"""One library, measured in a process of its own, for benchmarks.scale; prints one line of JSON.

python -m benchmarks.scale_measure moodlens|langchain FOLDER QUESTIONS STORE
"""

import datetime
import json
import sys
import time
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import psutil

import model_utils
from backends.contracts import FACE_EMOTIONS, FloatArray
from benchmarks import report
from benchmarks.scale_library import CATEGORIES, FIRST_DAY, REVIEWS_PER_PRODUCT, Origins, around
from rag.index_vectors import VectorFile
from rag.opened import Library, open_library
from rag.query import Filters, Query
from rag.search import find
from rag.words import STOPWORDS, spans
from settings import Settings, from_environment

K = 10
EXACT_QUESTIONS = 100
WARM = 20
"""Questions asked before the clock runs."""


def draw_questions(real: Origins, count: int, path: Path) -> None:
    """Write `count` questions: a vector near a real review and two to four words of that review."""
    rng = np.random.default_rng(99)
    places = rng.integers(0, len(real.texts), count)
    words = []
    for place in places.tolist():
        known = [word for _, _, word in spans(real.texts[place]) if word not in STOPWORDS] or ["delivery"]
        words.append(" ".join(rng.choice(known, min(len(known), int(rng.integers(2, 5))), replace=False)))
    np.savez(path, vectors=around(real.scores.embeddings[places], rng), words=np.array(words))


def some_filters(number: int, count: int) -> Filters:
    """Return the filters of a question: in turn one product, rating and category, sentiment and dates, emotions."""
    product = number % max(count // REVIEWS_PER_PRODUCT, 1)
    half = FIRST_DAY + datetime.timedelta(days=500)
    return (
        Filters(products=(f"Product {product}",)),
        Filters(categories=(f"Category {number % CATEGORIES}",), min_rating=4),
        Filters(sentiments=("negative",), since=half),
        Filters(emotions=FACE_EMOTIONS[:3], max_rating=3),
    )[number % 4]


def moodlens(folder: Path, vectors: FloatArray, words: Sequence[str], settings: Settings) -> dict[str, Any]:
    """Return every figure of this project's search."""
    started = time.perf_counter()
    library = open_library(folder, settings)
    find(Query(words[0]), vectors[0], library, K)
    opened = time.perf_counter() - started
    embedder = model_utils.load("embedder", library.manifest.embedder, settings)
    queries = [Query(text) for text in words]
    narrowed = [
        Query(text, FACE_EMOTIONS[n % 7] if n % 3 == 0 else None, some_filters(n, len(library)))
        for n, text in enumerate(words)
    ]
    seconds = {
        "embedding": timed(lambda n: embedder.embed([words[n]]), len(words)),
        "dense": timed(lambda n: library.index.search(vectors[n], K), len(words)),
        "lexical": timed(lambda n: library.lexicon.best(words[n], K), len(words)),
        "hybrid": timed(lambda n: find(queries[n], vectors[n], library, K), len(words)),
        "filtered": timed(lambda n: find(narrowed[n], vectors[n], library, K), len(words)),
    }
    told = {
        "open_seconds": opened,
        "kind": library.index.kind,
        "megabytes": psutil.Process().memory_info().rss / 1e6,
        "ms": {name: quantiles(times) for name, times in seconds.items()},
    }
    masks = [library.allowed(query.filters) for query in narrowed[:EXACT_QUESTIONS]]
    return told | {
        "recall": {
            "dense": recall(library, vectors[:EXACT_QUESTIONS], [None] * EXACT_QUESTIONS),
            "filtered": recall(library, vectors[:EXACT_QUESTIONS], masks),
        }
    }


def recall(library: Library, vectors: FloatArray, masks: Sequence[Any]) -> float:
    """Return the share of the exact K nearest (float32, within the filter) that the index finds."""
    best = [(np.empty(0, np.int64), np.empty(0, np.float32))] * len(vectors)
    for first, block in VectorFile(library.folder, library.rows, library.manifest.dimension).blocks():
        cosines = vectors @ block.T
        for number, mask in enumerate(masks):
            places = np.arange(len(block)) if mask is None else np.flatnonzero(mask[first : first + len(block)])
            top = places[np.argsort(-cosines[number, places])[:K]]
            rows = np.concatenate([best[number][0], top + first])
            found = np.concatenate([best[number][1], cosines[number, top]])
            order = np.argsort(-found, kind="stable")[:K]
            best[number] = rows[order], found[order]
    shares = []
    for number, (exact, _) in enumerate(best):
        if len(exact):
            rows, _ = library.index.search(vectors[number], K, masks[number])
            shares.append(len(np.intersect1d(rows, exact)) / len(exact))
    return float(np.mean(shares))


def langchain(folder: Path, vectors: FloatArray, words: Sequence[str], settings: Settings) -> dict[str, Any]:
    """Return the figures of LangChain's FAISS wrapper over the same reviews and vectors."""
    warnings.simplefilter("ignore", DeprecationWarning)
    from langchain_community.vectorstores import FAISS

    from rag.interop_langchain import LibraryEmbeddings, document
    from rag.store import Store

    library = open_library(folder, settings)
    embedder = LibraryEmbeddings(library)
    count, reviews = library.rows, Store(folder)
    file = VectorFile(folder, count, library.manifest.dimension)
    stored: Any = None
    documents = map(document, reviews.stream())
    for _, block in file.blocks():
        batch = [next(documents) for _ in range(len(block))]
        pairs = [(doc.page_content, vector) for doc, vector in zip(batch, block, strict=True)]
        metadatas, ids = [doc.metadata for doc in batch], [str(doc.id) for doc in batch]
        if stored is None:
            stored = FAISS.from_embeddings(pairs, embedder, metadatas, ids)
        else:
            stored.add_embeddings(pairs, metadatas, ids)
    library.close()
    embedder.embed_query(words[0])
    wanted = {"product": "Product 0"}
    hits = [len(stored.similarity_search_by_vector(vector, K, filter=wanted)) for vector in vectors[:EXACT_QUESTIONS]]
    times = timed(lambda n: stored.similarity_search_by_vector(vectors[n], K), len(words))
    megabytes = psutil.Process().memory_info().rss / 1e6
    return {"ms": {"dense": quantiles(times)}, "filtered_hits": float(np.mean(hits)), "megabytes": megabytes}


def timed(run: Callable[[int], object], count: int) -> list[tuple[float, float]]:
    """Return the seconds of each of `count` calls after the first WARM: by the clock, and of the processor."""
    seconds = []
    for number in range(count):
        started, used = time.perf_counter(), time.process_time()
        run(number)
        seconds.append((time.perf_counter() - started, time.process_time() - used))
    return seconds[min(WARM, count - 1) :]


def quantiles(seconds: Sequence[tuple[float, float]]) -> dict[str, float]:
    """Return the median and the 95th percentile in milliseconds; the same of the processor's time."""
    found = {}
    for name, values in zip(("", "processor_"), zip(*seconds, strict=True), strict=True):
        found[f"{name}p50"], found[f"{name}p95"] = report.median(values) * 1000, report.quantile(values, 0.95) * 1000
    return found


def main(argv: Sequence[str]) -> int:
    """Measure and print."""
    what, folder, questions, store = argv[0], Path(argv[1]), Path(argv[2]), Path(argv[3])
    with np.load(questions, allow_pickle=False) as drawn:
        vectors, words = drawn["vectors"], [str(text) for text in drawn["words"]]
    settings = from_environment().model_copy(update={"store_folder": store})
    found = {"moodlens": moodlens, "langchain": langchain}[what](folder, vectors, words, settings)
    print(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
