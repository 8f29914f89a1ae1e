"""Mixup and CutMix: pictures and labels of a batch blended in pairs, by torchvision.

Zhang et al. 2018 (https://arxiv.org/abs/1710.09412), Yun et al. 2019 (https://arxiv.org/abs/1905.04899).
"""

from __future__ import annotations

from collections.abc import Callable

import torch

from backends.torchvision_guard import declare_missing_operators
from training.face_config import LABELS, FaceConfig

Batch = tuple[torch.Tensor, torch.Tensor]


def mixer(config: FaceConfig, progress: float) -> Callable[[torch.Tensor, torch.Tensor], Batch]:
    """Return a function of a batch's pixels and labels, drawing from torch's own random generator.

    `progress` is the share of the schedule that is done: after `config.mix_until` nothing is blended any more.

    Pixels stay (n, 1, S, S); labels (n,), or shares (n, 7), become shares; both stay where the config mixes nothing.
    """
    if progress > config.mix_until or not (config.mixup_alpha or config.cutmix_alpha):
        return lambda pixels, labels: (pixels, labels)
    declare_missing_operators()
    from torchvision.transforms import v2

    kinds = ((v2.MixUp, config.mixup_alpha), (v2.CutMix, config.cutmix_alpha))
    chosen = [kind(alpha=alpha, num_classes=len(LABELS)) for kind, alpha in kinds if alpha]
    choice: Callable[[torch.Tensor, torch.Tensor], Batch] = v2.RandomChoice(chosen)
    return choice
