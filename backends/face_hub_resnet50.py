"""Facial expression by a ResNet-50 image classifier in Hugging Face format, from the hub or a local folder.

Labels, sizes and normalisation come from the checkpoint's config.json and preprocessor_config.json, never from its
name. Does not handle: checkpoints with code of their own, or whose labels lack one of the seven emotions.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from backends.contracts import FACE_EMOTIONS, FloatArray, ImageArray, ModelCard
from backends.face_resnet50 import probabilities
from backends.hub import checkpoint, hub_card, labels
from backends.preprocessing import InputNumbers, tensor
from errors import DamagedModel

if TYPE_CHECKING:
    from settings import Settings

HUB_ID = "Celal11/resnet-50-finetuned-FER2013-0.003"
BATCH_SIZE = 8
CROP_BELOW = 384
"""ConvNeXT's image processor, which ResNet checkpoints use, cuts the middle out of inputs smaller than this."""

SYNONYMS: Mapping[str, str] = MappingProxyType(
    {
        "angry": "angry", "anger": "angry",
        "disgust": "disgust", "disgusted": "disgust",
        "fear": "fear", "fearful": "fear", "afraid": "fear", "scared": "fear",
        "happy": "happy", "happiness": "happy", "joy": "happy",
        "neutral": "neutral", "neutrality": "neutral",
        "sad": "sad", "sadness": "sad",
        "surprise": "surprise", "surprised": "surprise",
    }
)  # fmt: skip
"""What checkpoints call the seven emotions (lower case) -> the name here."""
_RESAMPLING = {1: "lanczos", 2: "bilinear", 3: "bicubic"}
"""Pillow's numbers, as preprocessor_config.json gives them."""


class HubFaceResNet50:
    """The network, the numbers its input needs, and where the seven emotions stand among its outputs."""

    def __init__(self, card: ModelCard, network: Any, numbers: InputNumbers, columns: Sequence[int]) -> None:
        self.card = card
        self.numbers = numbers
        self._network = network
        self._columns = list(columns)

    def score(self, crops: Sequence[ImageArray]) -> FloatArray:
        """Return (n, 7) float32 in the order of FACE_EMOTIONS, rows sum to 1. Crops are square RGB, any size.

        Outputs for other labels (contempt, say) are left out: the rows are probabilities given one of the seven.
        """
        import torch

        logits = [np.zeros((0, len(FACE_EMOTIONS)), np.float32)]
        for start in range(0, len(crops), BATCH_SIZE):
            pixels = torch.from_numpy(tensor(crops[start : start + BATCH_SIZE], self.numbers))
            with torch.inference_mode():
                logits.append(self._network(pixel_values=pixels).logits.float().numpy()[:, self._columns])
        return probabilities(np.concatenate(logits), temperature=1.0)


def emotion_columns(folder: Path) -> list[int]:
    """Return where each of FACE_EMOTIONS stands among a checkpoint's labels.

    Raises:
        DamagedModel: an emotion is missing or there twice, or `label2id` contradicts `id2label`.
    """
    found = labels(folder)
    config = json.loads((folder / "config.json").read_text("utf-8"))
    for label, index in config.get("label2id", {}).items():
        named = found[index] if 0 <= index < len(found) else "nothing"
        said = label.lower()
        if not said.startswith("label_") and SYNONYMS.get(said, said) != SYNONYMS.get(named, named):
            raise DamagedModel(
                f"The config.json of {folder.name} contradicts itself: output {index} is {named!r} in id2label and "
                f"{label!r} in label2id. Correct it: which output means what must not be guessed."
            )
    emotions = [SYNONYMS.get(label, label) for label in found]
    wrong = [emotion for emotion in FACE_EMOTIONS if emotions.count(emotion) != 1]
    if wrong:
        raise DamagedModel(
            f"The checkpoint {folder.name} has the labels {', '.join(found)}; each of the seven emotions must be there "
            f"once, which does not hold for {', '.join(wrong)}. Choose a checkpoint trained on FER2013's classes."
        )
    return [emotions.index(emotion) for emotion in FACE_EMOTIONS]


