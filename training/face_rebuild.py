"""From a shipped ONNX file back to a torch network: no checkpoint ships, but the file holds every weight.

`rebuild(path)` gives the architecture without batch norm (it is folded into the convolutions), with the 8-bit weights
as floats: the network to explain, to fine-tune or to convert. Activations are then no longer rounded, so probabilities
differ a little from the file's. `rebuild(path, rounding=True)` rounds them where the file does, and agrees with it.
Does not handle: networks other than the convolutional ones of `training.face_model`.
"""

from __future__ import annotations

import operator
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import onnx
import torch
from onnx import numpy_helper
from torch import fx, nn

from training.command import UnusableInput
from training.face_initialise import folded_weights, module_name
from training.face_model import CONVOLUTIONAL, build


def rebuild(path: Path, rounding: bool = False) -> nn.Module:
    """Return the network of an ONNX file that `training.face_export` wrote: (n, 1, S, S) float32 -> (n, 7) logits.

    Args:
        rounding: also round activations to 8 bits where the file does.

    Raises:
        ValueError: the file holds none of the known architectures.
    """
    stored = folded_weights(path)
    model = folded(architecture_of(path))
    with torch.no_grad():
        for name, layer in _weighted(model).items():
            for parameter, values in zip((layer.weight, layer.bias), stored[name], strict=True):
                assert parameter is not None
                parameter.copy_(torch.from_numpy(values))
    if rounding:
        model = with_rounding(model, _rounded_steps(model, onnx.load(str(path)).graph))
    return model.eval()


def folded(architecture: str) -> nn.Module:
    """Return an untrained network whose convolutions have a bias and whose batch norms are gone, names unchanged."""
    model = build(architecture)
    for parent in list(model.modules()):
        for name, layer in parent.named_children():
            if isinstance(layer, nn.BatchNorm2d):
                setattr(parent, name, nn.Identity())
            elif isinstance(layer, nn.Conv2d) and layer.bias is None:
                layer.bias = nn.Parameter(torch.zeros(layer.out_channels))
    return model


def architecture_of(path: Path) -> str:
    """Return which network an ONNX file holds, by its layers' shapes. Raises ValueError where it is none of them."""
    shapes = {name: matrix.shape for name, (matrix, _) in folded_weights(path).items()}
    for architecture in CONVOLUTIONAL:
        with torch.device("meta"):
            layers = _weighted(build(architecture))
        if {name: tuple(layer.weight.shape) for name, layer in layers.items()} == shapes:
            return architecture
    known = ", ".join(CONVOLUTIONAL)
    raise UnusableInput(
        f"{path.name} holds none of the networks that can be rebuilt ({known}); use the folder of the run"
    )


def _weighted(model: nn.Module) -> dict[str, nn.Conv2d | nn.Linear]:
    return {name: layer for name, layer in model.named_modules() if isinstance(layer, nn.Conv2d | nn.Linear)}


class Rounding(nn.Module):
    """Rounds to the 256 values that an 8-bit activation can take, in operations that every exporter knows."""

    def __init__(self, scale: float, zero: int) -> None:
        super().__init__()
        self.scale, self.zero = float(scale), int(zero)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Any shape in, the same out."""
        return torch.clamp(torch.round(x / self.scale), float(-self.zero), float(255 - self.zero)) * self.scale


def with_rounding(model: nn.Module, numbers: Mapping[str, tuple[float, int]]) -> fx.GraphModule:
    """Return `model` with a Rounding behind the steps named in `numbers` (scale, zero point), as torch.fx names them.

    Rounding to values from zero upwards is a ReLU too: the ONNX file lacks ReLUs that the network has.
    """
    traced = fx.symbolic_trace(model)
    for step in list(traced.graph.nodes):
        if step.name in numbers:
            name = f"{step.name}_rounding"
            traced.add_submodule(name, Rounding(*numbers[step.name]))
            with traced.graph.inserting_after(step):
                rounded = traced.graph.call_module(name)
            step.replace_all_uses_with(rounded)
            rounded.args = (step,)
    traced.recompile()
    return traced


def rounding_of(model: nn.Module) -> dict[str, tuple[float, int]]:
    """What `with_rounding` was given; empty for a network that does not round."""
    layers = {name: layer for name, layer in model.named_children() if isinstance(layer, Rounding)}
    return {name.removesuffix("_rounding"): (layer.scale, layer.zero) for name, layer in layers.items()}


def _rounded_steps(model: nn.Module, graph: Any) -> dict[str, tuple[float, int]]:
    """Scale and zero point of every step of `model` whose value the ONNX graph quantises."""
    traced = fx.symbolic_trace(model)
    constants = {one.name: numpy_helper.to_array(one) for one in graph.initializer}
    found = {}
    for node in graph.node:
        if node.op_type == "QuantizeLinear":
            scale, zero = (constants[name].item() for name in node.input[1:3])
            found[_step(traced, graph, node.input[0]).name] = (scale, zero)
    return found


def _step(traced: fx.GraphModule, graph: Any, value: str) -> fx.Node:
    """The step of the traced network that computes this value of the ONNX graph.

    Layers with weights are found by name, the others by how many of their kind come before.
    """
    steps: list[fx.Node] = list(traced.graph.nodes)
    if value == graph.input[0].name:
        return next(step for step in steps if step.op == "placeholder")
    node = next(node for node in graph.node if value in node.output)
    if node.op_type in ("Conv", "Gemm"):
        return next(step for step in steps if step.target == module_name(node.name))
    if node.op_type == "Relu":
        return next(step for step in _step(traced, graph, node.input[0]).users if _kind(step, traced) == "Relu")
    place = [other.name for other in graph.node if other.op_type == node.op_type].index(node.name)
    return [step for step in steps if _kind(step, traced) == node.op_type][place]


def _kind(step: fx.Node, traced: fx.GraphModule) -> str:
    """What ONNX calls a step without weights; "" for any other."""
    if step.op == "call_module":
        kinds: dict[type[nn.Module], str] = {
            nn.ReLU: "Relu", nn.MaxPool2d: "MaxPool", nn.AdaptiveAvgPool2d: "GlobalAveragePool", nn.Flatten: "Flatten",
        }  # fmt: skip
        return kinds.get(type(traced.get_submodule(str(step.target))), "")
    functions: dict[Any, str] = {operator.add: "Add", operator.iadd: "Add", torch.flatten: "Flatten"}
    return functions.get(step.target, "")
