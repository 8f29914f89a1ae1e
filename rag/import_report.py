"""What became of every row of the last import, as a CSV that is written line by line."""

import csv
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple, TextIO

from rag import schema
from rag.export_cells import safe_cell
from rag.ledger import Fate

COLUMNS = ("row", "what happened", "id", "note")
_BLOCK = 1_000


class Line(NamedTuple):
    """A row of the file (0 for a review that the file no longer has), its fate, the id of its review, and why."""

    number: int
    fate: Fate
    id: str
    note: str

    @property
    def why(self) -> str:
        """Why the row could not be used, without its beginning."""
        return self.note.partition(" | ")[0]


def lines(folder: Path, *fates: Fate, most: int | None = None) -> Iterator[Line]:
    """Yield the rows of the last import in file order; only those of these fates, if any are given."""
    where = f" AND fate IN ({', '.join('?' * len(fates))})" if fates else ""
    sql = f"SELECT rowid, number, fate, id, note FROM fates WHERE rowid > ?{where} ORDER BY rowid LIMIT {_BLOCK}"
    last, told = 0, 0
    with closing(schema.connect_reading(folder)) as connection:
        while block := connection.execute(sql, (last, *fates)).fetchall():
            for rowid, *values in block:
                if most is not None and told >= most:
                    return
                last, told = rowid, told + 1
                yield Line(*values)


def write_csv(folder: Path, out: TextIO, *fates: Fate) -> None:
    """Write the report: with byte order mark, so that Excel sees the encoding, and safe cells (`rag.export_cells`)."""
    out.write("\ufeff")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([safe_cell(value) for value in (line.number or "", *line[1:])] for line in lines(folder, *fates))
