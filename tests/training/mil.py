"""Computes a converted Core ML program with torch: coremltools converts everywhere, but predicts on macOS alone.

Knows the operations of the three-block CNN, each as Apple documents it for the Model Intermediate Language.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import torch
from torch.nn import functional

Values = Mapping[str, Any]


def _tensor(value: Any) -> torch.Tensor:
    return torch.from_numpy(np.array(value)) if not isinstance(value, torch.Tensor) else value


def _conv(v: Values) -> torch.Tensor:
    assert v["pad_type"] in ("custom", "valid")
    (top, bottom, left, right), stride = list(v["pad"]), tuple(int(step) for step in v["strides"])
    assert (top, left) == (bottom, right)
    padding = (int(top), int(left)) if v["pad_type"] == "custom" else (0, 0)
    return functional.conv2d(v["x"], _tensor(v["weight"]), _tensor(v["bias"]), stride, padding)


def _max_pool(v: Values) -> torch.Tensor:
    assert not any(v["pad"])
    sizes, strides = (tuple(int(one) for one in v[name]) for name in ("kernel_sizes", "strides"))
    return functional.max_pool2d(v["x"], sizes, strides)


OPERATIONS: dict[str, Callable[[Values], torch.Tensor]] = {
    "conv": _conv,
    "relu": lambda v: v["x"].relu(),
    "max_pool": _max_pool,
    "reduce_mean": lambda v: v["x"].mean(tuple(int(axis) for axis in v["axes"]), keepdim=bool(v["keep_dims"])),
    "reduce_max": lambda v: v["x"].amax(tuple(int(axis) for axis in v["axes"]), keepdim=bool(v["keep_dims"])),
    "sub": lambda v: v["x"] - _tensor(v["y"]),
    "reshape": lambda v: v["x"].reshape([int(side) for side in v["shape"]]),
    "linear": lambda v: functional.linear(v["x"], _tensor(v["weight"]), _tensor(v["bias"])),
    "real_div": lambda v: v["x"] / _tensor(v["y"]),
    "mul": lambda v: v["x"] * _tensor(v["y"]),
    "round": lambda v: v["x"].round(),
    "clip": lambda v: v["x"].clamp(float(v["alpha"]), float(v["beta"])),
    "softmax": lambda v: v["x"].softmax(int(v["axis"])),
}


def compute(program: Any, pixels: torch.Tensor) -> torch.Tensor:
    """What the program makes of (1, 1, S, S) pixels."""
    function = program.functions["main"]
    (name,) = function.inputs
    known: dict[str, Any] = {name: pixels}
    for operation in function.operations:
        if operation.op_type != "const":
            inputs = {
                key: known.get(var.name, var.val) for key, var in operation.inputs.items() if not isinstance(var, tuple)
            }
            (result,) = operation.outputs
            known[result.name] = OPERATIONS[operation.op_type](inputs)
    output: torch.Tensor = known[function.outputs[0].name]
    return output