def read_numbers(folder: Path) -> InputNumbers:
    """Return what the checkpoint's preprocessor_config.json says about its input.

    Raises:
        DamagedModel: the file is missing, or a number in it is missing or makes no sense.
    """
    path = folder / "preprocessor_config.json"
    if not path.exists():
        raise DamagedModel(f"The checkpoint {folder.name} has no preprocessor_config.json: its input is unknown.")
    facts = json.loads(path.read_text("utf-8"))
    try:
        size, resized = _sides(facts)
        factor = 255 * (facts.get("rescale_factor", 1 / 255) if facts.get("do_rescale", True) else 1.0)
        normalised = facts.get("do_normalize", True)
        mean = tuple(value / factor for value in facts["image_mean"]) if normalised else (0.0, 0.0, 0.0)
        std = tuple(value / factor for value in facts["image_std"]) if normalised else (1 / factor,) * 3
        return InputNumbers(size, mean, std, _RESAMPLING[facts["resample"]], resized)
    except (KeyError, TypeError, ValueError) as error:
        raise DamagedModel(
            f"The preprocessor_config.json of {folder.name} lacks a usable number: {error}. Get a fresh copy."
        ) from error


def _sides(facts: Mapping[str, Any]) -> tuple[int, int]:
    """Return (side of the network's input, side to resize to first) from the forms in which `size` is written."""
    size = facts["size"]
    side = int(size if isinstance(size, int) else size.get("shortest_edge") or size["height"])
    if "crop_pct" in facts and side < CROP_BELOW:
        return side, int(side / facts["crop_pct"])
    if facts.get("do_center_crop"):
        crop = facts["crop_size"]
        return int(crop if isinstance(crop, int) else crop["height"]), side
    return side, side


def from_folder(folder: Path, settings: "Settings", card: ModelCard) -> HubFaceResNet50:
    """Load a checkpoint from a local folder.

    Raises:
        DamagedModel: it cannot be read, weights are missing, or its configuration is not usable.
    """
    from backends.torchvision_guard import declare_missing_operators

    columns, numbers = emotion_columns(folder), read_numbers(folder)
    declare_missing_operators()
    import torch
    from safetensors import SafetensorError
    from transformers import AutoModelForImageClassification

    if settings.threads:
        torch.set_num_threads(settings.threads)
    try:
        network, report = AutoModelForImageClassification.from_pretrained(folder, output_loading_info=True)
    except (OSError, ValueError, RuntimeError, SafetensorError) as error:
        raise DamagedModel(f"The checkpoint {folder.name} cannot be loaded. Get a fresh copy.") from error
    if report["missing_keys"]:
        raise DamagedModel(
            f"The checkpoint {folder.name} lacks weights ({len(report['missing_keys'])} tensors, among them "
            f"{sorted(report['missing_keys'])[0]}): it would answer at random. Get a complete copy."
        )
    return HubFaceResNet50(card, network.eval(), numbers, columns)


def load(settings: "Settings") -> HubFaceResNet50:
    """Load from the hub folder or cache, or download where that is allowed.

    Raises:
        ModelUnavailable: it is not on disk and may not or cannot be downloaded.
        DamagedModel: see `from_folder`.
    """
    return from_folder(checkpoint(HUB_ID, settings), settings, CARD)


CARD = hub_card(
    "face",
    "hub-resnet50",
    HUB_ID,
    load,
    title="ResNet-50 from the Hugging Face hub, fine-tuned on FER2013",
    licence_weights="Apache-2.0",
    licence_data="FER2013 (Kaggle challenge data, research use); ImageNet before",
    labels=FACE_EMOTIONS,
    megabytes=95,
    limits="A stranger's fine-tuning; its figures have not been checked here. Reads the expression a face shows, not "
    "what the person feels. Labels and preprocessing are read from the checkpoint when it is loaded.",
)
