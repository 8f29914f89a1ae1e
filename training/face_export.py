"""Turn a finished face run into the model that ships: `python -m training.face_export --run DIR --data DIR --out DIR`.

training.face calls it at the end. Writes model.int8.onnx, card.json, metrics.json, per_class.csv, mistakes.json and the
pictures of training.plots. All figures are on validation, one forward pass, no test-time augmentation; each file is
replaced as a whole.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from backends.preprocessing import MARGIN
from training.calibration import softmax
from training.command import command
from training.common import file_facts, log, log_to_stderr, write_atomically, write_json
from training.face_config import LABELS, FaceConfig
from training.face_data import MEAN, SOURCE_SIZE, STD, Faces, load_split, split_name
from training.face_metrics import evaluate, write_per_class
from training.face_mistakes import write_mistakes
from training.face_model import settle_norms
from training.face_networks import network_of
from training.face_quantize import calibration_pixels, edge_nodes, export_float, onnx_logits, quantise
from training.face_smoke import MADE_UP
from training.face_state import Best, RunState, load_best, read_state
from training.plots import draw

WEIGHTS = "model.int8.onnx"
ALLOWED_LOSS = 0.005  # of accuracy, int8 against float
DATA_LICENCES = {
    "FER2013": "FER2013 (ICML 2013 challenge, Goodfellow et al.; Kaggle, research use)",
    MADE_UP: "made up by the project, MIT",
}

FER2013_SPLITS = {
    "validation": "validation (PublicTest)",
    "val": "validation (PublicTest)",
    "test": "test (Kaggle's: PublicTest and PrivateTest)",
}
"""Which pictures of FER2013 a folder of that name holds."""

Figures = dict[str, Any]


@dataclasses.dataclass(frozen=True)
class Origin:
    """For the record: the machine that trained a model, on what data, and the split its figures are measured on."""

    machine: str
    data: str = "FER2013"
    split: str = FER2013_SPLITS["validation"]


def export(run: Path, train: Faces, validation: Faces, out: Path, origin: Origin) -> Figures:
    """Export the best averaged weights of `run` into `out`; return what metrics.json holds."""
    state = read_state(run)
    model = network_of(state.config, run)
    best = load_best(run, model)
    size = best.size
    settle_norms(model, train, size, state.config.seed)
    with tempfile.TemporaryDirectory() as scratch:
        exact, small = Path(scratch) / "float.onnx", Path(scratch) / WEIGHTS
        export_float(model, size, exact)
        float_logits = onnx_logits(exact, validation, size)
        pixels = calibration_pixels(train, size, min(512, len(train)), state.config.seed)
        small_logits, kept = _quantise_well(exact, small, pixels, validation, size, float_logits)
        weights = small.read_bytes()
    labels = validation.labels.numpy()
    figures = evaluate(small_logits, labels, seed=state.config.seed)
    float_figures = evaluate(float_logits, labels, seed=state.config.seed)
    history = read_history(run)
    if history:  # a run stopped before its last evaluation
        history[-1].setdefault("validation_accuracy", float_figures["accuracy"])
        history[-1].setdefault("validation_loss", float_figures["nll_before"])
    split = {"split": f"{origin.data} {origin.split}", "training_images": np.bincount(train.labels).tolist()}
    metrics = split | _metrics(state, best, figures, float_figures, kept, history) | {"machine": origin.machine}
    card = _card(best, figures, float_figures, weights, state, origin)
    write_atomically(out / WEIGHTS, weights)
    write_json(out / "metrics.json", metrics)
    write_json(out / "card.json", card)
    write_per_class(out / "per_class.csv", figures["per_class"])
    write_mistakes(out, softmax(small_logits, (card["temperature"], card["curvature"])), labels)
    draw(out)
    return metrics


def _quantise_well(
    exact: Path, small: Path, pixels: Any, validation: Faces, size: int, float_logits: Any
) -> tuple[Any, tuple[str, ...]]:
    """Quantise everything; where that costs more than ALLOWED_LOSS, keep the first and the last layer in float."""
    labels = validation.labels.numpy()
    exact_accuracy = float(np.mean(float_logits.argmax(axis=1) == labels))
    kept: tuple[str, ...] = ()
    for kept in ((), edge_nodes(exact)):
        quantise(exact, small, pixels, kept)
        logits = onnx_logits(small, validation, size)
        accuracy = float(np.mean(logits.argmax(axis=1) == labels))
        log.info("int8 %.4f, float %.4f, layers kept in float: %d", accuracy, exact_accuracy, len(kept))
        if exact_accuracy - accuracy <= ALLOWED_LOSS:
            return logits, kept
    log.warning("8 bits cost %.4f of accuracy, more than %.4f", exact_accuracy - accuracy, ALLOWED_LOSS)
    return logits, kept


def read_history(run: Path) -> list[dict[str, float]]:
    """The epochs of a run's log.jsonl, in order; of an epoch that ran twice (a resume) the last counts."""
    epochs: dict[int, dict[str, float]] = {}
    path = run / "log.jsonl"
    for line in path.read_text(encoding="utf-8").splitlines() if path.is_file() else []:
        row = json.loads(line)
        wanted = ("size", "train_loss", "validation_loss", "validation_accuracy")
        epochs.setdefault(int(row["epoch"]), {}).update({key: row[key] for key in wanted if key in row})
    return [{"epoch": epoch, **epochs[epoch]} for epoch in sorted(epochs)]


