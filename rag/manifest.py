"""What a library says about itself: `manifest.json`, written last and checked first."""

import datetime
import hashlib
import json
import os
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from backends.contracts import ModelCard
from backends.weights import digest
from errors import LibraryDamaged, LibraryNotFound

FORMAT = 1
FILE = "manifest.json"


class Manifest(BaseModel):
    """Everything that must fit before a library is searched."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: int
    name: str
    created: datetime.datetime
    count: int
    dimension: int
    metric: str
    sentences: int
    embedder: str
    embedder_identity: str
    models: dict[str, str]
    """Task -> name of the model that gave these tags."""
    sha256: dict[str, str]
    """File name -> digest."""


def identity(card: ModelCard) -> str:
    """Return what changes when a model's weights change: the hash of its files' hashes, or its name and revision."""
    told = [file.sha256 for file in card.files] or [card.source, card.revision]
    return hashlib.sha256("\n".join([card.name, *told]).encode()).hexdigest()[:16]


def write(folder: Path, manifest: Manifest) -> None:
    """Write the manifest and push it to the disk."""
    with (folder / FILE).open("w", encoding="utf-8") as file:
        file.write(manifest.model_dump_json(indent=2))
        file.flush()
        os.fsync(file.fileno())


def read(folder: Path) -> Manifest:
    """Read the manifest of a library.

    Raises:
        LibraryNotFound: there is no library in this folder.
        LibraryDamaged: the manifest is unreadable or of another format.
    """
    try:
        text = (folder / FILE).read_text("utf-8")
    except FileNotFoundError as error:
        raise LibraryNotFound(
            "This library does not exist. It may have been deleted; import the reviews again."
        ) from error
    try:
        if (found := json.loads(text).get("format")) != FORMAT:
            raise LibraryDamaged(
                f"The library was written in format {found}; this version of Moodlens reads format {FORMAT}. "
                "Import the reviews again."
            )
        return Manifest.model_validate_json(text)
    except (json.JSONDecodeError, ValidationError, AttributeError) as error:
        raise LibraryDamaged("The manifest of the library cannot be read. Import the reviews again.") from error


def check_files(folder: Path, manifest: Manifest) -> None:
    """Compare the files of a library with the digests in its manifest.

    Raises:
        LibraryDamaged: a file is missing or not the one that was written.
    """
    for name, expected in manifest.sha256.items():
        path = folder / name
        if not path.exists():
            raise LibraryDamaged(f"The file {name} of the library {manifest.name!r} is missing. Import it again.")
        facts = path.stat()
        if _digest(path, facts.st_mtime_ns, facts.st_size) != expected:
            raise LibraryDamaged(
                f"The file {name} of the library {manifest.name!r} is not the one that was written "
                "(its sha256 differs). Import the reviews again."
            )


@cache
def _digest(path: Path, _modified_ns: int, _bytes: int) -> str:
    return digest(path)
