"""What a face run is told, and its learning rate at every step."""

import pytest
import torch

from training.face_config import expand_stages, parse_stages, read_config
from training.face_model import build
from training.face_schedule import learning_rate


def test_stages_unroll_to_one_size_per_epoch() -> None:
    assert expand_stages(((40, 2), (64, 1))) == (40, 40, 64)
    assert parse_stages("40:8,64:7") == ((40, 8), (64, 7))
    with pytest.raises(ValueError, match="pixels:epochs"):
        parse_stages("64")


@pytest.mark.parametrize(
    "name",
    ["face_resnet50", "face_resnet50_on", "face_resnet50_larger", "face_resnet50_taught", "face_cnn3", "face_cnn4"],
)
def test_named_configs_are_complete_and_buildable(name: str) -> None:
    config = read_config(name)
    assert config.name == name
    model = build(config.architecture).eval()
    with torch.no_grad():
        assert model(torch.zeros(2, 1, 32, 32)).shape == (2, 7)


def test_an_unknown_config_names_the_choices() -> None:
    with pytest.raises(SystemExit, match="face_resnet50"):
        read_config("no_such_config")


def test_learning_rate_rises_peaks_and_ends_at_zero() -> None:
    rates = [learning_rate(done, peak=0.1, warmup=0.2) for done in (0.0, 0.1, 0.2, 0.6, 1.0)]
    assert rates == pytest.approx([0.005, 0.0525, 0.1, 0.05, 0.0])
