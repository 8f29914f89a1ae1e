"""The convolutional face networks, their parameter groups and the running average of their weights.

Every network takes (n, 1, S, S) float32 (grey: FER2013 has no colour) and gives (n, 7) logits.
"""

from __future__ import annotations

import copy
from typing import Any

import torch
from torch import nn
from torch.nn import functional
from torch.optim.swa_utils import update_bn

from backends.torchvision_guard import declare_missing_operators
from training.command import UnusableInput
from training.face_config import LABELS
from training.face_data import Faces, normalise

CONVOLUTIONAL = ("resnet50", "cnn3", "cnn4")


def build(architecture: str) -> nn.Module:
    """Return an untrained network: "resnet50", "cnn3" (three blocks) or "cnn4". Raises ValueError on another name."""
    if architecture == "resnet50":
        return _resnet50()
    if architecture in ("cnn3", "cnn4"):
        return _plain_cnn(blocks=int(architecture[-1]))
    raise UnusableInput(f"unknown architecture {architecture!r}; there are {', '.join(CONVOLUTIONAL)} and vit")


def _resnet50() -> nn.Module:
    """torchvision's ResNet-50 with one input channel and seven outputs; residual branches start at zero."""
    declare_missing_operators()
    from torchvision.models import resnet50

    model: Any = resnet50(weights=None, zero_init_residual=True, num_classes=len(LABELS))
    stem = nn.Conv2d(1, 64, kernel_size=7, stride=2, padding=3, bias=False)
    nn.init.kaiming_normal_(stem.weight, mode="fan_out", nonlinearity="relu")
    model.conv1 = stem
    assert isinstance(model, nn.Module)
    return model


def _plain_cnn(blocks: int) -> nn.Module:
    """Blocks of two 3x3 convolutions and a pooling, 32 channels doubling each block, then a linear head."""
    layers: list[nn.Module] = []
    channels = 1
    for block in range(blocks):
        wider = 32 * 2**block
        for _ in range(2):
            layers += [nn.Conv2d(channels, wider, 3, padding=1, bias=False), nn.BatchNorm2d(wider), nn.ReLU()]
            channels = wider
        layers.append(nn.MaxPool2d(2))
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, len(LABELS)))


def optimizer_for(model: nn.Module, kind: str, momentum: float, weight_decay: float) -> torch.optim.Optimizer:
    """ "sgd" (Nesterov) or "adamw"; batch-norm weights and biases (all one-dimensional) are not decayed.

    The learning rate starts at zero: the schedule sets it. Raises ValueError on another kind.
    """
    matrices = [p for p in model.parameters() if p.ndim > 1]
    vectors = [p for p in model.parameters() if p.ndim <= 1]
    groups = [{"params": matrices, "weight_decay": weight_decay}, {"params": vectors, "weight_decay": 0.0}]
    if kind == "sgd":
        return torch.optim.SGD(groups, lr=0.0, momentum=momentum, nesterov=True, fused=True)
    if kind == "adamw":
        return torch.optim.AdamW(groups, lr=0.0, betas=(momentum, 0.999), fused=True)
    raise UnusableInput(f"unknown optimizer {kind!r}; there are sgd and adamw")


class PointwiseConv(nn.Conv2d):
    """A 1x1 convolution computed as one matrix product over channels-last pixels; the same weights and result.

    On a CPU in bfloat16 oneDNN's convolution backward is slow for the small maps of 40 to 64 pixel inputs: this makes a
    training step 27 % faster at 40 px, 13 % at 48 px, 3 % at 64 px. For training only; exported models keep Conv2d.
    """

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(n, c, h, w) -> (n, d, ceil(h / stride), ceil(w / stride))."""
        step = self.stride[0]
        pixels = x[:, :, ::step, ::step].permute(0, 2, 3, 1)
        return functional.linear(pixels, self.weight.flatten(1)).permute(0, 3, 1, 2)


class DropPath(nn.BatchNorm2d):
    """The last batch norm of a residual branch, leaving out the branch of some pictures while training.

    Stochastic depth (Huang et al. 2016, https://arxiv.org/abs/1603.09382), by torchvision. The names of the weights
    stay those of the batch norm.
    """

    probability = 0.0

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(n, c, h, w) -> (n, c, h, w), some rows 0 and the others scaled up."""
        declare_missing_operators()
        from torchvision.ops import stochastic_depth

        dropped: torch.Tensor = stochastic_depth(super().forward(x), self.probability, "row", self.training)
        return dropped


def drop_paths(model: nn.Module, probability: float) -> nn.Module:
    """Leave out residual branches while training: the last with `probability`, earlier ones in proportion."""
    branches: list[Any] = [block for block in model.modules() if hasattr(block, "bn3")] if probability else []
    for position, block in enumerate(branches, start=1):
        norm = DropPath(block.bn3.num_features)
        norm.load_state_dict(block.bn3.state_dict())
        norm.probability = probability * position / len(branches)
        block.bn3 = norm
    return model


def speed_up_pointwise(model: nn.Module) -> nn.Module:
    """Make every bias-free ungrouped 1x1 convolution a PointwiseConv with its weights and name; return `model`."""
    for parent in list(model.modules()):
        for name, layer in parent.named_children():
            if type(layer) is nn.Conv2d and layer.kernel_size == (1, 1) and layer.bias is None and layer.groups == 1:
                fast = PointwiseConv(layer.in_channels, layer.out_channels, 1, stride=layer.stride[0], bias=False)
                fast.weight = layer.weight
                setattr(parent, name, fast)
    return model


def channels_last(model: nn.Module) -> nn.Module:
    """Store the weights in the order that CPU convolutions read; return `model`."""
    untyped: Any = model  # the stubs of Module.to do not know memory_format
    untyped.to(memory_format=torch.channels_last)
    return model


def settle_norms(model: nn.Module, faces: Faces, size: int, seed: int, images: int = 4096) -> None:
    """Give every batch norm the statistics of training pictures as they will be read: neither augmented nor blended.

    Those of training are of changed pictures, and of weights before they were averaged (Wu and Johnson 2021,
    https://arxiv.org/abs/2105.07576). Nothing else changes; a network without batch norm stays as it is.

    Args:
        size: input side in pixels.
        images: how many, drawn with `seed`; fewer where there are fewer.
    """
    chosen = torch.randperm(len(faces), generator=torch.Generator().manual_seed(seed))[:images]
    parts = chosen.chunk(max(1, len(chosen) // 256))
    update_bn(
        (normalise(faces.images[rows], size).contiguous(memory_format=torch.channels_last) for rows in parts), model
    )


class WeightAverage:
    """An exponential moving average of a network's weights and batch-norm statistics; short memory at the start."""

    def __init__(self, model: nn.Module, steps: int, every: int) -> None:
        self.model = copy.deepcopy(model).eval().requires_grad_(False)
        self._decay = 1 - every / steps
        self._every = every

    @torch.no_grad()
    def update(self, model: nn.Module, step: int) -> None:
        """Move towards `model`, once in `every` steps; the memory grows with `step`, so early noise is forgotten."""
        if step % self._every:
            return
        updates = step // self._every
        decay = min(self._decay, (1 + updates) / (10 + updates))
        averaged, current = self.model.state_dict(), model.state_dict()
        names = [name for name, value in averaged.items() if value.is_floating_point()]
        torch._foreach_lerp_([averaged[name] for name in names], [current[name] for name in names], 1 - decay)
        for name, value in averaged.items():
            if not value.is_floating_point():
                value.copy_(current[name])
