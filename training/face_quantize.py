"""From a trained face network to ONNX: float32 with batch norm folded in, and int8 by static quantisation."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from training.face_data import Faces, normalise

INPUT, OUTPUT = "pixels", "logits"


def export_float(model: nn.Module, size: int, path: Path) -> None:
    """Write `model` as ONNX: input "pixels" (n, 1, size, size) float32 standardised, output "logits" (n, 7)."""
    with warnings.catch_warnings():  # the exporter that folds batch norm is marked as old
        warnings.simplefilter("ignore")
        torch.onnx.export(
            model.eval(), (torch.zeros(2, 1, size, size),), str(path), dynamo=False, opset_version=17,
            input_names=[INPUT], output_names=[OUTPUT], dynamic_axes={INPUT: {0: "n"}, OUTPUT: {0: "n"}},
        )  # fmt: skip


class _Reader:
    """Hands calibration batches to ONNX Runtime's quantiser."""

    def __init__(self, pixels: NDArray[np.float32], batch: int = 32) -> None:
        self._batches: Iterator[NDArray[np.float32]] = iter(
            [pixels[start : start + batch] for start in range(0, len(pixels), batch)]
        )

    def get_next(self) -> dict[str, NDArray[np.float32]] | None:
        """The next batch, or None at the end."""
        pixels = next(self._batches, None)
        return None if pixels is None else {INPUT: pixels}


def quantise(source: Path, target: Path, calibration: NDArray[np.float32], keep_float: tuple[str, ...] = ()) -> None:
    """Write `target`: `source` with int8 weights per channel and uint8 activations whose ranges `calibration` sets.

    `calibration` is (n, 1, S, S) float32; nodes named in `keep_float` stay in float32. Of a transformer only what
    multiplies by weights is quantised: its norms, softmaxes and sums would lose too much.
    """
    from onnxruntime import quantization as tools

    class Reader(_Reader, tools.CalibrationDataReader):  # type: ignore[misc]
        pass

    tools.quantize_static(
        str(source), str(target), Reader(calibration), quant_format=tools.QuantFormat.QDQ, per_channel=True,
        activation_type=tools.QuantType.QUInt8, weight_type=tools.QuantType.QInt8,
        calibrate_method=tools.CalibrationMethod.MinMax, nodes_to_exclude=list(keep_float),
        op_types_to_quantize=["Conv", "Gemm", "MatMul"] if _has(source, "Softmax") else None,
        extra_options={"MatMulConstBOnly": True},
    )  # fmt: skip


def edge_nodes(path: Path) -> tuple[str, str]:
    """The names of the first convolution and the last linear layer of an ONNX file."""
    import onnx

    nodes: list[Any] = list(onnx.load(str(path)).graph.node)
    first = next(node.name for node in nodes if node.op_type == "Conv")
    last = next(node.name for node in reversed(nodes) if node.op_type in ("Gemm", "MatMul"))
    return first, last


def _has(path: Path, operation: str) -> bool:
    import onnx

    return any(node.op_type == operation for node in onnx.load(str(path)).graph.node)


def onnx_logits(path: Path, faces: Faces, size: int, batch: int = 64, threads: int = 1) -> NDArray[np.float64]:
    """(n, 7) logits of an ONNX file, in the order of `faces`."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    parts = [session.run([OUTPUT], {INPUT: normalise(part, size).numpy()})[0] for part in faces.images.split(batch)]
    return np.concatenate(parts).astype(np.float64)


def calibration_pixels(faces: Faces, size: int, count: int, seed: int) -> NDArray[np.float32]:
    """`count` training images, drawn evenly at random, as the network sees them: (count, 1, size, size) float32."""
    chosen = torch.randperm(len(faces), generator=torch.Generator().manual_seed(seed))[:count]
    return np.asarray(normalise(faces.images[chosen], size).numpy())
