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
import csv
import dataclasses
import datetime
import hashlib
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from backends.contracts import GOEMOTIONS, FloatArray
from backends.hub import checkpoint
from backends.torchvision_guard import declare_missing_operators
from settings import from_environment
from training.command import checkpoint_folder, command, require_files
from training.common import log, log_to_stderr, seed_everything, write_atomically, write_json
from training.config_files import read_values
from training.text_report import emotion_figures, face_confusion, per_class_table, plot_confusion, plot_reliability

GRID = np.arange(0.05, 0.81, 0.05)
WARM_UP = 0.1
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


class Labelled(NamedTuple):
    """n texts and their (n, 28) labels."""

    texts: list[str]
    labels: NDArray[np.int8]


def read_config(name_or_path: str) -> HubConfig:
    """Read a config by name, or a TOML file by path. Raises SystemExit where there is none for this script."""
    return HubConfig(**read_values(name_or_path, "text_", HubConfig, checkpoint=True))


def goemotions(path: Path) -> Labelled:
    """Read a split of GoEmotions: text, ids of its labels, id; tab-separated, no header."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    labels = np.zeros((len(rows), len(GOEMOTIONS)), np.int8)
    for row, (_, ids, *_rest) in enumerate(rows):
        labels[row, [int(id_) for id_ in ids.split(",")]] = 1
    return Labelled([row[0] for row in rows], labels)


def halves(data: Labelled) -> tuple[Labelled, Labelled]:
    """Return the half that thresholds are chosen on and the half that is only reported."""
    first = np.array([hashlib.sha256(text.lower().encode()).digest()[0] < 128 for text in data.texts])
    return tuple(
        Labelled([text for text, taken in zip(data.texts, part, strict=True) if taken], data.labels[part])
        for part in (first, ~first)
    )  # type: ignore[return-value]  # mypy does not count the parts


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
            for rows in self._batches(data.texts, random):
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

    def _batches(self, texts: list[str], random: np.random.Generator) -> Iterator[NDArray[np.int64]]:
        """Batches of similar length in random order, anew each time."""
        size = self.config.batch
        order = random.permutation(len(texts))
        for start in range(0, len(order), 50 * size):
            block = order[start : start + 50 * size]
            block = block[np.argsort([len(texts[row]) for row in block], kind="stable")]
            pieces = [block[at : at + size] for at in range(0, len(block), size)]
            yield from (pieces[place] for place in random.permutation(len(pieces)))

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
        order = np.argsort([len(text) for text in texts], kind="stable")
        with torch.inference_mode():
            for start in range(0, len(order), 64):
                rows = order[start : start + 64]
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


def toy_corpus() -> tuple[Labelled, Labelled]:
    """Made-up sentences with one of four labels: to train on, and to choose and report on."""
    kinds = {
        "love": "i love this kettle, thank you", "anger": "you stupid idiots, i hate you",
        "fear": "i was scared it would burn us", "neutral": "the parcel weighs three kilos",
    }  # fmt: skip
    ends = "today again once twice here there now then soon later daily monday tuesday friday outside inside".split()

    def part(endings: list[str]) -> Labelled:
        pairs = [(f"{text} {ending}", label) for ending in endings for label, text in kinds.items()]
        labels = np.array([[int(name == label) for name in GOEMOTIONS] for _, label in pairs], np.int8)
        return Labelled([text for text, _ in pairs], labels)

    return part([f"{end} {number}" for end in ends for number in range(8)]), part(ends)


def save_tiny(config: HubConfig, folder: Path, texts: list[str]) -> None:
    """Save a checkpoint of the config's architecture with a few thousand random weights and a tokenizer of `texts`."""
    declare_missing_operators()
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers
    from transformers import BertConfig, BertModel, DistilBertConfig, DistilBertModel, PreTrainedTokenizerFast

    special = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
    tokens = list(special.values())  # the first of the vocabulary, in this order
    words = Tokenizer(models.WordLevel(unk_token="[UNK]"))
    words.normalizer, words.pre_tokenizer = normalizers.BertNormalizer(), pre_tokenizers.BertPreTokenizer()
    words.train_from_iterator(texts, trainers.WordLevelTrainer(special_tokens=tokens, show_progress=False))
    words.post_processor = processors.BertProcessing(("[SEP]", tokens.index("[SEP]")), ("[CLS]", tokens.index("[CLS]")))
    PreTrainedTokenizerFast(
        tokenizer_object=words, model_max_length=64, model_input_names=["input_ids", "attention_mask"], **special
    ).save_pretrained(folder)
    size: Any = {"vocab_size": words.get_vocab_size(), "max_position_embeddings": 64, "initializer_range": 0.1}
    seed_everything(config.seed)
    if config.architecture == "bert":
        shape: Any = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 64}
        BertModel(BertConfig(**size, **shape, hidden_dropout_prob=0.0)).save_pretrained(folder)
    else:
        shape = {"dim": 32, "n_layers": 2, "n_heads": 2, "hidden_dim": 64, "dropout": 0.0}
        DistilBertModel(DistilBertConfig(**size, **shape)).save_pretrained(folder)


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
            train, dev = toy_corpus()
            folder = Path(scratch) / "checkpoint"
            save_tiny(config, folder, train.texts)
        else:
            require_files(given.data, ("goemotions/train.tsv", "goemotions/dev.tsv"))
            train, dev = (goemotions(given.data / "goemotions" / f"{part}.tsv") for part in ("train", "dev"))
            folder = given.checkpoint or checkpoint(config.checkpoint, from_environment())
        run = Run(config, folder, given.out or Path(scratch) / "model")
        run.fit(train)
        command_line = f"python -m training.text_hub --config {given.config}" + (" --smoke" if given.smoke else "")
        run.write(command_line, (time.monotonic() - started) / 60, len(train.texts), *halves(dev))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
