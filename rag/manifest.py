"""What a library is and what made it; a library that does not fit is never searched."""

import datetime
import hashlib
import json
import sqlite3
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from backends.contracts import ModelCard
from errors import LibraryDamaged, LibraryNotFound
from rag.layout import FORMAT, OLD_MANIFEST, STORE_FILE


class Manifest(BaseModel):
    """Everything that must fit before a library is searched, as one commit left it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: int
    name: str
    created: datetime.datetime
    count: int
    """Rows of every array; some of them may be reviews that were replaced or removed."""
    dimension: int
    metric: str
    sentences: int
    embedder: str
    embedder_identity: str
    models: dict[str, str]
    """Task -> name of the model that gave these tags."""
    generation: int = 0
    """Grows with every commit: two equal generations of one library hold the same."""


_BESIDE_VECTORS = frozenset({"heads.safetensors", "inference_config.json"})
"""Files of a model that reads and embeds in one pass which do not change its vectors."""
_WRITTEN_BEFORE = {"d845bc1962b9243e": "69f38364b11550e9"}
"""Identities of vectors that counted those files as well -> the one of the same vectors now."""


def identity(card: ModelCard, beside: frozenset[str] = frozenset()) -> str:
    """Return what changes when a model's weights change: the hash of its files' hashes, or its name and revision.

    Args:
        beside: names of files that do not count.
    """
    told = [file.sha256 for file in card.files if file.name not in beside] or [card.source, card.revision]
    return hashlib.sha256("\n".join([card.name, *told]).encode()).hexdigest()[:16]


def vectors_identity(card: ModelCard) -> str:
    """Return what changes when the vectors of an embedder do."""
    return identity(card, _BESIDE_VECTORS)


def same_vectors(stored: str, card: ModelCard) -> bool:
    """Whether the vectors of a library with this embedder identity can be compared with new ones of `card`."""
    return _WRITTEN_BEFORE.get(stored, stored) == vectors_identity(card)


def write(connection: sqlite3.Connection, manifest: Manifest) -> None:
    """Keep the manifest of a new library; its counts live in columns of their own."""
    fixed = manifest.model_dump_json(exclude={"count", "sentences", "generation"})
    connection.execute(
        "INSERT INTO state (one, manifest, committed, sentences, generation) VALUES (1, ?, ?, ?, ?)",
        (fixed, manifest.count, manifest.sentences, manifest.generation),
    )


def read_from(connection: sqlite3.Connection) -> Manifest:
    """Read the manifest as of the last commit.

    Raises:
        LibraryDamaged: it cannot be read, or is of another format.
    """
    try:
        version = int(connection.execute("PRAGMA user_version").fetchone()[0])
        if version != FORMAT:
            raise _other_format(version)
        row = connection.execute("SELECT manifest, committed, sentences, generation FROM state").fetchone()
        return Manifest(**json.loads(row[0]), count=row[1], sentences=row[2], generation=row[3])
    except (sqlite3.DatabaseError, json.JSONDecodeError, ValidationError, TypeError) as error:
        raise LibraryDamaged("The manifest of the library cannot be read. Import the reviews again.") from error


def check_folder(folder: Path) -> None:
    """Refuse a folder that holds no library of this format.

    Raises:
        LibraryNotFound: there is no library in this folder.
        LibraryDamaged: it is of an earlier format.
    """
    if (folder / OLD_MANIFEST).exists():
        raise _other_format(1)
    if not (folder / STORE_FILE).exists():
        raise LibraryNotFound("This library does not exist. It may have been deleted; import the reviews again.")


def _other_format(found: int) -> LibraryDamaged:
    newer = found > FORMAT
    cure = "Update Moodlens to open it." if newer else "Import the review file again with “--replace”."
    return LibraryDamaged(
        f"The library was written in format {found}; this version of Moodlens reads format {FORMAT}. {cure}"
    )
