"""The lines of the table `records`: which review stands for each record of the imported files; and ways to find one."""

import sqlite3
from dataclasses import dataclass

from rag.digests import record_key

COLUMNS = "key, id, row, content, copies, run, seen"


@dataclass(frozen=True)
class Known:
    """A line of the table (rag.schema): what finds it, id and row of its review, a digest of what it said."""

    key: bytes
    id: str
    row: int
    content: bytes
    copies: int
    run: int
    seen: int


def by_key(sql: sqlite3.Connection, key: bytes) -> Known | None:
    """Return the record of that key."""
    values = sql.execute(f"SELECT {COLUMNS} FROM records WHERE key = ?", (key,)).fetchone()
    return Known(*values) if values else None


def named_so(sql: sqlite3.Connection, content: bytes, review_id: str) -> Known | None:
    """Return the record that says the same and whose review got this id in place of one of its own: an exported file
    gives it as if it were one."""
    review = "(SELECT row FROM reviews WHERE id = ? AND alive = 1)"
    values = sql.execute(
        f"SELECT {COLUMNS} FROM records WHERE content = ? AND row = {review}", (content, review_id)
    ).fetchone()
    return Known(*values) if values else None


def given_its_id(sql: sqlite3.Connection, content: bytes, given_id: str, run: int) -> Known | None:
    """Return the record that said the same in a run before this one, when nobody knew which column holds its id; from
    now on it has that id."""
    old = by_key(sql, record_key("", content))
    if old is None or old.run == run:
        return None
    key = record_key(given_id, content)
    sql.execute("INSERT INTO records VALUES (?, ?, ?, ?, 1, ?, 0)", (key, given_id, old.row, content, old.run))
    sql.execute("UPDATE records SET copies = copies - 1 WHERE key = ?", (old.key,))
    sql.execute("DELETE FROM records WHERE key = ? AND copies = 0", (old.key,))
    return by_key(sql, key)
