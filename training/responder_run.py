"""The training run of a LoRA adapter for Flan-T5: from a checkpoint folder to the adapter, its figures and its card."""

from __future__ import annotations

import dataclasses
import math
import shutil
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch

from backends.batches import by_length
from backends.prompts import fitted_reply_prompt
from backends.responder_hub_flan_t5 import MAX_NEW_TOKENS, NO_REPEAT_NGRAM, PROMPT_TOKENS, REPETITION_PENALTY
from training.batches import Places, shuffled
from training.command import UnusableInput
from training.common import Progress, RunLog, log, seed_everything
from training.dialogues import Example
from training.responder_config import ResponderConfig
from training.responder_report import write_report
from training.responder_score import figures, perplexity
from training.responder_state import CHECKPOINT, State, load_state, save_state, trained

ADAPTER = "adapter"
EVALUATION_BATCH = 32
POOL = 50
"""Batches that are cut by length together, see `training.batches`."""
IGNORED = -100
"""Label of a position that no loss is computed for (torch's convention)."""


class Encoded(NamedTuple):
    """Token ids of a prompt and of the reply to it."""

    prompt: list[int]
    reply: list[int]


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
        for rows in self._order(epoch)[done:]:
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

    def _order(self, epoch: int) -> list[Places]:
        """Batches of similar length in random order, the same for the same epoch."""
        lengths = np.array([len(row.prompt) + len(row.reply) for row in self._train])
        return shuffled(lengths, self.config.batch, POOL, np.random.default_rng((self.config.seed, epoch)))

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
    for places in by_length([len(row.prompt) for row in rows], EVALUATION_BATCH):
        yield places.tolist(), [rows[place] for place in places]
