"""Train the joint text model: `python -m training.text --data DIR --out DIR [--config NAME]`, or with `--smoke`.

Beside the upper layers of all-MiniLM-L6-v2 stand copies of them, fine-tuned for emotion, sentiment and toxicity at once
(the tower); the lower layers are shared, so one pass gives the original embedding and all three readings. Exported,
stored in 8 bits, calibrated; all figures are measured on the files that ship. The model that ships is replaced only
where --out names its folder, data/models/text-minilm; `--smoke` never writes there.
"""

from __future__ import annotations

import argparse
import dataclasses
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save
from torch import nn

from backends.contracts import FloatArray, TextScores
from backends.minilm import ENCODER_FILE, HEADS_FILE, TOKENIZER_FILE, Head, MiniLMReader, Window
from backends.weights import onnx_session
from settings import PROJECT_FOLDER, Settings
from training.command import command, require_files
from training.common import log, log_to_stderr, seed_everything, write_atomically
from training.text_artefacts import write_artefacts
from training.text_config import TextConfig, read_config
from training.text_data import FILES, UNKNOWN, Corpus, Example, emotion_targets, load_corpus, toy_corpus
from training.text_encoder import Encoder, Shipped, load_encoder, wheel_folder, wheel_tokenizer
from training.text_export import export, quantise
from training.text_heads import (
    OUTPUTS,
    Targets,
    Weights,
    best_thresholds,
    cooled,
    numpy_weights,
    temperatures,
)
from training.text_sentiment import refit_sentiment, sentiment_rows
from training.text_tower import Tower, fit_tower
from training.text_toxicity import refit, refit_rows
from training.text_toxicity_data import toxicity_examples

Refit = Callable[[nn.Sequential, FloatArray, list[Example], TextConfig], nn.Sequential]

SHIPPED = PROJECT_FOLDER / "data" / "models" / "text-minilm"
"""The model that the product reads."""


