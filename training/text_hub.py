"""Fine-tune a base-size hub model on GoEmotions.

    python -m training.text_hub --config text_distilbert --data DIR --out DIR

The checkpoint comes from a local folder (--checkpoint, or MOODLENS_HUB_FOLDER), or the hub if downloads are allowed.
The result is a folder in Hugging Face format beside the artefacts that the shipped model has too; put under
MOODLENS_HUB_FOLDER as SamLowe/roberta-base-go_emotions it takes that model's place. Half of the dev split (by a hash
of the text) chooses the thresholds, the other half is only reported. `--smoke` makes a tiny random checkpoint and a
corpus.
"""

from __future__ import annotations

import argparse
import dataclasses
import datetime
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from backends.batches import by_length
from backends.contracts import GOEMOTIONS, FloatArray
from backends.hub import checkpoint
from backends.torchvision_guard import declare_missing_operators
from settings import from_environment
from training import text_hub_smoke
from training.batches import pools
from training.command import checkpoint_folder, command, require_files
from training.common import log, log_to_stderr, seed_everything, write_atomically, write_json
from training.config_files import read_values
from training.text_hub_data import Labelled, halves, read_split
from training.text_report import emotion_figures, face_confusion, per_class_table, plot_confusion, plot_reliability

GRID = np.arange(0.05, 0.81, 0.05)
WARM_UP = 0.1
POOL = 50
"""Batches that are cut by length together, see `training.batches`."""
TOP_K = 5


@dataclasses.dataclass(frozen=True)
class HubConfig:
    """One run; read from training/configs/<name>.toml."""

    name: str
    checkpoint: str
    architecture: Literal["bert", "distilbert"]
    seed: int = 7
    epochs: int = 3
    batch: int = 32
    rate: float = 3e-5
    weight_decay: float = 0.01
    max_tokens: int = 128
    bfloat16: bool = True


def read_config(name_or_path: str) -> HubConfig:
    """Read a config by name, or a TOML file by path. Raises SystemExit where there is none for this script."""
    return HubConfig(**read_values(name_or_path, "text_", HubConfig, checkpoint=True))


def _batches(texts: list[str], size: int, random: np.random.Generator) -> Iterator[NDArray[np.int64]]:
    """Batches of similar length in random order, anew each time."""
    for pool in pools(np.array([len(text) for text in texts]), size, POOL, random):
        yield from (pool[place] for place in random.permutation(len(pool)))


