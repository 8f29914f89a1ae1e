"""Text classifiers of transformers in length-sorted batches; the sentiment, emotion and toxicity files share them."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from backends.batches import by_length
from backends.contracts import FloatArray, JointReader, ModelCard
from backends.hub import checkpoint, labels, positions
from backends.torchvision_guard import declare_missing_operators
from settings import Settings

BATCH_SIZE = 16
MAX_TOKENS = 512


Probabilities = Callable[[FloatArray], FloatArray]


class HubClassifier:
    """A sequence classifier from a checkpoint folder; labels and their order come from its config.

    Where the settings allow it, its matrices work in 8 bits or bfloat16 if the processor gains by it and the
    probabilities stay the same within 0.02 (backends/quicker.py); `precision` says what it came to.
    Does not handle: texts over 512 tokens beyond their beginning (they are truncated).
    """

    def __init__(self, folder: Path, settings: Settings, probabilities: Probabilities) -> None:
        """Load. `probabilities` makes (n, labels) logits what the task gives out: softmax or sigmoid."""
        declare_missing_operators()
        import torch
        from transformers import AutoModelForSequenceClassification, AutoTokenizer

        if settings.threads:
            torch.set_num_threads(settings.threads)
        self.labels = labels(folder)
        self._tokenizer = AutoTokenizer.from_pretrained(folder)
        self._model = AutoModelForSequenceClassification.from_pretrained(folder).eval()
        # RoBERTa's position table has two more rows than it has positions (padding_idx + 1).
        positions = getattr(self._model.config, "max_position_embeddings", MAX_TOKENS + 2)
        self._max_tokens = min(MAX_TOKENS, positions - 2)
        self.precision = self._quicken(probabilities) if settings.reduced_precision else "float32"

    def _quicken(self, probabilities: Probabilities) -> str:
        from backends.quicker import quicken

        return quicken(self._model.base_model, lambda texts: probabilities(self.logits(texts)))

    def logits(self, texts: Sequence[str]) -> FloatArray:
        """Return (n, labels) float32 logits in the order of the texts."""
        import torch

        result = np.empty((len(texts), len(self.labels)), np.float32)
        for rows in by_length([len(text) for text in texts], BATCH_SIZE):
            batch = self._tokenizer(
                [texts[row] for row in rows],
                padding=True,
                truncation=True,
                max_length=self._max_tokens,
                split_special_tokens=True,
                return_tensors="pt",
            )
            with torch.inference_mode():
                result[rows] = self._model(**batch).logits.float().numpy()
        return result


class PickedColumns:
    """What the hub classifiers of the three text tasks share: the card, and the outputs asked for, in order."""

    joint: JointReader | None = None

    def __init__(
        self, card: ModelCard, settings: Settings, wanted: tuple[str, ...], probabilities: Probabilities
    ) -> None:
        """Load the checkpoint that the card names; `probabilities` is softmax or sigmoid.

        Raises:
            ModelUnavailable: it is not on disk and may not be downloaded.
            DamagedModel: it lacks a wanted label, or names none.
        """
        folder = checkpoint(card.source, settings)
        self.card = card
        self._classifier = HubClassifier(folder, settings, probabilities)
        self.precision = self._classifier.precision
        self._columns = positions(wanted, self._classifier.labels, folder)

    def logits(self, texts: Sequence[str]) -> FloatArray:
        """Return (n, wanted) float32 logits."""
        return self._classifier.logits(texts)[:, self._columns]
