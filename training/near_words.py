"""Which words mean nearly the same: a vector for each common English word -> data/near_words.npz.

    python -m training.near_words

The words are those that the text model's tokenizer keeps whole, and those of the shipped reviews. Each is embedded by
itself with MiniLM; what all words share (their mean) is taken away, and the rest is cut to DIMENSION principal axes and
eight bits. Does not handle: other languages than English, words in another sense (a `bud` is a flower and an earbud),
opposites (`narrow` and `wide` are near).
"""

import argparse
import csv
import json
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import model_utils
from backends.contracts import FloatArray
from rag.words import STOPWORDS, words
from settings import PROJECT_FOLDER, from_environment
from training.command import command

OUTPUT = PROJECT_FOLDER / "data" / "near_words.npz"
TOKENIZER = PROJECT_FOLDER / "data" / "models" / "text-minilm" / "tokenizer.json"
REVIEWS = PROJECT_FOLDER / "data" / "reviews.csv"
DIMENSION = 128
_BATCH = 512
_PLAIN = re.compile(r"[a-z]{3,}")


def vocabulary(tokenizer: Path, reviews: Path) -> list[str]:
    """Return the whole words of a tokenizer and the words of a file of reviews, in order, without filler words."""
    with reviews.open(encoding="utf-8", newline="") as file:
        said = {word for row in csv.DictReader(file) for word in words(f"{row['title']} {row['text']}")}
    whole = json.loads(tokenizer.read_text("utf-8"))["model"]["vocab"]
    return sorted(word for word in said.union(whole) - STOPWORDS if _PLAIN.fullmatch(word))


def packed(vectors: FloatArray, dimension: int) -> NDArray[np.int8]:
    """Return (n, dimension) eight-bit unit vectors of (n, d) vectors, without what all of them share."""
    own = vectors - vectors.mean(axis=0)
    own /= np.linalg.norm(own, axis=1, keepdims=True)
    _, axes = np.linalg.eigh(own.T @ own)
    cut = own @ axes[:, ::-1][:, :dimension]
    cut /= np.linalg.norm(cut, axis=1, keepdims=True)
    bits: NDArray[np.int8] = np.round(cut * 127).astype(np.int8)
    return bits


@command
def main(argv: Sequence[str] | None = None) -> int:
    """Embed and write; `--smoke` embeds the first 200 words only and writes nothing."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--smoke", action="store_true")
    arguments = parser.parse_args(argv)
    known = vocabulary(TOKENIZER, REVIEWS)[: 200 if arguments.smoke else None]
    embedder = model_utils.load("embedder", "minilm", from_environment())
    batches = [embedder.embed(known[start : start + _BATCH]) for start in range(0, len(known), _BATCH)]
    vectors = packed(np.vstack(batches), DIMENSION)
    if not arguments.smoke:
        np.savez_compressed(OUTPUT, words=np.frombuffer("\n".join(known).encode(), np.uint8), vectors=vectors)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
