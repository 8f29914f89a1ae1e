"""Counts and rates of a seven-class prediction, in numpy; defined as in scikit-learn, zero where undefined."""

from __future__ import annotations

import csv
import dataclasses
import io
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.calibration import (
    Floats,
    Integers,
    cross_fitted_error,
    expected_calibration_error,
    fit_calibration,
    negative_log_likelihood,
    reliability,
    softmax,
)
from training.common import write_atomically
from training.face_config import LABELS


def confusion_counts(predicted: Integers, labels: Integers, classes: int) -> NDArray[np.int64]:
    """(classes, classes): row = true label, column = predicted."""
    return np.bincount(labels * classes + predicted, minlength=classes * classes).reshape(classes, classes)


def per_class(confusion: NDArray[np.int64]) -> list[dict[str, Any]]:
    """One row a label: precision, recall, f1 and support."""
    rows = []
    for position, label in enumerate(LABELS):
        hits = int(confusion[position, position])
        support, called = int(confusion[position].sum()), int(confusion[:, position].sum())
        rows.append(
            {
                "label": label,
                "precision": hits / called if called else 0.0,
                "recall": hits / support if support else 0.0,
                "f1": 2 * hits / (support + called) if support + called else 0.0,
                "support": support,
            }
        )
    return rows


def evaluate(logits: Floats, labels: Integers, seed: int = 7) -> dict[str, Any]:
    """Every figure of one model on one split.

    `ece_after` is measured where the calibration was fitted; `ece_cross_fitted` on halves that did not fit theirs.
    """
    confusion = confusion_counts(logits.argmax(axis=1), labels, len(LABELS))
    rows = per_class(confusion)
    fitted = fit_calibration(logits, labels)
    before, after = softmax(logits), softmax(logits, fitted)
    return {
        "n": len(labels),
        "accuracy": float(np.trace(confusion) / len(labels)),
        "macro_f1": float(np.mean([row["f1"] for row in rows])),
        "temperature": fitted.temperature,
        "curvature": fitted.curvature,
        "nll_before": negative_log_likelihood(logits, labels),
        "nll_after": negative_log_likelihood(logits, labels, fitted),
        "ece_before": expected_calibration_error(before, labels),
        "ece_after": expected_calibration_error(after, labels),
        "ece_cross_fitted": cross_fitted_error(logits, labels, seed),
        "per_class": rows,
        "confusion": confusion.tolist(),
        "confusion_row_normalised": (confusion / np.maximum(confusion.sum(axis=1, keepdims=True), 1)).tolist(),
        "reliability": [
            None if not row.count else dataclasses.asdict(row) for row in reliability(after, labels)
        ],
        "reliability_before": [
            None if not row.count else dataclasses.asdict(row) for row in reliability(before, labels)
        ],
    }  # fmt: skip


def write_per_class(path: Path, rows: list[dict[str, Any]]) -> None:
    """Write label, precision, recall, f1, support as CSV, rates with four decimals."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["label", "precision", "recall", "f1", "support"])
    for row in rows:
        rates = [f"{row[name]:.4f}" for name in ("precision", "recall", "f1")]
        writer.writerow([row["label"], *rates, row["support"]])
    write_atomically(path, text.getvalue().encode())