def _metrics(
    state: RunState,
    best: Best,
    figures: Figures,
    exact: Figures,
    kept: tuple[str, ...],
    history: list[dict[str, float]],
) -> Figures:
    """Everything there is to know about the run, without a path of the machine it ran on."""
    short = ("accuracy", "macro_f1", "ece_after", "temperature", "curvature")
    return {
        "labels": list(LABELS),
        "input_size": best.size,
        "best_epoch": best.epoch,
        "epochs_done": state.epoch,
        "epochs_planned": len(state.epoch_sizes),
        "epoch_sizes": list(state.epoch_sizes),
        **figures,
        "float": {key: exact[key] for key in short},
        "layers_kept_float": list(kept),
        "seed": state.config.seed,
        "config": state.config.name,
        "command": f"python -m training.face --data DIR --out DIR --config {state.config.name}",
        "minutes": round(state.minutes, 1),
        "history": history,
    }


def _card(best: Best, figures: Figures, exact: Figures, weights: bytes, state: RunState, origin: Origin) -> Figures:
    """The model card as backends/ reads it."""
    size = best.size
    shown = ("accuracy", "macro_f1", "ece_before", "ece_after", "ece_cross_fitted")
    rounded = {key: round(figures[key], 4) for key in shown} | {"accuracy_float": round(exact["accuracy"], 4)}
    return {
        "name": f"face-{state.config.architecture}",
        "task": "face",
        "source": f"trained {_start(state.config)} by training/face.py on the training split of {origin.data}",
        "revision": f"{state.config.name}, seed {state.config.seed}, epoch {best.epoch} of {state.epoch}",
        "licence_weights": f"that of {Path(state.config.pretrained).name}" if state.config.pretrained else "MIT",
        "licence_data": DATA_LICENCES[origin.data],
        "labels": list(LABELS),
        "input_size": size,
        "source_size": SOURCE_SIZE,
        "channels": 1,
        "mean": [MEAN],
        "std": [STD],
        "temperature": round(figures["temperature"], 4),
        "curvature": round(figures["curvature"], 5),
        "margin": MARGIN,
        "input": f"pixels (n, 1, {size}, {size}) float32: grey, resized bilinearly, (value / 255 - mean) / std; "
        f"trained on {SOURCE_SIZE} px pictures resized to {size} px",
        "output": "logits (n, 7): softmax of d / temperature - curvature * d^2, d being the distance from the largest",
        "files": {WEIGHTS: file_facts(weights)},
        "metrics": {"split": f"{origin.data} {origin.split.split(' (')[0]}", "n": figures["n"], **rounded},
    }


def _start(config: FaceConfig) -> str:
    return f"from {Path(config.pretrained).name}" if config.pretrained else "from scratch"


@command
def main(argv: list[str] | None = None) -> None:
    """Export as the arguments say."""
    parser = argparse.ArgumentParser(prog="python -m training.face_export", description=__doc__)
    parser.add_argument("--run", type=Path, required=True, help="folder with the checkpoint and log of training.face")
    parser.add_argument("--data", type=Path, required=True, help="folder with train/ and validation/")
    parser.add_argument("--out", type=Path, required=True, help="folder of the model, e.g. data/models/face-resnet50")
    parser.add_argument(
        "--machine", default=f"{os.cpu_count()}-core CPU", help="what the model was trained on, for the record"
    )
    arguments = parser.parse_args(argv)
    log_to_stderr()
    train, validation = load_split(arguments.data, "train"), load_split(arguments.data, "validation")
    origin = Origin(arguments.machine, split=FER2013_SPLITS[split_name(arguments.data, "validation")])
    metrics = export(arguments.run, train, validation, arguments.out, origin)
    log.info("accuracy %.4f  macro-F1 %.4f  ECE %.4f", metrics["accuracy"], metrics["macro_f1"], metrics["ece_after"])


if __name__ == "__main__":
    main()
