"""The hub model on tiny checkpoints of the real architecture, saved and loaded through the path a user's takes."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import model_utils
from backends.contracts import FACE_EMOTIONS, ImageArray
from backends.face_hub_resnet50 import CARD, HUB_ID, SYNONYMS, HubFaceResNet50, emotion_columns, read_numbers
from backends.preprocessing import InputNumbers, input_numbers, tensor
from backends.torchvision_guard import declare_missing_operators
from emotion.saliency import SIDE, explain
from errors import DamagedModel, ModelUnavailable
from settings import Settings

OTHER_ORDER = ["Happiness", "sadness", "Contempt", "ANGER", "fearful", "neutral", "surprised", "disgusted"]
MEAN, STD = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]
PREPROCESSOR = {
    "image_processor_type": "ConvNextImageProcessor", "do_resize": True, "size": {"shortest_edge": 32},
    "crop_pct": 0.875, "resample": 3, "do_rescale": True, "rescale_factor": 1 / 255,
    "do_normalize": True, "image_mean": MEAN, "image_std": STD,
}  # fmt: skip


def save_resnet(hub_folder: Path, labels: list[str], **preprocessor: Any) -> Path:
    """Save a ResNet of bottleneck layers (ResNet-50's, two stages of one) with random weights under HUB_ID."""
    declare_missing_operators()
    import torch
    from transformers import ResNetConfig, ResNetForImageClassification

    config = ResNetConfig(
        embedding_size=8, hidden_sizes=[16, 32], depths=[1, 1], layer_type="bottleneck",
        id2label=dict(enumerate(labels)), label2id={label: index for index, label in enumerate(labels)},
    )  # fmt: skip
    torch.manual_seed(0)
    folder = hub_folder / HUB_ID
    ResNetForImageClassification(config).save_pretrained(folder)
    (folder / "preprocessor_config.json").write_text(json.dumps(PREPROCESSOR | preprocessor))
    return folder


def _edit(path: Path, **changes: Any) -> None:
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def _with_hub(settings: Settings, tmp_path: Path) -> Settings:
    return settings.model_copy(update={"hub_folder": tmp_path, "profile": "hub"})


def _load(settings: Settings) -> HubFaceResNet50:
    loaded = model_utils.load("face", "hub-resnet50", settings)
    assert isinstance(loaded, HubFaceResNet50)
    return loaded


@pytest.fixture
def squares() -> list[ImageArray]:
    from skimage import data

    photo = data.astronaut()
    return [np.ascontiguousarray(photo[50:210, 145:305]), np.ascontiguousarray(photo[300:340, 10:50])]


def test_columns_follow_the_checkpoints_own_labels(
    tmp_path: Path, settings: Settings, squares: list[ImageArray]
) -> None:
    import torch
    from transformers import AutoModelForImageClassification

    folder = save_resnet(tmp_path, OTHER_ORDER)
    model = _load(_with_hub(settings, tmp_path))
    network = AutoModelForImageClassification.from_pretrained(folder).eval()
    with torch.inference_mode():
        logits = network(torch.from_numpy(tensor(squares, model.numbers))).logits.numpy()
    by_label = dict(zip(OTHER_ORDER, logits.T, strict=True))
    names = ["ANGER", "disgusted", "fearful", "Happiness", "neutral", "sadness", "surprised"]
    expected = np.exp(np.stack([by_label[name] for name in names], axis=1))
    scores = model.score(squares)
    np.testing.assert_allclose(scores, expected / expected.sum(axis=1, keepdims=True), rtol=1e-4)
    np.testing.assert_allclose(scores.sum(axis=1), 1.0, atol=1e-6)
    assert np.ptp(scores, axis=0).max() > 1e-4  # the two pictures are told apart


def test_the_input_is_the_embedded_models_for_the_same_numbers(tmp_path: Path, squares: list[ImageArray]) -> None:
    folder = save_resnet(tmp_path, list(FACE_EMOTIONS), crop_pct=1.0, resample=2)
    card = {"input_size": 32, "channels": 3, "mean": MEAN, "std": STD}
    np.testing.assert_allclose(
        tensor(squares, read_numbers(folder)), tensor(squares, input_numbers(card)), rtol=1e-5, atol=1e-6
    )


def test_no_faces_give_no_rows_and_batches_keep_order(
    tmp_path: Path, settings: Settings, squares: list[ImageArray]
) -> None:
    save_resnet(tmp_path, list(FACE_EMOTIONS))
    model = _load(_with_hub(settings, tmp_path))
    assert model.score([]).shape == (0, 7)
    many = squares * 6
    np.testing.assert_allclose(model.score(many), np.tile(model.score(squares), (6, 1)), atol=1e-5)


def test_auto_takes_it_when_it_is_on_disk_and_the_embedded_one_otherwise(tmp_path: Path, settings: Settings) -> None:
    wanted = settings.model_copy(update={"profile": "auto", "hub_folder": tmp_path})
    assert CARD.available(wanted).ready is False
    save_resnet(tmp_path, list(FACE_EMOTIONS))
    assert model_utils.choose("face", wanted).card is CARD


def test_without_a_checkpoint_it_says_how_to_go_on(tmp_path: Path, settings: Settings) -> None:
    with pytest.raises(ModelUnavailable, match="model_utils download"):
        _load(_with_hub(settings, tmp_path))


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (["angry", "disgust", "fear", "happy", "sad", "surprise"], "does not hold for neutral"),
        ([*FACE_EMOTIONS, "joy"], "does not hold for happy"),
        ([f"LABEL_{index}" for index in range(7)], "does not name its labels"),
    ],
    ids=["one missing", "one twice", "no names"],
)
def test_labels_that_do_not_serve_are_refused(tmp_path: Path, labels: list[str], message: str) -> None:
    with pytest.raises(DamagedModel, match=message):
        emotion_columns(save_resnet(tmp_path, labels))


