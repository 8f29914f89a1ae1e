"""Fit the tower further, on what it reads wrongly: negations, and stories that end well.

Every text has the first tower's own answers as targets, so that what it can do stays; where a reading is known, that
is mixed in: wholly for contrasts (training/text_contrast.py), which also deny emotions, and by
`config.further_trust` for labels of reviews, tweets, phrases and stories.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from backends.contracts import SENTIMENTS
from training.common import Progress, log
from training.text_config import TextConfig
from training.text_contrast import Contrast, contrasts
from training.text_data import UNKNOWN, Corpus, Example, limited
from training.text_encoder import Encoder
from training.text_heads import TASK_WEIGHTS
from training.text_tower import Tower, padded, parameter_groups

Window = tuple[int, ...]


@dataclass(frozen=True)
class Known:
    """What is known of a text beside the first tower's answers: shares of the sentiments that are right, how far to
    trust them (0 to 1), and emotions that it denies."""

    text: str
    sentiment: tuple[float, ...] = (0.0,) * len(SENTIMENTS)
    trust: float = 0.0
    denied: tuple[int, ...] = ()


def further_rows(corpus: Corpus, config: TextConfig) -> list[Known]:
    """The texts to fit further on: of each source named in `config.further_rows` so many; "contrast" counts texts
    of every pattern."""
    limits = {name: count for name, count in config.further_rows.items() if name != "contrast"}
    named = [example for example in corpus.train + corpus.further if example.source in limits]
    rows = [_of_example(one, config) for one in limited(named, limits, np.random.default_rng(config.seed))]
    return rows + [_of_contrast(one) for one in contrasts(config.further_rows.get("contrast", 0), config.seed)]


def _of_example(example: Example, config: TextConfig) -> Known:
    if example.sentiment == UNKNOWN:
        return Known(example.text)
    return Known(example.text, _shares((example.sentiment,)), config.further_trust)


def _of_contrast(one: Contrast) -> Known:
    return Known(one.text, _shares(one.readings), 1.0, one.denied)


def _shares(readings: tuple[int, ...]) -> tuple[float, ...]:
    return tuple((label in readings) / len(readings) for label in range(len(SENTIMENTS)))


def fit_further(first: Tower, encoder: Encoder, rows: list[Known], tokens: list[Window], config: TextConfig) -> Tower:
    """A copy of the tower, fitted on.

    Args:
        first: gives the answers that are kept; it is left as it is.
        encoder: its layers up to `config.branch` are shared and stay as they are.
        rows: what is known of each text.
        tokens: ids of each text, with the marks of begin and end.
    """
    tower = copy.deepcopy(first).train()
    first.eval()
    average = AveragedModel(tower, multi_avg_fn=get_ema_multi_avg_fn(config.further_average))
    rates = config.further_rate, config.further_rate, config.layer_decay
    optimizer = torch.optim.AdamW(parameter_groups(list(tower.layers), tower.heads, *rates, config.weight_decay))
    batches = [batch for epoch in range(config.further_epochs) for batch in _batches(tokens, config, epoch)]
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer,
        [group["lr"] for group in optimizer.param_groups],
        total_steps=len(batches) + 1,
        pct_start=0.1,
        anneal_strategy="linear",
        cycle_momentum=False,
    )
    torch.manual_seed(config.seed)
    progress, mean_loss = Progress(float(sum(len(batch) for batch in batches))), 0.0
    for step, batch in enumerate(batches):
        ids, mask = padded([tokens[row] for row in batch])
        with torch.autocast("cpu", torch.bfloat16, enabled=config.bfloat16):
            with torch.no_grad():
                states = encoder.lower(ids, mask, config.branch)
                before = first(states, mask)
            now = tower(states, mask)
        targets = further_targets(before, [rows[row] for row in batch])
        loss = soft_loss({task: own.float() for task, own in now.items()}, targets)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(tower.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        average.update_parameters(tower)
        progress.add(float(len(batch)))
        mean_loss += (float(loss.detach()) - mean_loss) / min(step + 1, 50)
        if step % 25 == 24:
            log.info("step %d of %d, loss %.3f, %.0f min left", step + 1, len(batches), mean_loss, progress.minutes_left)
    result = average.module
    assert isinstance(result, Tower)
    return result.eval()


def further_targets(before: dict[str, Tensor], rows: list[Known]) -> dict[str, Tensor]:
    """Probabilities to learn: those of the logits `before`, with what is known mixed in."""
    emotion = torch.sigmoid(before["emotion"].float())
    sentiment = torch.softmax(before["sentiment"].float(), 1)
    for place, row in enumerate(rows):
        emotion[place, list(row.denied)] = 0.0
        sentiment[place] += row.trust * (torch.tensor(row.sentiment) - sentiment[place])
    return {"emotion": emotion, "sentiment": sentiment, "toxicity": torch.sigmoid(before["toxicity"].float())}


def soft_loss(logits: dict[str, Tensor], targets: dict[str, Tensor]) -> Tensor:
    """Cross-entropy with probabilities as targets: of emotion a sum over labels, mean over rows, summed over tasks."""
    binary = functional.binary_cross_entropy_with_logits
    emotion = binary(logits["emotion"], targets["emotion"], reduction="none").sum(1).mean()
    sentiment = functional.cross_entropy(logits["sentiment"], targets["sentiment"])
    toxicity = binary(logits["toxicity"], targets["toxicity"])
    weights = TASK_WEIGHTS
    return weights["emotion"] * emotion + weights["sentiment"] * sentiment + weights["toxicity"] * toxicity


def _batches(tokens: list[Window], config: TextConfig, epoch: int) -> list[Tensor]:
    """Rows of each batch of one epoch: random, but texts of like length together, in random order."""
    generator = np.random.default_rng((config.seed, 1, epoch))
    order = generator.permutation(len(tokens))
    lengths = np.array([len(one) for one in tokens])
    found = []
    for start in range(0, len(order), 20 * config.batch):
        pool = order[start : start + 20 * config.batch]
        pool = pool[np.argsort(lengths[pool], kind="stable")]
        found += [torch.from_numpy(pool[at : at + config.batch]) for at in range(0, len(pool), config.batch)]
    return [found[number] for number in generator.permutation(len(found))]
