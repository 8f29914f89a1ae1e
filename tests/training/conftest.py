"""Fixtures of the training tests: one thread, and one small finished run that several tests look at."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from training import face


@pytest.fixture(autouse=True, scope="session")
def _one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def face_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a finished smoke run of the three-block CNN: do not write to it."""
    folder = tmp_path_factory.mktemp("face") / "run"
    face.main(["--smoke", "--config", "face_cnn3", "--out", str(folder)])
    return folder
