"""The learning rate at every step of a face run."""

from __future__ import annotations

import math

from training.face_config import FaceConfig
from training.face_state import RunState


def learning_rate(progress: float, peak: float, warmup: float) -> float:
    """One cycle: a straight rise to `peak` at `warmup`, then half a cosine down to zero at 1."""
    if progress < warmup:
        return peak * (0.05 + 0.95 * progress / warmup)
    return peak * 0.5 * (1 + math.cos(math.pi * (progress - warmup) / (1 - warmup)))


def rate_now(config: FaceConfig, state: RunState, steps_per_epoch: int) -> float:
    """The rate of the step that comes next; the epochs that train the head alone have a cycle of their own."""
    head_steps = config.head_epochs * steps_per_epoch
    if state.step < head_steps:
        return learning_rate(state.step / head_steps, config.head_lr, config.warmup)
    start = config.head_epochs / len(config.epoch_sizes)
    progress = (state.progress(state.step, steps_per_epoch) - start) / (1 - start)
    return learning_rate(progress, config.peak_lr, config.warmup)
