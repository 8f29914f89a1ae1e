"""FER2013 as tensors: folders of grey 48x48 JPEGs in, augmented batches out.

Does not handle: colour (images become grey), images of unequal size (they become `SOURCE_SIZE` square).
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch.nn import functional

from training.command import require_files
from training.face_config import LABELS, Augmentation

SOURCE_SIZE = 48  # pixels; what FER2013 has
MEAN = 0.508  # of the training pixels / 255
STD = 0.255
SUFFIXES = {".jpg", ".jpeg", ".png"}
SPLITS = {"train": ("train",), "validation": ("validation", "val", "test")}


@dataclasses.dataclass(frozen=True)
class Faces:
    """`images`: (n, 1, 48, 48) uint8; `labels`: (n,) int64 positions in LABELS; `shares`: (n, 7) float32, where given,
    is what to learn instead of the labels."""

    images: torch.Tensor
    labels: torch.Tensor
    shares: torch.Tensor | None = None

    def __len__(self) -> int:
        return len(self.labels)


def split_name(folder: Path, split: str) -> str:
    """Return the name of the folder that holds `split`. Raises FileNotFoundError where there is none."""
    require_files(folder, ())
    found = [name for name in SPLITS[split] if (folder / name).is_dir()]
    if not found:
        raise FileNotFoundError(f"{folder} has no folder {' or '.join(SPLITS[split])}")
    return found[0]


def load_split(folder: Path, split: str) -> Faces:
    """Read `folder/<split>/<emotion>/*` (Kaggle's layout; "test" serves as validation where that is all there is).

    Raises FileNotFoundError where the split or one of the seven emotions is missing.
    """
    root = folder / split_name(folder, split)
    pixels, labels = [], []
    for position, emotion in enumerate(LABELS):
        paths = sorted(path for path in (root / emotion).glob("*") if path.suffix.lower() in SUFFIXES)
        if not paths:
            raise FileNotFoundError(f"{root} has no images of {emotion!r}")
        pixels += [_read_grey(path) for path in paths]
        labels += [position] * len(paths)
    return Faces(torch.from_numpy(np.stack(pixels))[:, None], torch.tensor(labels))


def _read_grey(path: Path) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    with Image.open(path) as image:
        grey = image.convert("L")
        if grey.size != (SOURCE_SIZE, SOURCE_SIZE):
            grey = grey.resize((SOURCE_SIZE, SOURCE_SIZE), Image.Resampling.BILINEAR)
        return np.array(grey, dtype=np.uint8)


def toy_faces(per_class: int, seed: int) -> Faces:
    """Made-up images a network can learn in seconds: a bright bar whose angle is the class, in noise."""
    random = torch.Generator().manual_seed(seed)
    axis = torch.linspace(-1, 1, SOURCE_SIZE)
    y, x = torch.meshgrid(axis, axis, indexing="ij")
    images, labels = [], []
    for label in range(len(LABELS)):
        angle = math.pi * label / len(LABELS)
        bar = ((x * math.sin(angle) - y * math.cos(angle)).abs() < 0.2).float() * 160
        noise = torch.randint(0, 60, (per_class, SOURCE_SIZE, SOURCE_SIZE), generator=random)
        images.append((bar + noise).to(torch.uint8))
        labels += [label] * per_class
    return Faces(torch.cat(images)[:, None], torch.tensor(labels))


def normalise(images: torch.Tensor, size: int) -> torch.Tensor:
    """(n, 1, h, w) uint8 -> (n, 1, size, size) float32, resized bilinearly (half-pixel centres) and standardised."""
    pixels = functional.interpolate(images.float(), size=(size, size), mode="bilinear", align_corners=False)
    return standardise(pixels)


def standardise(pixels: torch.Tensor) -> torch.Tensor:
    """0..255 -> zero mean and unit deviation over the training set."""
    return (pixels / 255 - MEAN) / STD


def batches(
    faces: Faces, size: int, batch: int, random: torch.Generator, how: Augmentation, strength: float
) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    """One epoch in random order: (batch, 1, size, size) float32 and (batch,) int64 labels, or (batch, 7) float32 shares
    where the faces have them; a short last batch is left out."""
    answers = faces.labels if faces.shares is None else faces.shares
    order = torch.randperm(len(faces), generator=random)
    for start in range(0, len(order) - batch + 1, batch):
        chosen = order[start : start + batch]
        yield augment(faces.images[chosen], size, random, how, strength), answers[chosen]


def augment(
    images: torch.Tensor, size: int, random: torch.Generator, how: Augmentation, strength: float
) -> torch.Tensor:
    """(n, 1, h, w) uint8 -> (n, 1, size, size) float32, standardised: one affine resampling, light, erasing."""
    n = len(images)

    def uniform(limit: float) -> torch.Tensor:
        return (torch.rand(n, generator=random) * 2 - 1) * limit * strength

    angle = uniform(math.radians(how.rotation_degrees))
    zoom = torch.exp(uniform(how.scale))
    flip = torch.where(torch.rand(n, generator=random) < how.flip_probability, -1.0, 1.0)
    cos, sin = torch.cos(angle) * zoom, torch.sin(angle) * zoom
    rows = [cos * flip, -sin, 2 * uniform(how.shift), sin * flip, cos, 2 * uniform(how.shift)]
    grid = functional.affine_grid(torch.stack(rows, 1).view(n, 2, 3), [n, 1, size, size], align_corners=False)
    pixels = functional.grid_sample(images.float(), grid, mode="bilinear", padding_mode="border", align_corners=False)
    centre = pixels.mean(dim=(1, 2, 3), keepdim=True)
    contrast = torch.exp(uniform(how.contrast)).view(n, 1, 1, 1)
    brightness = 255 * uniform(how.brightness).view(n, 1, 1, 1)
    pixels = ((pixels - centre) * contrast + centre + brightness).clamp(0, 255)
    return _erase(standardise(pixels), random, how, strength)


def _erase(pixels: torch.Tensor, random: torch.Generator, how: Augmentation, strength: float) -> torch.Tensor:
    """Set a rectangle of some images to the mean grey."""
    n, _, height, width = pixels.shape

    def span(length: int) -> torch.Tensor:
        side = length * how.erase_side * (0.3 + 0.7 * torch.rand(n, 1, generator=random))
        start = (length - side) * torch.rand(n, 1, generator=random)
        position = torch.arange(length)[None]
        return (position >= start) & (position < start + side)

    chosen = torch.rand(n, generator=random) < how.erase_probability * strength
    hole = span(height)[:, None, :, None] & span(width)[:, None, None, :] & chosen[:, None, None, None]
    return pixels.masked_fill(hole, 0.0)
