"""A face run cut down to seconds, on made-up pictures: for tests, and to see that everything is in place."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from training.face_config import Augmentation, FaceConfig
from training.face_data import Faces, toy_faces
from training.face_vit import save_tiny_checkpoint

MADE_UP = "made-up faces"
SIZE = 32
EPOCHS = 5


def smoke_faces() -> tuple[Faces, Faces]:
    """Return training and validation pictures."""
    return toy_faces(24, 1), toy_faces(8, 2)


def smoke_config(config: FaceConfig, folder: Path) -> FaceConfig:
    """Return the same run at 32 pixels for a few small epochs; a vision transformer starts from a tiny checkpoint.

    The made-up faces differ by an angle, so they are neither mirrored nor turned much. The tiny checkpoint is random
    and is written to `folder`; it learns with larger steps than one that knows something. All in
    float32: a processor without bfloat16 of its own would take minutes.
    """
    short = dataclasses.replace(
        config, name=config.name + "_smoke", stages=((SIZE, EPOCHS),), batch=24, ema_steps=8, ema_every=1,
        evaluate_every=4, bfloat16=False, augmentation=Augmentation(rotation_degrees=4, flip_probability=0),
    )  # fmt: skip
    if config.architecture != "vit":
        return short
    tiny = folder / "tiny-vit"
    save_tiny_checkpoint(tiny)
    return dataclasses.replace(short, pretrained=str(tiny), stages=((SIZE, 4 * EPOCHS),), head_epochs=2, peak_lr=3e-3)
