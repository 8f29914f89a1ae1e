"""The joint text reader: one pass of a MiniLM encoder gives embedding, 28 emotions, sentiment and toxicity.

The encoder is an 8-bit ONNX graph (`embedding` and `features`), the heads are small networks in numpy. Long texts are
read whole, in overlapping windows: the embedding is the mean over windows weighted by tokens, made a unit row again;
of emotions and toxicity the strongest window counts (of the label neutral and of sentiment the weighted mean).
Does not handle: languages other than English (scores are then guesses); emoji beside words (the vocabulary has
none of them).
"""

from __future__ import annotations

import dataclasses
import json
import re
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from backends.contracts import GOEMOTIONS, SENTIMENTS, FloatArray, ModelCard, Task, TextScores
from backends.negation import denial, turn
from backends.weights import checked_file, onnx_session, shipped_card, shipped_folder, thread_count
from errors import DamagedModel
from settings import Settings

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

FOLDER = "text-minilm"
ENCODER_FILE, HEADS_FILE, TOKENIZER_FILE, CONFIG_FILE = (
    "encoder.onnx",
    "heads.safetensors",
    "tokenizer.json",
    "inference_config.json",
)
NEUTRAL = GOEMOTIONS.index("neutral")
_TOKENS_PER_BATCH = 512
_HALF_CHARACTERS = re.compile("[\ud800-\udfff]")
"""Halves of a UTF-16 pair, which JSON can hold and no tokenizer takes."""

Window = tuple[int, ...]


class Head:
    """A network of one hidden layer on some columns of the features: linear, ReLU, linear. Standardising the features
    and calibrating the result are part of its weights."""

    def __init__(self, weights: dict[str, NDArray[Any]], task: str) -> None:
        self._first, self._first_bias, self._last, self._last_bias, columns = (
            weights[f"{task}.{name}"] for name in ("w1", "b1", "w2", "b2", "columns")
        )
        self._columns = slice(int(columns[0]), int(columns[1]))

    def logits(self, features: FloatArray) -> FloatArray:
        """(n, f) -> (n, labels)."""
        hidden = np.maximum(features[:, self._columns] @ self._first + self._first_bias, 0.0)
        logits: FloatArray = hidden @ self._last + self._last_bias
        return logits


