"""Fine-tune a second tower for emotion: copies of the encoder's last layers, on the token states of the layers below.

The layers below stay as they are, so their states are computed once, by the same 8-bit graph that ships, and kept; an
epoch then costs only the copied layers. Trained with masked binary cross-entropy in bfloat16.
"""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from backends.contracts import GOEMOTIONS
from backends.weights import onnx_session
from settings import Settings
from training.common import Progress, log
from training.text_config import TowerConfig
from training.text_encoder import Encoder, attention_bias, max_pool, mean_pool, second_tower
from training.text_export import export, quantise
from training.text_heads import emotion_loss, head_network

_TOKENS_PER_PASS = 1024


@dataclasses.dataclass(frozen=True)
class States:
    """Token states of n texts one after another: (tokens, width) float16, and where each text begins (n + 1 offsets)."""

    values: NDArray[np.float16]
    offsets: NDArray[np.int64]

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Tokens of each text."""
        return np.diff(self.offsets)

    def batch(self, rows: NDArray[np.int64]) -> tuple[Tensor, Tensor]:
        """(n, t, width) states and (n, t) mask of some texts, padded with zeros."""
        lengths = self.lengths[rows]
        states = np.zeros((len(rows), int(lengths.max()), self.values.shape[1]), np.float32)
        mask = np.zeros(states.shape[:2], np.int64)
        for place, (row, length) in enumerate(zip(rows, lengths, strict=True)):
            states[place, :length] = self.values[self.offsets[row] : self.offsets[row + 1]]
            mask[place, :length] = 1
        return torch.from_numpy(states), torch.from_numpy(mask)


class _Below(nn.Module):
    """The encoder up to a layer, with the inputs and outputs of the exporter: pooled, and state of every token."""

    def __init__(self, encoder: Encoder, layers: int) -> None:
        super().__init__()
        self.encoder = copy.deepcopy(encoder)
        self.encoder.layers = self.encoder.layers[:layers]

    def forward(self, ids: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        states = self.encoder(ids, mask)[-1]
        return mean_pool(states, mask), states


def states_below(
    encoder: Encoder,
    layers: int,
    texts: Sequence[tuple[int, ...]],
    calibration: Sequence[tuple[int, ...]],
    scratch: Path,
) -> States:
    """Run the first `layers` layers, in 8 bits, over token ids.

    Args:
        encoder, layers: what to run.
        texts: token ids of each text.
        calibration: token ids for the quantisation.
        scratch: folder for the graphs and the states (a memory-mapped file).
    """
    scratch.mkdir(parents=True, exist_ok=True)
    export(_Below(encoder, layers), scratch / "below_float32.onnx")
    quantise(scratch / "below_float32.onnx", scratch / "below.onnx", calibration)
    session = onnx_session(scratch / "below.onnx", Settings())
    lengths = np.array([len(ids) for ids in texts], np.int64)
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    width = encoder.words.embedding_dim
    values = np.lib.format.open_memmap(scratch / "states.npy", "w+", np.float16, (int(offsets[-1]), width))
    for rows in _same_length(lengths):
        ids = np.array([texts[row] for row in rows], np.int64)
        states = session.run(["features"], {"input_ids": ids, "attention_mask": np.ones_like(ids)})[0]
        for row, own in zip(rows, states, strict=True):
            values[offsets[row] : offsets[row + 1]] = own
    return States(values, offsets)


def _same_length(lengths: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
    for length in np.unique(lengths):
        rows = np.flatnonzero(lengths == length)
        yield from np.array_split(rows, -(-len(rows) * int(length) // _TOKENS_PER_PASS))


class Tower(nn.Module):
    """The copied layers and a head on mean and maximum of their last states."""

    def __init__(self, encoder: Encoder, layers: int, hidden: int, dropout: float) -> None:
        super().__init__()
        self.layers = second_tower(encoder, layers)
        width = encoder.words.embedding_dim
        self.head = head_network(2 * width, hidden, len(GOEMOTIONS), dropout)

    def features(self, states: Tensor, mask: Tensor) -> Tensor:
        """(n, t, width) states from below -> (n, 2 * width): mean and maximum."""
        bias = attention_bias(mask)
        for layer in self.layers:
            states = layer(states, bias)
        return torch.cat([mean_pool(states, mask), max_pool(states, mask)], dim=-1)

    def forward(self, states: Tensor, mask: Tensor) -> Tensor:
        """(n, t, width) -> (n, 28) logits."""
        logits: Tensor = self.head(self.features(states, mask).float())
        return logits


def train_tower(tower: Tower, states: States, targets: Tensor, config: TowerConfig) -> Tower:
    """Fine-tune `tower` on (n, 28) targets (1, 0, UNKNOWN); return the running mean of its weights."""
    generator = np.random.default_rng(0)
    groups = [
        {"params": tower.layers.parameters(), "lr": config.rate},
        {"params": tower.head.parameters(), "lr": config.head_rate},
    ]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01, fused=True)
    steps = int(config.epochs * states.offsets[-1] / config.tokens_per_batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, [config.rate, config.head_rate], total_steps=steps + 1, pct_start=0.1
    )
    average = torch.optim.swa_utils.AveragedModel(tower, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(0.99))
    progress, tower = Progress(steps), tower.train()
    batches = _endless(states.lengths, config.tokens_per_batch, generator)
    for step in range(steps):
        rows = next(batches)
        with torch.autocast("cpu", torch.bfloat16):
            logits = tower(*states.batch(rows))
        loss = emotion_loss(logits.float(), targets[torch.from_numpy(rows)])
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(tower.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        if step % 4 == 0:
            average.update_parameters(tower)
        progress.add(1)
        if step % 100 == 0:
            log.info(
                "tower step %d of %d, loss %.4f, %.1f minutes left",
                step,
                steps,
                float(loss.detach()),
                progress.minutes_left,
            )
    final: Tower = average.module.eval()
    return final


def _endless(lengths: NDArray[np.int64], tokens: int, generator: np.random.Generator) -> Iterator[NDArray[np.int64]]:
    """Batches of about `tokens` tokens of texts of similar length, epoch after epoch in a new order."""
    while True:
        order = generator.permutation(len(lengths))
        batches: list[NDArray[np.int64]] = []
        for chunk in np.array_split(order, max(1, len(order) // 4096)):
            chunk = chunk[np.argsort(lengths[chunk], kind="stable")]
            ends = np.cumsum(lengths[chunk]) // tokens
            batches += [part for part in np.split(chunk, np.flatnonzero(np.diff(ends)) + 1) if len(part)]
        for place in generator.permutation(len(batches)):
            yield batches[place]
