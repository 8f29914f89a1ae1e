"""From torch to the file that ships: an ONNX graph whose matrices and word table are stored in 8 bits.

Weights have one scale a column, activations one scale a token (not one a tensor, as dynamic quantisation usually has):
so a text's result does not depend on its neighbours in the batch. Before that, every input channel is divided by a
factor that evens out channels and the matrix is multiplied by it (SmoothQuant, Xiao et al. 2022,
https://arxiv.org/abs/2211.10438). The inputs of the `down` matrices come out of a GELU and are never below -0.17; they
are shifted by that, so that all 8 bits are used.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import torch
from numpy.typing import NDArray
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper
from torch import nn

from backends.contracts import FloatArray

OPSET = 17
GELU_MINIMUM = 0.17
SMOOTHING = 0.5
BLOCK = 32
FINE = re.compile(r"^/encoder/.*/qkv/")
"""Nodes whose weights are stored in blocks."""


def export(model: nn.Module, path: Path, tokens: int = 16, outputs: Sequence[str] = ("embedding", "features")) -> None:
    """Write a float32 graph `input_ids, attention_mask -> outputs` (each (n, something)) with free batch and length."""
    ids = torch.arange(2 * tokens).reshape(2, tokens)
    mask = torch.ones_like(ids)
    mask[1, tokens // 2 :] = 0
    names = ("input_ids", "attention_mask")
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")  # the exporter warns about itself
        torch.onnx.export(
            model.eval(),
            (ids, mask),
            str(path),
            dynamo=False,
            opset_version=OPSET,
            input_names=list(names),
            output_names=list(outputs),
            dynamic_axes={name: {0: "batch", 1: "tokens"} for name in names} | {name: {0: "batch"} for name in outputs},
        )


def quantise(source: Path, target: Path, calibration: Sequence[Sequence[int]]) -> None:
    """Store every matrix and embedding table of a float32 graph in 8 bits.

    The query-key-value matrices of the encoder get a scale for every 32 weights: of all matrices their rounding harms
    the embedding most, and they are a quarter of the work (docs/experiments.md, Text).

    Args:
        source, target: ONNX files.
        calibration: token ids of a few texts; they decide how channels are evened out, never a scale.
    """
    model = onnx.load(str(source))
    weights = {tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    matrices = [node for node in model.graph.node if node.op_type == "MatMul" and node.input[1] in weights]
    ranges = _channel_ranges(model, [node.input[0] for node in matrices], calibration)
    nodes: list[NodeProto] = []
    added: dict[str, NDArray[np.generic]] = {}
    replaced: set[str] = set()
    for node in model.graph.node:
        if node in matrices and FINE.search(node.name) and weights[node.input[1]].shape[0] % BLOCK == 0:
            nodes.append(_matmul_in_blocks(node, weights[node.input[1]], added))
            replaced.add(node.input[1])
        elif node in matrices:
            nodes += _matmul_8_bits(node, weights[node.input[1]], *ranges[node.input[0]], added)
            replaced.add(node.input[1])
        elif node.op_type == "Gather" and weights.get(node.input[0], np.empty(0)).ndim == 2:
            nodes += _gather_8_bits(node, weights[node.input[0]], added)
            replaced.add(node.input[0])
        else:
            nodes.append(node)
    kept = {name: array for name, array in weights.items() if name not in replaced}
    tensors = [numpy_helper.from_array(np.asarray(array), name) for name, array in (kept | added).items()]
    graph = helper.make_graph(nodes, "minilm", list(model.graph.input), list(model.graph.output), tensors)
    onnx.save(_as_model(graph), str(target))


def _as_model(graph: onnx.GraphProto) -> ModelProto:
    opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid("com.microsoft", 1)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=8, producer_name="moodlens")


def _channel_ranges(
    model: ModelProto, names: list[str], calibration: Sequence[Sequence[int]]
) -> dict[str, tuple[FloatArray, float]]:
    """Largest size of each channel of the named values, and their smallest value, over the calibration texts."""
    probe = ModelProto()
    probe.CopyFrom(model)
    wanted = sorted(set(names))
    probe.graph.output.extend(helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in wanted)
    session = onnxruntime.InferenceSession(probe.SerializeToString(), providers=["CPUExecutionProvider"])
    largest: dict[str, FloatArray] = {}
    smallest = dict.fromkeys(wanted, 0.0)
    for row in calibration:
        ids = np.array([row], np.int64)
        for name, value in zip(
            wanted, session.run(wanted, {"input_ids": ids, "attention_mask": np.ones_like(ids)}), strict=True
        ):
            size = np.abs(value).reshape(-1, value.shape[-1]).max(0)
            largest[name] = np.maximum(largest.get(name, size), size)
            smallest[name] = min(smallest[name], float(value.min()))
    return {name: (largest[name], smallest[name]) for name in wanted}


def _matmul_8_bits(
    node: NodeProto, matrix: FloatArray, largest: FloatArray, smallest: float, added: dict[str, NDArray[np.generic]]
) -> list[NodeProto]:
    """x @ W -> row_size * integers(x * factor / row_size) @ integers(W / factor) (+ what the shift added)."""
    factor = np.maximum(largest, 1e-4) ** SMOOTHING / np.maximum(np.abs(matrix).max(1), 1e-4) ** (1 - SMOOTHING)
    factor /= np.exp(np.log(factor).mean())
    smooth = matrix * factor[:, None]
    scales = np.maximum(np.abs(smooth).max(0), 1e-12) / 127
    stored = np.round(smooth / scales).astype(np.int8)
    positive = -GELU_MINIMUM <= smallest < 0 and largest.max() > 1.5 * GELU_MINIMUM
    name = node.output[0]

    def constant(part: str, value: NDArray[np.generic]) -> str:
        added[f"{name}.{part}"] = value
        return f"{name}.{part}"

    def step(kind: str, inputs: list[str], part: str, **options: Any) -> str:
        steps.append(helper.make_node(kind, inputs, [f"{name}.{part}" if part else name], **options))
        return f"{name}.{part}" if part else name

    steps: list[NodeProto] = []
    value = node.input[0]
    if positive:
        value = step("Add", [value, constant("shift", np.array(GELU_MINIMUM, np.float32))], "shifted")
    even = step("Mul", [value, constant("factor", (1 / factor).astype(np.float32))], "even")
    size = step("ReduceMax", [even if positive else step("Abs", [even], "sizes")], "row_size", axes=[-1], keepdims=1)
    unit = step("Div", [even, size], "unit")
    levels, zero = (255, 0) if positive else (127, 128)
    level, middle = constant("level", np.array(1 / levels, np.float32)), constant("zero", np.array(zero, np.uint8))
    integers = step("QuantizeLinear", [unit, level, middle], "integers")
    columns = [constant("bytes", stored), level, constant("scales", scales.astype(np.float32)), middle]
    product = step("MatMulIntegerToFloat", [integers, *columns], "product", domain="com.microsoft")
    if not positive:
        step("Mul", [product, size], "")
        return steps
    excess = -(GELU_MINIMUM / factor) @ (stored * scales)
    step("Add", [step("Mul", [product, size], "scaled"), constant("excess", excess.astype(np.float32))], "")
    return steps


def _matmul_in_blocks(node: NodeProto, matrix: FloatArray, added: dict[str, NDArray[np.generic]]) -> NodeProto:
    """x @ W with one scale for every BLOCK weights of a column; x is rounded in the same blocks as it runs."""
    rows, columns = matrix.shape
    blocks = matrix.T.reshape(columns, rows // BLOCK, BLOCK)
    scales = np.maximum(np.abs(blocks).max(-1), 1e-12) / 127
    name = node.output[0]
    added[f"{name}.bytes"] = (np.round(blocks / scales[:, :, None]) + 128).astype(np.uint8)
    added[f"{name}.scales"] = scales.astype(np.float32).reshape(-1)
    return helper.make_node(
        "MatMulNBits",
        [node.input[0], f"{name}.bytes", f"{name}.scales"],
        [name],
        domain="com.microsoft",
        K=rows,
        N=columns,
        bits=8,
        block_size=BLOCK,
        accuracy_level=4,
    )


def _gather_8_bits(node: NodeProto, table: FloatArray, added: dict[str, NDArray[np.generic]]) -> list[NodeProto]:
    """(rows, width) table -> bytes and one scale a row, multiplied after the rows are taken."""
    scales = np.maximum(np.abs(table).max(-1, keepdims=True), 1e-12) / 127
    name = node.output[0]
    added[f"{name}.bytes"] = np.round(table / scales).astype(np.int8)
    added[f"{name}.scales"] = scales.astype(np.float32)
    rows, scale, floats = (f"{name}.{part}" for part in ("rows", "row_scales", "floats"))
    return [
        helper.make_node("Gather", [f"{name}.bytes", node.input[1]], [rows]),
        helper.make_node("Gather", [f"{name}.scales", node.input[1]], [scale]),
        helper.make_node("Cast", [rows], [floats], to=TensorProto.FLOAT),
        helper.make_node("Mul", [floats, scale], [name]),
    ]
