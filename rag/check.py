"""Is a library whole? Counts, lengths, and a checksum for every chunk that was ever written."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from errors import LibraryDamaged
from rag import manifest as manifests
from rag import schema
from rag.arrays import checksums
from rag.layout import REVIEW_ARRAYS, SENTENCE_ARRAYS, ArrayFile
from rag.manifest import Manifest

_CHUNKS_AT_ONCE = 1_000
_SHOWN = 3


def problems(folder: Path) -> list[str]:
    """Return what is wrong with a library, a sentence each; nothing if it is whole. Reads every byte, changes none.

    Raises:
        LibraryNotFound: there is none in this folder.
        LibraryDamaged: it is of another format, or its database cannot be read at all.
    """
    manifests.check_folder(folder)
    try:
        with closing(schema.connect_reading(folder)) as connection:
            manifest = manifests.read_from(connection)
            found = [
                f"The database is damaged: {row[0]}."
                for row in connection.execute("PRAGMA integrity_check(5)").fetchall()
                if row[0] != "ok"
            ]
            found += _miscounted(connection, manifest)
            for file in (*REVIEW_ARRAYS, *SENTENCE_ARRAYS):
                found += _array_problems(connection, folder, file, manifest)
    except sqlite3.DatabaseError as error:
        raise LibraryDamaged(
            f"The database of the library cannot be read: {error}. Import the reviews again."
        ) from error
    return found


def _miscounted(connection: sqlite3.Connection, manifest: Manifest) -> list[str]:
    def one(sql: str) -> int:
        return int(connection.execute(sql).fetchone()[0] or 0)

    found = []
    rows, last = one("SELECT count(*) FROM reviews"), one("SELECT max(row) + 1 FROM reviews")
    if (rows, last) != (manifest.count, manifest.count):
        found.append(
            f"The database holds {rows:,} reviews up to row {last:,} where {manifest.count:,} were acknowledged."
        )
    if (written := one("SELECT sum(rows) FROM chunks")) != manifest.count:
        found.append(f"The chunks add up to {written:,} reviews where {manifest.count:,} were acknowledged.")
    if twice := one("SELECT count(*) - count(DISTINCT id) FROM reviews WHERE alive = 1"):
        found.append(f"{twice:,} ids are held by more than one review.")
    if lost := one("SELECT count(*) FROM records WHERE row NOT IN (SELECT row FROM reviews WHERE alive = 1)"):
        found.append(f"{lost:,} imported rows point at no review.")
    return found


def _array_problems(connection: sqlite3.Connection, folder: Path, file: ArrayFile, manifest: Manifest) -> list[str]:
    is_of_sentences = file in SENTENCE_ARRAYS
    rows = manifest.sentences if is_of_sentences else manifest.count
    needed = rows * file.row_bytes(manifest.dimension)
    size = (folder / file.name).stat().st_size if (folder / file.name).exists() else -1
    if size < needed:
        state = "is missing" if size < 0 else f"holds {size:,} bytes where at least {needed:,} belong"
        return [f"The file {file.name} {state}."]
    first, count = ("first_sentence", "sentences") if is_of_sentences else ("first", "rows")
    cursor = connection.execute(f"SELECT {first}, {count}, checksums FROM chunks WHERE {count} > 0 ORDER BY first")
    damaged: list[str] = []
    while chunks := cursor.fetchmany(_CHUNKS_AT_ONCE):
        read = checksums(folder, file, manifest.dimension, [(at, many) for at, many, _ in chunks])
        damaged += [
            f"{at:,} to {at + many - 1:,}"
            for (at, many, written), now in zip(chunks, read, strict=True)
            if json.loads(written)[file.name] != now
        ]
    if not damaged:
        return []
    more = f" and {len(damaged) - _SHOWN:,} more places" if len(damaged) > _SHOWN else ""
    return [f"The file {file.name} is not what was written in rows {', '.join(damaged[:_SHOWN])}{more}."]
