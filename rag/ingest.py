"""A review file -> reviews, the one door to importing: `read_table`, then `guess_columns`, then `check_rows`."""

import datetime
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from errors import ReviewFileError
from rag.columns import Columns, guess_columns
from rag.formats import READABLE, SUFFIXES, read_table
from rag.reviews import Review
from rag.table import Rejected, Table, counted, excerpt
from rag.values import Dates, read_dates, read_ratings, says_nothing, tidy_name
from settings import Settings

__all__ = [
    "READABLE",
    "SUFFIXES",
    "Columns",
    "Prepared",
    "Rejected",
    "Table",
    "check_rows",
    "guess_columns",
    "read_table",
]

LONGEST_ID = 200
_NOTHING = frozenset({"nan", "null", "nat", "<na>"})
_PROGRESS_ROWS = 5_000


@dataclass(frozen=True)
class Prepared:
    """The reviews of a file that can be used, the rows that cannot and why, how many exact duplicates were left out,
    and notes in the user's words on what was read differently from how it was written."""

    reviews: list[Review]
    rejected: list[Rejected]
    duplicates: int
    notes: tuple[str, ...] = ()


def check_rows(
    table: Table, columns: Columns, settings: Settings, progress: Callable[[int, int], None] | None = None
) -> Prepared:
    """Turn every row of a table into a review, or say why it cannot be one.

    A row without text, or with a cell longer than the settings allow, is rejected. A row whose text (apart from case
    and spaces) and product were seen before is a duplicate. A date or rating that cannot be read is left empty.

    Args:
        table: from `read_table`.
        columns: which column holds what; from `guess_columns`, or the user.
        settings: the limit on the length of a cell.
        progress: called now and then with rows done and rows in all.

    Raises:
        ReviewFileError: no text column is chosen, a chosen column does not exist, or no row can be used.
    """
    check_columns(columns, [str(name) for name in table.frame.columns])
    cells = {role: real_cells(table.frame[name]) for role, name in columns.chosen().items()}
    numbers = [int(number) for number in table.frame.index]
    dates = read_dates(cells.get("date", [""] * len(numbers)))
    ratings = read_ratings(cells.get("rating", [""] * len(numbers)))
    rejected = list(table.rejected)
    good = list(usable(cells, numbers, settings, rejected))
    kept = _first_of_each(good, cells)
    ids, id_notes = _ids([cells["id"][row] for row in kept] if "id" in cells else None, [numbers[row] for row in kept])
    reviews: list[Review] = []
    for done, (row, review_id) in enumerate(zip(kept, ids, strict=True)):
        if progress and done % _PROGRESS_ROWS == 0:
            progress(done, len(kept))
        reviews.append(as_review(cells, row, review_id, dates.values[row], ratings[row]))
    if progress:
        progress(len(kept), len(kept))
    rejected.sort(key=lambda item: item.row)
    if not reviews:
        raise ReviewFileError(_nothing_left(rejected, columns))
    notes = (*id_notes, *_date_notes(cells.get("date", []), dates), *_rating_notes(cells.get("rating", []), ratings))
    return Prepared(reviews, rejected, len(good) - len(kept), notes)


def check_columns(columns: Columns, names: Sequence[str]) -> None:
    """Refuse a choice of columns that the file does not have.

    Raises:
        ReviewFileError: no text column is chosen, or a chosen column does not exist.
    """
    if columns.text is None:
        raise ReviewFileError(
            "No column looks like the text of the reviews. Choose the column that holds what customers wrote; "
            f"the file has: {', '.join(names[:12])}."
        )
    for role, name in columns.chosen().items():
        if name not in names:
            raise ReviewFileError(f"The file has no column “{name}”, which was chosen for {role}. Choose another one.")


def real_cells(cells: Iterable[object]) -> list[str]:
    """Return cells as strings, empty where the file writes that there is nothing."""
    return ["" if cell.strip().casefold() in _NOTHING else cell for cell in map(str, cells)]


