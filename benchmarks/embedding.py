"""How faithful the 8-bit embedder is to all-MiniLM-L6-v2 in float32, as sentence-transformers runs it.

    python -m benchmarks.embedding [--data FILE.csv --column NAME]

Cosine of the two embeddings of each text, and the share of each text's ten nearest neighbours that stay (recall@10).
"""

import argparse
import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

import model_utils
from backends.contracts import FloatArray
from backends.torchvision_guard import declare_missing_operators
from benchmarks import report
from rag.library import shipped_reviews
from settings import Settings
from training.text_encoder import wheel_folder

COMMAND = "python -m benchmarks.embedding"
K = 10
ASKED = 0.95
MOST = 4_000


def neighbours(vectors: FloatArray) -> Any:
    """(n, K) rows of the nearest other rows of (n, d) unit vectors, exactly."""
    similarity = vectors @ vectors.T
    np.fill_diagonal(similarity, -np.inf)
    return np.argsort(-similarity, axis=1, kind="stable")[:, :K]


def recall(exact: FloatArray, other: FloatArray) -> float:
    """Mean share of the K nearest neighbours by `exact` that are among those by `other`."""
    pairs = zip(neighbours(exact), neighbours(other), strict=True)
    return float(np.mean([len(set(a) & set(b)) / K for a, b in pairs]))


def texts_of(data: Path | None, column: str) -> list[str]:
    """The shipped reviews, or the distinct texts of one column of a CSV file, MOST at most."""
    if data is None:
        return [review.text for review in shipped_reviews()]
    with data.open(encoding="utf-8", newline="") as file:
        found = dict.fromkeys(row[column].strip() for row in csv.DictReader(file))
    return [text for text in found if text][:MOST]


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and write the results."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--data", type=Path, help="a CSV file (default: the shipped reviews)")
    parser.add_argument("--column", default="text", help="the column of its texts")
    given = parser.parse_args(argv)
    declare_missing_operators()
    from sentence_transformers import SentenceTransformer

    texts = texts_of(given.data, given.column)
    reference = SentenceTransformer(str(wheel_folder()), device="cpu")
    exact = np.asarray(reference.encode(texts, normalize_embeddings=True, show_progress_bar=False), np.float32)
    ours = model_utils.load("embedder", "minilm", Settings()).embed(texts)
    cosines = (exact * ours).sum(axis=1)
    kept = recall(exact, ours)
    rows = [
        report.Row(f"texts ({given.data.name if given.data else 'the shipped reviews'})", f"{len(texts):,}"),
        report.Row("cosine of the two embeddings, mean / least", f"{cosines.mean():.4f} / {cosines.min():.4f}"),
        report.Row("ten nearest neighbours kept", f"{kept:.3f}", f"≥ {ASKED:.2f}"),
    ]
    values = {"texts": len(texts), "recall_at_10": round(kept, 4), "cosine_mean": round(float(cosines.mean()), 5)}
    values["cosine_least"] = round(float(cosines.min()), 5)
    report.write("embedding", "The 8-bit embedder against all-MiniLM-L6-v2 in float32", COMMAND, rows, values)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
