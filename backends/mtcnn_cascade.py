"""The MTCNN cascade: three small networks that propose, refine and confirm faces (Zhang et al. 2016, arXiv:1604.02878).

Coordinates are continuous pixels of the image given: a pixel i covers [i, i + 1). Boxes are rows (left, top, right,
bottom, confidence). Does not handle: profiles, faces tilted by more than about 45 degrees, faces
smaller than asked for.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from PIL import Image

from backends.contracts import FloatArray, ImageArray

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

CELL, STRIDE = 12, 2
"""The window P-Net looks at and its step, in pixels of the scaled image."""
PYRAMID_FACTOR = 0.709
"""Side ratio of neighbouring scales: half the area, as in the paper."""
OVERHANG = 2
"""Pixels by which every scaled image is continued beyond its edges, so that faces cut off are proposed too."""
MAX_PROPOSALS_PER_SCALE = 400
REFINE_SIZE, CONFIRM_SIZE = 24, 48


class Thresholds(NamedTuple):
    """Smallest face probability that passes each network, and the overlaps above which the weaker box is dropped."""

    propose: float = 0.6
    refine: float = 0.7
    confirm: float = 0.9
    overlap_scale: float = 0.5
    overlap_propose: float = 0.6
    overlap_refine: float = 0.6
    overlap_confirm: float = 0.5


DEFAULT = Thresholds()


class Networks(NamedTuple):
    """Open sessions of P-Net, R-Net and O-Net."""

    propose: InferenceSession
    refine: InferenceSession
    confirm: InferenceSession


def find_faces(
    image: ImageArray, networks: Networks, min_face: float, thresholds: Thresholds = DEFAULT
) -> tuple[FloatArray, FloatArray]:
    """Return boxes (n, 5) and landmarks (n, 5, 2) of all faces at least `min_face` pixels wide, surest first.

    Landmarks are (x, y) of left eye, right eye, nose, left and right mouth corner as seen in the picture.
    """
    picture = Image.fromarray(image)
    boxes = _propose(picture, networks.propose, min_face, thresholds)
    boxes = _refine(picture, boxes, networks.refine, thresholds)
    return _confirm(picture, boxes, networks.confirm, thresholds)


def scales(width: int, height: int, min_face: float) -> list[float]:
    """Return the factors by which to shrink the image so that faces from `min_face` to all of it become 12 pixels."""
    largest_face = min(width, height) * CELL / (CELL - OVERHANG)
    if largest_face < min_face:
        return []
    levels = math.floor(math.log(min_face / largest_face) / math.log(PYRAMID_FACTOR)) + 1
    return [CELL / min_face * PYRAMID_FACTOR**level for level in range(levels)]


def suppress(boxes: FloatArray, overlap: float, *, of_smaller: bool = False) -> list[int]:
    """Non-maximum suppression: return the rows to keep, surest first.

    Args:
        boxes: (n, 5).
        overlap: a box is dropped if it shares more than this part with a surer one.
        of_smaller: measure against the smaller of the two areas rather than their union.
    """
    order = np.argsort(-boxes[:, 4], kind="stable")
    left, top, right, bottom = boxes[order, :4].T
    width = np.minimum(right[:, None], right) - np.maximum(left[:, None], left)
    height = np.minimum(bottom[:, None], bottom) - np.maximum(top[:, None], top)
    shared = np.clip(width, 0, None) * np.clip(height, 0, None)
    area = (right - left) * (bottom - top)
    whole = np.minimum(area[:, None], area) if of_smaller else area[:, None] + area - shared
    too_close = shared > overlap * whole
    alive = np.ones(len(boxes), bool)
    kept = []
    for row in range(len(boxes)):
        if alive[row]:
            kept.append(int(order[row]))
            alive &= ~too_close[row]
    return kept


def _propose(picture: Image.Image, network: InferenceSession, min_face: float, limits: Thresholds) -> FloatArray:
    """Slide P-Net over every scale; return square boxes (n, 5)."""
    found, smaller = [], picture
    for scale in scales(*picture.size, min_face):
        size = (math.ceil(picture.width * scale), math.ceil(picture.height * scale))
        smaller = smaller.resize(size, Image.Resampling.BILINEAR)
        found.append(_propose_at(smaller, network, scale, limits))
    rows = np.concatenate([*found, np.zeros((0, 9), np.float32)])
    rows = rows[suppress(rows[:, :5], limits.overlap_propose)]
    return _square(_moved(rows[:, :5], rows[:, 5:]))


def _propose_at(small: Image.Image, network: InferenceSession, scale: float, limits: Thresholds) -> FloatArray:
    """P-Net on one scaled picture: rows (left, top, right, bottom, confidence, four offsets), neighbours suppressed."""
    pixels = np.pad(np.asarray(small), ((OVERHANG, OVERHANG), (OVERHANG, OVERHANG), (0, 0)), mode="edge")
    offsets, faces = network.run(None, {network.get_inputs()[0].name: _normalised(pixels[None])})
    sureness = faces[0, 1]
    rows, columns = np.nonzero(sureness > limits.propose)
    chosen = np.argsort(-sureness[rows, columns])[:MAX_PROPOSALS_PER_SCALE]
    rows, columns = rows[chosen], columns[chosen]
    corner = np.stack([columns, rows], 1) * np.float32(STRIDE) - OVERHANG
    boxes = np.concatenate(
        [corner / scale, (corner + CELL) / scale, sureness[rows, columns, None], offsets[0, :, rows, columns]], 1
    ).astype(np.float32)
    return boxes[suppress(boxes[:, :5], limits.overlap_scale)]


def _refine(picture: Image.Image, boxes: FloatArray, network: InferenceSession, limits: Thresholds) -> FloatArray:
    """R-Net: drop most proposals and tighten the rest; return square boxes (n, 5)."""
    if not len(boxes):
        return boxes
    crops = _crops(picture, boxes, REFINE_SIZE)
    offsets, faces = network.run(None, {network.get_inputs()[0].name: crops})
    boxes, offsets = _sure(boxes, faces, limits.refine, offsets)
    kept = suppress(boxes, limits.overlap_refine)
    return _square(_moved(boxes[kept], offsets[kept]))


def _confirm(
    picture: Image.Image, boxes: FloatArray, network: InferenceSession, limits: Thresholds
) -> tuple[FloatArray, FloatArray]:
    """O-Net: the final boxes (n, 5), no longer square, and their landmarks (n, 5, 2)."""
    if not len(boxes):
        return boxes, np.zeros((0, 5, 2), np.float32)
    crops = _crops(picture, boxes, CONFIRM_SIZE)
    points, offsets, faces = network.run(None, {network.get_inputs()[0].name: crops})
    boxes, offsets, points = _sure(boxes, faces, limits.confirm, offsets, points)
    sides = (boxes[:, 2:4] - boxes[:, :2])[:, None]
    landmarks = boxes[:, None, :2] + sides * points.reshape(-1, 2, 5).transpose(0, 2, 1)
    boxes = _moved(boxes, offsets)
    kept = suppress(boxes, limits.overlap_confirm, of_smaller=True)
    return boxes[kept], landmarks[kept].astype(np.float32)


def _sure(boxes: FloatArray, faces: FloatArray, threshold: float, *others: FloatArray) -> tuple[FloatArray, ...]:
    """Keep the rows whose face probability (second column of `faces`) is above the threshold and note it."""
    keep = faces[:, 1] > threshold
    boxes = boxes[keep]
    boxes[:, 4] = faces[keep, 1]
    return boxes, *(other[keep] for other in others)


def _moved(boxes: FloatArray, offsets: FloatArray) -> FloatArray:
    """Move each edge by its offset, given in parts of the box's width and height."""
    sides = boxes[:, 2:4] - boxes[:, :2]
    return np.concatenate([boxes[:, :4] + np.tile(sides, 2) * offsets, boxes[:, 4:]], 1)


