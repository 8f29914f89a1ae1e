"""Train the LoRA adapter of the Flan-T5 responder: `python -m training.responder --data DIR --out DIR`.

DIR holds empathetic_train.tsv and empathetic_valid.tsv; DailyDialog joins in where its published files
(dialogues_text.txt, dialogues_emotion.txt) lie there or in DIR/dailydialog. The checkpoint comes from --checkpoint,
MOODLENS_HUB_FOLDER, or the hub if downloads are allowed. Killed or stopped, the same command goes on where it was saved
last. After every epoch the validation perplexity decides whether the adapter is kept. The result, OUT/adapter (PEFT's
format, safetensors, model card, metrics.json), is what MOODLENS_RESPONDER_ADAPTER names; `tensorboard --logdir OUT`
shows the curves. `--smoke` takes a tiny random model and made-up conversations.
"""

from __future__ import annotations

import argparse
import dataclasses
import math
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from backends.hub import checkpoint
from backends.lora import with_peft
from backends.prompts import fitted_reply_prompt
from backends.responder_hub_flan_t5 import MAX_NEW_TOKENS, NO_REPEAT_NGRAM, PROMPT_TOKENS, REPETITION_PENALTY
from settings import from_environment
from training import responder_smoke
from training.command import UnusableInput, checkpoint_folder, command, require_files
from training.common import Progress, RunLog, log, log_to_stderr, seed_everything
from training.config_files import read_values
from training.dialogues import Example, load
from training.responder_report import write_report
from training.responder_score import figures, perplexity
from training.responder_state import CHECKPOINT, State, load_state, save_state, trained

ADAPTER = "adapter"
EVALUATION_BATCH = 32
IGNORED = -100
"""Label of a position that no loss is computed for (torch's convention)."""


@dataclasses.dataclass(frozen=True)
class ResponderConfig:
    """One run; read from training/configs/<name>.toml. The rate rises over `warmup` of all steps and falls to zero."""

    name: str
    checkpoint: str
    seed: int = 7
    r: int = 8
    alpha: int = 32
    dropout: float = 0.1
    targets: tuple[str, ...] = ("q", "v")
    epochs: int = 3
    batch: int = 32
    rate: float = 1e-3
    weight_decay: float = 0.0
    warmup: float = 0.05
    clip_norm: float = 1.0
    bfloat16: bool = True
    rows: int = 0  # examples to train on; 0: all
    valid_rows: int = 3000  # for the perplexity after every epoch
    scored_replies: int = 500  # written at the end, with the adapter and without
    save_every: int = 200  # steps


class Encoded(NamedTuple):
    """Token ids of a prompt and of the reply to it."""

    prompt: list[int]
    reply: list[int]


def read_config(name_or_path: str) -> ResponderConfig:
    """Read a config by name, or a TOML file by path. Raises SystemExit where there is none for this script."""
    values = read_values(name_or_path, "responder_", ResponderConfig)
    return ResponderConfig(**values | {"targets": tuple(values.get("targets", ResponderConfig.targets))})


def spread(examples: list[Example], rows: int) -> list[Example]:
    """Return `rows` examples, evenly spread over all; all where there are fewer, or rows is 0."""
    if not 0 < rows < len(examples):
        return examples
    return [examples[place] for place in np.linspace(0, len(examples) - 1, rows).round().astype(int)]


