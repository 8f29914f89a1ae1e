"""The head of sentiment, fitted once more: what it learns, on what, and what it leaves alone."""

import numpy as np
import pytest
import torch
from torch import nn

from backends.contracts import SENTIMENTS, FloatArray
from training.text_config import TextConfig, read_config
from training.text_data import Corpus, Example
from training.text_heads import head_network
from training.text_sentiment import refit_sentiment, sentiment_rows

CONFIG = TextConfig(
    "tiny",
    sentiment_epochs=300,
    sentiment_rate=1e-2,
    sentiment_trust=0.6,
    sentiment_rows={"reviews": 64, "offensive": 64},
)


def shares(network: nn.Sequential, features: FloatArray) -> FloatArray:
    with torch.no_grad():
        found: FloatArray = torch.softmax(network.eval()(torch.from_numpy(features)), 1).numpy()
    return found


def test_reviews_move_by_the_trust_in_stars_and_tweets_stay() -> None:
    torch.manual_seed(0)
    first = head_network(2, 16, 3, 0.0)
    before = {name: value.clone() for name, value in first.state_dict().items()}
    features = np.array([[1.0, 1.0], [1.0, -1.0]] * 32, np.float32)
    examples = [Example("So so.", "reviews", sentiment=1), Example("a tweet", "offensive", toxicity=1)] * 32
    second = refit_sentiment(first, features, examples, CONFIG)
    was, now = shares(first, features[:2]), shares(second, features[:2])
    neutral = SENTIMENTS.index("neutral")
    assert now[0] == pytest.approx(0.6 * np.eye(3)[neutral] + 0.4 * was[0], abs=0.02)
    assert now[1] == pytest.approx(was[1], abs=0.02)
    for name, value in first.state_dict().items():
        assert torch.equal(value, before[name])
    again = refit_sentiment(first, features, examples, CONFIG)
    assert all(torch.equal(one, other) for one, other in zip(second.parameters(), again.parameters(), strict=True))


def test_reviews_are_taken_in_equal_shares() -> None:
    train = [Example(f"review {n}", "reviews", sentiment=0 if n < 30 else 1 if n < 70 else 2) for n in range(300)]
    train += [Example(f"tweet {n}", "offensive", toxicity=0) for n in range(10)] + [
        Example("x", "semeval", sentiment=1)
    ]
    rows = sentiment_rows(Corpus(train, [], []), CONFIG)
    reviews = [row.sentiment for row in rows if row.source == "reviews"]
    assert [reviews.count(label) for label in range(3)] == [21, 21, 21]
    assert sum(row.source == "offensive" for row in rows) == 10
    assert {row.source for row in rows} == {"reviews", "offensive"}
    assert sentiment_rows(Corpus(train, [], []), TextConfig("none")) == []


def test_the_shipped_config_fits_the_head_on_reviews() -> None:
    assert "reviews" in read_config("text_minilm").sentiment_rows
