"""Sharpness-aware steps: where the gradient is taken, and what they leave untouched."""

import dataclasses
from pathlib import Path

import pytest
import torch
from torch import nn

from training import face
from training.face_config import FaceConfig
from training.face_data import toy_faces
from training.face_sharpness import uphill


def test_the_weights_go_up_along_their_gradients_and_come_back() -> None:
    model = nn.Linear(2, 1)
    with torch.no_grad():
        model.weight.copy_(torch.tensor([[1.0, 2.0]]))
        model.bias.zero_()
    model(torch.tensor([[3.0, 4.0]])).sum().backward()  # gradients 3, 4 and 1: a norm of sqrt(26)
    with uphill(model, radius=26**0.5):
        torch.testing.assert_close(model.weight.detach(), torch.tensor([[4.0, 6.0]]))
        torch.testing.assert_close(model.bias.detach(), torch.tensor([1.0]))
        assert model.weight.grad is None
    assert model.weight.tolist() == [[1.0, 2.0]]
    assert model.bias.tolist() == [0.0]


def test_the_gradient_uphill_is_the_one_that_stays() -> None:
    """The loss w^2 / 2 has the gradient w: at 3, half a unit uphill, 3.5."""
    model = nn.Linear(1, 1, bias=False)
    with torch.no_grad():
        model.weight.fill_(3.0)
    (model.weight**2 / 2).sum().backward()
    with uphill(model, radius=0.5):
        (model.weight**2 / 2).sum().backward()
    assert model.weight.grad is not None
    assert model.weight.grad.item() == pytest.approx(3.5)
    assert model.weight.item() == 3.0


def test_batch_norm_counts_only_the_way_there() -> None:
    torch.manual_seed(0)
    norm = nn.BatchNorm2d(2)
    model = nn.Sequential(nn.Conv2d(1, 2, 3), norm)
    pixels = torch.randn(8, 1, 5, 5)
    model(pixels).square().sum().backward()
    assert norm.running_mean is not None
    kept = norm.running_mean.clone()
    with uphill(model, radius=1.0):
        model(pixels)
    torch.testing.assert_close(norm.running_mean, kept, rtol=0, atol=0)
    model(pixels)
    assert not torch.equal(norm.running_mean, kept), "afterwards it counts again"


def test_weights_come_back_when_the_step_fails() -> None:
    model = nn.Linear(1, 1, bias=False)
    before = model.weight.item()
    model(torch.ones(1, 1)).sum().backward()
    with pytest.raises(FloatingPointError), uphill(model, radius=1.0):
        raise FloatingPointError
    assert model.weight.item() == before


def test_a_run_takes_sharpness_aware_steps_from_where_its_config_says(tmp_path: Path) -> None:
    """The first epoch is that of a plain run, to the bit; the second, after half of the schedule, is not."""
    plain = FaceConfig("tiny", "cnn3", ((24, 2),), batch=14, peak_lr=3e-3, ema_steps=8, bfloat16=False, seed=3)
    aware = dataclasses.replace(plain, sam_radius=0.1, sam_from=0.5)
    weights = []
    for config in (plain, aware):
        run = face.Run(config, toy_faces(12, 1), toy_faces(4, 2), tmp_path / str(config.sam_radius))
        for epochs in (1, 2):
            run.train(stop_after=epochs)
            weights.append(torch.cat([weight.detach().flatten().clone() for weight in run.model.parameters()]))
    torch.testing.assert_close(weights[0], weights[2], rtol=0, atol=0)
    assert (weights[1] - weights[3]).abs().max() > 1e-4
