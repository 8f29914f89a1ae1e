"""The tower: it leaves the embedding alone, learns, and goes on after an interruption to the same weights."""

import dataclasses
from pathlib import Path

import pytest
import torch
from torch.nn import functional

from training import text_tower
from training.text_config import TextConfig
from training.text_data import toy_corpus
from training.text_encoder import Encoder, Shipped, mean_pool
from training.text_heads import Targets
from training.text_tower import Tower, fit_tower, padded

CONFIG = TextConfig(
    "tiny", branch=1, hidden=16, epochs=2, batch=8, rate=3e-3, head_rate=3e-3, average=0.9, bfloat16=False, dropout=0.0,
    head_dropout=0.0,
)  # fmt: skip


@pytest.fixture
def encoder() -> Encoder:
    torch.manual_seed(0)
    return Encoder(vocabulary=60, width=24, layers=2, heads=4).eval()


@pytest.fixture
def tokens() -> list[tuple[int, ...]]:
    return [tuple(1 + (row * 7 + place) % 50 for place in range(3 + row % 5)) for row in range(96)]


def targets() -> Targets:
    return Targets.of(toy_corpus(3).train)


def test_the_embedding_is_that_of_the_original_encoder_whatever_the_tower_learns(encoder: Encoder) -> None:
    ids, mask = padded([(3, 4, 5, 6), (7, 8)])
    before = functional.normalize(mean_pool(encoder(ids, mask)[-1], mask), dim=-1)
    tower = Tower(encoder, 1, 16, 0.0, 0.0)
    with torch.no_grad():
        for parameter in tower.parameters():
            parameter.add_(0.05)
    embedding, features = Shipped(encoder, tower.layers, 1)(ids, mask)
    assert torch.equal(embedding, before)
    untouched = Shipped(encoder, Tower(encoder, 1, 16, 0.0, 0.0).layers, 1)(ids, mask)[1]
    assert torch.allclose(untouched[:, :24], mean_pool(encoder(ids, mask)[-1], mask), atol=1e-6)
    assert not torch.allclose(features, untouched, atol=1e-2)


def test_an_interrupted_run_ends_with_the_weights_of_an_uninterrupted_one(
    encoder: Encoder, tokens: list[tuple[int, ...]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    torch.manual_seed(1)
    whole = fit_tower(encoder, tokens, targets(), CONFIG, tmp_path / "whole")
    monkeypatch.setattr(text_tower, "_SECONDS_BETWEEN_CHECKPOINTS", -1.0)  # after every step
    saved = text_tower._save
    calls = []

    def killed(folder: Path, step: int, *rest: object) -> None:
        saved(folder, step, *rest)  # type: ignore[arg-type]
        calls.append(step)
        if len(calls) == 7:
            raise KeyboardInterrupt

    monkeypatch.setattr(text_tower, "_save", killed)
    torch.manual_seed(1)
    with pytest.raises(KeyboardInterrupt):
        fit_tower(encoder, tokens, targets(), CONFIG, tmp_path / "parts")
    assert calls[-1] == 7
    resumed = fit_tower(encoder, tokens, targets(), CONFIG, tmp_path / "parts")
    for name, value in whole.state_dict().items():
        assert torch.allclose(resumed.state_dict()[name], value, atol=1e-5), name


def test_only_the_tower_learns_and_the_loss_falls(
    encoder: Encoder, tokens: list[tuple[int, ...]], tmp_path: Path
) -> None:
    before = {name: value.clone() for name, value in encoder.state_dict().items()}
    config = dataclasses.replace(CONFIG, epochs=80)
    tower = fit_tower(encoder, tokens[:8], targets().rows(torch.arange(8)), config, tmp_path)
    for name, value in encoder.state_dict().items():
        assert torch.equal(value, before[name])
    ids, mask = padded(tokens[:8])
    with torch.no_grad():
        said = tower(encoder.lower(ids, mask, 1), mask)["sentiment"].argmax(1)
    assert said.tolist() == targets().sentiment[:8].tolist()
