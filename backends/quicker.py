"""A loaded transformer made quicker without another engine: 8-bit matrices, else bfloat16, else as it is.

8 bits: a scale for each column of the weights and one for each token of the input (never one for a whole tensor: a
text's result does not depend on its neighbours). First every input channel is divided by a factor that evens out
channels, and the matrix multiplied by it (SmoothQuant, Xiao et al. 2022, https://arxiv.org/abs/2211.10438); a few texts
decide the factors. How much a model suffers depends on its weights, so each step is compared with the float model on
texts that decided nothing, and taken only if it agrees (docs/experiments.md has figures). Does not handle: GPUs.
"""

import copy
import logging
from collections.abc import Callable, Mapping, Sequence
from functools import partial

import numpy as np
import torch
from torch import Tensor, nn

from backends.contracts import FloatArray

log = logging.getLogger(__name__)

LARGEST_DIFFERENCE = 0.01
"""Of a probability, on the few texts compared; half of what is promised (0.02), since other texts may differ more."""
_SMOOTHING = 0.5
_TINY = 1e-6
CALIBRATION = (
    "I love this bag, it is light and the colour is lovely.",
    "The battery died after one day and support never answered my three e-mails.",
    "Arrived on Tuesday in a brown box with a cable and a manual.",
    "wtf is this garbage??? WORST purchase ever, you people are liars",
    "I was so scared when the heater started to smoke in the middle of the night. My kids sleep in that room!",
    "Thank you so much to Maria at the front desk, she saved our honeymoon :)",
)
CHECKED = (
    "Great!",
    "Honestly disappointed. It looked better in the photos, and sending it back costs more than it is worth.",
    "Wow, I did not expect a refund within the hour 😮",
    "The soup had a hair in it. Disgusting, we left at once and will not come back.",
    "Is the strap made of leather or not? The description says both.",
    "Please die in a fire, you stupid thieving idiots.",
    "It does what it says. Setup took ten minutes, the app asked for an account, after that it just worked. " * 3,
    "So proud of my daughter, who built it all by herself at the age of seven.",
)


Probabilities = Callable[[Sequence[str]], FloatArray]
Layers = Mapping[str, nn.Linear]


def multiplies_8_bits() -> bool:
    """Whether this processor multiplies 8-bit integers faster than floats (VNNI)."""
    supported = getattr(torch.cpu, "_is_vnni_supported", None)
    return supported is not None and bool(supported()) and hasattr(torch, "_int_mm")


def multiplies_bfloat16() -> bool:
    """Whether this processor multiplies bfloat16 faster than float32."""
    supported = getattr(torch.cpu, "_is_avx512_bf16_supported", None)
    return supported is not None and bool(supported())


class Int8Linear(nn.Module):
    """A linear layer with 8-bit weights; its input is brought to 8 bits token by token."""

    scales: Tensor
    columns: Tensor
    even: Tensor
    bias: Tensor

    def __init__(self, layer: nn.Linear, largest: Tensor) -> None:
        """Take over a float layer; `largest` (inputs,) are the largest magnitudes its inputs had."""
        super().__init__()
        weight = layer.weight.detach().float()
        factor = largest.clamp_min(_TINY) ** _SMOOTHING / weight.abs().amax(0).clamp_min(_TINY) ** (1 - _SMOOTHING)
        factor = (factor / factor.log().mean().exp()).clamp(0.05, 20.0)
        weight = weight * factor
        scales = weight.abs().amax(1).clamp_min(_TINY) / 127
        bias = torch.zeros(len(weight)) if layer.bias is None else layer.bias.detach().float()
        self.register_buffer("even", 1 / factor)
        self.register_buffer("scales", scales)
        self.register_buffer("columns", (weight / scales[:, None]).round().to(torch.int8).t().contiguous())
        self.register_buffer("bias", bias)

    def forward(self, values: Tensor) -> Tensor:
        """(..., inputs) float32 -> (..., outputs) float32."""
        rows = values.reshape(-1, values.shape[-1]) * self.even
        sizes = rows.abs().amax(1, keepdim=True).clamp_min(_TINY).div_(127)
        products = torch._int_mm((rows / sizes).round_().to(torch.int8), self.columns)
        return products.float().mul_(sizes).mul_(self.scales).add_(self.bias).reshape(*values.shape[:-1], -1)


class Bfloat16Linear(nn.Module):
    """A linear layer that works in bfloat16 between float32 neighbours."""

    def __init__(self, layer: nn.Linear) -> None:
        """Take over a float layer."""
        super().__init__()
        self.layer = copy.deepcopy(layer).bfloat16()

    def forward(self, values: Tensor) -> Tensor:
        """(..., inputs) float32 -> (..., outputs) float32."""
        found: Tensor = self.layer(values.bfloat16())
        return found.float()


def quicken(body: nn.Module, probabilities: Probabilities) -> str:
    """Make the linear layers of `body` quicker in place; return "int8", "bfloat16" or "float32": what it came to.

    Args:
        body: the encoder; what stands behind it stays in float32.
        probabilities: texts -> (n, labels) in [0, 1] by the whole model that `body` is part of.
    """
    layers = {name: layer for name, layer in body.named_modules() if isinstance(layer, nn.Linear)}
    before = probabilities(CHECKED)
    for precision, pays, made in (
        ("int8", multiplies_8_bits, lambda: _in_8_bits(layers, probabilities)),
        ("bfloat16", multiplies_bfloat16, lambda: {name: Bfloat16Linear(layer) for name, layer in layers.items()}),
    ):
        if not pays():
            continue
        _put(body, made())
        difference = float(np.abs(probabilities(CHECKED) - before).max())
        if difference <= LARGEST_DIFFERENCE:
            return precision
        log.info("%s would change a probability by %.3f: not taken", precision, difference)
        _put(body, layers)
    return "float32"


def _in_8_bits(layers: Layers, probabilities: Probabilities) -> dict[str, nn.Module]:
    largest = _largest_inputs(layers, lambda: probabilities(CALIBRATION))
    return {name: Int8Linear(layer, largest[name]) for name, layer in layers.items()}


def _largest_inputs(layers: Layers, run: Callable[[], object]) -> dict[str, Tensor]:
    found: dict[str, Tensor] = {}

    def note(name: str, _layer: nn.Module, given: tuple[Tensor, ...]) -> None:
        sizes = given[0].detach().abs().reshape(-1, given[0].shape[-1]).amax(0)
        found[name] = torch.maximum(found.get(name, sizes), sizes)

    hooks = [layer.register_forward_pre_hook(partial(note, name)) for name, layer in layers.items()]
    try:
        run()
    finally:
        for hook in hooks:
            hook.remove()
    return {name: found.get(name, torch.ones(layer.in_features)) for name, layer in layers.items()}


def _put(body: nn.Module, layers: Mapping[str, nn.Module]) -> None:
    for name, layer in layers.items():
        parent, _, own = name.rpartition(".")
        setattr(body.get_submodule(parent), own, layer)
