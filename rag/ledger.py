"""What becomes of each record of an import: added, updated, merged, unchanged or removed; decided inside a chunk.

Every record of the imported files has a line in the table `records`: which review stands for it now, and a digest of
what it said. A record is found again by its id, or by its content where the file has no ids. So the same file again
changes nothing, a changed record gets a new review in the place of the old one, and records that say the same of the
same product share one review, which counts its copies.

A library that was made before names were tidied (rag.values.tidy_name) knows its records by the names that the file
gives. Such a record is found by those, and its names are tidied where they stand.

Does not handle: another title, rating or date of a copy; the review keeps those of the record that came first.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal

from rag import records
from rag.digests import content_key, digest_of, record_key, same_key
from rag.records import Known
from rag.reviews import Review
from rag.table import Rejected
from rag.writer import LibraryWriter

Fate = Literal["added", "updated", "merged", "unchanged", "removed", "skipped"]
REPEATED = "The id came before in this file."
"""Note on a record whose id another record of its file has; it has a review of its own."""


@dataclass(frozen=True)
class Record:
    """A row of a file that can be used: its number, what it says, and its id in the file ("" if it has none).

    `untidy` is what it says with product and category as the file writes them, where those were tidied.
    """

    number: int
    review: Review
    given_id: str
    untidy: Review | None = None

    @cached_property
    def content(self) -> bytes:
        """Digest of what it says."""
        return content_key(self.review)

    @property
    def key(self) -> bytes:
        """What finds it again in another import."""
        return record_key(self.given_id, self.content)


class Ledger:
    """The decisions of one chunk; make one inside `writer.chunk()`.

    Attributes:
        fresh: the reviews that must be appended, in order, once all records are placed.
        fates: how many records met which fate.
    """

    def __init__(self, writer: LibraryWriter, run: int) -> None:
        self._writer, self._run = writer, run
        self._sql = writer.connection
        self._same: dict[bytes, int] = {}
        self._ids: set[str] = set()
        self._more: Counter[int] = Counter()
        self.fresh: list[Review] = []
        self.fates: Counter[Fate] = Counter()

    def place(self, record: Record) -> None:
        """Decide about one record and write it down."""
        review, content, key = record.review, record.content, record.key
        known, note = self._find(record, record_key), ""
        if known and known.run == self._run and known.content != content:
            key, note = _key_again(record.given_id, content), REPEATED
            known = self._find(record, _key_again)
        elif not known and record.given_id:
            known = records.named_so(self._sql, content, record.given_id)
            known = known or records.given_its_id(self._sql, content, record.given_id, self._run)
        if known and known.content == content:
            self._meet(record, known)
            return
        if known:
            self._release(known)
        row = self._row_of(same_key(review))
        fate: Fate = "updated" if known else "added"
        if row is None:
            row, review_id = self._append(review, record, content)
        else:
            review_id = record.given_id or f"row-{record.number}"
            self._count(row)
            fate = "updated" if known else "merged"
            note = "Says the same of the same product as an earlier row."
        self._sql.execute(
            "INSERT OR REPLACE INTO records VALUES (?, ?, ?, ?, 1, ?, 1)", (key, review_id, row, content, self._run)
        )
        self._tell(fate, record.number, review_id, note)

    def skip(self, rejected: Rejected) -> None:
        """Write down a row that cannot be used."""
        self._tell("skipped", rejected.row, "", f"{rejected.reason} | {rejected.excerpt}")

    def finish(self) -> None:
        """Count the copies of the fresh reviews, once those are appended."""
        self._sql.executemany(
            "UPDATE reviews SET copies = copies + ? WHERE row = ?", [(more, row) for row, more in self._more.items()]
        )

    def remove_missing(self, most: int) -> int:
        """Remove up to `most` records that this run has not met, and copies it met less often; return how many."""
        missing = self._sql.execute(
            f"SELECT {records.COLUMNS} FROM records WHERE run <> ? ORDER BY row LIMIT ?", (self._run, most)
        ).fetchall()
        for known in (Known(*values) for values in missing):
            self._release(known)
            self._sql.execute("DELETE FROM records WHERE key = ?", (known.key,))
            self._tell("removed", 0, known.id, "The file no longer has it.")
        fewer = self._sql.execute(
            "SELECT key, row, copies - seen FROM records WHERE run = ? AND seen < copies LIMIT ?", (self._run, most)
        ).fetchall()
        for key, row, gone in fewer:
            self._sql.execute("UPDATE records SET copies = seen WHERE key = ?", (key,))
            self._sql.execute("UPDATE reviews SET copies = copies - ? WHERE row = ?", (gone, row))
        return len(missing) + len(fewer)

    def _find(self, record: Record, key_of: Callable[[str, bytes], bytes]) -> Known | None:
        """Return the line of a record; where an earlier version wrote it with untidy names, it is tidied first."""
        key = key_of(record.given_id, record.content)
        known = records.by_key(self._sql, key)
        if record.untidy is None or (known and known.content == record.content):
            return known
        untidy = content_key(record.untidy)
        old = records.by_key(self._sql, key_of(record.given_id, untidy))
        if old is None or old.content != untidy:
            return known
        self._sql.execute("UPDATE records SET key = ?, content = ? WHERE key = ?", (key, record.content, old.key))
        self._writer.tidy_names(old.row, same_key(record.review))
        return replace(old, key=key, content=record.content)

    def _meet(self, record: Record, known: Known) -> None:
        """Note that a record is as it was; a further copy within one run is merged."""
        seen = known.seen + 1 if known.run == self._run else 1
        copies = max(known.copies, seen)
        self._sql.execute(
            "UPDATE records SET run = ?, seen = ?, copies = ? WHERE key = ?", (self._run, seen, copies, known.key)
        )
        if copies > known.copies:
            self._count(known.row)
            self._tell("merged", record.number, known.id, "The same row came before.")
        else:
            self._tell("unchanged", record.number, known.id, "")

    def _count(self, row: int) -> None:
        """Count one more copy of a review; of one that is not appended yet at the end."""
        if row >= self._writer.count:
            self._more[row] += 1
        else:
            self._sql.execute("UPDATE reviews SET copies = copies + 1 WHERE row = ?", (row,))

    def _row_of(self, same: bytes) -> int | None:
        """Return the row of the living review that says the same, if there is one."""
        if same in self._same:
            return self._same[same]
        found = self._sql.execute("SELECT row FROM reviews WHERE same = ? AND alive = 1", (same,)).fetchone()
        return int(found[0]) if found else None

    def _append(self, review: Review, record: Record, content: bytes) -> tuple[int, str]:
        row = self._writer.count + len(self.fresh)
        review_id = self._free_id(record.given_id or f"row-{record.number}", content)
        self._ids.add(review_id)
        self._same[same_key(review)] = row
        self.fresh.append(_named(review, review_id))
        return row, review_id

    def _free_id(self, wanted: str, content: bytes) -> str:
        """Return the id, or one that adds a part of the content's digest where a living review has it."""
        taken = "SELECT 1 FROM reviews WHERE id = ? AND alive = 1"
        tried, length = wanted, 6
        while tried in self._ids or self._sql.execute(taken, (tried,)).fetchone():
            tried, length = f"{wanted}-{content.hex()[:length]}", length + 6
        return tried

    def _release(self, known: Known) -> None:
        """Take a record from its review, which goes with its last one."""
        id_, text, copies = self._sql.execute(
            "SELECT id, text, copies FROM reviews WHERE row = ?", (known.row,)
        ).fetchone()
        if copies <= known.copies:
            self._sql.execute("UPDATE reviews SET alive = 0, copies = 0, near = NULL WHERE row = ?", (known.row,))
            self._writer.forget_words(text)
            self._lead_again(known.row)
            return
        self._sql.execute("UPDATE reviews SET copies = copies - ? WHERE row = ?", (known.copies, known.row))
        if id_ == known.id:
            key, other, content = self._sql.execute(
                "SELECT key, id, content FROM records WHERE row = ? AND key <> ? ORDER BY content <> ?, key LIMIT 1",
                (known.row, known.key, known.content),
            ).fetchone()
            free = self._free_id(other, content)
            self._sql.execute("UPDATE reviews SET id = ? WHERE row = ?", (free, known.row))
            if content != known.content:  # the review has the rating, date and title of the record that goes
                self._sql.execute("UPDATE records SET content = ? WHERE key = ?", (_TO_BE_READ_AGAIN, key))

    def _lead_again(self, gone: int) -> None:
        """Let the first of those that nearly repeat a review that is gone stand for the others."""
        first = self._sql.execute("SELECT min(row) FROM reviews WHERE near = ?", (gone,)).fetchone()[0]
        if first is not None:
            self._sql.execute("UPDATE reviews SET near = ? WHERE near = ?", (first, gone))
            self._sql.execute("UPDATE reviews SET near = NULL WHERE row = ?", (first,))

    def _tell(self, fate: Fate, number: int, review_id: str, note: str) -> None:
        self.fates[fate] += 1
        values: tuple[Any, ...] = (self._run, number, fate, review_id, note)
        self._sql.execute("INSERT INTO fates VALUES (?, ?, ?, ?, ?)", values)


def _key_again(given_id: str, content: bytes) -> bytes:
    """Return what finds a record whose id came before in its file."""
    return digest_of("again", given_id, content.hex())


_TO_BE_READ_AGAIN = b""
"""Content of a record whose review is not quite its own: it is updated when a file brings it again."""


def _named(review: Review, review_id: str) -> Review:
    return Review(
        review_id, review.text, review.title, review.product, review.category, review.date, review.rating,
        review.channel,
    )  # fmt: skip
