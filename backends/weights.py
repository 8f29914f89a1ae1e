"""Weights that ship in `data/models/<name>/`: their card file, their sha256, their ONNX sessions."""

import hashlib
import json
import os
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from backends.contracts import Availability, ModelCard, Task, WeightFile
from errors import DamagedModel
from settings import PROJECT_FOLDER, Settings

if TYPE_CHECKING:
    from onnxruntime import InferenceSession


def shipped_card(
    task: Task, folder: str, load: Callable[[Settings], Any], *, title: str, limits: str, **changes: Any
) -> ModelCard:
    """Build the card of an embedded model from `data/models/<folder>/card.json` (see training/ for who writes it).

    A missing card file gives a card whose `available` says so, so that listing models never fails.
    """
    path = PROJECT_FOLDER / "data" / "models" / folder / "card.json"
    facts: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.exists() else {}
    files = tuple(WeightFile(name, row["bytes"], row["sha256"]) for name, row in facts.get("files", {}).items())
    values: dict[str, Any] = {
        "name": facts.get("name", folder),
        "source": facts.get("source", ""),
        "revision": facts.get("revision", ""),
        "licence_weights": facts.get("licence_weights", ""),
        "licence_data": facts.get("licence_data", ""),
        "labels": tuple(facts.get("labels", ())),
        "megabytes": round(sum(file.bytes for file in files) / 1e6, 1),
        "files": files,
        "preprocessing": {key: facts[key] for key in _PREPROCESSING if key in facts},
        "thresholds": tuple(facts.get("thresholds", ())),
        "metrics": facts.get("metrics", {}),
    }
    return ModelCard(
        task=task,
        profile="embedded",
        title=title,
        limits=limits,
        load=load,
        available=partial(_available, folder=folder),
        **(values | changes),
    )


_PREPROCESSING = (
    "input_size",
    "channels",
    "mean",
    "std",
    "margin",
    "temperature",
    "curvature",
    "max_tokens",
    "pooling",
)


def shipped_folder(settings: Settings, folder: str) -> Path:
    """Return where the weights of an embedded model lie."""
    return settings.data_folder / "models" / folder


def _available(settings: Settings, *, folder: str) -> Availability:
    if (shipped_folder(settings, folder) / "card.json").exists():
        return Availability(True, "ships with Moodlens and works offline")
    return Availability(False, f"its weights are missing from data/models/{folder}; get a complete copy of Moodlens")


def checked_file(folder: Path, file: WeightFile) -> Path:
    """Return the path of a weight file after comparing its sha256 with the card's.

    Raises:
        DamagedModel: the file is missing or is not the one the card describes.
    """
    path = folder / file.name
    if not path.exists():
        raise DamagedModel(
            f"The weight file {file.name} is missing from {folder.name}. Get a complete copy of Moodlens."
        )
    if _digest(path, path.stat().st_mtime_ns) != file.sha256:
        raise DamagedModel(f"The weight file {file.name} is damaged (its sha256 does not match). Get a fresh copy.")
    return path


def digest(path: Path) -> str:
    """Return the sha256 of a file, hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@cache
def _digest(path: Path, _modified_ns: int) -> str:
    return digest(path)


def onnx_session(path: Path, settings: Settings) -> "InferenceSession":
    """Open an ONNX model for the CPU with the threads of the settings; arenas are off to keep memory small."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = thread_count(settings)
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    # Several sessions take turns on few cores: a pool that spins after its run would steal them from the next one.
    options.add_session_config_entry("session.force_spinning_stop", "1")
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def thread_count(settings: Settings) -> int:
    """Return how many CPU threads a model may use: the setting, else the cores this process may run on (at most 8)."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return settings.threads or min(usable, 8)
