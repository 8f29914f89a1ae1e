"""Fit the head of sentiment once more, on the features that ship, with reviews of all stars in equal shares.

The joint run hears ten tweets and phrases for every review, and hardly says neutral of a review with three stars
(docs/experiments.md, Sentiment of reviews). Only the head changes.
"""

from __future__ import annotations

import copy

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from backends.contracts import SENTIMENTS, FloatArray
from training.text_config import TextConfig
from training.text_data import UNKNOWN, Corpus, Example, limited
from training.text_heads import fit_head


def sentiment_rows(corpus: Corpus, config: TextConfig) -> list[Example]:
    """The examples to fit on: of each source named in `config.sentiment_rows` so many, of reviews all sentiments
    alike. Where no sentiment is known (offensive tweets), the head is to say what it said before."""
    named = [example for example in corpus.train if example.source in config.sentiment_rows]
    return limited(named, config.sentiment_rows, np.random.default_rng(config.seed))


def refit_sentiment(
    network: nn.Sequential, features: FloatArray, examples: list[Example], config: TextConfig
) -> nn.Sequential:
    """A copy of the head, fitted on; targets are its own answers, with `config.sentiment_trust` of the labels.

    Args:
        network: linear, ReLU, linear, with dropout; it is left as it is.
        features: (n, f), of the encoder that ships.
        examples: the n texts.
    """
    inputs = torch.from_numpy(features)
    with torch.no_grad():
        before = torch.softmax(copy.deepcopy(network).eval()(inputs), 1)
    labels = torch.tensor([example.sentiment for example in examples])
    known = (labels != UNKNOWN)[:, None] * config.sentiment_trust
    targets = before + known * (functional.one_hot(labels.clamp(min=0), len(SENTIMENTS)) - before)

    def loss(logits: Tensor, rows: Tensor) -> Tensor:
        return functional.cross_entropy(logits, targets[rows])

    rate, decay = config.sentiment_rate, config.weight_decay
    return fit_head(network, inputs, loss, rate, decay, config.sentiment_epochs, config.seed)
