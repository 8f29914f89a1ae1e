"""Draw a face model's plots from its metrics.json: `python -m training.plots --model DIR [--normalize none|row]`.

Needs nothing but the saved file, so a plot can be redrawn without training or data.
"""

from __future__ import annotations

import argparse
import itertools
import json
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

SHIPPED = Path("data/models/face-resnet50")
NORMALIZE = ("none", "row")
INK, ACCENT, QUIET = "#1f2937", "#2563eb", "#9ca3af"


def draw_all(model: Path, normalize: str | None = None) -> list[Path]:
    """Draw confusion.png, reliability.png and curves.png beside `model/metrics.json`; return their paths.

    `normalize` gives the confusion matrix as counts ("none") or shares of each true label ("row"); None draws both.
    """
    metrics: dict[str, Any] = json.loads((model / "metrics.json").read_text(encoding="utf-8"))
    figures = {
        "confusion.png": confusion_figure(metrics, (normalize,) if normalize else NORMALIZE),
        "reliability.png": reliability_figure(metrics),
        "curves.png": curves_figure(metrics["history"]),
    }
    for name, figure in figures.items():
        figure.savefig(model / name, dpi=150)
    return [model / name for name in figures]


def confusion_values(confusion: list[list[int]], normalize: str) -> Any:
    """The matrix to show: counts, or each row divided by its sum (an empty row stays 0)."""
    counts = np.asarray(confusion, dtype=float)
    if normalize == "none":
        return counts
    return counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)


def confusion_figure(metrics: dict[str, Any], kinds: tuple[str, ...]) -> Figure:
    """One panel per kind, rows = true emotion, columns = predicted."""
    figure = Figure(figsize=(6.4 * len(kinds), 5.8), layout="constrained")
    for axes, kind in zip(figure.subplots(1, len(kinds), squeeze=False)[0], kinds, strict=True):
        _draw_matrix(axes, confusion_values(metrics["confusion"], kind), metrics["labels"], kind)
    figure.suptitle(f"{metrics['split']}: accuracy {metrics['accuracy']:.1%}, macro-F1 {metrics['macro_f1']:.3f}")
    return figure


def _draw_matrix(axes: Axes, values: Any, labels: list[str], kind: str) -> None:
    shares = values / np.maximum(values.sum(axis=1, keepdims=True), 1e-9)
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for (row, column), value in np.ndenumerate(values):
        text = f"{value:.0f}" if kind == "none" else f"{value:.0%}"
        axes.text(column, row, text, ha="center", va="center", color="white" if shares[row, column] > 0.55 else INK)
    axes.set_xticks(range(len(labels)), labels, rotation=40, ha="right")
    axes.set_yticks(range(len(labels)), labels)
    axes.set(xlabel="predicted", ylabel="true", title="images" if kind == "none" else "share of the true emotion")


def reliability_figure(metrics: dict[str, Any]) -> Figure:
    """Accuracy over shown probability, before and after temperature scaling, with how often each is shown."""
    figure = Figure(figsize=(6.4, 6.4), layout="constrained")
    top, bottom = figure.subplots(2, 1, sharex=True, height_ratios=[3, 1])
    top.plot([0, 1], [0, 1], color=QUIET, linestyle="--", linewidth=1, label="perfect")
    series = (("reliability_before", "before", QUIET, "ece_before"), ("reliability", "after", ACCENT, "ece_after"))
    for key, name, color, error in series:
        rows = [row for row in metrics[key] if row]
        label = f"{name} temperature scaling, ECE {metrics[error]:.3f}"
        top.plot([r["confidence"] for r in rows], [r["accuracy"] for r in rows], "o-", color=color, label=label)
    rows = [row for row in metrics["reliability"] if row]
    bottom.bar([(r["low"] + r["high"]) / 2 for r in rows], [r["count"] for r in rows], width=0.06, color=ACCENT)
    top.set(ylabel="share that is right", ylim=(0, 1), xlim=(0, 1), title=f"Reliability, n = {metrics['n']}")
    bottom.set(xlabel="shown probability", ylabel="images")
    top.legend(loc="upper left", frameon=False)
    _plain(top, bottom)
    return figure


def curves_figure(history: list[dict[str, float]]) -> Figure:
    """Loss and validation accuracy over the epochs; dotted lines where the input size changes."""
    figure = Figure(figsize=(6.4, 6.4), layout="constrained")
    loss, accuracy = figure.subplots(2, 1, sharex=True)
    for axes, key, name, color in (
        (loss, "train_loss", "training (augmented, smoothed labels)", ACCENT),
        (loss, "validation_loss", "validation (averaged weights)", INK),
        (accuracy, "validation_accuracy", "validation (averaged weights)", INK),
    ):
        rows = [row for row in history if key in row]
        epochs, values = [row["epoch"] for row in rows], [row[key] for row in rows]
        axes.plot(epochs, values, "o-", markersize=4, color=color, label=name)
    for before, after in itertools.pairwise(history):
        if before.get("size") != after.get("size"):
            for axes in (loss, accuracy):
                axes.axvline(after["epoch"] - 0.5, color=QUIET, linestyle=":")
            loss.annotate(f"{after['size']:.0f} px", (after["epoch"] - 0.4, 0.92), xycoords=("data", "axes fraction"))
    loss.set(ylabel="cross-entropy (nats)")
    accuracy.set(xlabel="epoch", ylabel="accuracy at the epoch's size")
    accuracy.xaxis.set_major_locator(MaxNLocator(integer=True))
    loss.legend(loc="lower left", frameon=False)
    _plain(loss, accuracy)
    return figure


def _plain(*panels: Axes) -> None:
    for axes in panels:
        axes.spines[["top", "right"]].set_visible(False)
        axes.grid(alpha=0.25)


def main(argv: list[str] | None = None) -> None:
    """Redraw as the arguments say."""
    parser = argparse.ArgumentParser(prog="python -m training.plots", description=__doc__)
    parser.add_argument("--model", type=Path, default=SHIPPED, help="folder with metrics.json")
    parser.add_argument("--normalize", choices=NORMALIZE, help="confusion matrix as counts or shares (default: both)")
    arguments = parser.parse_args(argv)
    draw_all(arguments.model, arguments.normalize)


if __name__ == "__main__":
    main()
