"""A review file -> records to import, row by row, twice: once to look through it, once to import it.

    with open_intake(path, settings) as intake:
        columns = guess_columns(intake.sample)
        source = intake.source(columns, redact=True)
        importing.run(folder, name, source, settings)
        intake.notes

Memory stays flat: neither the file nor its rows are ever held as a whole.
"""

import hashlib
import itertools
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from emotion import language
from errors import ImportCancelled, ReviewFileError
from rag.columns import Columns, repeated_id
from rag.formats import ReviewFile, open_review_file
from rag.importing import Source
from rag.ingest import LONGEST_ID, as_given, check_columns, real_cells, tidied, unread, usable
from rag.ledger import Record
from rag.redact import redact
from rag.reviews import Review
from rag.table import Rejected, Row, Table, as_frame, counted
from rag.values import DayOrder, read_dates, read_ratings, says_nothing
from settings import Settings

SAMPLE_ROWS = 1_000
_TOP = 5
_MOSTLY = 0.9
_BATCH = 500
_BLOCK_BYTES = 1 << 20
_CUT_OFF = re.compile(r"(?:[^\s\d]*[\d\s().+-]*\d[\d\s().+-]*|\S+)…$")
"""The last word or number of a row's beginning, of which nobody can tell any more what it was."""


@dataclass(frozen=True)
class Survey:
    """How many rows a file has, how many of them cannot be read and the first of those, and notes on the file."""

    rows: int
    rejected: int = 0
    first_rejected: Rejected | None = None
    notes: tuple[str, ...] = ()


