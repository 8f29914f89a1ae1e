"""Train the joint text model: `python -m training.text --data DIR --out DIR [--config NAME] [--smoke]`.

The encoder of all-MiniLM-L6-v2 is exported and quantised, reads every text once, and the heads for emotion, sentiment
and toxicity are fitted on what its layers give. All figures are measured on the files that ship.
"""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.numpy import save
from tokenizers import Tokenizer

from backends.contracts import FloatArray, TextScores
from backends.minilm import ENCODER_FILE, HEADS_FILE, TOKENIZER_FILE, Head, MiniLMReader, Window
from backends.weights import onnx_session
from settings import PROJECT_FOLDER, Settings
from training.common import log, log_to_stderr, seed_everything, write_atomically
from training.text_artefacts import write_artefacts
from training.text_config import TextConfig, read_config
from training.text_data import UNKNOWN, Corpus, Example, emotion_targets, load_corpus, toy_corpus
from training.text_encoder import Encoder, Shipped, load_encoder, wheel_folder
from training.text_export import export, quantise
from training.text_heads import (
    OUTPUTS,
    Targets,
    Weights,
    best_thresholds,
    cooled,
    fit_on_features,
    numpy_weights,
    temperatures,
)


class Run:
    """One training run: owns config, corpus and folders; `train()` writes everything that ships into `out`."""

    def __init__(self, config: TextConfig, corpus: Corpus, encoder: Encoder, out: Path, cache: Path) -> None:
        seed_everything(config.seed)
        self.config, self.corpus, self.encoder, self.out, self.cache = config, corpus, encoder, out, cache
        cache.mkdir(parents=True, exist_ok=True)
        self.tokenizer = Tokenizer.from_file(str(wheel_folder() / TOKENIZER_FILE))
        self.tokenizer.no_padding()
        self.tokenizer.no_truncation()

    def train(self, command: str) -> None:
        """Fit, export, calibrate, choose thresholds, measure, write."""
        started = time.monotonic()
        write_atomically(self.out / TOKENIZER_FILE, (wheel_folder() / TOKENIZER_FILE).read_bytes())
        self.write_encoder()
        log.info("encoder written, %.1f MB", (self.out / ENCODER_FILE).stat().st_size / 1e6)
        weights = self.calibrated(self.fit())
        write_atomically(self.out / HEADS_FILE, save(weights))
        chosen, held = (self.scores(weights, part) for part in (self.corpus.choose, self.corpus.held))
        truth = emotion_targets(self.corpus.choose)
        known = (truth != UNKNOWN).all(1)
        thresholds = best_thresholds(chosen.emotions[known], truth[known])
        parts = {"choose": (self.corpus.choose, chosen), "held": (self.corpus.held, held)}
        minutes = (time.monotonic() - started) / 60
        rows = len(self.corpus.train)
        write_artefacts(self.out, self.config, parts, thresholds, command=command, minutes=minutes, rows=rows)
        log.info("done in %.1f minutes", minutes)

    def fit(self) -> Weights:
        """Fit the heads on what the layers give for the training part."""
        settings = self.config
        heads = fit_on_features(
            torch.from_numpy(self.features(self.corpus.train)),
            Targets.of(self.corpus.train),
            hidden=settings.hidden,
            dropout=settings.dropout,
            epochs=settings.epochs,
            rate=settings.rate,
        )
        weights: Weights = {}
        for task in OUTPUTS:
            weights |= numpy_weights(task, heads.network(task), (heads.mean, heads.scale))
        return weights

    def tokens(self, texts: Iterable[str]) -> list[Window]:
        """Token ids of whole texts, with the marks of begin and end."""
        return [tuple(encoding.ids) for encoding in self.tokenizer.encode_batch(list(texts))]

    def calibration_ids(self) -> list[Window]:
        """Token ids of a few texts of every source, for evening out channels before quantisation."""
        step = max(1, len(self.corpus.train) // self.config.calibration_texts)
        return [ids[:128] for ids in self.tokens(example.text for example in self.corpus.train[::step])]

    def write_encoder(self) -> None:
        """Export the encoder in 8 bits to `out`."""
        with tempfile.TemporaryDirectory() as folder:
            exact = Path(folder) / "float32.onnx"
            export(Shipped(self.encoder, self.config.first_layer), exact)
            quantise(exact, self.out / ENCODER_FILE, self.calibration_ids())

    def features(self, examples: list[Example]) -> FloatArray:
        """(n, f) features of the exported encoder; kept in the cache, a file a source."""
        reader = self.reader({})
        found = np.empty((len(examples), reader.feature_count), np.float32)
        for source in dict.fromkeys(example.source for example in examples):
            rows = [row for row, example in enumerate(examples) if example.source == source]
            found[rows] = self._cached(reader, [examples[row].text for row in rows])
            log.info("read %d rows of %s", len(rows), source)
        return found

    def _cached(self, reader: MiniLMReader, texts: list[str]) -> NDArray[np.float16]:
        key = hashlib.sha256((self.out / ENCODER_FILE).read_bytes() + "\0".join(texts).encode()).hexdigest()
        path = self.cache / f"{key}.npy"
        if not path.exists():
            limit = self.config.max_train_tokens
            write = reader.encode([(*ids[: limit - 1], ids[-1]) for ids in self.tokens(texts)])[1]
            np.save(path, write.astype(np.float16))
        cached: NDArray[np.float16] = np.load(path)
        return cached

    def reader(self, weights: Weights) -> MiniLMReader:
        """A reader of the exported encoder with these heads."""
        session = onnx_session(self.out / ENCODER_FILE, Settings())
        return MiniLMReader(session, self.tokenizer, weights, dataclasses.asdict(self.config))

    def calibrated(self, weights: Weights) -> Weights:
        """The weights of the heads with temperatures found on the choosing part."""
        features = self.features(self.corpus.choose)
        logits = {task: torch.from_numpy(Head(weights, task).logits(features)) for task in OUTPUTS}
        found = temperatures(logits, Targets.of(self.corpus.choose))
        log.info("temperatures %s", {task: round(value, 3) for task, value in found.items()})
        return cooled(weights, found)

    def scores(self, weights: Weights, examples: list[Example]) -> TextScores:
        """What the shipped files say about these examples."""
        emotions, sentiments, toxicity = self.reader(weights).heads_of(self.features(examples))
        return TextScores(np.empty((len(examples), 0), np.float32), emotions, sentiments, toxicity)


def smoke_config(config: TextConfig) -> TextConfig:
    """The same run made tiny."""
    return dataclasses.replace(
        config, name="smoke", hidden=32, dropout=0.1, epochs=40, rate=1e-2, first_layer=1, calibration_texts=4
    )


def main(argv: list[str] | None = None) -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="folder with goemotions/, sentiment/, toxicity/, reviews/, dialogue/")
    parser.add_argument("--out", type=Path, default=PROJECT_FOLDER / "data" / "models" / "text-minilm")
    parser.add_argument("--cache", type=Path, help="where features are kept between runs (default: nowhere)")
    parser.add_argument("--config", default="text_minilm")
    parser.add_argument("--smoke", action="store_true", help="a made-up corpus and a tiny random encoder, in seconds")
    given = parser.parse_args(argv)
    if not given.smoke and given.data is None:
        parser.error("--data is needed (or --smoke)")
    log_to_stderr()
    config = read_config(given.config)
    seed_everything(config.seed)
    if given.smoke:
        config = smoke_config(config)
        corpus, encoder = toy_corpus(), Encoder(width=32, layers=2, heads=4)
    else:
        corpus, encoder = load_corpus(given.data, config.rows, config.seed), load_encoder(wheel_folder())
    command = f"python -m training.text --config {given.config}" + (" --smoke" if given.smoke else "")
    with tempfile.TemporaryDirectory() as scratch:
        Run(config, corpus, encoder, given.out, given.cache or Path(scratch)).train(command)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
