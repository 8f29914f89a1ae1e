"""The encoder of the crisis classifier: MiniLM with its upper layers fine-tuned and one head for `chat.danger.KINDS`.

Every epoch sees each phrase anew: with slips of the finger, with small talk before or after it, with words hidden
([MASK]); and a fresh sample of ordinary messages. The averaged weights (exponential, Polyak & Juditsky 1992) are the
result. Does not handle: more than `chat.danger.MAX_TOKENS` tokens of a text.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from backends.batches import by_length
from backends.contracts import FloatArray
from chat.danger import KINDS, tokens_of
from training.batches import shuffled
from training.common import log
from training.crisis_corpus import Corpus, Integers, misspelt
from training.text_encoder import Encoder, Layer, max_pool, mean_pool
from training.text_tower import padded, parameter_groups, with_words_hidden

POOL = 20
"""Batches that are cut by length together, see `training.batches`."""


@dataclass(frozen=True)
class EncoderConfig:
    """How the encoder is fine-tuned; chosen by cross-validation over ideas (docs/experiments.md)."""

    tuned_layers: int = 6
    epochs: int = 4
    batch: int = 32
    rate: float = 1.5e-4  # of the topmost layer
    head_rate: float = 1e-3
    layer_decay: float = 0.85  # each layer below learns that much more slowly
    weight_decay: float = 0.01
    dropout: float = 0.1
    word_dropout: float = 0.08
    slips: float = 0.3  # share of texts misspelt
    small_talk: float = 0.15  # share of phrases with an ordinary message beside them
    ordinary: int = 2000  # ordinary messages an epoch
    smoothing: float = 0.05
    danger_weight: float = 1.0
    average: float = 0.99


class CrisisEncoder(nn.Module):
    """Token ids -> logits of KINDS, from mean and maximum of the last layer."""

    def __init__(self, encoder: Encoder, dropout: float) -> None:
        super().__init__()
        self.encoder = encoder
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(2 * encoder.words.embedding_dim, len(KINDS))

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """(n, t) ids and mask -> (n, 4)."""
        states = self.encoder(input_ids, attention_mask)[-1]
        pooled = torch.cat([mean_pool(states, attention_mask), max_pool(states, attention_mask)], dim=-1)
        logits: Tensor = self.head(self.dropout(pooled))
        return logits


def fit(
    encoder: Encoder, learnt: Corpus, tokenizer: Tokenizer, config: EncoderConfig, seed: int, chosen: Integers
) -> CrisisEncoder:
    """Fine-tune an encoder (it is changed) and return the average of its weights.

    Args:
        encoder: the pre-trained encoder.
        learnt: texts, of which the rows `chosen` are learnt.
        tokenizer: without truncation and padding.
        config: see EncoderConfig.
        seed: of order, slips, small talk and hidden words.
        chosen: row numbers.
    """
    torch.manual_seed(seed)
    model = CrisisEncoder(encoder, config.dropout)
    _freeze_below(model, config)
    average = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(config.average))
    tuned = list(encoder.layers)[-config.tuned_layers :]
    rates = config.rate, config.head_rate, config.layer_decay
    optimizer = torch.optim.AdamW(parameter_groups(tuned, model.head, *rates, config.weight_decay))
    epochs = [epoch(learnt, chosen, config, (seed, number)) for number in range(config.epochs)]
    steps = sum(-(-len(texts) // config.batch) for texts, _ in epochs)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer,
        [group["lr"] for group in optimizer.param_groups],
        total_steps=steps + 1,
        pct_start=0.1,
        anneal_strategy="linear",
        cycle_momentum=False,
    )
    weights = torch.tensor([1.0, *[config.danger_weight] * (len(KINDS) - 1)])
    model.train()
    for number, (texts, kinds) in enumerate(epochs):
        tokens = tokens_of(texts, tokenizer)
        generator = torch.Generator().manual_seed(seed * 1000 + number)
        total = 0.0
        lengths = np.array([len(one) for one in tokens])
        batches = shuffled(lengths, config.batch, POOL, np.random.default_rng((seed, number)))
        for rows in batches:
            ids, mask = padded([tokens[row] for row in rows])
            ids = with_words_hidden(ids, config.word_dropout, generator)
            with torch.autocast("cpu", torch.bfloat16):
                logits = model(ids, mask).float()
            wanted = torch.tensor(kinds[rows])
            loss = functional.cross_entropy(logits, wanted, weights, label_smoothing=config.smoothing)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            average.update_parameters(model)
            total += float(loss.detach())
        log.info("epoch %d of %d, loss %.3f", number + 1, config.epochs, total / len(batches))
    result = average.module
    assert isinstance(result, CrisisEncoder)
    return result.eval()


@torch.no_grad()
def probabilities(model: CrisisEncoder, tokens: Sequence[tuple[int, ...]], batch: int = 64) -> FloatArray:
    """Token ids -> (n, 4) probabilities of KINDS."""
    found = np.zeros((len(tokens), len(KINDS)), np.float32)
    for rows in by_length([len(one) for one in tokens], batch):
        found[rows] = torch.softmax(model(*padded([tokens[row] for row in rows])), dim=-1).numpy()
    return found


def _freeze_below(model: CrisisEncoder, config: EncoderConfig) -> None:
    lower = len(model.encoder.layers) - config.tuned_layers
    for part in (model.encoder.words, model.encoder.positions, model.encoder.norm, *model.encoder.layers[:lower]):
        part.requires_grad_(False)
    for layer in model.encoder.layers[lower:]:
        assert isinstance(layer, Layer)
        layer.dropout = config.dropout


def epoch(learnt: Corpus, chosen: Integers, config: EncoderConfig, seed: tuple[int, int]) -> tuple[list[str], Integers]:
    """Return the texts of one epoch, changed by chance, and their kinds."""
    chance = random.Random(repr(seed))
    ordinary = [learnt.texts[row] for row in chosen if not learnt.written[row]]
    texts: list[str] = []
    kinds: list[int] = []
    for row in chosen[learnt.written[chosen]]:
        text = learnt.texts[row]
        if chance.random() < config.slips:
            text = misspelt(text, chance)
        if ordinary and chance.random() < config.small_talk:
            text = _beside(text, chance.choice(ordinary), chance)
        texts.append(text)
        kinds.append(int(learnt.kinds[row]))
    sample = chance.sample(ordinary, min(config.ordinary, len(ordinary)))
    return [*texts, *sample], np.array([*kinds, *[0] * len(sample)])


def _beside(text: str, other: str, chance: random.Random) -> str:
    """Return two texts as two sentences, in either order."""
    first, second = (text, other) if chance.random() < 0.5 else (other, text)
    return f"{first}{'' if first[-1] in '.!?' else '.'} {second}"
