"""How likely a message speaks of a danger: a small encoder, fine-tuned on phrases written for this project.

It stands beside the written rules of `chat.safety`: rules know phrases, this knows what is meant by others. MiniLM with
a head for four kinds, as an 8-bit ONNX graph; `training/crisis.py` trained it, card.json tells its figures. Does not
handle: languages other than English (`chat.abroad` has rules for some); hints that need what was said before.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from backends.contracts import FloatArray, WeightFile
from backends.logits import softmax
from backends.weights import checked_file, onnx_session, shipped_card, shipped_folder
from chat.spelling import readable
from errors import DamagedModel
from settings import Settings

if TYPE_CHECKING:
    from tokenizers import Tokenizer

KINDS = ("harmless", "self_harm", "abuse", "violence")
FOLDER = "crisis"
ENCODER_FILE, TOKENIZER_FILE = "encoder.onnx", "tokenizer.json"
MAX_TOKENS = 96
"""More tokens of one sentence are not read."""
WINDOW_WORDS = 45
ALONE = 3
"""The power to which the probability of a single sentence is raised: 0.95 of a sentence counts like 0.86 of all."""
_BATCH = 16


class Danger:
    """The loaded classifier and the thresholds chosen for it. Safe to use from several threads.

    `threshold`: from this probability of a danger on, a message is answered with helplines. `perhaps`: from this one
    on, the reply ends with an offer of help.
    """

    def __init__(self, encoder: Any, tokenizer: Tokenizer, threshold: float, perhaps: float) -> None:
        self._encoder, self._tokenizer = encoder, tokenizer
        self.threshold, self.perhaps = threshold, perhaps

    def probabilities(self, texts: Sequence[str]) -> FloatArray:
        """n texts -> (n, 4) probabilities in the order of KINDS; no text depends on its neighbours."""
        found = [self._batch(texts[start : start + _BATCH]) for start in range(0, len(texts), _BATCH)]
        return np.concatenate(found) if found else np.zeros((0, len(KINDS)), np.float32)

    def _batch(self, texts: Sequence[str]) -> FloatArray:
        rows = tokens_of(texts, self._tokenizer)
        ids = np.zeros((len(rows), max(len(row) for row in rows)), np.int64)
        mask = np.zeros_like(ids)
        for place, row in enumerate(rows):
            ids[place, : len(row)], mask[place, : len(row)] = row, 1
        (logits,) = self._encoder.run(["logits"], {"input_ids": ids, "attention_mask": mask})
        return softmax(logits)


def tokens_of(texts: Sequence[str], tokenizer: Tokenizer) -> list[tuple[int, ...]]:
    """Return the ids of texts as the encoder is shown them: in readable spelling, cut after MAX_TOKENS."""
    rows = [encoding.ids for encoding in tokenizer.encode_batch([readable(text) for text in texts])]
    return [tuple(ids if len(ids) <= MAX_TOKENS else [*ids[: MAX_TOKENS - 1], ids[-1]]) for ids in rows]


def views(text: str) -> list[str]:
    """Return a message as it is read: whole, or if it is long, in windows of sentences that overlap by about half.

    >>> views("nice day. I want to go")
    ['nice day. I want to go']
    """
    sentences = sentences_of(text)
    lengths = [len(sentence.split()) for sentence in sentences]
    windows: list[str] = []
    start = end = 0
    while end < len(sentences):
        end = start + 1
        while end < len(sentences) and sum(lengths[start : end + 1]) <= WINDOW_WORDS:
            end += 1
        windows.append(" ".join(sentences[start:end]))
        half = sum(lengths[start:end]) / 2
        start = next((at for at in range(start + 1, end) if sum(lengths[start:at]) >= half), end)
    return windows or [text]


def sentences_of(text: str) -> list[str]:
    """Return the sentences of a message, very long ones in pieces."""
    return [piece for part in re.split(r"(?<=[.!?;\n])\s+", text.strip()) for piece in _pieces(part)]


def _pieces(sentence: str) -> list[str]:
    """Return a sentence in pieces of at most half a window: not everyone ends their sentences."""
    words, size = sentence.split(), WINDOW_WORDS // 2
    if len(words) <= WINDOW_WORDS:
        return [sentence] if words else []
    return [" ".join(words[start : start + size]) for start in range(0, len(words), size)]


def read(message: str, settings: Settings) -> tuple[float, str]:
    """Return how likely a message speaks of a danger, in [0, 1], and which (one of KINDS but the first).

    One cry for help among much else must be heard, so the sentences of a message count by themselves as well; but what
    stands beside a sentence may be what makes it harmless, so alone it must be surer (ALONE).

    Raises:
        DamagedModel: the weights are missing or not those the card describes.
    """
    whole, alone = views(message), sentences_of(message)
    rows = load(settings).probabilities([*whole, *(alone if len(alone) > 1 else [])])
    chances = 1 - rows[:, 0]
    chances[len(whole) :] **= ALONE
    strongest = int(chances.argmax())
    return float(chances[strongest]), KINDS[1 + int(rows[strongest, 1:].argmax())]


_lock = threading.Lock()
_loaded: dict[Path, Danger] = {}


def load(settings: Settings) -> Danger:
    """Return the classifier; read once per process and folder, under a lock."""
    folder = shipped_folder(settings, FOLDER)
    with _lock:
        if folder not in _loaded:
            _loaded[folder] = _load(folder, settings)
        return _loaded[folder]


def forget() -> None:
    """Drop the loaded weights: the next message reads them again."""
    with _lock:
        _loaded.clear()


def _load(folder: Path, settings: Settings) -> Danger:
    from tokenizers import Tokenizer

    try:
        card: dict[str, Any] = json.loads((folder / "card.json").read_text("utf-8"))
        paths = {
            name: checked_file(folder, WeightFile(name, row["bytes"], row["sha256"]))
            for name, row in card["files"].items()
        }
        tokenizer = Tokenizer.from_file(str(paths[TOKENIZER_FILE]))
        tokenizer.no_truncation()
        tokenizer.no_padding()
        session = onnx_session(paths[ENCODER_FILE], settings)
        return Danger(session, tokenizer, float(card["threshold"]), float(card["perhaps"]))
    except (OSError, ValueError, KeyError) as error:
        raise DamagedModel("The crisis classifier cannot be read. Get a complete copy of Moodlens.") from error


CARD = shipped_card(
    "danger",
    FOLDER,
    load,
    title="MiniLM fine-tuned for Moodlens to hear self-harm, abuse and violence",
    limits=(
        "English only; other languages are heard by written rules alone. It misses dangers that are only hinted at or "
        "that need what was said before, and now and then takes harmless words for one. It is no diagnosis."
    ),
)