class Run:
    """One run from a checkpoint folder to OUT/adapter; `train()` goes on from what was saved last."""

    def __init__(
        self, config: ResponderConfig, base: Path, folder: Path, train: list[Example], valid: list[Example]
    ) -> None:
        """Start, or resume where `folder` has a checkpoint.

        Raises:
            ValueError: the checkpoint is of another config or other data.
        """
        from peft import LoraConfig, get_peft_model
        from transformers import AutoModelForSeq2SeqLM, AutoTokenizer

        seed_everything(config.seed)
        self.config, self.folder = config, folder
        self.device = "cuda" if torch.cuda.is_available() else "cpu"
        self.tokenizer: Any = AutoTokenizer.from_pretrained(base)
        lora = LoraConfig(
            task_type="SEQ_2_SEQ_LM", r=config.r, lora_alpha=config.alpha, lora_dropout=config.dropout,
            target_modules=list(config.targets),
        )  # fmt: skip
        self.model: Any = get_peft_model(AutoModelForSeq2SeqLM.from_pretrained(base), lora).to(self.device)
        self.optimizer = torch.optim.AdamW(
            trained(self.model).values(), lr=config.rate, weight_decay=config.weight_decay
        )
        self.valid = spread(valid, config.valid_rows)
        self._train = [self._encode(example) for example in spread(train, config.rows)]
        self._checked = [self._encode(example) for example in self.valid]
        self.steps_per_epoch = -(-len(self._train) // config.batch)
        self.steps = self.steps_per_epoch * config.epochs
        self.state = State(dataclasses.asdict(config) | {"targets": list(config.targets)}, len(self._train))
        if (folder / CHECKPOINT).is_file():
            planned = (self.state.config, self.state.rows)
            self.state = load_state(folder, self.model, self.optimizer)
            if (self.state.config, self.state.rows) != planned:
                raise UnusableInput(f"{folder.name} holds a run of another config or other data; choose another --out")
            log.info("going on at step %d of %d", self.state.step, self.steps)
        self.run_log = RunLog(folder)
        self.progress = Progress(self.steps - self.state.step)

    def _encode(self, example: Example) -> Encoded:
        """Encode the prompt as the product does at run time (backends/flan_t5_engine.py)."""
        prompt = fitted_reply_prompt(
            example.message, example.history, example.emotion, lambda text: len(self._ids(text)), PROMPT_TOKENS
        )
        end = [self.tokenizer.eos_token_id]
        return Encoded(self._ids(prompt) + end, self._ids(example.reply)[: MAX_NEW_TOKENS - 1] + end)

    def _ids(self, text: str) -> list[int]:
        return list(self.tokenizer.encode(text, add_special_tokens=False, split_special_tokens=True))

    def train(self, stop_after: int | None = None) -> None:
        """Train to the end, or until `stop_after` steps are done."""
        if self.state.first is None:
            self.state.first = self.valid_perplexity()
            log.info("before training: validation perplexity %.2f", self.state.first)
        end = min(self.steps, stop_after or self.steps)
        while self.state.step < end:
            self._epoch(end)

    def _epoch(self, end: int) -> None:
        epoch, done = divmod(self.state.step, self.steps_per_epoch)
        losses, started = self.state.losses, time.monotonic()
        for rows in self._batches(epoch)[done:]:
            losses.append(self._step([self._train[row] for row in rows]))
            self.progress.add(1)
            if self.state.step % 50 == 0 or self.state.step == end:
                log.info(
                    "epoch %d/%d  step %d/%d  loss %.3f  %.1f min left",
                    epoch + 1, self.config.epochs, self.state.step, self.steps, float(np.mean(losses[-50:])),
                    self.progress.minutes_left,
                )  # fmt: skip
            whole = self.state.step % self.steps_per_epoch == 0
            if not whole and (self.state.step % self.config.save_every == 0 or self.state.step == end):
                self.state.minutes += (time.monotonic() - started) / 60
                started = time.monotonic()
                save_state(self.folder, self.state, self.model, self.optimizer)
            if self.state.step == end and not whole:
                return
        self.state.minutes += (time.monotonic() - started) / 60
        self.state.losses = []
        self._finish_epoch(epoch + 1, float(np.mean(losses)))

    def _finish_epoch(self, epoch: int, loss: float) -> None:
        """Evaluate; keep the adapter if it is the best so far."""
        value = self.valid_perplexity()
        self.run_log.add(self.state.step, train_loss=loss, validation_perplexity=value, epoch=epoch)
        log.info("epoch %d: validation perplexity %.2f", epoch, value)
        self.state.history.append({"epoch": epoch, "train_loss": loss, "validation_perplexity": value})
        if self.state.best is None or value < self.state.best:
            self.state.best, self.state.best_epoch = value, epoch
            self._save_adapter()
        save_state(self.folder, self.state, self.model, self.optimizer)

    def _save_adapter(self) -> None:
        """Write the adapter in PEFT's format, beside the old one and then in its place."""
        self.model.peft_config["default"].base_model_name_or_path = self.config.checkpoint
        draft = self.folder / f"{ADAPTER}.part"
        shutil.rmtree(draft, ignore_errors=True)
        self.model.save_pretrained(draft, save_embedding_layers=False)  # looking whether to would ask the hub
        shutil.rmtree(self.folder / ADAPTER, ignore_errors=True)
        draft.rename(self.folder / ADAPTER)

    def _step(self, rows: list[Encoded]) -> float:
        torch.manual_seed(self.config.seed * 1_000_003 + self.state.step)  # for dropout
        warm = max(1, round(self.config.warmup * self.steps))
        step = self.state.step
        share = min((step + 1) / warm, (self.steps - step) / max(1, self.steps - warm))
        for group in self.optimizer.param_groups:
            group["lr"] = self.config.rate * share
        self.model.train()
        with torch.autocast(self.device, torch.bfloat16, enabled=self.config.bfloat16):
            loss = self.model(**self._tensors(rows)).loss
        self.optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(trained(self.model).values(), self.config.clip_norm)
        self.optimizer.step()
        self.state.step += 1
        if not math.isfinite(value := float(loss.detach())):
            raise FloatingPointError(f"the loss is {value} at step {self.state.step}; lower the rate")
        return value

    def _batches(self, epoch: int) -> list[NDArray[np.int64]]:
        """Batches of similar length in random order, the same for the same epoch."""
        random, size = np.random.default_rng((self.config.seed, epoch)), self.config.batch
        order = random.permutation(len(self._train))
        found: list[NDArray[np.int64]] = []
        lengths = np.array([len(row.prompt) + len(row.reply) for row in self._train])
        for start in range(0, len(order), 50 * size):
            block = order[start : start + 50 * size]
            block = block[np.argsort(lengths[block], kind="stable")]
            found += [block[at : at + size] for at in range(0, len(block), size)]
        return [found[place] for place in random.permutation(len(found))]

    def _tensors(self, rows: Sequence[Encoded]) -> dict[str, torch.Tensor]:
        pad = self.tokenizer.pad_token_id
        prompts, replies = _padded([row.prompt for row in rows], pad), _padded([row.reply for row in rows], IGNORED)
        values = {"input_ids": prompts, "attention_mask": (prompts != pad).long(), "labels": replies}
        return {name: value.to(self.device) for name, value in values.items()}

    @torch.no_grad()
    def valid_perplexity(self) -> float:
        """Return the perplexity of the listeners' replies in the validation rows, by token."""
        self.model.eval()
        nats, tokens = 0.0, 0
        for _, rows in _by_length(self._checked):
            count = sum(len(row.reply) for row in rows)
            nats += float(self.model(**self._tensors(rows)).loss) * count
            tokens += count
        return perplexity(nats, tokens)

    @torch.no_grad()
    def replies(self, rows: Sequence[Encoded]) -> list[str]:
        """Return the model's reply to each prompt, decoded as at run time: greedy, with the same penalties."""
        self.model.eval()
        found = [""] * len(rows)
        for places, some in _by_length(rows):
            given = self._tensors(some)
            made = self.model.generate(
                input_ids=given["input_ids"], attention_mask=given["attention_mask"], max_new_tokens=MAX_NEW_TOKENS,
                do_sample=False, repetition_penalty=REPETITION_PENALTY, no_repeat_ngram_size=NO_REPEAT_NGRAM,
            )  # fmt: skip
            for place, text in zip(places, self.tokenizer.batch_decode(made, skip_special_tokens=True), strict=True):
                found[place] = text.strip()
        return found

    def finish(self, machine: str, command: str) -> dict[str, Any]:
        """Take the best adapter, measure it against the model without it, write metrics.json and the model card."""
        from peft import set_peft_model_state_dict
        from safetensors.torch import load_file

        best = load_file(self.folder / ADAPTER / "adapter_model.safetensors")
        set_peft_model_state_dict(self.model, best)
        examples = spread(self.valid, self.config.scored_replies)
        rows = [self._encode(example) for example in examples]
        humans = [example.reply for example in examples]
        ours = self.replies(rows)
        with self.model.disable_adapter():
            bare = self.replies(rows)
        measured = {
            "adapter": {"perplexity": round(self.state.best or math.nan, 3), **figures(ours, humans)},
            "without_adapter": {"perplexity": round(self.state.first or math.nan, 3), **figures(bare, humans)},
            "human": figures(humans, humans),
        }
        facts = {"machine": machine, "command": command, "device": self.device}
        return write_report(self.folder / ADAPTER, self.state, measured, facts, list(zip(examples, ours, strict=True)))


def _padded(rows: list[list[int]], value: int) -> torch.Tensor:
    width = max(len(row) for row in rows)
    return torch.tensor([row + [value] * (width - len(row)) for row in rows])


def _by_length(rows: Sequence[Encoded]) -> Iterator[tuple[list[int], list[Encoded]]]:
    """Yield batches of similar length with the places of their rows."""
    order = sorted(range(len(rows)), key=lambda place: len(rows[place].prompt))
    for start in range(0, len(order), EVALUATION_BATCH):
        places = order[start : start + EVALUATION_BATCH]
        yield places, [rows[place] for place in places]


@command
def main(argv: list[str] | None = None) -> dict[str, Any]:
    """Train and report as the arguments say; return what metrics.json holds."""
    parser = argparse.ArgumentParser(prog="python -m training.responder", description=__doc__)
    parser.add_argument("--data", type=Path, help="folder with empathetic_train.tsv and empathetic_valid.tsv")
    parser.add_argument(
        "--out",
        type=Path,
        help="folder for checkpoint, logs and, in adapter/, the result; with --smoke a scratch folder",
    )
    parser.add_argument("--config", default="responder_flan_t5", help="a name in training/configs")
    parser.add_argument("--checkpoint", type=checkpoint_folder, help="folder of the checkpoint to adapt")
    parser.add_argument("--rows", type=int, help="train on this many examples only, evenly spread")
    parser.add_argument("--seed", type=int, help="another seed than the config's")
    parser.add_argument(
        "--smoke", action="store_true", help="a tiny random model and made-up conversations, in seconds"
    )
    parser.add_argument("--threads", type=int, help="CPU threads (default: all cores)")
    parser.add_argument("--machine", default=f"{os.cpu_count()}-core CPU", help="what trains it, for the record")
    given = parser.parse_args(argv)
    if not given.smoke and (given.data is None or given.out is None):
        parser.error("--data and --out are needed (or --smoke)")
    log_to_stderr()
    if given.threads:
        torch.set_num_threads(given.threads)
    config = read_config(given.config)
    changes = {name: getattr(given, name) for name in ("seed", "rows") if getattr(given, name) is not None}
    config = dataclasses.replace(config, **changes)
    command_line = f"python -m training.responder --config {config.name}" + (" --smoke" if given.smoke else "")
    with tempfile.TemporaryDirectory() as scratch, with_peft():
        if given.smoke:
            config = dataclasses.replace(config, **responder_smoke.CHANGES)
            base, (train, valid) = Path(scratch) / "checkpoint", responder_smoke.corpus()
            responder_smoke.save_tiny(base, config.seed)
        else:
            require_files(given.data, ())
            train, valid = load(given.data, "train"), load(given.data, "valid")
            base = given.checkpoint or checkpoint(config.checkpoint, from_environment())
        log.info("%d replies to learn, %d to validate on, config %s", len(train), len(valid), config.name)
        run = Run(config, base, given.out or Path(scratch) / "run", train, valid)
        run.train()
        return run.finish(given.machine, command_line)


if __name__ == "__main__":
    main()
