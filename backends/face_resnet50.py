"""Facial expression by our ResNet-50 (He et al. 2016), trained on FER2013 and stored as int8 ONNX.

Does not handle: what a face feels. It reads the expression shown, one of seven, in a roughly frontal face.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from backends.contracts import FACE_EMOTIONS, FloatArray, ImageArray, ModelCard
from backends.preprocessing import input_numbers, tensor
from backends.weights import checked_file, onnx_session, shipped_card, shipped_folder
from errors import DamagedModel

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

    from settings import Settings

FOLDER = "face-resnet50"
BATCH_SIZE = 32
"""Faces scored at once: bounds the memory that a crowd takes."""


class FaceResNet50:
    """The network, the numbers its input needs and how its logits are calibrated."""

    def __init__(self, card: ModelCard, session: "InferenceSession") -> None:
        self.card = card
        self._session = session
        self._numbers = input_numbers(card.preprocessing)
        self._temperature = float(card.preprocessing.get("temperature", 1.0))
        self._curvature = float(card.preprocessing.get("curvature", 0.0))
        self._columns = [card.labels.index(emotion) for emotion in FACE_EMOTIONS]

    def score(self, crops: Sequence[ImageArray]) -> FloatArray:
        """Return (n, 7) float32 in the order of FACE_EMOTIONS, rows sum to 1. Crops are square RGB, any size."""
        nothing = np.zeros((0, len(FACE_EMOTIONS)), np.float32)
        logits = [self._logits(crops[start : start + BATCH_SIZE]) for start in range(0, len(crops), BATCH_SIZE)]
        return probabilities(np.concatenate([nothing, *logits]), self._temperature, self._curvature)

    def _logits(self, crops: Sequence[ImageArray]) -> FloatArray:
        pixels = tensor(crops, self._numbers)
        (logits,) = self._session.run(None, {self._session.get_inputs()[0].name: pixels})
        return np.asarray(logits, np.float32)[:, self._columns]


Real = TypeVar("Real", bound=np.floating[Any])


def probabilities(logits: NDArray[Real], temperature: float, curvature: float = 0.0) -> NDArray[Real]:
    """Return the calibrated softmax of (n, classes) logits, in their precision.

    It is that of d / temperature - curvature * d ** 2, d being the distance of a logit from the row's largest; without
    curvature that is temperature scaling (Guo et al. 2017, arXiv:1706.04599). training.calibration finds both numbers
    and says why there are two.
    """
    distance = logits - logits.max(axis=1, keepdims=True)
    exponents = np.exp(distance / temperature - curvature * distance**2)
    return np.asarray(exponents / exponents.sum(axis=1, keepdims=True), logits.dtype)


def load(settings: "Settings") -> FaceResNet50:
    """Check and open the weights.

    Raises:
        DamagedModel: the weight file is missing or not the one the card describes, or the card's labels are others.
    """
    files = [file for file in CARD.files if file.name.endswith(".onnx")]
    if sorted(CARD.labels) != sorted(FACE_EMOTIONS) or len(files) != 1:
        raise DamagedModel(f"The card of {CARD.name} does not describe one network of the seven face emotions.")
    return FaceResNet50(CARD, onnx_session(checked_file(shipped_folder(settings, FOLDER), files[0]), settings))


CARD = shipped_card(
    "face",
    FOLDER,
    load,
    title="ResNet-50, trained here on FER2013",
    limits="Reads the expression a face shows, not what the person feels. FER2013's labels are noisy (people agree "
    "with about two of three) and its faces come from web searches, uneven in age, gender and origin; disgust is rare.",
)