def test_a_config_that_contradicts_itself_is_refused(tmp_path: Path) -> None:
    folder = save_resnet(tmp_path, list(FACE_EMOTIONS))
    names = {name: index for index, name in enumerate(("anger", "disgust", "fear", "happy", "contempt", "sad"))}
    _edit(folder / "config.json", label2id=names)
    with pytest.raises(DamagedModel, match="output 4 is 'neutral' in id2label and 'contempt' in label2id"):
        emotion_columns(folder)


def test_synonyms_lead_to_each_of_the_seven() -> None:
    assert set(SYNONYMS.values()) == set(FACE_EMOTIONS)
    assert all(SYNONYMS[emotion] == emotion for emotion in FACE_EMOTIONS)


@pytest.mark.parametrize(
    ("changes", "size", "resized"),
    [
        ({"size": 224, "crop_pct": 0.875}, 224, 256),
        ({"size": {"shortest_edge": 384}, "crop_pct": 0.875}, 384, 384),
        ({"size": {"height": 96, "width": 96}, "crop_pct": 1.0}, 96, 96),
    ],
)
def test_sizes_are_read_in_every_form(tmp_path: Path, changes: dict[str, Any], size: int, resized: int) -> None:
    folder = save_resnet(tmp_path, list(FACE_EMOTIONS), **changes)
    assert read_numbers(folder) == InputNumbers(size, tuple(MEAN), tuple(STD), "bicubic", resized)


def test_a_centre_crop_and_other_scales_are_read(tmp_path: Path) -> None:
    folder = save_resnet(
        tmp_path, list(FACE_EMOTIONS),
        size={"shortest_edge": 256}, do_center_crop=True, crop_size={"height": 224, "width": 224},
        do_normalize=False, rescale_factor=1 / 127.5,
    )  # fmt: skip
    facts = json.loads((folder / "preprocessor_config.json").read_text())
    del facts["crop_pct"]
    (folder / "preprocessor_config.json").write_text(json.dumps(facts))
    numbers = read_numbers(folder)
    assert (numbers.size, numbers.resized, numbers.mean) == (224, 256, (0.0, 0.0, 0.0))
    white = np.full((9, 9, 3), 255, np.uint8)
    np.testing.assert_allclose(tensor([white], numbers), 2.0, rtol=1e-5)


@pytest.mark.parametrize("missing", ["image_mean", "size", "resample"])
def test_a_missing_number_is_named(tmp_path: Path, missing: str) -> None:
    folder = save_resnet(tmp_path, list(FACE_EMOTIONS))
    facts = {name: value for name, value in PREPROCESSOR.items() if name != missing}
    (folder / "preprocessor_config.json").write_text(json.dumps(facts))
    with pytest.raises(DamagedModel, match=missing):
        read_numbers(folder)


def test_a_missing_preprocessor_file_is_named(tmp_path: Path) -> None:
    folder = save_resnet(tmp_path, list(FACE_EMOTIONS))
    (folder / "preprocessor_config.json").unlink()
    with pytest.raises(DamagedModel, match=r"preprocessor_config\.json"):
        read_numbers(folder)


def test_missing_weights_are_not_made_up(tmp_path: Path, settings: Settings) -> None:
    from safetensors.torch import load_file, save_file

    folder = save_resnet(tmp_path, list(FACE_EMOTIONS))
    weights = load_file(folder / "model.safetensors")
    kept = {name: value for name, value in weights.items() if not name.startswith("classifier")}
    save_file(kept, folder / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(DamagedModel, match=r"lacks weights \(2 tensors, among them classifier\.1\.bias\)"):
        _load(_with_hub(settings, tmp_path))


def test_a_damaged_weight_file_is_refused(tmp_path: Path, settings: Settings) -> None:
    folder = save_resnet(tmp_path, list(FACE_EMOTIONS))
    (folder / "model.safetensors").write_bytes(b"\x07" * 100)
    with pytest.raises(DamagedModel, match="cannot be loaded"):
        _load(_with_hub(settings, tmp_path))


def test_where_it_looked_can_be_asked_of_it_too(tmp_path: Path, settings: Settings, squares: list[ImageArray]) -> None:
    save_resnet(tmp_path, list(FACE_EMOTIONS))
    model = _load(_with_hub(settings, tmp_path))
    saliency = explain(model.score, squares[0], count=4)
    assert saliency.heats.shape == (7, SIDE, SIDE)
    np.testing.assert_allclose(saliency.before, model.score([saliency.crop])[0], atol=1e-5)
    assert np.abs(saliency.without - saliency.before).max() > 0
