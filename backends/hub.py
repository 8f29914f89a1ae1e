"""Where hub checkpoints come from: a local folder, the Hugging Face cache, or a download that the user allowed."""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from backends.contracts import Availability, ModelCard, Task
from errors import DamagedModel, ModelUnavailable
from settings import Settings

CHECKPOINT_PATTERNS = ("*.json", "*.txt", "*.model", "*.safetensors", "1_Pooling/*")
"""What is fetched of a repository: configuration, tokenizer and safetensors, no other framework's copies."""


def hub_card(task: Task, name: str, hub_id: str, load: Callable[[Settings], Any], **facts: Any) -> ModelCard:
    """Build the card of a hub model; `hub_id` is `<owner>/<name>`, `facts` are further fields of ModelCard."""
    values: dict[str, Any] = {"source": hub_id, "revision": "main"} | facts
    return ModelCard(
        task=task,
        name=name,
        profile="hub",
        load=load,
        available=partial(_available, hub_id=hub_id, megabytes=values.get("megabytes", 0)),
        **values,
    )


def on_disk(hub_id: str, settings: Settings) -> Path | None:
    """Return the folder of a checkpoint that is already here, or None.

    `settings.hub_folder/<owner>/<name>` comes first, then the newest complete snapshot in the Hugging Face cache.
    """
    if settings.hub_folder and (settings.hub_folder / hub_id / "config.json").exists():
        return settings.hub_folder / hub_id
    from huggingface_hub import constants

    snapshots = Path(constants.HF_HUB_CACHE) / f"models--{hub_id.replace('/', '--')}" / "snapshots"
    complete = [path.parent for path in snapshots.glob("*/config.json") if has_weights(path.parent)]
    return max(complete, key=lambda path: path.stat().st_mtime, default=None)


def has_weights(folder: Path) -> bool:
    """True where a checkpoint folder holds weights (its config alone may have been cached by another program)."""
    return any(folder.glob("*.safetensors")) or any(folder.glob("pytorch_model*.bin"))


def _available(settings: Settings, *, hub_id: str, megabytes: float) -> Availability:
    if (folder := on_disk(hub_id, settings)) is not None:
        where = "the hub folder" if folder.parent.parent == settings.hub_folder else "the Hugging Face cache"
        return Availability(True, f"its weights are on disk, in {where}")
    if settings.allow_downloads:
        return Availability(True, f"downloads are allowed; about {megabytes:,.0f} MB are fetched once")
    return Availability(
        False,
        f"{hub_id} is not on disk and downloads are off. Run `python -m model_utils download`, "
        f"put the checkpoint into <MOODLENS_HUB_FOLDER>/{hub_id}, or set MOODLENS_ALLOW_DOWNLOADS=1.",
    )


def checkpoint(hub_id: str, settings: Settings) -> Path:
    """Return the folder of a checkpoint, downloading it if the settings allow.

    Raises:
        ModelUnavailable: it is not here and may not or cannot be downloaded; the message says how to go on.
    """
    if (folder := on_disk(hub_id, settings)) is not None:
        return folder
    if not settings.allow_downloads:
        raise ModelUnavailable(_available(settings, hub_id=hub_id, megabytes=0).reason)
    return download(hub_id)


def download(hub_id: str) -> Path:
    """Fetch a checkpoint into the Hugging Face cache with a progress bar and return its folder.

    Repositories without safetensors are fetched with their `pytorch_model.bin`, which transformers reads with torch's
    restricted `weights_only` loader: tensors, no code.

    Raises:
        ModelUnavailable: the hub cannot be reached, or has no such checkpoint.
    """
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError, RepositoryNotFoundError

    try:
        folder = Path(snapshot_download(hub_id, allow_patterns=list(CHECKPOINT_PATTERNS)))
        if not has_weights(folder):
            folder = Path(snapshot_download(hub_id, allow_patterns=[*CHECKPOINT_PATTERNS, "pytorch_model*.bin"]))
    except RepositoryNotFoundError as error:
        raise ModelUnavailable(f"The Hugging Face hub has no checkpoint {hub_id}.") from error
    except (HfHubHTTPError, LocalEntryNotFoundError, OSError) as error:
        raise ModelUnavailable(
            f"{hub_id} could not be downloaded: the hub cannot be reached ({type(error).__name__}). Check the network, "
            f"or copy the checkpoint into <MOODLENS_HUB_FOLDER>/{hub_id} by hand. The embedded models work offline."
        ) from error
    return folder


def labels(folder: Path) -> tuple[str, ...]:
    """Return the labels of a classifier in output order, lower case, from the checkpoint's own config.

    Raises:
        DamagedModel: the config names no labels (only LABEL_0, LABEL_1, ...), so their meaning would be a guess.
    """
    config = json.loads((folder / "config.json").read_text("utf-8"))
    named = {int(index): str(label).lower() for index, label in config.get("id2label", {}).items()}
    if not named or any(label.startswith("label_") for label in named.values()):
        raise DamagedModel(
            f"The checkpoint {folder.name} does not name its labels. Add id2label to its config.json: "
            "which output means what must not be guessed."
        )
    return tuple(named[index] for index in sorted(named))


def positions(wanted: tuple[str, ...], found: tuple[str, ...], folder: Path) -> list[int]:
    """Return where each wanted label stands among a checkpoint's labels.

    Raises:
        DamagedModel: a label is missing; the message names both lists.
    """
    missing = [label for label in wanted if label not in found]
    if missing:
        raise DamagedModel(
            f"The checkpoint {folder.name} has the labels {', '.join(found)}; {', '.join(missing)} is missing."
        )
    return [found.index(label) for label in wanted]
