"""What was worked out about a whole library, kept beside it: one .npz file, valid for exactly this state of it."""

import hashlib
import json
import logging
import secrets
import zipfile
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.opened import Library

log = logging.getLogger(__name__)
_TOLD = "told"


def key(library: Library, version: int) -> str:
    """Return what changes whenever the reviews, the models or the way of working (`version`) change."""
    state = f"{version}\n{library.manifest.model_dump_json()}"
    return hashlib.sha256(state.encode()).hexdigest()


def read(library: Library, name: str, version: int) -> tuple[dict[str, NDArray[Any]], Any] | None:
    """Return the arrays and the JSON value that were kept; None if there are none for this state of the library."""
    try:
        with (library.folder / f"{name}.npz").open("rb") as file, np.load(file, allow_pickle=False) as kept:
            arrays = {item: kept[item] for item in kept.files}
    except (OSError, ValueError, EOFError, zipfile.BadZipFile):
        return None
    told = json.loads(arrays.pop(_TOLD).tobytes())
    return (arrays, told["value"]) if told["key"] == key(library, version) else None


def write(library: Library, name: str, version: int, arrays: Mapping[str, NDArray[Any]], value: Any) -> None:
    """Keep them, all or nothing. Where the folder cannot be written they are worked out again next time."""
    told = np.frombuffer(json.dumps({"key": key(library, version), "value": value}).encode(), np.uint8)
    unfinished = library.folder / f".{name}-{secrets.token_hex(4)}.npz"
    try:
        np.savez(unfinished, **{_TOLD: told}, **arrays)  # type: ignore[arg-type]
        unfinished.replace(library.folder / f"{name}.npz")
    except OSError as error:
        log.warning("%s of %r could not be kept: %s", name, library.name, error)
        unfinished.unlink(missing_ok=True)