class Run:
    """One fine-tuning run from a checkpoint folder to the artefacts in `out`."""

    def __init__(self, config: HubConfig, folder: Path, out: Path) -> None:
        declare_missing_operators()
        from transformers import AutoModelForSequenceClassification, AutoTokenizer

        seed_everything(config.seed)
        self.config, self.out = config, out
        self.tokenizer: Any = AutoTokenizer.from_pretrained(folder)
        names = dict(enumerate(GOEMOTIONS))
        self.model: Any = AutoModelForSequenceClassification.from_pretrained(
            folder,
            num_labels=len(names),
            id2label=names,
            label2id={name: place for place, name in names.items()},
        )

    def fit(self, data: Labelled) -> None:
        """Fine-tune every weight: AdamW, a rate that rises over the first tenth and falls to zero."""
        import torch

        settings, random = self.config, np.random.default_rng(self.config.seed)
        steps = settings.epochs * -(-len(data.texts) // settings.batch)
        optimiser = torch.optim.AdamW(self.model.parameters(), lr=settings.rate, weight_decay=settings.weight_decay)
        warm = max(1, round(WARM_UP * steps))
        schedule = torch.optim.lr_scheduler.LambdaLR(
            optimiser, lambda step: min((step + 1) / warm, max(0.0, (steps - step) / max(1, steps - warm)))
        )
        self.model.train()
        for epoch in range(settings.epochs):
            losses = []
            for rows in _batches(data.texts, settings.batch, random):
                with torch.autocast("cpu", torch.bfloat16, enabled=settings.bfloat16):
                    logits = self.model(**self._tokens([data.texts[row] for row in rows])).logits
                targets = torch.from_numpy(data.labels[rows].astype(np.float32))
                loss = torch.nn.functional.binary_cross_entropy_with_logits(logits.float(), targets)
                optimiser.zero_grad()
                loss.backward()
                torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
                optimiser.step()
                schedule.step()
                losses.append(float(loss.detach()))
            log.info("epoch %d of %d: loss %.4f", epoch + 1, settings.epochs, float(np.mean(losses)))

    def _tokens(self, texts: list[str]) -> Any:
        return self.tokenizer(
            texts,
            padding=True,
            truncation=True,
            max_length=self.config.max_tokens,
            return_token_type_ids=False,
            return_tensors="pt",
        )

    def scores(self, texts: list[str]) -> FloatArray:
        """Return (n, 28) float32 probabilities."""
        import torch

        self.model.eval()
        found = np.empty((len(texts), len(GOEMOTIONS)), np.float32)
        with torch.inference_mode():
            for rows in by_length([len(text) for text in texts], 64):
                logits = self.model(**self._tokens([texts[row] for row in rows])).logits
                found[rows] = torch.sigmoid(logits.float()).numpy()
        return found

    def write(self, command: str, minutes: float, rows: int, choose: Labelled, held: Labelled) -> None:
        """Save the model, choose thresholds, measure and write every artefact."""
        self.out.mkdir(parents=True, exist_ok=True)
        self.model.save_pretrained(self.out)
        self.tokenizer.save_pretrained(self.out)
        found = {"choose": (self.scores(choose.texts), choose.labels), "held": (self.scores(held.texts), held.labels)}
        thresholds = best_thresholds(*found["choose"])
        figures = {part: emotion_figures(scores, truth, thresholds) for part, (scores, truth) in found.items()}
        today = datetime.datetime.now(datetime.UTC).date().isoformat()
        facts = {"name": self.config.name, "source": self.config.checkpoint, "data": "GoEmotions (Apache-2.0)"}
        run = {"command": command, "minutes": round(minutes, 1), "rows": rows, "seed": self.config.seed, "date": today}
        inference = {"tokenizer": "tokenizer.json", "max_tokens": self.config.max_tokens, "top_k": TOP_K}
        write_json(self.out / "labels.json", {"emotion": list(GOEMOTIONS)})
        write_json(self.out / "inference_config.json", {**inference, "thresholds": thresholds})
        write_json(self.out / "model_meta.json", {**facts, **run})
        write_json(self.out / "metrics_overall.json", {"config": dataclasses.asdict(self.config), **figures})
        for part, (scores, truth) in found.items():
            write_atomically(self.out / f"per_class_metrics_{part}.csv", per_class_table(scores, truth, thresholds))
        scores, truth = found["held"]
        plot_confusion(face_confusion(scores, truth), self.out / "confusion.png")
        plot_reliability({"emotion (each label)": (scores.ravel(), truth.ravel())}, self.out / "reliability.png")
        log.info("held: macro-F1 %.4f, micro-F1 %.4f", figures["held"]["macro_f1"], figures["held"]["micro_f1"])


def best_thresholds(scores: FloatArray, truth: NDArray[np.int8]) -> list[float]:
    """Return for each label the threshold with the best F1, the one nearest to 0.3 among equals."""
    said = scores[:, :, None] >= GRID
    hits = (said & (truth[:, :, None] == 1)).sum(0)
    f1 = 2 * hits / np.maximum(said.sum(0) + truth.sum(0)[:, None], 1)
    nearness = -np.abs(GRID - 0.3) * 1e-6
    return [round(float(GRID[place]), 2) for place in (f1 + nearness).argmax(1)]


@command
def main(argv: list[str] | None = None) -> int:
    """Command line."""
    parser = argparse.ArgumentParser(
        prog="python -m training.text_hub", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--config", default="text_distilbert", help="text_distilbert or text_bert")
    parser.add_argument("--data", type=Path, help="folder with goemotions/train.tsv and goemotions/dev.tsv")
    parser.add_argument("--out", type=Path, help="folder of the model; with --smoke the default is one that is deleted")
    parser.add_argument("--checkpoint", type=checkpoint_folder, help="folder of the checkpoint to start from")
    parser.add_argument(
        "--smoke", action="store_true", help="a tiny random checkpoint and a made-up corpus, in seconds"
    )
    given = parser.parse_args(argv)
    if not given.smoke and (given.data is None or given.out is None):
        parser.error("--data and --out are needed (or --smoke)")
    log_to_stderr()
    config, started = read_config(given.config), time.monotonic()
    with tempfile.TemporaryDirectory() as scratch:
        if given.smoke:
            config = dataclasses.replace(config, epochs=60, rate=2e-3, batch=32, bfloat16=False)
            train, dev = text_hub_smoke.corpus()
            folder = Path(scratch) / "checkpoint"
            text_hub_smoke.save_tiny(config.architecture, config.seed, folder, train.texts)
        else:
            require_files(given.data, ("goemotions/train.tsv", "goemotions/dev.tsv"))
            train, dev = (read_split(given.data / "goemotions" / f"{part}.tsv") for part in ("train", "dev"))
            folder = given.checkpoint or checkpoint(config.checkpoint, from_environment())
        run = Run(config, folder, given.out or Path(scratch) / "model")
        run.fit(train)
        command_line = f"python -m training.text_hub --config {given.config}" + (" --smoke" if given.smoke else "")
        run.write(command_line, (time.monotonic() - started) / 60, len(train.texts), *halves(dev))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
