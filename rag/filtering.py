"""From filters to the rows that pass them, in about a millisecond at a million reviews.

What can be filtered by is kept as small numbers, 22 bytes a review. They are read out of SQLite once; large libraries
keep them in a file that covers the first M rows, `columns-<M>-<identity>.npz`, made in the background like the index.
The values of a row never change: an update is a new row. Whether a row still counts and what it nearly repeats is asked
of SQLite instead.
"""

import datetime
import io
import json
import os
import re
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backends.contracts import FACE_EMOTIONS, SENTIMENTS
from emotion.language import is_foreign
from errors import QuestionError
from rag.index_vectors import Mask, Rows
from rag.query import Filters

NAMED = ("product", "category", "language")
SQL = (
    "SELECT row, product, category, language, rating, date, sentiment, emotion FROM reviews "
    "WHERE row >= ? AND row < ? ORDER BY row"
)
"""What `Columns.read` is given, for the rows from the first to before the second."""
_FEW = 3
_FIRST_DAY = 1
_NAME = re.compile(r"columns-(\d+)-([0-9a-f]{16})\.npz")


@dataclass(frozen=True, eq=False)
class Columns:
    """Per row: codes of the named columns, rating (NaN: none), day (0: none), sentiment, emotion.

    Sentiment and emotion are what the models said of every review; `read_sentiments` and `read_emotions` leave out what
    they could not read.

    Attributes:
        names: column -> its values, in the order of their codes.
        codes: column -> (n,) int32.
    """

    names: dict[str, list[str]]
    codes: dict[str, NDArray[np.int32]]
    ratings: NDArray[np.float32]
    days: NDArray[np.int32]
    sentiments: NDArray[np.int8]
    emotions: NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.ratings)

    @classmethod
    def read(cls, rows: Iterable[Sequence[Any]], count: int, before: "Columns | None" = None) -> "Columns":
        """Read rows of SQL in order behind `before`, which covers the first ones; `count` rows in all."""
        start = 0 if before is None else len(before)
        places = {name: {} if before is None else _places(before.names[name]) for name in NAMED}
        numbers = np.zeros((count - start, 7), np.float64)
        numbers[:, 3] = np.nan
        days: dict[str | None, int] = {None: 0}
        for row, *named, rating, date, sentiment, emotion in rows:
            if date not in days:
                days[date] = datetime.date.fromisoformat(date).toordinal()
            coded = [
                places[name].setdefault(value, len(places[name])) for name, value in zip(NAMED, named, strict=True)
            ]
            numbers[row - start] = *coded, np.nan if rating is None else rating, days[date], sentiment, emotion
        codes = {name: numbers[:, place].astype(np.int32) for place, name in enumerate(NAMED)}
        names = {name: list(places[name]) for name in NAMED}
        ratings, dates = numbers[:, 3].astype(np.float32), numbers[:, 4].astype(np.int32)
        found = cls(names, codes, ratings, dates, numbers[:, 5].astype(np.int8), numbers[:, 6].astype(np.int8))
        return found if before is None else before._followed_by(found)

    def _followed_by(self, later: "Columns") -> "Columns":
        return Columns(
            later.names,
            {name: np.concatenate([self.codes[name], later.codes[name]]) for name in NAMED},
            np.concatenate([self.ratings, later.ratings]),
            np.concatenate([self.days, later.days]),
            np.concatenate([self.sentiments, later.sentiments]),
            np.concatenate([self.emotions, later.emotions]),
        )

    @cached_property
    def unread(self) -> Mask:
        """(n,) which reviews are not English: what models of English said of them would be guesses."""
        foreign = np.array([is_foreign(name) for name in self.names["language"]], np.bool_)
        codes = self.codes["language"]
        return foreign[codes] if len(foreign) else np.zeros(len(codes), np.bool_)

    @cached_property
    def read_sentiments(self) -> NDArray[np.int8]:
        """(n,) places in SENTIMENTS, len(SENTIMENTS) for reviews that were not read."""
        return np.where(self.unread, np.int8(len(SENTIMENTS)), self.sentiments)

    @cached_property
    def read_emotions(self) -> NDArray[np.int8]:
        """(n,) places in FACE_EMOTIONS, len(FACE_EMOTIONS) for reviews that were not read."""
        return np.where(self.unread, np.int8(len(FACE_EMOTIONS)), self.emotions)

    def sorted_codes(self, column: str) -> tuple[NDArray[np.int64], tuple[str, ...]]:
        """Return (n,) codes of one of NAMED into its values in the order of the alphabet; -1 where there is none."""
        given = self.names[column]
        values = tuple(sorted(value for value in given if value))
        places = _places(values)
        new = np.array([places.get(value, -1) for value in given], np.int64)
        return (new[self.codes[column]] if len(new) else self.codes[column].astype(np.int64)), values

    def passing(self, filters: Filters) -> Mask:
        """Return (n,) which rows pass; near-duplicates are not looked at.

        Raises:
            QuestionError: a filter names a sentiment or an emotion that does not exist.
        """
        sentiments = [_known(name, SENTIMENTS, "sentiments") for name in filters.sentiments]
        emotions = [_known(name, FACE_EMOTIONS, "emotions") for name in filters.emotions]
        named = zip(NAMED, (filters.products, filters.categories, filters.languages), strict=True)
        tests: list[Mask] = [self._named(column, chosen) for column, chosen in named if chosen]
        tests += [_any_of(self.read_sentiments, sentiments)] if sentiments else []
        tests += [_any_of(self.read_emotions, emotions)] if emotions else []
        lowest, highest = (None if end is None else np.float32(end) for end in (filters.min_rating, filters.max_rating))
        first, last = (None if end is None else end.toordinal() for end in (filters.since, filters.until))
        if lowest is not None or highest is not None or filters.unrated:
            tests.append(_within(self.ratings, lowest, highest, np.isnan if filters.unrated else None))
        if first is not None or last is not None or filters.undated:
            first = _FIRST_DAY if first is None and last is not None else first
            tests.append(_within(self.days, first, last, np.logical_not if filters.undated else None))
        passing = np.ones(len(self), np.bool_)
        for test in tests:
            passing &= test
        return passing

    def _named(self, column: str, chosen: Sequence[str]) -> Mask:
        places = _places(self.names[column])
        return _any_of(self.codes[column], [places[value] for value in chosen if value in places])

    def write(self, folder: Path, identity: str) -> Path:
        """Write the file in one step."""
        folder.mkdir(exist_ok=True)
        path = folder / f"columns-{len(self)}-{identity}.npz"
        unfinished = folder / f".{path.name}.{os.getpid()}"
        names = np.frombuffer(json.dumps(self.names).encode(), np.uint8)
        arrays: dict[str, NDArray[Any]] = {"names": names, "ratings": self.ratings, "days": self.days, **self.codes}
        arrays |= {"sentiments": self.sentiments, "emotions": self.emotions}
        with unfinished.open("wb") as file:
            np.savez(file, allow_pickle=False, **arrays)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
        return path


