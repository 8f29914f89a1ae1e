"""How likely a message speaks of a danger: a linear classifier on the meaning and the spelling of its words.

It stands beside the written rules of `chat.safety`: rules know phrases, this knows what comes near to phrases. Features
are the sentence embedding of the embedded MiniLM (whatever embedder answers searches) and hashed pieces of words, both
of the text as `chat.spelling.normalise` leaves it. Weights, phrases and figures come from `training/crisis.py`. Does
not handle: languages other than English (the rules know some Korean).
"""

import re
import threading
import zlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

import model_utils
from backends.contracts import FloatArray, WeightFile
from backends.weights import checked_file, shipped_folder
from chat.spelling import normalise
from errors import DamagedModel
from settings import Settings

KINDS = ("harmless", "self_harm", "abuse", "violence")
FOLDER = "crisis"
EMBEDDER = "minilm"
GRAM_COLUMNS = 8192
GRAM_WEIGHT = 0.5
"""How much spelling counts beside meaning: the length of its part of a row of features."""
MAX_CLAUSES = 24

_lock = threading.Lock()


class Danger:
    """The loaded classifier: weights (features, 4) and bias (4,) for KINDS, and the threshold it was chosen with."""

    def __init__(self, weights: FloatArray, bias: FloatArray, threshold: float) -> None:
        self._weights, self._bias, self.threshold = weights, bias, threshold

    def probabilities(self, features: FloatArray) -> FloatArray:
        """(n, f) features -> (n, 4) probabilities in the order of KINDS."""
        logits = features @ self._weights + self._bias
        shares = np.exp(logits - logits.max(axis=1, keepdims=True))
        return np.asarray(shares / shares.sum(axis=1, keepdims=True), np.float32)


def views(text: str) -> list[str]:
    """Return a message, and its sentences if it has several: one cry for help among small talk must be heard.

    >>> views("nice day. I want to go")
    ['nice day. I want to go', 'nice day', 'I want to go']
    """
    parts = [part.strip() for part in re.split(r"[.!?;\n]+", text) if len(part.split()) >= 2]
    return [text, *parts[:MAX_CLAUSES]] if len(parts) > 1 else [text]


def features(texts: Sequence[str], settings: Settings) -> FloatArray:
    """Return (n, 384 + GRAM_COLUMNS) float32: unit embedding, and word pieces as a row of length GRAM_WEIGHT."""
    return joined(meaning([readable(text) for text in texts], settings), texts)


def readable(text: str) -> str:
    """Return a text as it is embedded: in the one spelling, with its sentences apart."""
    return normalise(text).replace(" . ", ". ")


def meaning(texts: Sequence[str], settings: Settings) -> FloatArray:
    """Return (n, 384) unit embeddings."""
    return model_utils.load("embedder", EMBEDDER, settings).embed(texts)


def joined(embeddings: FloatArray, texts: Sequence[str]) -> FloatArray:
    """Return embeddings with the word pieces of the same texts beside them."""
    rows = [grams(normalise(text)) for text in texts]
    spelling = np.stack(rows) if rows else np.zeros((0, GRAM_COLUMNS), np.float32)
    return np.hstack([embeddings, GRAM_WEIGHT * spelling])


def grams(plain: str) -> FloatArray:
    """Return (GRAM_COLUMNS,): words, their pieces of 3 and 4 letters, and neighbours, hashed; square roots of counts,
    length 1 (nought for no words)."""
    words = plain.split()
    pieces = [gram for word in words for gram in _pieces(f"<{word}>")]
    pieces += [" ".join(words[start : start + size]) for size in (2, 3) for start in range(len(words) - size + 1)]
    row = np.zeros(GRAM_COLUMNS, np.float32)
    for piece in pieces:
        row[zlib.crc32(piece.encode()) % GRAM_COLUMNS] += 1.0
    row = np.sqrt(row)
    length = float(np.linalg.norm(row))
    return np.asarray(row / length, np.float32) if length else row


def _pieces(word: str) -> list[str]:
    return [word, *(word[start : start + size] for size in (3, 4) for start in range(len(word) - size + 1))]


def read(message: str, settings: Settings) -> tuple[float, str]:
    """Return how likely a message speaks of a danger, in [0, 1], and which (one of KINDS but the first).

    Raises:
        DamagedModel: the weights are missing or not those the card describes.
    """
    model = load(settings)
    rows = model.probabilities(features(views(message), settings))
    row = rows[int((1 - rows[:, 0]).argmax())]
    return float(1 - row[0]), KINDS[1 + int(row[1:].argmax())]


def load(settings: Settings) -> Danger:
    """Return the classifier; read once per process and folder, under a lock."""
    with _lock:
        return _load(shipped_folder(settings, FOLDER))


def forget() -> None:
    """Drop the loaded weights: the next message reads them again."""
    _load.cache_clear()


@cache
def _load(folder: Path) -> Danger:
    import json

    try:
        card: dict[str, Any] = json.loads((folder / "card.json").read_text("utf-8"))
        (name, row), *_ = card["files"].items()
        path = checked_file(folder, WeightFile(name, row["bytes"], row["sha256"]))
        with np.load(path, allow_pickle=False) as file:
            return Danger(file["weights"].astype(np.float32), file["bias"], float(card["threshold"]))
    except (OSError, ValueError, KeyError) as error:
        raise DamagedModel("The crisis classifier cannot be read. Get a complete copy of Moodlens.") from error
