"""The tower that reads feelings: copies of the upper layers of MiniLM, fine-tuned, beside the untouched ones.

The lower layers are shared and never change, so one pass gives the embedding of the original model and, from the tower,
the features of the three heads. Fitted on all tasks at once: every batch mixes sources, a loss counts where a label is
known. The averaged weights (exponential, Polyak & Juditsky 1992) are the result.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from training.common import Progress, RunLog, log
from training.text_config import TextConfig
from training.text_encoder import Encoder, Layer, tower_features
from training.text_heads import OUTPUTS, Targets, head_network, joint_loss, sentiment_weights

CHECKPOINT = "tower.safetensors"
_SECONDS_BETWEEN_CHECKPOINTS = 180.0
_MASK = _LAST_SPECIAL = 103
"""[MASK] in BERT's uncased vocabulary; the tokens up to it are marks and unused places."""


class Tower(nn.Module):
    """Copies of the layers above `branch`, and the heads on what they give."""

    def __init__(self, encoder: Encoder, branch: int, hidden: int, dropout: float, head_dropout: float) -> None:
        super().__init__()
        layers = [copy.deepcopy(layer) for layer in encoder.layers[branch:]]
        for layer in layers:
            assert isinstance(layer, Layer)
            layer.dropout = dropout
        self.layers = nn.ModuleList(layers)
        width = encoder.words.embedding_dim
        self.heads = nn.ModuleDict(
            {task: head_network(2 * width, hidden, outputs, head_dropout) for task, outputs in OUTPUTS.items()}
        )

    def forward(self, states: Tensor, mask: Tensor) -> dict[str, Tensor]:
        """Logits of each task."""
        features = tower_features(self.layers, states, mask)
        return {task: head(features) for task, head in self.heads.items()}