class MiniLMReader:
    """Reads texts with the encoder and heads of one folder. Safe to use from several threads."""

    def __init__(
        self,
        encoder: InferenceSession,
        tokenizer: Tokenizer,
        heads: dict[str, NDArray[Any]],
        config: dict[str, Any],
        workers: int = 1,
    ) -> None:
        """`workers`: how many batches run side by side; their results are the same to the rounding of floats."""
        self._workers = workers
        self._encoder, self._tokenizer, self._weights = encoder, tokenizer, heads
        self._max_tokens, self._overlap = int(config["max_tokens"]), int(config["window_overlap"])
        ids = tokenizer.get_vocab()
        self._begin, self._end, self._unknown = ids["[CLS]"], ids["[SEP]"], ids["[UNK]"]

    def read(self, texts: Sequence[str]) -> TextScores:
        """Return embedding, emotions, sentiment and toxicity of each text, in the order given.

        A text without a single readable token (empty, blank, unknown signs) is neutral and harmless; its embedding is
        what the encoder makes of it. Feelings that a short text denies are turned (backends/negation.py).
        """
        windows, owner = self._windows(texts)
        embeddings, features = self.encode(windows)
        lengths = np.array([len(window) for window in windows], np.float32)
        emotions, sentiments, toxicity = self.heads_of(features)
        unread = np.array(
            [all(token in (self._begin, self._end, self._unknown) for token in window) for window in windows], bool
        )
        emotions[unread] = np.eye(len(GOEMOTIONS), dtype=np.float32)[NEUTRAL]
        sentiments[unread] = np.eye(len(SENTIMENTS), dtype=np.float32)[SENTIMENTS.index("neutral")]
        toxicity[unread] = 0.0
        scores = _pooled(TextScores(embeddings, emotions, sentiments, toxicity), owner, lengths)
        for row, text in enumerate(texts):
            if found := denial(text):
                turn(found, scores.emotions[row], scores.sentiments[row])
        return scores

    def heads_of(self, features: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """(n, f) features -> emotions (n, 28), sentiments (n, 3), toxicity (n,)."""
        emotion, sentiment, toxicity = (head.logits(features) for head in self._heads)
        shares = np.exp(sentiment - sentiment.max(axis=1, keepdims=True))
        return _sigmoid(emotion), shares / shares.sum(axis=1, keepdims=True), _sigmoid(toxicity)[:, 0]

    @cached_property
    def _heads(self) -> tuple[Head, ...]:
        return tuple(Head(self._weights, task) for task in ("emotion", "sentiment", "toxicity"))

    def _windows(self, texts: Sequence[str]) -> tuple[list[Window], NDArray[np.int64]]:
        """Token ids of every window, and the number of the text it belongs to."""
        room = self._max_tokens - 2
        windows: list[Window] = []
        owner: list[int] = []
        whole = [_HALF_CHARACTERS.sub("", text) for text in texts]
        for number, encoding in enumerate(self._tokenizer.encode_batch(whole, add_special_tokens=False)):
            ids = encoding.ids
            starts = range(0, max(len(ids) - self._overlap, 1), room - self._overlap)
            windows += [(self._begin, *ids[start : start + room], self._end) for start in starts]
            owner += [number] * len(starts)
        return windows, np.array(owner, np.int64)

    @property
    def feature_count(self) -> int:
        """How many features the encoder gives a text."""
        return int(self._encoder.get_outputs()[1].shape[1])

    def encode(self, windows: Sequence[Window]) -> tuple[FloatArray, FloatArray]:
        """Token ids -> (n, 384) unit embeddings and (n, f) features. Windows of similar length run together."""
        embeddings = np.empty((len(windows), int(self._encoder.get_outputs()[0].shape[1])), np.float32)
        features = np.empty((len(windows), self.feature_count), np.float32)
        # Longest first: the first window of a batch is then the one the others are padded to, which bounds its memory.
        order = sorted(range(len(windows)), key=lambda row: -len(windows[row]))
        batches: list[list[int]] = []
        while order:
            batches.append(order[: max(1, _TOKENS_PER_BATCH // len(windows[order[0]]))])
            del order[: len(batches[-1])]

        waiting = iter(batches)  # of a list: safe to share

        def work() -> None:
            for rows in waiting:
                embeddings[rows], features[rows] = self._run([windows[row] for row in rows])

        others = min(self._workers, len(batches)) - 1
        if others <= 0:
            work()
        else:  # side by side: a session lets the interpreter go on while it computes
            with ThreadPoolExecutor(others, "encoder") as pool:
                helping = [pool.submit(work) for _ in range(others)]
                work()  # this thread as well: each further one keeps memory of its own
            for one in helping:
                one.result()
        return embeddings, features

    def _run(self, windows: Sequence[Window]) -> tuple[FloatArray, FloatArray]:
        """One batch, filled up to its longest window."""
        ids = np.zeros((len(windows), max(map(len, windows))), np.int64)
        mask = np.zeros_like(ids)
        for place, window in enumerate(windows):
            ids[place, : len(window)] = window
            mask[place, : len(window)] = 1
        embeddings, features = self._encoder.run(["embedding", "features"], {"input_ids": ids, "attention_mask": mask})
        return embeddings, features


def _sigmoid(logits: FloatArray) -> FloatArray:
    values: FloatArray = 0.5 * (1.0 + np.tanh(0.5 * logits))
    return values


def _pooled(scores: TextScores, owner: NDArray[np.int64], lengths: FloatArray) -> TextScores:
    """Fold rows of windows into rows of texts (`owner` ascends from 0 without gaps)."""
    if len(owner) == 0 or owner[-1] + 1 == len(owner):
        return scores
    first = np.flatnonzero(np.diff(owner, prepend=-1))
    weight = lengths / np.add.reduceat(lengths, first)[owner]

    def mean(rows: FloatArray) -> FloatArray:
        folded: FloatArray = np.add.reduceat(rows * weight[:, None], first)
        return folded

    embeddings = mean(scores.embeddings)
    embeddings /= np.linalg.norm(embeddings, axis=1, keepdims=True)
    emotions: FloatArray = np.maximum.reduceat(scores.emotions, first)
    emotions[:, NEUTRAL] = mean(scores.emotions)[:, NEUTRAL]
    return TextScores(embeddings, emotions, mean(scores.sentiments), np.maximum.reduceat(scores.toxicity, first))


def minilm_card(
    task: Task, load: Callable[[Settings], Any], *, title: str, limits: str, labels: tuple[str, ...] = ()
) -> ModelCard:
    """The card of one of the four tasks: the facts they share, and what belongs to this task alone."""
    shared = shipped_card(task, FOLDER, load, title=title, limits=limits)
    thresholds = shared.thresholds if task == "text_emotion" else ()
    return dataclasses.replace(shared, labels=labels, thresholds=thresholds, metrics=shared.metrics.get(task, {}))


_readers: dict[tuple[Path, int], MiniLMReader] = {}
_guard = threading.Lock()


def joint_reader(settings: Settings, card: ModelCard) -> MiniLMReader:
    """Return the reader of these settings, the same object for all four tasks; loaded on first use, under a lock.

    Raises:
        DamagedModel: a file is missing or not the one the card describes.
    """
    key = (settings.data_folder, settings.threads)
    with _guard:
        if key not in _readers:
            _readers[key] = _load(settings, card)
        return _readers[key]


def _load(settings: Settings, card: ModelCard) -> MiniLMReader:
    from safetensors import SafetensorError
    from safetensors.numpy import load_file
    from tokenizers import Tokenizer

    folder = shipped_folder(settings, FOLDER)
    paths = {file.name: checked_file(folder, file) for file in card.files}
    try:
        tokenizer = Tokenizer.from_file(str(paths[TOKENIZER_FILE]))
        heads = load_file(paths[HEADS_FILE])
        config = json.loads(paths[CONFIG_FILE].read_text("utf-8"))
        tokenizer.no_truncation()
        tokenizer.no_padding()
        # A product split among cores waits for the slowest of them; batches side by side do not (docs/experiments.md).
        session = onnx_session(paths[ENCODER_FILE], settings.model_copy(update={"threads": 1}))
        return MiniLMReader(session, tokenizer, heads, config, thread_count(settings))
    except (KeyError, SafetensorError, json.JSONDecodeError) as error:
        raise DamagedModel(
            f"The text model in {folder.name} cannot be read ({error}). Get a fresh copy of Moodlens."
        ) from error