def _square(boxes: FloatArray) -> FloatArray:
    """Grow the shorter side about the centre until the box is square."""
    centre = (boxes[:, :2] + boxes[:, 2:4]) / 2
    half = (boxes[:, 2:4] - boxes[:, :2]).max(axis=1, keepdims=True) / 2
    return np.concatenate([centre - half, centre + half, boxes[:, 4:]], 1)


def _crops(picture: Image.Image, boxes: FloatArray, size: int) -> FloatArray:
    """Cut and resize square boxes: (n, 3, size, size). What lies outside the picture is black."""
    limits = np.array([*picture.size, *picture.size], np.float32)
    beyond = max(0.0, float(-boxes[:, :4].min()), float((boxes[:, :4] - limits).max()))
    pad = math.ceil(beyond)
    padded = Image.new("RGB", (picture.width + 2 * pad, picture.height + 2 * pad))
    padded.paste(picture, (pad, pad))
    strip = Image.new("RGB", (size, size * len(boxes)))  # turned into an array once: for each crop that costs as much
    for number, corners in enumerate((boxes[:, :4].astype(float) + pad).tolist()):  # as cutting it out
        shrinks = corners[2] - corners[0] >= size
        how = Image.Resampling.BOX if shrinks else Image.Resampling.BILINEAR
        strip.paste(padded.resize((size, size), how, box=tuple(corners), reducing_gap=2.0), (0, size * number))
    return _normalised(np.asarray(strip).reshape(len(boxes), size, size, 3))


def _normalised(pixels: ImageArray) -> FloatArray:
    """(n, h, w, 3) uint8 -> (n, 3, h, w) float32 in [-1, 1), as the networks were trained."""
    scaled = (pixels.astype(np.float32) - np.float32(127.5)) / np.float32(128)
    return np.ascontiguousarray(scaled.transpose(0, 3, 1, 2))