def newest(folder: Path, count: int, identity: Callable[[int], str]) -> Columns | None:
    """Return the file that covers most of the first `count` rows; None if none fits and can be read."""
    for covered, told, path in sorted(files(folder), reverse=True):
        if covered <= count and told == identity(covered) and (found := _load(path)) is not None:
            return found if len(found) == covered else None
    return None


def files(folder: Path) -> list[tuple[int, str, Path]]:
    """Return (rows covered, identity, path) of every file of columns."""
    named = [(_NAME.fullmatch(path.name), path) for path in folder.glob("columns-*.npz")]
    return [(int(match[1]), match[2], path) for match, path in named if match]


def mask_of(rows: Rows, count: int) -> Mask:
    """Return (count,) True at these rows."""
    mask = np.zeros(count, np.bool_)
    mask[rows] = True
    return mask


def _load(path: Path) -> Columns | None:
    try:
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as file:
            names: dict[str, list[str]] = json.loads(file["names"].tobytes())
            codes = {name: file[name] for name in NAMED}
            return Columns(names, codes, file["ratings"], file["days"], file["sentiments"], file["emotions"])
    except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile):
        return None


def _within(
    numbers: NDArray[Any], low: Any, high: Any, missing: Callable[[NDArray[Any]], NDArray[np.bool_]] | None
) -> Mask:
    """Return which numbers lie between two ends (None: open), where one is given, or are `missing`, if that is given.

    What is missing lies below or beside all numbers: NaN, or 0 with a lower end.
    """
    tests = [numbers >= low] if low is not None else []
    tests += [numbers <= high] if high is not None else []
    inside = tests[0] & tests[-1] if tests else None
    if missing is None:
        return np.asarray(inside)
    return np.asarray(missing(numbers) if inside is None else missing(numbers) | inside)


def _any_of(codes: NDArray[Any], chosen: Sequence[int]) -> Mask:
    """Return which codes are among the chosen; a comparison for each of a few, a table for many."""
    if len(chosen) > _FEW:
        wanted = np.zeros(max(int(codes.max(initial=0)), *chosen) + 1, np.bool_)
        wanted[list(chosen)] = True
        return np.asarray(wanted[codes])
    found = np.zeros(len(codes), np.bool_)
    for code in chosen:
        found |= codes == code
    return found


def _places(values: Sequence[str]) -> dict[str, int]:
    return {value: place for place, value in enumerate(values)}


def _known(name: str, names: Sequence[str], kind: str) -> int:
    """Return the code of a label; "" has the one behind them all."""
    if not name:
        return len(names)
    if name not in names:
        raise QuestionError(f"{name!r} is not one of the {kind} {', '.join(names)}.")
    return names.index(name)