class Run:
    """One training run: owns config, corpus and folders; `train()` writes everything that ships into `out`.

    `folder` keeps checkpoints and the log.
    """

    def __init__(
        self,
        config: TextConfig,
        corpus: Corpus,
        encoder: Encoder,
        out: Path,
        folder: Path,
    ) -> None:
        seed_everything(config.seed)
        self.config, self.corpus, self.encoder, self.out, self.folder = config, corpus, encoder, out, folder
        self.tokenizer = wheel_tokenizer()

    def train(self, command: str) -> None:
        """Fit, export, calibrate, choose thresholds, measure, write."""
        started = time.monotonic()
        write_atomically(self.out / TOKENIZER_FILE, (wheel_folder() / TOKENIZER_FILE).read_bytes())
        tower = self.fit()
        self.write_encoder(tower)
        log.info("encoder written, %.1f MB", (self.out / ENCODER_FILE).stat().st_size / 1e6)
        weights: Weights = {}
        for task, network in self.heads(tower).items():
            assert isinstance(network, nn.Sequential)
            weights |= numpy_weights(task, network)
        chosen = len(self.corpus.choose)
        dev = self.corpus.choose + self.corpus.held
        features = self.features(dev)
        weights = calibrated(weights, features[:chosen], Targets.of(self.corpus.choose))
        write_atomically(self.out / HEADS_FILE, save(weights))
        both = self.scores(weights, features)
        first, held = rows_of(both, slice(chosen)), rows_of(both, slice(chosen, None))
        shipped = thresholds_on(dev, both)
        parts = {
            "dev": (dev, both, shipped),
            "held": (self.corpus.held, held, thresholds_on(self.corpus.choose, first)),
        }
        minutes = (time.monotonic() - started) / 60
        rows = len(self.corpus.train)
        write_artefacts(self.out, self.config, parts, shipped, command=command, minutes=minutes, rows=rows)
        log.info("done in %.1f minutes", minutes)

    def heads(self, tower: Tower) -> dict[str, nn.Module]:
        """The tower's heads, those of toxicity and sentiment fitted once more where the config names rows for them."""
        found = dict(tower.heads.items())
        again: list[tuple[str, list[Example], Refit]] = [
            ("toxicity", refit_rows(self.corpus, self.config), refit),
            ("sentiment", sentiment_rows(self.corpus, self.config), refit_sentiment),
        ]
        for task, rows, fit_again in again:
            network = found[task]
            assert isinstance(network, nn.Sequential)
            if rows:
                log.info("fitting the head of %s on %d texts", task, len(rows))
                features = self.reader({}).encode(self.training_tokens(rows))[1]
                found[task] = fit_again(network, features, rows, self.config)
        return found

    def fit(self) -> Tower:
        """Fit the tower on the training part."""
        tokens = self.training_tokens(self.corpus.train)
        log.info("fitting on %d texts", len(tokens))
        sources = [example.source for example in self.corpus.train]
        return fit_tower(self.encoder, tokens, Targets.of(self.corpus.train), self.config, self.folder, sources)

    def training_tokens(self, examples: list[Example]) -> list[Window]:
        """Token ids of texts to train on, cut where they are long."""
        limit = self.config.max_train_tokens
        return [(*ids[: limit - 1], ids[-1]) for ids in self.tokens(example.text for example in examples)]

    def tokens(self, texts: Iterable[str]) -> list[Window]:
        """Token ids of whole texts, with the marks of begin and end."""
        return [tuple(encoding.ids) for encoding in self.tokenizer.encode_batch(list(texts))]

    def calibration_ids(self) -> list[Window]:
        """Token ids of a few texts of every source, for evening out channels before quantisation."""
        step = max(1, len(self.corpus.train) // self.config.calibration_texts)
        return [ids[:128] for ids in self.tokens(example.text for example in self.corpus.train[::step])]

    def write_encoder(self, tower: Tower) -> None:
        """Export the encoder in 8 bits to `out`."""
        with tempfile.TemporaryDirectory() as folder:
            exact = Path(folder) / "float32.onnx"
            export(Shipped(self.encoder, tower.layers, self.config.branch), exact)
            quantise(exact, self.out / ENCODER_FILE, self.calibration_ids())

    def features(self, examples: list[Example]) -> FloatArray:
        """(n, f) features of the exported encoder."""
        return self.reader({}).encode(self.tokens(example.text for example in examples))[1]

    def reader(self, weights: Weights) -> MiniLMReader:
        """A reader of the exported encoder with these heads."""
        session = onnx_session(self.out / ENCODER_FILE, Settings())
        return MiniLMReader(session, self.tokenizer, weights, dataclasses.asdict(self.config))

    def scores(self, weights: Weights, features: FloatArray) -> TextScores:
        """What the shipped files say about texts with these features."""
        emotions, sentiments, toxicity = self.reader(weights).heads_of(features)
        return TextScores(np.empty((len(features), 0), np.float32), emotions, sentiments, toxicity)


def calibrated(weights: Weights, features: FloatArray, targets: Targets) -> Weights:
    """The weights of the heads with temperatures found on rows not fitted on."""
    logits = {task: torch.from_numpy(Head(weights, task).logits(features)) for task in OUTPUTS}
    found = temperatures(logits, targets)
    log.info("temperatures %s", {task: round(value, 3) for task, value in found.items()})
    return cooled(weights, found)


def rows_of(scores: TextScores, rows: slice) -> TextScores:
    """The scores of some of the texts."""
    return TextScores(scores.embeddings[rows], scores.emotions[rows], scores.sentiments[rows], scores.toxicity[rows])


def thresholds_on(examples: list[Example], scores: TextScores) -> list[float]:
    """The best threshold of each emotion on the rows whose emotions are known."""
    truth = emotion_targets(examples)
    known = (truth != UNKNOWN).all(1)
    return best_thresholds(scores.emotions[known], truth[known])


def smoke_config(config: TextConfig) -> TextConfig:
    """The same run made tiny."""
    return dataclasses.replace(
        config,
        name="smoke",
        branch=1,
        hidden=32,
        epochs=6,
        batch=16,
        rate=1e-2,
        head_rate=1e-2,
        average=0.9,
        bfloat16=False,
        calibration_texts=4,
    )


@command
def main(argv: list[str] | None = None) -> int:
    """Train and write as the arguments say; all that is given is checked before anything is written."""
    parser = argparse.ArgumentParser(
        prog="python -m training.text", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, help="folder with goemotions/, sentiment/, toxicity/, reviews/, dialogue/")
    parser.add_argument("--out", type=Path, help="folder of the model; with --smoke the default is one that is deleted")
    parser.add_argument("--run", type=Path, help="folder of checkpoints and log, to go on after an interruption")
    parser.add_argument("--config", default="text_minilm", help="a name in training/configs, or a TOML file")
    parser.add_argument("--smoke", action="store_true", help="a made-up corpus and a tiny random encoder, in seconds")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    given = parser.parse_args(argv)
    if not given.smoke and (given.data is None or given.out is None):
        parser.error("--data and --out are needed (or --smoke)")
    if given.smoke and given.out is not None and given.out.resolve() == SHIPPED:
        parser.error("--smoke makes a toy and does not write it over the model that ships; choose another --out")
    log_to_stderr()
    torch.set_num_threads(given.threads)
    config = read_config(given.config)
    seed_everything(config.seed)
    if given.smoke:
        config = smoke_config(config)
        corpus, encoder = toy_corpus(), Encoder(width=32, layers=2, heads=4)
    else:
        require_files(given.data, FILES)
        corpus, encoder = load_corpus(given.data, config.rows, config.seed), load_encoder(wheel_folder())
        corpus = dataclasses.replace(corpus, for_toxicity=toxicity_examples(given.data, corpus.train))
    command_line = f"python -m training.text --config {given.config}" + (" --smoke" if given.smoke else "")
    with tempfile.TemporaryDirectory() as scratch:
        out, folder = given.out or Path(scratch) / "model", given.run or Path(scratch) / "run"
        Run(config, corpus, encoder, out, folder).train(command_line)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
