"""The SQLite tables of a library, and how they are opened. All values are bound, never pasted.

A review's row number is its place in every array; it is never used again, also after the review is gone.
"""

import os
import sqlite3
from pathlib import Path

from errors import LibraryError
from rag.layout import FORMAT, STORE_FILE
from rag.lexical import FTS_SCHEMA

_SCHEMA = """
CREATE TABLE state (  -- one row: what the last commit left
    one INTEGER PRIMARY KEY CHECK (one = 1), manifest TEXT NOT NULL,
    committed INTEGER NOT NULL, sentences INTEGER NOT NULL, generation INTEGER NOT NULL
) STRICT;
CREATE TABLE reviews (
    row INTEGER PRIMARY KEY, id TEXT NOT NULL, text TEXT NOT NULL, title TEXT NOT NULL, product TEXT NOT NULL,
    category TEXT NOT NULL, date TEXT, rating REAL, channel TEXT NOT NULL,
    sentiment INTEGER NOT NULL, emotion INTEGER NOT NULL,
    language TEXT NOT NULL,   -- ISO 639-1, "und" where there is too little to tell
    copies INTEGER NOT NULL,  -- records of the files that say the same
    near INTEGER,             -- row of an earlier review that this one nearly repeats
    alive INTEGER NOT NULL,   -- 0: replaced by a newer version, or removed
    same BLOB NOT NULL        -- digest of text and product: reviews that share it are one
) STRICT;
CREATE UNIQUE INDEX by_id ON reviews (id) WHERE alive = 1;
CREATE INDEX by_same ON reviews (same) WHERE alive = 1;
CREATE INDEX by_near ON reviews (near) WHERE near IS NOT NULL;
CREATE TABLE words (word TEXT PRIMARY KEY, reviews INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE chunks (first INTEGER PRIMARY KEY, rows INTEGER NOT NULL, first_sentence INTEGER NOT NULL,
    sentences INTEGER NOT NULL, checksums TEXT NOT NULL  -- file -> crc32 of what the chunk wrote, as JSON
) STRICT;
CREATE TABLE records (  -- where each record of the imported files is now
    key BLOB PRIMARY KEY,     -- digest of its id, or of its content where the file has no ids
    id TEXT NOT NULL, row INTEGER NOT NULL, content BLOB NOT NULL,
    copies INTEGER NOT NULL,  -- how often the file holds it
    run INTEGER NOT NULL, seen INTEGER NOT NULL  -- the last import that met it, and how often
) STRICT, WITHOUT ROWID;
CREATE INDEX records_by_row ON records (row);
CREATE TABLE runs (  -- the journal of imports
    run INTEGER PRIMARY KEY, source TEXT NOT NULL, file TEXT NOT NULL, started TEXT NOT NULL, finished TEXT,
    done INTEGER NOT NULL, total INTEGER
) STRICT;
CREATE TABLE fates (  -- what became of every record of the last import
    run INTEGER NOT NULL, number INTEGER NOT NULL, fate TEXT NOT NULL, id TEXT NOT NULL, note TEXT NOT NULL
) STRICT;
CREATE TABLE bands (band INTEGER NOT NULL, row INTEGER NOT NULL, PRIMARY KEY (band, row)) STRICT, WITHOUT ROWID;
"""
_INDEXES = "".join(
    f"CREATE INDEX by_{column} ON reviews (alive, {column});"
    for column in ("product", "category", "rating", "date", "sentiment", "emotion", "language")
)
_WAIT_SECONDS = 30.0


def create(folder: Path) -> sqlite3.Connection:
    """Make the tables of a new library and return a connection that may write."""
    connection = connect_writing(folder)
    connection.executescript(f"BEGIN; {_SCHEMA} {_INDEXES} {FTS_SCHEMA} PRAGMA user_version = {FORMAT}; COMMIT;")
    return connection


def connect_writing(folder: Path) -> sqlite3.Connection:
    """Open for the one writer; transactions are begun by hand, and a commit that returned is on the disk."""
    connection = sqlite3.connect(folder / STORE_FILE, timeout=_WAIT_SECONDS, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA secure_delete = ON")  # what is removed or redacted is overwritten
    return connection


def connect_reading(folder: Path) -> sqlite3.Connection:
    """Open for reading only, for threads that share a lock. Never waits for the writer.

    In a folder that may be written, the log that a killed writer left is taken over; elsewhere, and on a full disk
    where there is no such log, the file is read as it is.

    Raises:
        LibraryError: the disk is so full that the log of a killed writer cannot be taken over.
    """
    if not os.access(folder, os.W_OK):
        return _reading(folder, "mode=ro&immutable=1")
    connection = _reading(folder, "mode=rw")
    try:
        connection.execute("SELECT 1 FROM sqlite_master").fetchone()
    except sqlite3.OperationalError as error:
        connection.close()
        if not error.sqlite_errorname.startswith(("SQLITE_FULL", "SQLITE_IOERR")):
            raise
        log = folder / f"{STORE_FILE}-wal"
        if log.exists() and log.stat().st_size:
            raise LibraryError(
                f"The library in {folder} cannot be read while the disk is full ({error}): a part of it has yet to be "
                "put in its place. Nothing is lost; free some space and try again."
            ) from error
        return _reading(folder, "mode=ro&immutable=1")
    return connection


def _reading(folder: Path, mode: str) -> sqlite3.Connection:
    uri = f"{(folder / STORE_FILE).absolute().as_uri()}?{mode}"
    connection = sqlite3.connect(uri, uri=True, timeout=_WAIT_SECONDS, check_same_thread=False, isolation_level=None)
    connection.execute("PRAGMA query_only = 1")
    return connection
