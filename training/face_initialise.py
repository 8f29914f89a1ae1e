"""Warm start: a trainable network with the weights of an ONNX file that ships.

The file has batch norm folded into its convolutions and weights in 8 bits. Each convolution gets its folded weights
back, and each batch norm the mean and deviation that its input has over some training images, with scale and shift that
undo them: in evaluation mode the network then computes what the file computes (but for the rounding of activations),
and in training mode batch statistics are close to the stored ones, so it can be trained on.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from torch import nn

from training.command import UnusableInput
from training.face_data import Faces, normalise

Array = NDArray[np.float32]


def initialise(model: nn.Module, path: Path, faces: Faces, size: int, images: int = 1024, seed: int = 0) -> None:
    """Fill `model` (a network of this project with batch norm) with the weights of the ONNX file.

    Args:
        faces, images, seed: training pictures whose statistics the batch norms get, how many, and which.
        size: pixels the file was trained at.

    Raises:
        ValueError: the file is of another architecture.
    """
    stored = folded_weights(path)
    kinds = (nn.Conv2d, nn.Linear, nn.BatchNorm2d)
    layers = {name: layer for name, layer in model.named_modules() if isinstance(layer, kinds)}
    shapes = {name: one.weight.shape for name, one in layers.items() if not isinstance(one, nn.BatchNorm2d)}
    if shapes != {name: matrix.shape for name, (matrix, _) in stored.items()}:
        raise UnusableInput(f"{path.name} holds another network than the config describes")
    norms: list[nn.BatchNorm2d] = []
    bias = np.zeros(0, np.float32)
    with torch.no_grad():
        for name, layer in layers.items():
            if isinstance(layer, nn.BatchNorm2d):
                layer.bias.copy_(torch.from_numpy(bias))
                layer.weight.fill_(1.0)
                layer.running_mean, layer.running_var = torch.zeros_like(layer.bias), torch.ones_like(layer.bias)
                layer.running_var -= layer.eps
                norms.append(layer)
                continue
            matrix, bias = stored[name]
            layer.weight.copy_(torch.from_numpy(matrix))
            if layer.bias is not None:
                layer.bias.copy_(torch.from_numpy(bias))
        _measure(model, norms, faces, size, images, seed)


def _measure(model: nn.Module, norms: list[nn.BatchNorm2d], faces: Faces, size: int, images: int, seed: int) -> None:
    """Give each batch norm the statistics of its input, and scale and shift that leave its output as it was."""
    sums: dict[nn.Module, list[torch.Tensor]] = {}

    def watch(layer: nn.Module, inputs: tuple[torch.Tensor, ...]) -> None:
        values = inputs[0].double()
        part = torch.stack([values.mean((0, 2, 3)), values.square().mean((0, 2, 3))]) * len(values)
        sums.setdefault(layer, []).append(part)

    hooks = [norm.register_forward_pre_hook(watch) for norm in norms]
    chosen = torch.randperm(len(faces), generator=torch.Generator().manual_seed(seed))[:images]
    model.eval()
    for rows in chosen.split(128):
        model(normalise(faces.images[rows], size).contiguous(memory_format=torch.channels_last))
    for hook in hooks:
        hook.remove()
    for norm in norms:
        mean, square = torch.stack(sums[norm]).sum(0) / len(chosen)
        variance = (square - mean.square()).clamp(min=1e-8)
        assert norm.running_mean is not None
        assert norm.running_var is not None
        norm.running_mean.copy_(mean)
        norm.running_var.copy_(variance)
        norm.weight.copy_((variance + norm.eps).sqrt())
        norm.bias.add_(mean)


def folded_weights(path: Path) -> dict[str, tuple[Array, Array]]:
    """Name of the module -> (weights, bias) of every convolution and linear layer of an ONNX file; 8 bits undone."""
    graph = onnx.load(str(path)).graph
    constants: dict[str, NDArray[Any]] = {one.name: numpy_helper.to_array(one) for one in graph.initializer}
    for node in graph.node:
        if node.op_type == "DequantizeLinear" and node.input[0] in constants:
            constants[node.output[0]] = _dequantised(node, constants)
    found = {}
    for node in graph.node:
        if node.op_type in ("Conv", "Gemm"):
            matrix, bias = (np.array(constants[name], np.float32) for name in node.input[1:3])
            found[module_name(node.name)] = (matrix, bias)
    return found


def module_name(node: str) -> str:
    """ "/layer1/layer1.0/downsample/downsample.0/Conv" -> "layer1.0.downsample.0": so PyTorch names nodes."""
    path: list[str] = []
    for part in node.split("/")[1:-1]:
        if path and part.startswith(path[-1] + "."):
            path.pop()
        path.append(part)
    return ".".join(path)


def _dequantised(node: onnx.NodeProto, constants: dict[str, NDArray[Any]]) -> Array:
    integers, scale = constants[node.input[0]], constants[node.input[1]]
    zero = constants[node.input[2]] if len(node.input) > 2 else np.zeros((), integers.dtype)
    axis = next((attribute.i for attribute in node.attribute if attribute.name == "axis"), 1)
    if scale.ndim == 1 and scale.size > 1:
        shape = [1] * integers.ndim
        shape[axis] = -1
        scale, zero = scale.reshape(shape), zero.reshape(shape)
    values: Array = ((integers.astype(np.float32) - zero.astype(np.float32)) * scale).astype(np.float32)
    return values
