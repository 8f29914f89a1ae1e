"""Draw a face model's pictures again: `python -m training.plots [PICTURE ...] --model DIR [--normalize none|row]`.

PICTURE is confusion, reliability, curves or per_class; none means all four. Needs nothing but the saved metrics.json,
neither training nor data.
"""

from __future__ import annotations

import argparse
import itertools
import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from training.command import command, read_facts

SHIPPED = Path("data/models/face-resnet50")
PICTURES = ("confusion", "reliability", "curves", "per_class")
NORMALIZE = ("none", "row")
_NEEDED = ("confusion", "labels", "reliability", "reliability_before", "history", "per_class")
"""What the metrics of a face model hold and those of a text model do not."""
INK, ACCENT, QUIET = "#1f2937", "#2563eb", "#9ca3af"


def draw(
    model: Path, pictures: Sequence[str] = PICTURES, normalize: str | None = None, out: Path | None = None
) -> list[Path]:
    """Draw these pictures from `model/metrics.json` as PNG files in `out` (default: beside it); return their paths.

    `normalize` gives the confusion matrix as counts ("none") or shares of each true label ("row"); None draws both.
    """
    metrics = read_facts(model / "metrics.json", _NEEDED, "--model names the folder of a face model")
    folder = out or model
    folder.mkdir(parents=True, exist_ok=True)
    for picture in pictures:
        figure_of(picture, metrics, normalize).savefig(folder / f"{picture}.png", dpi=150)
    return [folder / f"{picture}.png" for picture in pictures]


def figure_of(picture: str, metrics: dict[str, Any], normalize: str | None = None) -> Figure:
    """Return one of PICTURES as a figure. Raises KeyError on another name."""
    kinds = (normalize,) if normalize else NORMALIZE
    makers: dict[str, Callable[[], Figure]] = {
        "confusion": lambda: confusion_figure(metrics, kinds),
        "reliability": lambda: reliability_figure(metrics),
        "curves": lambda: curves_figure(metrics["history"]),
        "per_class": lambda: per_class_figure(metrics),
    }
    return makers[picture]()


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
    """Accuracy over shown probability, before and after calibration, with how often each is shown."""
    figure = Figure(figsize=(6.4, 6.4), layout="constrained")
    top, bottom = figure.subplots(2, 1, sharex=True, height_ratios=[3, 1])
    top.plot([0, 1], [0, 1], color=QUIET, linestyle="--", linewidth=1, label="perfect")
    series = (("reliability_before", "before", QUIET, "ece_before"), ("reliability", "after", ACCENT, "ece_after"))
    for key, name, color, error in series:
        rows = [row for row in metrics[key] if row]
        label = f"{name} calibration, ECE {metrics[error]:.3f}"
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
    accuracy.set_ylim(top=min(1.01, accuracy.get_ylim()[1]))
    figure.legend(*loss.get_legend_handles_labels(), loc="outside upper center", ncols=2, frameon=False)
    _plain(loss, accuracy)
    return figure


def per_class_figure(metrics: dict[str, Any]) -> Figure:
    """Precision, recall and F1 of each emotion, with how many pictures stand behind them."""
    figure = Figure(figsize=(7.6, 4.2), layout="constrained")
    axes = figure.subplots()
    rows = metrics["per_class"]
    for place, (rate, color) in enumerate({"precision": QUIET, "recall": ACCENT, "f1": INK}.items()):
        positions = [number + 0.26 * (place - 1) for number in range(len(rows))]
        bars = axes.bar(positions, [row[rate] for row in rows], width=0.24, color=color, label=rate)
        axes.bar_label(bars, fmt="{:.2f}", fontsize=6.5, padding=1)
    axes.set_xticks(range(len(rows)), [f"{row['label']}\n{row['support']}" for row in rows])
    axes.set(ylim=(0, 1.05), xlabel="true emotion and its number of pictures", title=metrics["split"])
    figure.legend(*axes.get_legend_handles_labels(), loc="outside upper right", ncols=3, frameon=False)
    _plain(axes)
    return figure


def gallery_figure(pictures: Sequence[Any], titles: Sequence[str]) -> Figure:
    """Grey pictures, (h, w) uint8 each, in rows of seven with a title each."""
    columns = 7
    figure = Figure(figsize=(9.1, 1.6 * math.ceil(len(pictures) / columns)), layout="constrained")
    panels = figure.subplots(math.ceil(len(pictures) / columns), columns, squeeze=False).flat
    for axes in panels:
        axes.set_axis_off()
    for axes, picture, title in zip(figure.axes, pictures, titles, strict=False):
        axes.imshow(picture, cmap="gray", vmin=0, vmax=255)
        axes.set_title(title, fontsize=8)
    return figure


def _plain(*panels: Axes) -> None:
    for axes in panels:
        axes.spines[["top", "right"]].set_visible(False)
        axes.grid(alpha=0.25)
        axes.set_axisbelow(True)


@command
def main(argv: list[str] | None = None) -> None:
    """Redraw as the arguments say."""
    parser = argparse.ArgumentParser(prog="python -m training.plots", description=__doc__)
    parser.add_argument("pictures", nargs="*", metavar="PICTURE", help=f"{', '.join(PICTURES)} (default: all)")
    parser.add_argument("--model", type=Path, default=SHIPPED, help="folder with metrics.json")
    parser.add_argument("--out", type=Path, help="folder for the pictures (default: beside metrics.json)")
    parser.add_argument("--normalize", choices=NORMALIZE, help="confusion matrix as counts or shares (default: both)")
    arguments = parser.parse_args(argv)
    unknown = set(arguments.pictures) - set(PICTURES)
    if unknown:
        parser.error(f"no picture {sorted(unknown)[0]!r}; there are {', '.join(PICTURES)}")
    for path in draw(arguments.model, arguments.pictures or PICTURES, arguments.normalize, arguments.out):
        print(path)


if __name__ == "__main__":
    main()
