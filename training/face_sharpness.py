"""Sharpness-aware minimisation: each step follows the gradient of a point uphill, where the loss nearby is worst.

It ends in flatter minima, which suits labels as noisy as FER2013's. Foret et al. 2021
(https://arxiv.org/abs/2010.01412). A step takes twice as long, so `sam_from` keeps it for the end of a run, which is
enough (Zhou et al. 2025, https://arxiv.org/abs/2410.10373).
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import torch
from torch import nn


@contextlib.contextmanager
def uphill(model: nn.Module, radius: float) -> Iterator[None]:
    """Move the weights `radius` (Euclidean, over all of them) along their gradients, and back again at the end.

    The gradients are cleared. Inside, batch norm leaves its running statistics alone: those of the way there count.
    """
    weights: list[torch.Tensor] = [weight for weight in model.parameters() if weight.grad is not None]
    with torch.no_grad():
        before = [weight.clone() for weight in weights]
        gradients = [weight.grad for weight in weights if weight.grad is not None]
        norm = torch.linalg.vector_norm(torch.stack(torch._foreach_norm(gradients)))
        torch._foreach_add_(weights, list(torch._foreach_mul(gradients, radius / norm.clamp_min(1e-12))))
    norms = [module for module in model.modules() if isinstance(module, nn.BatchNorm2d)]
    momenta = [module.momentum for module in norms]
    for module in norms:
        module.momentum = 0.0
    model.zero_grad(set_to_none=True)
    try:
        yield
    finally:
        for module, momentum in zip(norms, momenta, strict=True):
            module.momentum = momentum
        with torch.no_grad():
            torch._foreach_copy_(weights, before)
