"""The head of toxicity, fitted once more: what it learns, on what, and what it leaves alone."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from backends.contracts import GOEMOTIONS, FloatArray
from training.text_config import TextConfig, read_config
from training.text_data import Corpus, Example
from training.text_heads import head_network
from training.text_toxicity import refit, refit_rows
from training.text_toxicity_data import cheerful_comments, harmless_situations, hateful_tweets

CONFIG = TextConfig(
    "tiny", refit_epochs=300, refit_rate=1e-2, refit_trust=0.0, refit_rows={"offensive": 64, "situations": 64}
)


def chances(network: nn.Sequential, features: FloatArray) -> list[float]:
    with torch.no_grad():
        return [float(one) for one in torch.sigmoid(network.eval()(torch.from_numpy(features))[:, 0])]


def test_anger_becomes_harmless_insults_stay_and_so_does_the_first_head() -> None:
    torch.manual_seed(0)
    first = head_network(2, 16, 1, 0.0)
    last = first[-1]
    assert isinstance(last, nn.Linear)
    with torch.no_grad():
        last.bias.fill_(2.0)  # all of it sounds like an insult
    before = {name: value.clone() for name, value in first.state_dict().items()}
    features = np.array([[1.0, 1.0], [1.0, -1.0]] * 32, np.float32)  # both angry, one of them at somebody
    examples = [Example("you fool", "offensive", toxicity=1), Example("I was furious", "situations", toxicity=0)] * 32
    second = refit(first, features, examples, CONFIG)
    was, now = chances(first, features[:2]), chances(second, features[:2])
    assert min(was) > 0.8
    assert now[0] == pytest.approx(was[0], abs=0.05)
    assert now[1] < 0.1
    for name, value in first.state_dict().items():
        assert torch.equal(value, before[name])
    again = refit(first, features, examples, CONFIG)
    assert all(torch.equal(one, other) for one, other in zip(second.parameters(), again.parameters(), strict=True))


def test_rows_come_from_the_named_sources_and_know_their_toxicity() -> None:
    train = [Example(f"tweet {number}", "offensive", toxicity=number % 2) for number in range(100)]
    train += [Example("x", "semeval", sentiment=1), Example("y", "offensive")]
    corpus = Corpus(train, [], [], [Example("I was furious", "situations", toxicity=0)])
    rows = refit_rows(corpus, CONFIG)
    assert [row.source for row in rows] == ["offensive"] * 64 + ["situations"]
    assert {row.toxicity for row in rows} == {0, 1}
    assert refit_rows(corpus, TextConfig("none")) == []
    assert set(read_config("text_minilm").refit_rows) == {
        "offensive", "davidson", "reviews", "swearing", "situations", "cheerful", "hateful"
    }  # fmt: skip


def test_only_situations_of_hard_feelings_count_as_harmless(tmp_path: Path) -> None:
    file = tmp_path / "e.tsv"
    file.write_text("d\tfurious\tsituation\tHe lied_comma_ again\nd\tfurious\tspeaker\tno\nd\tjoyful\tsituation\tno\n")
    assert list(harmless_situations(file)) == [Example("He lied, again", "situations", toxicity=0)]


def test_a_tweets_label_is_trusted_by_the_share_that_the_config_says() -> None:
    torch.manual_seed(0)
    first = head_network(2, 16, 1, 0.0)
    features = np.array([[1.0, 1.0]] * 64, np.float32)
    examples = [Example("you fool", "offensive", toxicity=1)] * 64
    was = chances(first, features[:1])[0]
    now = chances(refit(first, features, examples, dataclasses.replace(CONFIG, refit_trust=0.5)), features[:1])[0]
    assert now == pytest.approx((was + 1) / 2, abs=0.02)


def test_short_glad_comments_are_harmless_and_tweets_rated_as_hate_are_not(tmp_path: Path) -> None:
    def comment(text: str, *labels: str) -> Example:
        return Example(text, "goemotions", tuple(int(name in labels) for name in GOEMOTIONS))

    comments = [
        comment("lol", "amusement"), comment("ugh", "annoyance"), comment("haha no", "amusement", "anger"),
        comment("thank you " * 5, "gratitude"), comment("wow thanks", "gratitude", "surprise"),
    ]  # fmt: skip
    assert [(row.text, row.source, row.toxicity) for row in cheerful_comments(comments)] == [
        ("lol", "cheerful", 0),
        ("wow thanks", "cheerful", 0),
    ]
    file = tmp_path / "davidson.csv"
    file.write_text(
        ",count,hate_speech,offensive_language,neither,class,tweet\n0,3,3,0,0,0,go away\n1,3,0,3,0,1,damn\n"
    )
    assert [(row.text, row.toxicity) for row in hateful_tweets(file)] == [("go away", 1)]
