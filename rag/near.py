"""Reviews that nearly repeat another one: MinHash finds candidates, the shared shingles decide.

A text is the set of its shingles, SHINGLE_WORDS words in a row (all its words where there are fewer). MinHash
(Broder 1997, by the library rensa) makes 64 numbers of it, cut into BANDS bands; texts that share a band are
candidates, and candidates whose sets overlap by at least LEAST_OVERLAP (Jaccard) nearly repeat each other. The bands
lie in SQLite, so memory stays flat. Does not handle: the same said in other words (that is what similar reviews are
for); languages written without spaces, where a word is a clause.
"""

import re
import sqlite3
import zlib
from collections.abc import Sequence

from rensa import RMinHash

SHINGLE_WORDS = 2
LEAST_OVERLAP = 0.6
BANDS, PER_BAND = 16, 4
"""Texts that overlap by 0.6 share a band with a probability of 0.89, by 0.7 of 0.99, by 0.3 of 0.12."""
FEWEST_WORDS = 5
"""Shorter texts repeat each other by chance."""
_MOST_CANDIDATES = 50
_WORD = re.compile(r"\w+")
_SEED = 20261121


def shingles(text: str) -> frozenset[str]:
    """Return the shingles of a text; empty where it is too short to judge.

    >>> sorted(shingles("Nice, soft and warm dress"))
    ['and warm', 'nice soft', 'soft and', 'warm dress']
    """
    words = _WORD.findall(text.casefold())
    if len(words) < FEWEST_WORDS:
        return frozenset()
    return frozenset(" ".join(words[at : at + SHINGLE_WORDS]) for at in range(len(words) - SHINGLE_WORDS + 1))


def overlap(first: frozenset[str], second: frozenset[str]) -> float:
    """Return the Jaccard similarity of two sets, 0 for two empty ones."""
    return len(first & second) / max(1, len(first | second))


def bands(text_shingles: frozenset[str]) -> list[int]:
    """Return the BANDS numbers under which a text is found again; none for a text that is too short."""
    if not text_shingles:
        return []
    minhash = RMinHash(num_perm=BANDS * PER_BAND, seed=_SEED)
    minhash.update(sorted(text_shingles))
    digest = minhash.digest()
    cut = (digest[at : at + PER_BAND] for at in range(0, len(digest), PER_BAND))
    return [(band << 32) | zlib.crc32(",".join(map(str, part)).encode()) for band, part in enumerate(cut)]


def mark(connection: sqlite3.Connection, rows: Sequence[int], texts: Sequence[str]) -> int:
    """Note for newly appended reviews which living review before them they nearly repeat; return how many do."""
    found = 0
    for row, text in zip(rows, texts, strict=True):
        own = shingles(text)
        keys = bands(own)
        if (root := _nearest(connection, own, keys)) is not None:
            connection.execute("UPDATE reviews SET near = ? WHERE row = ?", (root, row))
            found += 1
        connection.executemany("INSERT INTO bands VALUES (?, ?)", [(key, row) for key in keys])
    return found


def _nearest(connection: sqlite3.Connection, own: frozenset[str], keys: Sequence[int]) -> int | None:
    """Return the review that the most alike candidate stands for: that candidate, or what it repeats itself."""
    if not keys:
        return None
    candidates = connection.execute(
        "SELECT row, text, near FROM reviews WHERE row IN (SELECT row FROM bands JOIN reviews USING (row) "
        f"WHERE alive = 1 AND band IN ({', '.join('?' * len(keys))}) LIMIT {_MOST_CANDIDATES}) ORDER BY row",
        list(keys),
    ).fetchall()
    best, best_overlap = None, LEAST_OVERLAP
    for row, text, near in candidates:
        shared = overlap(own, shingles(text))
        if shared >= best_overlap and (best is None or shared > best_overlap):
            best, best_overlap = (row if near is None else near), shared
    return best
