"""The vision transformer starts from a checkpoint, found like every other hub model's."""

from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from errors import ModelUnavailable
from settings import Settings
from training.face_data import normalise, toy_faces
from training.face_vit import pretrained, save_tiny_checkpoint, shape_of, untrained

HUB_ID = "google/vit-base-patch16-224-in21k"


@pytest.fixture
def hub(tmp_path: Path) -> Settings:
    """Settings whose hub folder holds a tiny checkpoint under the name of the real one."""
    save_tiny_checkpoint(tmp_path / "hub" / HUB_ID)
    return Settings(profile="hub", allow_downloads=False, hub_folder=tmp_path / "hub")


def test_weights_are_those_of_the_checkpoint(hub: Settings) -> None:
    assert hub.hub_folder
    stored = load_file(hub.hub_folder / HUB_ID / "model.safetensors")
    loaded = pretrained(HUB_ID, hub).network.vit.state_dict().values()  # transformers renames them on the way
    assert len(loaded) == len(stored)
    for name, value in stored.items():
        assert any(torch.equal(value, other) for other in loaded if value.shape == other.shape), name


def test_it_sees_grey_pictures_as_the_checkpoint_was_taught_to(hub: Settings) -> None:
    """From -1, black, to 1, white, the same in three channels."""
    model = pretrained(HUB_ID, hub).eval()
    faces = toy_faces(1, 3)
    scaled = torch.nn.functional.interpolate(faces.images / 255, 32, mode="bilinear") * 2 - 1
    with torch.no_grad():
        expected = model.network(pixel_values=scaled.repeat(1, 3, 1, 1)).logits
        torch.testing.assert_close(model(normalise(faces.images, 32)), expected, atol=1e-4, rtol=0)


def test_a_network_of_the_same_shape_takes_the_weights_without_the_checkpoint(hub: Settings) -> None:
    model = pretrained(HUB_ID, hub).eval()
    again = untrained(shape_of(model)).eval()
    again.load_state_dict(model.state_dict())
    pixels = normalise(toy_faces(1, 3).images, 32)
    with torch.no_grad():
        torch.testing.assert_close(again(pixels), model(pixels))


def test_without_the_checkpoint_it_says_how_to_go_on(settings: Settings) -> None:
    with pytest.raises(ModelUnavailable, match="MOODLENS_ALLOW_DOWNLOADS"):
        pretrained(HUB_ID, settings)


def test_a_checkpoint_that_lacks_weights_is_refused(tmp_path: Path) -> None:
    save_tiny_checkpoint(tmp_path)
    stored = load_file(tmp_path / "model.safetensors")
    lost = next(name for name in sorted(stored) if name.endswith("patch_embeddings.projection.weight"))
    save_file({name: value for name, value in stored.items() if name != lost}, tmp_path / "model.safetensors")
    with pytest.raises(ValueError, match=r"lacks weights of a vision transformer \(1, among them .*projection"):
        pretrained(str(tmp_path))