class Intake:
    """An open review file on its way into a library.

    Attributes:
        name: of the file.
        sample: the first SAMPLE_ROWS rows, to guess and to choose columns by.
        notes: what was found in the file and done to it, in the user's words; complete after the import.
    """

    def __init__(self, file: ReviewFile, name: str, digest: str, settings: Settings) -> None:
        """See `open_intake`."""
        self._file, self.name, self._digest, self._settings = file, name, digest, settings
        self._order = DayOrder()
        self._counts: Counter[str] = Counter()
        self._ratings: Counter[float] = Counter()
        self._repeated_id: str | None = None
        self._text_too: tuple[str, ...] = ()
        self.sample = self._read_sample()

    def _read_sample(self) -> Table:
        items = list(itertools.islice(self._file.rows(), SAMPLE_ROWS))
        rejected = [item for item in items if isinstance(item, Rejected)]
        found = self._file.found
        frame = as_frame(found.names, [item for item in items if isinstance(item, Row)], rejected)
        return Table(frame, found.format, found.encoding, found.delimiter, tuple(found.notes), tuple(rejected))

    def survey(self) -> Survey:
        """Go through the whole file and say what is in it.

        Raises:
            ReviewFileError: it is damaged further down, or larger than the settings allow.
        """
        rows, rejected, first = 0, 0, None
        for item in self._file.rows():
            if isinstance(item, Row):
                rows += 1
            else:
                rejected, first = rejected + 1, first or item
        return Survey(rows, rejected, first, tuple(self._file.found.notes))

    def source(
        self,
        columns: Columns,
        *,
        redact: bool = False,
        text_too: Sequence[str] = (),
        progress: Callable[[int], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> Source:
        """Look through the whole file and return what can be imported.

        Args:
            columns: which column holds what.
            redact: replace e-mail addresses, phone and card numbers.
            text_too: columns whose cells follow that of the text, each in a paragraph of its own.
            progress: called now and then with the rows looked at.
            cancelled: asked now and then.

        Raises:
            ImportCancelled: `cancelled` said so.
            ReviewFileError: the columns do not fit, the file is damaged further down, or no row can be used.
        """
        self._order, self._text_too, total, filled = DayOrder(), tuple(text_too), 0, 0
        self._repeated_id = repeated_id(self.sample, columns)
        for batch in self._batches():
            if cancelled is not None and cancelled():
                raise ImportCancelled("The import was stopped before anything was written.")
            cells = self._cells(columns, [item for item in batch if isinstance(item, Row)])
            self._order.look_at(cells.get("date", ()))
            filled += sum(bool(text.strip()) for text in cells["text"]) if "text" in cells else 0
            total += len(batch)
            if progress is not None:
                progress(total)
        for text in (columns.text, *text_too):
            check_columns(replace(columns, text=text), self._names())
        if not filled:
            raise ReviewFileError(
                f"The column “{columns.text}” is empty in every row. Choose the column that holds what customers wrote."
            )
        read_as = f"{self._digest} {columns} {redact} {self._settings.max_cell_characters}" + "".join(
            f" {name}" for name in text_too
        )
        digest = hashlib.sha256(read_as.encode()).hexdigest()
        return Source(lambda: self._records(columns, redact), digest, self.name, total)

    @property
    def notes(self) -> list[str]:
        """See the class."""
        told = [
            f"{counted(self._counts[kind], kind)} could not be read: left empty."
            for kind in ("date", "rating")
            if self._counts[kind]
        ]
        if self._order.words:
            told.append(f"Dates such as 03/04/2020 were read with the {self._order.words}.")
        if self._repeated_id is not None:
            told.append(f"The column “{self._repeated_id}” repeats itself: reviews are named after their rows instead.")
        told += _above_the_scale(self._ratings)
        if self._counts["redacted"]:
            told.append(f"Personal data was replaced in {counted(self._counts['redacted'], 'review')}.")
        return [*self._file.found.notes, *told]

    def _names(self) -> list[str]:
        return self._file.found.names

    def _batches(self) -> Iterator[list[Row | Rejected]]:
        rows = self._file.rows()
        while batch := list(itertools.islice(rows, _BATCH)):
            yield batch

    def _cells(self, columns: Columns, rows: Sequence[Row]) -> dict[str, list[str]]:
        names = self._names()
        last = len(names)  # a column that no row so far has

        def column(name: str) -> list[str]:
            place = names.index(name) if name in names else last
            return real_cells(row.cells[place] if place < len(row.cells) else "" for row in rows)

        cells = {role: column(name) for role, name in columns.chosen().items()}
        for parts in map(column, self._text_too if "text" in cells else ()):
            pairs = zip(cells["text"], parts, strict=True)
            cells["text"] = ["\n".join(cell for cell in both if not says_nothing(cell)) for both in pairs]
        return cells

    def _records(self, columns: Columns, redacted: bool) -> Iterator[Record | Rejected]:
        self._counts.clear()
        self._ratings.clear()
        for batch in self._batches():
            rows = [item for item in batch if isinstance(item, Row)]
            told = [item for item in batch if isinstance(item, Rejected)]
            records = self._read(columns, rows, told)
            if redacted:
                records = self._redact(records)
                told = [replace(item, excerpt=_redacted_excerpt(item.excerpt)) for item in told]
            found: list[Record | Rejected] = [*records, *told]
            yield from sorted(found, key=lambda item: item.row if isinstance(item, Rejected) else item.number)

    def _read(self, columns: Columns, rows: Sequence[Row], rejected: list[Rejected]) -> list[Record]:
        cells = self._cells(columns, rows)
        numbers = [row.number for row in rows]
        dates = read_dates(cells.get("date", [""] * len(rows)), self._order)
        ratings = read_ratings(cells.get("rating", [""] * len(rows)))
        self._counts["date"] += unread(cells.get("date", []), dates.values)
        self._counts["rating"] += unread(cells.get("rating", []), ratings)
        self._ratings.update(rating for rating in ratings if rating is not None)
        ids = cells.get("id", [""] * len(rows))
        records = []
        for place in usable(cells, numbers, self._settings, rejected):
            given = as_given(cells, place, "", dates.values[place], ratings[place])
            review = tidied(given)
            untidy = given if given != review else None
            records.append(Record(numbers[place], review, ids[place].strip()[:LONGEST_ID], untidy))
        return records

    def _redact(self, records: list[Record]) -> list[Record]:
        languages = language.detect([record.review.text for record in records])
        done = []
        for record, spoken in zip(records, languages, strict=True):
            review = _redacted(record.review, spoken)
            self._counts["redacted"] += review != record.review
            untidy = record.untidy and _redacted(record.untidy, spoken)
            done.append(Record(record.number, review, record.given_id, untidy))
        return done


def _redacted(review: Review, spoken: str) -> Review:
    return replace(review, text=redact(review.text, spoken), title=redact(review.title, spoken))


def _redacted_excerpt(excerpt: str) -> str:
    """Return the beginning of a row that cannot be used, which the report of the import keeps, without what is cut."""
    return redact(_CUT_OFF.sub("…", excerpt), language.detect([excerpt])[0])


def _above_the_scale(ratings: Counter[float]) -> list[str]:
    """Return a note on the few ratings above 5 of a file whose others are a scale of 1 to 5; they are kept."""
    above = sum(count for value, count in ratings.items() if value > _TOP)
    on_scale = sum(count for value, count in ratings.items() if 1 <= value <= _TOP)
    if not above or ratings[_TOP] == 0 or on_scale < _MOSTLY * ratings.total():
        return []
    verb = "is" if above == 1 else "are"
    return [
        f"{counted(above, 'rating')} {verb} above {_TOP}, up to {max(ratings):g}, where the others are 1 to {_TOP}: "
        "kept as they are; correct the file if they are mistakes."
    ]


@contextmanager
def open_intake(path: Path, settings: Settings, name: str = "") -> Iterator[Intake]:
    """Open a review file on the disk for an import.

    Args:
        name: of the file as the user knows it; default: that of the path.

    Raises:
        ReviewFileError: it cannot be read; the message says why and what to do.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        raise ReviewFileError(f"The file {path} cannot be opened: {error.strerror}.") from error
    with file:
        digest = hashlib.sha256()
        while part := file.read(_BLOCK_BYTES):
            digest.update(part)
        with open_review_file(file, name or path.name, settings) as opened:
            yield Intake(opened, name or path.name, digest.hexdigest(), settings)
