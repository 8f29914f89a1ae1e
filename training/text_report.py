"""Figures of the text model: F1 per emotion, recall of sentiment, false alarms of toxicity, calibration; plots."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import f1_score, precision_recall_fscore_support, recall_score

from backends.contracts import FACE_EMOTIONS, GOEMOTIONS, SENTIMENTS, FloatArray, TextScores
from emotion.labels import to_face_emotions
from training.common import write_atomically
from training.text_data import UNKNOWN, Example, emotion_targets

BINS = 15
TOXIC_FROM = 0.5


def calibration_error(confidence: FloatArray, correct: NDArray[Any]) -> float:
    """Expected calibration error over 15 equal bins: mean gap of confidence and share correct, by rows."""
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    gaps = [
        abs(float(confidence[bins == one].mean()) - float(correct[bins == one].mean())) * (bins == one).mean()
        for one in set(bins.tolist())
    ]
    return round(float(sum(gaps)), 4)


def emotion_figures(scores: FloatArray, truth: NDArray[np.int8], thresholds: Sequence[float]) -> dict[str, float]:
    """macro- and micro-F1 of 28 labels with their thresholds; calibration over all label decisions."""
    said = scores >= np.array(thresholds)
    return {
        "macro_f1": round(float(f1_score(truth, said, average="macro", zero_division=0)), 4),
        "micro_f1": round(float(f1_score(truth, said, average="micro", zero_division=0)), 4),
        "ece": calibration_error(scores.ravel(), truth.ravel()),
        "rows": len(truth),
    }


def sentiment_figures(scores: FloatArray, truth: NDArray[np.int64]) -> dict[str, Any]:
    """Recall and F1, both averaged over the three classes, and calibration of the first choice."""
    said = scores.argmax(1)
    return {
        "macro_recall": round(float(recall_score(truth, said, average="macro", zero_division=0)), 4),
        "macro_f1": round(float(f1_score(truth, said, average="macro", zero_division=0)), 4),
        "accuracy": round(float((said == truth).mean()), 4),
        "ece": calibration_error(scores.max(1), said == truth),
        "rows": len(truth),
    }


def toxicity_figures(scores: FloatArray, truth: NDArray[np.int64]) -> dict[str, float]:
    """F1 averaged over harmless and toxic, and calibration."""
    return {
        "macro_f1": round(float(f1_score(truth, scores >= TOXIC_FROM, average="macro", zero_division=0)), 4),
        "ece": calibration_error(scores, truth),
        "rows": len(truth),
    }


def figures(examples: list[Example], scores: TextScores, thresholds: Sequence[float]) -> dict[str, Any]:
    """All figures that the labels of these examples allow, by task and source."""
    found: dict[str, Any] = {}
    sources = np.array([example.source for example in examples])
    sentiment = np.array([example.sentiment for example in examples])
    toxicity = np.array([example.toxicity for example in examples])
    emotion = emotion_targets(examples)
    for source in sorted(set(sources.tolist())):
        here = sources == source
        if (emotion[here] != UNKNOWN).all():
            found[f"emotion/{source}"] = emotion_figures(scores.emotions[here], emotion[here], thresholds)
        if (sentiment[here] != UNKNOWN).all():
            found[f"sentiment/{source}"] = sentiment_figures(scores.sentiments[here], sentiment[here])
        if (toxicity[here] == 1).any():
            found[f"toxicity/{source}"] = toxicity_figures(scores.toxicity[here], toxicity[here])
        elif (toxicity[here] == 0).all():
            found[f"toxicity/{source}"] = {
                "false_alarms": round(float((scores.toxicity[here] >= TOXIC_FROM).mean()), 4),
                "rows": int(here.sum()),
            }
    return found


def per_class_table(scores: FloatArray, truth: NDArray[np.int8], thresholds: Sequence[float]) -> bytes:
    """CSV with precision, recall, F1, support and threshold of each of the 28 emotions."""
    precision, recall, f1, support = precision_recall_fscore_support(
        truth, scores >= np.array(thresholds), zero_division=0
    )
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(["label", "precision", "recall", "f1", "support", "threshold"])
    for row in zip(GOEMOTIONS, precision, recall, f1, support, thresholds, strict=True):
        table.writerow([row[0], *(f"{value:.4f}" for value in row[1:4]), int(row[4]), row[5]])
    return text.getvalue().encode()


def face_confusion(scores: FloatArray, truth: NDArray[np.int8]) -> FloatArray:
    """(7, 7) shares: row = the Ekman group of a text with labels of one group only, column = the group read first."""
    groups = to_face_emotions(truth.astype(np.float32))
    single = groups.max(1) > 0.999
    said = to_face_emotions(scores[single]).argmax(1)
    counts = np.zeros((len(FACE_EMOTIONS), len(FACE_EMOTIONS)), np.float32)
    np.add.at(counts, (groups[single].argmax(1), said), 1)
    shares: FloatArray = counts / np.maximum(counts.sum(1, keepdims=True), 1)
    return shares


def plot_confusion(shares: FloatArray, path: Path) -> None:
    """Draw the 7 x 7 shares as a picture."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(5.6, 5.0), layout="constrained")
    axes = figure.add_subplot()
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for row, column in np.ndindex(shares.shape):
        axes.text(
            column,
            row,
            f"{shares[row, column]:.2f}",
            ha="center",
            va="center",
            color="white" if shares[row, column] > 0.5 else "black",
        )
    axes.set_xticks(range(len(FACE_EMOTIONS)), FACE_EMOTIONS, rotation=45)
    axes.set_yticks(range(len(FACE_EMOTIONS)), FACE_EMOTIONS)
    axes.set_xlabel("read first")
    axes.set_ylabel("labelled")
    _save(figure, path)


def plot_reliability(series: dict[str, tuple[FloatArray, NDArray[Any]]], path: Path) -> None:
    """Draw share correct against confidence, a line a task: name -> (confidences, correct)."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(5.0, 5.0), layout="constrained")
    axes = figure.add_subplot()
    axes.plot([0, 1], [0, 1], color="grey", linestyle=":")
    for name, (confidence, correct) in series.items():
        bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
        filled = [one for one in range(BINS) if (bins == one).sum() >= 10]
        axes.plot(
            [confidence[bins == one].mean() for one in filled],
            [correct[bins == one].mean() for one in filled],
            marker="o",
            label=name,
        )
    axes.set_xlabel("probability given")
    axes.set_ylabel("share that is right")
    axes.legend()
    _save(figure, path)


def _save(figure: Any, path: Path) -> None:
    image = io.BytesIO()
    figure.savefig(image, format="png", dpi=120)
    write_atomically(path, image.getvalue())


def reliability_series(examples: list[Example], scores: TextScores) -> dict[str, tuple[FloatArray, NDArray[Any]]]:
    """What `plot_reliability` draws, for the three tasks."""
    emotion = emotion_targets(examples)
    known = (emotion != UNKNOWN).all(1)
    sentiment = np.array([example.sentiment for example in examples])
    toxicity = np.array([example.toxicity for example in examples])
    felt, judged = sentiment != UNKNOWN, toxicity != UNKNOWN
    return {
        "emotion (each label)": (scores.emotions[known].ravel(), emotion[known].ravel()),
        "sentiment": (scores.sentiments[felt].max(1), scores.sentiments[felt].argmax(1) == sentiment[felt]),
        "toxicity": (scores.toxicity[judged], toxicity[judged]),
    }


def labels() -> dict[str, list[str]]:
    """What labels.json holds."""
    return {"emotion": list(GOEMOTIONS), "sentiment": list(SENTIMENTS), "toxicity": ["toxic"]}
