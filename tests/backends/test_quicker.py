"""Hub classifiers in 8 bits and bfloat16: equal to the float model within what is promised, or left alone."""

from pathlib import Path

import numpy as np
import pytest

from backends.contracts import SENTIMENTS, FloatArray
from backends.torchvision_guard import declare_missing_operators
from settings import Settings
from tests.backends.checkpoints import save_classifier

declare_missing_operators()
import torch  # noqa: E402  (after the guard, as everywhere)

from backends import quicker  # noqa: E402
from backends.hub_text import HubClassifier  # noqa: E402
from backends.logits import softmax  # noqa: E402

TEXTS = ["i love this bag", "terrible food was cold", "the battery died after one day", "good", "please refund " * 40]
PROMISED = 0.02


def _processor(monkeypatch: pytest.MonkeyPatch, *, int8: bool, bfloat16: bool) -> None:
    monkeypatch.setattr(quicker, "multiplies_8_bits", lambda: int8)
    monkeypatch.setattr(quicker, "multiplies_bfloat16", lambda: bfloat16)


def _scores(folder: Path, *, reduced: bool) -> tuple[str, FloatArray]:
    model = HubClassifier(folder, Settings(reduced_precision=reduced), softmax)
    return model.precision, softmax(model.logits(TEXTS))


@pytest.mark.parametrize("precision", ["int8", "bfloat16"])
def test_scores_are_those_of_the_float_model(precision: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _processor(monkeypatch, int8=precision == "int8", bfloat16=precision == "bfloat16")
    folder = save_classifier(tmp_path, "a/b", list(SENTIMENTS), spread=0.2)
    _, exact = _scores(folder, reduced=False)
    found, scores = _scores(folder, reduced=True)
    assert found == precision
    assert 0 < np.abs(scores - exact).max() <= PROMISED
    assert np.ptp(exact, axis=0).max() > 2 * PROMISED, "the checkpoint must tell texts apart for this to mean anything"


def test_a_model_that_would_change_its_answers_is_left_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _processor(monkeypatch, int8=True, bfloat16=False)
    folder = save_classifier(tmp_path, "a/b", list(SENTIMENTS), spread=0.5)
    found, scores = _scores(folder, reduced=True)
    assert found == "float32"
    assert np.array_equal(scores, _scores(folder, reduced=False)[1])


def test_it_can_be_switched_off_and_is_off_where_it_does_not_pay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = save_classifier(tmp_path, "a/b", list(SENTIMENTS), spread=0.2)
    _processor(monkeypatch, int8=True, bfloat16=True)
    assert _scores(folder, reduced=False)[0] == "float32"
    _processor(monkeypatch, int8=False, bfloat16=False)
    assert _scores(folder, reduced=True)[0] == "float32"


def test_whole_numbers_are_multiplied_exactly() -> None:
    layer = torch.nn.Linear(2, 2)
    with torch.no_grad():
        layer.weight.copy_(torch.tensor([[127.0, -64.0], [3.0, 127.0]]))
        layer.bias.copy_(torch.tensor([0.5, -0.5]))
    values = torch.tensor([[[127.0, 1.0], [-127.0, 64.0]]])
    # Each channel is as large in the input as in the weights, so nothing is evened out and every scale is 1.
    quick = quicker.Int8Linear(layer, torch.tensor([127.0, 127.0]))
    expected = [[127 * 127 - 64 + 0.5, 3 * 127 + 127 - 0.5], [-127 * 127 - 64 * 64 + 0.5, -3 * 127 + 64 * 127 - 0.5]]
    assert quick(values).tolist() == [[pytest.approx(row, rel=1e-5) for row in expected]]


def test_a_row_does_not_depend_on_its_neighbours() -> None:
    torch.manual_seed(0)
    layer, values = torch.nn.Linear(16, 8), torch.randn(5, 16)
    quick = quicker.Int8Linear(layer, values.abs().amax(0))
    values[4] *= 1_000
    together = quick(values)
    assert torch.allclose(together[:1], quick(values[:1]), atol=1e-6)
    assert torch.allclose(together[:4], layer(values[:4]), atol=0.05)