def fit_tower(
    encoder: Encoder,
    tokens: list[tuple[int, ...]],
    targets: Targets,
    config: TextConfig,
    folder: Path,
    sources: Sequence[str] = (),
) -> Tower:
    """Fit a tower on tokenised texts; goes on from the checkpoint in `folder` if there is one.

    Args:
        encoder: its layers up to `config.branch` are shared and stay as they are.
        tokens: ids of each text, with the marks of begin and end.
        targets: what is known of each text.
        folder: where checkpoint and log are kept.
        sources: where each text comes from, for `config.shares`; may be left out where there are none.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tower = Tower(encoder, config.branch, config.hidden, config.dropout, config.head_dropout)
    average = AveragedModel(tower, multi_avg_fn=get_ema_multi_avg_fn(config.average))
    rates = config.rate, config.head_rate, config.layer_decay
    optimizer = torch.optim.AdamW(parameter_groups(list(tower.layers), tower.heads, *rates, config.weight_decay))
    batches = [batch for epoch in range(config.epochs) for batch in _batches(tokens, config, epoch, sources)]
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer,
        [group["lr"] for group in optimizer.param_groups],
        total_steps=len(batches) + 1,
        pct_start=0.06,
        anneal_strategy="linear",
        cycle_momentum=False,
    )
    first = _resume(folder, tower, average, optimizer, schedule)
    weights = sentiment_weights(targets)
    progress = Progress(sum(_cost(tokens, batch) for batch in batches[first:]))
    record, saved, mean_loss = RunLog(folder), time.monotonic(), 0.0
    tower.train()
    for step, batch in enumerate(batches[first:], first):
        ids, mask = padded([tokens[row] for row in batch])
        if config.word_dropout:
            ids = with_words_hidden(ids, config.word_dropout, torch.Generator().manual_seed(step))
        with torch.autocast("cpu", torch.bfloat16, enabled=config.bfloat16):
            with torch.no_grad():
                states = encoder.lower(ids, mask, config.branch)
            logits = tower(states, mask)
        loss = joint_loss({task: own.float() for task, own in logits.items()}, targets.rows(batch), weights)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(tower.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        average.update_parameters(tower)
        progress.add(_cost(tokens, batch))
        mean_loss += (float(loss.detach()) - mean_loss) / min(step - first + 1, 100)
        if step % 100 == 99:
            record.add(step + 1, loss=round(mean_loss, 4))
            log.info(
                "step %d of %d, loss %.3f, %.0f min left", step + 1, len(batches), mean_loss, progress.minutes_left
            )
        if time.monotonic() - saved > _SECONDS_BETWEEN_CHECKPOINTS:
            _save(folder, step + 1, tower, average, optimizer)
            saved = time.monotonic()
    _save(folder, len(batches), tower, average, optimizer)
    result = average.module
    assert isinstance(result, Tower)
    return result.eval()


def parameter_groups(
    layers: Sequence[nn.Module], head: nn.Module, rate: float, head_rate: float, layer_decay: float, weight_decay: float
) -> list[dict[str, object]]:
    """Lower layers learn more slowly than the topmost at `rate`, the head faster; norms and biases do not decay."""
    rates = [rate * layer_decay ** (len(layers) - 1 - number) for number in range(len(layers))]
    groups: list[dict[str, object]] = []
    for module, own in zip([*layers, head], [*rates, head_rate], strict=True):
        matrices = [one for one in module.parameters() if one.ndim > 1]
        others = [one for one in module.parameters() if one.ndim <= 1]
        groups.append({"params": matrices, "lr": own, "weight_decay": weight_decay})
        groups.append({"params": others, "lr": own, "weight_decay": 0.0})
    return groups


def with_words_hidden(ids: Tensor, share: float, generator: torch.Generator) -> Tensor:
    """(n, t) ids with about that share of the words replaced by [MASK]; marks stay."""
    hidden = torch.rand(ids.shape, generator=generator) < share
    return ids.masked_fill(hidden & (ids > _LAST_SPECIAL), _MASK)


def _batches(tokens: list[tuple[int, ...]], config: TextConfig, epoch: int, sources: Sequence[str]) -> Iterator[Tensor]:
    """Rows of each batch of one epoch: random, but texts of like length together, in random order."""
    generator = np.random.default_rng((config.seed, epoch))
    lengths = np.array([len(one) for one in tokens])
    order = generator.permutation(len(tokens))
    if sources:
        shares = np.array([config.shares.get(source, 1.0) for source in sources])
        order = order[generator.random(len(order)) < shares[order]]
    found: list[NDArray[np.int64]] = []
    for start in range(0, len(order), 40 * config.batch):
        pool = order[start : start + 40 * config.batch]
        pool = pool[np.argsort(lengths[pool], kind="stable")]
        found += [pool[at : at + config.batch] for at in range(0, len(pool), config.batch)]
    for number in generator.permutation(len(found)):
        yield torch.from_numpy(found[number])


def _cost(tokens: list[tuple[int, ...]], batch: Tensor) -> float:
    return float(len(batch) * max(len(tokens[row]) for row in batch.tolist()))


def padded(rows: list[tuple[int, ...]]) -> tuple[Tensor, Tensor]:
    """Ids and mask, (n, longest)."""
    ids = torch.zeros(len(rows), max(len(row) for row in rows), dtype=torch.int64)
    mask = torch.zeros_like(ids)
    for place, row in enumerate(rows):
        ids[place, : len(row)] = torch.tensor(row)
        mask[place, : len(row)] = 1
    return ids, mask


def _save(folder: Path, step: int, tower: Tower, average: AveragedModel, optimizer: torch.optim.Optimizer) -> None:
    """Weights, averaged weights, the optimiser's moments and the step as one file, atomically."""
    tensors = {f"now.{name}": one for name, one in tower.state_dict().items()}
    tensors |= {f"average.{name}": one for name, one in average.module.state_dict().items()}
    for number, moments in optimizer.state_dict()["state"].items():
        tensors |= {f"optimizer.{number}.{name}": torch.as_tensor(one) for name, one in moments.items()}
    draft = folder / (CHECKPOINT + ".part")
    save_file({name: one.detach().clone().contiguous() for name, one in tensors.items()}, draft, {"step": str(step)})
    draft.replace(folder / CHECKPOINT)


def _resume(
    folder: Path,
    tower: Tower,
    average: AveragedModel,
    optimizer: torch.optim.Optimizer,
    schedule: torch.optim.lr_scheduler.LRScheduler,
) -> int:
    """Load the checkpoint, if there is one; return the number of steps done."""
    if not (folder / CHECKPOINT).exists():
        return 0
    with safe_open(folder / CHECKPOINT, framework="pt") as file:
        step = int(file.metadata()["step"])
        stored = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - not a dict

    def part(name: str) -> dict[str, Tensor]:
        return {key.removeprefix(name): one for key, one in stored.items() if key.startswith(name)}

    tower.load_state_dict(part("now."))
    average.module.load_state_dict(part("average."))
    average.n_averaged.fill_(step)
    state = optimizer.state_dict()
    moments: dict[int, dict[str, Tensor]] = {}
    for key, one in part("optimizer.").items():
        number, name = key.split(".")
        moments.setdefault(int(number), {})[name] = one
    optimizer.load_state_dict({"state": moments, "param_groups": state["param_groups"]})
    schedule.last_epoch = step - 1
    optimizer._opt_called = True  # type: ignore[attr-defined]  # torch warns that the schedule comes first
    schedule.step()
    log.info("going on from step %d", step)
    return step
