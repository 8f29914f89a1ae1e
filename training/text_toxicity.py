"""Fit the head of toxicity once more, on the features that ship and with examples that sets of tweets do not hold.

Tweets alone teach that anger is an insult: after the joint run one in six first-person stories of anger, fear or grief
was called toxic; and that laughing is one, but contempt for a group of people without a swear word is not
(docs/experiments.md). Only the head changes; encoder, emotions and sentiment stay as they are.
"""

from __future__ import annotations

import copy

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from backends.contracts import FloatArray
from training.text_config import TextConfig
from training.text_data import UNKNOWN, Corpus, Example, limited
from training.text_heads import fit_head

KEPT = ("offensive", "davidson")
"""Sources of which the head is to say mostly what it said before: targets are its own probabilities with
`config.refit_trust` of the label; the others have their labels. With the labels of these alone it learnt the training
tweets by heart."""


def refit_rows(corpus: Corpus, config: TextConfig) -> list[Example]:
    """The examples to fit on: of each source named in `config.refit_rows` so many."""
    known = [
        example
        for example in corpus.train + corpus.for_toxicity
        if example.source in config.refit_rows and example.toxicity != UNKNOWN
    ]
    return limited(known, config.refit_rows, np.random.default_rng(config.seed))


def refit(network: nn.Sequential, features: FloatArray, examples: list[Example], config: TextConfig) -> nn.Sequential:
    """A copy of the head, fitted on.

    Args:
        network: linear, ReLU, linear, with dropout; it is left as it is.
        features: (n, f), of the encoder that ships.
        examples: the n texts; their toxicity is known.
    """
    inputs = torch.from_numpy(features)
    with torch.no_grad():
        before = torch.sigmoid(copy.deepcopy(network).eval()(inputs)[:, 0])
    labels = torch.tensor([float(example.toxicity) for example in examples])
    trust = torch.tensor([config.refit_trust if example.source in KEPT else 1.0 for example in examples])
    targets = before + trust * (labels - before)

    def loss(logits: Tensor, rows: Tensor) -> Tensor:
        return functional.binary_cross_entropy_with_logits(logits[:, 0], targets[rows])

    rate, decay = config.refit_rate, config.weight_decay
    return fit_head(network, inputs, loss, rate, decay, config.refit_epochs, config.seed)