def usable(
    cells: dict[str, list[str]], numbers: list[int], settings: Settings, rejected: list[Rejected]
) -> Iterator[int]:
    """Yield the positions of rows that can be used; the others are added to `rejected`.

    Args:
        cells: role -> the cells of its column.
        numbers: of the rows in the file.
    """
    longest = settings.max_cell_characters
    for row, (number, text) in enumerate(zip(numbers, cells["text"], strict=True)):
        if not text.strip():
            others = " ".join(column[row] for column in cells.values() if column[row])
            rejected.append(Rejected(number, "The text is empty.", excerpt(others)))
            continue
        long = next((role for role, column in cells.items() if len(column[row]) > longest), None)
        if long is None:
            yield row
            continue
        found = len(cells[long][row])
        reason = f"The {long} has {found:,} characters; up to {longest:,} are allowed. Shorten or split it."
        rejected.append(Rejected(number, reason, excerpt(cells[long][row])))


def _first_of_each(rows: Sequence[int], cells: dict[str, list[str]]) -> list[int]:
    """Return the rows without those whose normalised text and product were seen before."""
    products = cells.get("product")
    seen: dict[tuple[str, str], int] = {}
    for row in rows:
        text = " ".join(cells["text"][row].split()).casefold()
        seen.setdefault((text, tidy_name(products[row]) if products else ""), row)
    return list(seen.values())


def _ids(given: list[str] | None, numbers: list[int]) -> tuple[list[str], list[str]]:
    """Return a unique id per row, the given one where there is one and it is new, else one made from the row number."""
    wanted = [cell.strip()[:LONGEST_ID] for cell in given] if given else [""] * len(numbers)
    taken = set(wanted)
    used: set[str] = set()
    ids: list[str] = []
    for own, number in zip(wanted, numbers, strict=True):
        review_id = own if own and own not in used else f"row-{number}"
        while review_id in used or (review_id != own and review_id in taken):
            review_id += "-b"
        used.add(review_id)
        ids.append(review_id)
    if given is None:
        return ids, []
    missing = sum(not own for own in wanted)
    repeated = sum(bool(own) and own != new for own, new in zip(wanted, ids, strict=True))
    notes = [f"{counted(missing, 'review')} without an id: named after the row."] if missing else []
    notes += [f"{counted(repeated, 'review')} with an id that came before: named after the row."] if repeated else []
    return ids, notes


def as_review(
    cells: dict[str, list[str]], row: int, review_id: str, date: datetime.date | None, rating: float | None
) -> Review:
    """Return the review in one row of the columns; its text stays exactly as given, names are tidied."""
    return tidied(as_given(cells, row, review_id, date, rating))


def tidied(review: Review) -> Review:
    """Return the review with tidy names of product and category."""
    return replace(review, product=tidy_name(review.product), category=tidy_name(review.category))


def as_given(
    cells: dict[str, list[str]], row: int, review_id: str, date: datetime.date | None, rating: float | None
) -> Review:
    """Return the review in one row of the columns with the names of product and category as they stand there."""

    def cell(role: str) -> str:
        return cells[role][row].strip() if role in cells else ""

    return Review(
        id=review_id,
        text=cells["text"][row],
        title=cell("title"),
        product=cell("product"),
        category=cell("category"),
        date=date,
        rating=rating,
        channel=cell("channel"),
    )


def _date_notes(cells: Sequence[str], dates: Dates) -> Iterator[str]:
    if missed := unread(cells, dates.values):
        yield f"{counted(missed, 'date')} could not be read: left empty."
    if dates.order:
        yield f"Dates such as 03/04/2020 were read with the {dates.order}."


def _rating_notes(cells: Sequence[str], ratings: Sequence[float | None]) -> Iterator[str]:
    if missed := unread(cells, ratings):
        yield f"{counted(missed, 'rating')} could not be read: left empty."


def unread(cells: Sequence[str], values: Sequence[object]) -> int:
    """Return how many cells say something that was not understood; no cells if the file has no such column."""
    return sum(value is None and not says_nothing(cell) for cell, value in zip(cells, values, strict=False))


def _nothing_left(rejected: list[Rejected], columns: Columns) -> str:
    if all(item.reason == "The text is empty." for item in rejected):
        return f"The column “{columns.text}” is empty in every row. Choose the column that holds what customers wrote."
    return f"No row can be used ({counted(len(rejected), 'row')} tried). Row {rejected[0].row:,}: {rejected[0].reason}"
