"""Which column of a review file holds what: by its name first, then by what is in it; the user has the last word."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from types import MappingProxyType

from rag.column_codes import counts_rows, is_code
from rag.column_names import KNOWN_NAMES, OTHER_IDS, OTHER_NAMES, ROLES
from rag.table import Table
from rag.values import read_dates, read_ratings, says_nothing

_SAMPLE_CELLS, _FEWEST_ROWS, _MOST_ROWS = 50_000, 50, 1_000
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_SCALE = re.compile(r"[(\[][^)\]]*\d[^)\]]*[)\]]")
"""“(of 10)” behind a name."""
_NOT_WORD = re.compile(r"[\W_]+")
_ABOUT_REVIEW = frozenset({"review", "reviews", "customer", "guest", "user", "tweet", "your", "the"})
_SHORTEST_TEXT = 12.0
_FEWEST_CODES = 10
_MADE_UP = re.compile(r"column \d+")


@dataclass(frozen=True)
class Columns:
    """The name of the column for each part of a review; None where the file has none."""

    text: str | None = None
    id: str | None = None
    title: str | None = None
    product: str | None = None
    category: str | None = None
    date: str | None = None
    rating: str | None = None
    channel: str | None = None

    def chosen(self) -> Mapping[str, str]:
        """Return role -> column name for the roles that have one."""
        pairs = {item.name: getattr(self, item.name) for item in fields(self)}
        return MappingProxyType({role: name for role, name in pairs.items() if name is not None})


@cache
def plain_name(name: str) -> str:
    """Return a column name as plain words: split, lower case, without accents and signs.

    >>> plain_name("reviews.doRecommend"), plain_name("Bewertung (Überschrift)")
    ('reviews do recommend', 'bewertung uberschrift')
    """
    folded = unicodedata.normalize("NFKD", _CAMEL.sub(" ", name)).casefold()
    latin = "".join(letter for letter in folded if not "\u0300" <= letter <= "\u036f")
    return " ".join(_NOT_WORD.sub(" ", unicodedata.normalize("NFC", latin)).split())


@cache
def _plain_known(role: str) -> Mapping[str, int]:
    return {plain_name(name): rank for rank, name in reversed(list(enumerate(KNOWN_NAMES[role])))}


def is_known_name(name: str) -> bool:
    """Whether a column of that name would be recognised."""
    plain = plain_name(_SCALE.sub("", name))
    return any(plain in _plain_known(role) for role in ROLES)


def _name_score(name: str, role: str) -> float:
    """Return how well a name fits a role: 3 to 2 for a known name, less for one that ends in one, 0 for none."""
    plain, known = plain_name(_SCALE.sub("", name)), _plain_known(role)
    if plain in known:
        return 3.0 - known[plain] / len(known)
    words = plain.split()
    if role == "date" and words[:1] == ["when"]:
        return 1.0
    if OTHER_NAMES.intersection(words) or (role == "id" and OTHER_IDS.intersection(words)):
        return 0.0
    trimmed = " ".join(word for word in words if word not in _ABOUT_REVIEW)
    if trimmed in known:
        return 2.0 - known[trimmed] / len(known)
    endings = [known[" ".join(words[start:])] for start in range(1, len(words)) if " ".join(words[start:]) in known]
    return 1.0 - min(endings) / len(known) if endings else 0.0


@dataclass(frozen=True)
class _Profile:
    """What a sample of a column's filled cells looks like; shares are of those cells. A cell that says that there is
    nothing ("n/a") is not filled."""

    filled: float
    count: int
    characters: float
    words: float
    distinct: float
    numbers: float
    dates: float
    ratings: tuple[float, ...]
    links: float
    codes: float
    counts_rows: bool

    @property
    def repeats(self) -> int:
        """Cells that stand in an earlier row as well."""
        return round(self.count * (1 - self.distinct))


def _profile(cells: list[str], step: int = 1) -> _Profile:
    """Describe cells, of which there is one for every `step` rows."""
    filled = [cell for cell in cells if not says_nothing(cell)]
    count = max(1, len(filled))
    read = read_ratings(filled)
    plain = sum(_is_number(cell) for cell in filled)
    return _Profile(
        filled=len(filled) / max(1, len(cells)),
        count=len(filled),
        characters=sum(map(len, filled)) / count,
        words=sum(len(cell.split()) for cell in filled) / count,
        distinct=len(set(filled)) / count,
        numbers=plain / count,
        dates=sum(day is not None for day in read_dates(filled).values) / count,
        ratings=tuple(sorted({value for value in read if value is not None})) if _mostly(read) else (),
        links=sum(cell.startswith(("http://", "https://")) for cell in filled) / count,
        codes=sum(map(is_code, filled)) / count,
        counts_rows=counts_rows(filled, step),
    )


def _mostly(values: list[float | None]) -> bool:
    return sum(value is not None for value in values) >= 0.7 * max(1, len(values))


def _is_number(cell: str) -> bool:
    try:
        float(cell.replace(",", "."))
    except ValueError:
        return False
    return True


def _possible(role: str, profile: _Profile) -> bool:
    """Whether the content of a column allows it to be a role its name suggests."""
    if not profile.filled:
        return False
    if role == "text":
        return profile.numbers < 0.5 and not profile.ratings and profile.dates < 0.5 and profile.links < 0.5
    if role == "date":
        return profile.dates >= 0.6
    if role == "rating":
        return 1 <= len(profile.ratings) <= 101 and profile.ratings[0] >= -10 and profile.ratings[-1] <= 100
    if profile.numbers >= 0.9:
        return role == "product"
    return profile.dates < 0.9


def _possible_id(name: str, profile: _Profile) -> bool:
    """Whether a column whose name suggests ids may hold them: one cell may be there twice by mistake, or a few of many;
    where the name only ends like that of an id (“entry number”), hardly any."""
    is_named = _name_score(name, "id") >= 2
    mistakes = max(1, 0.05 * profile.count) if is_named and profile.count >= _FEWEST_CODES else 0.01 * profile.count
    return profile.count > 0 and profile.repeats <= mistakes and profile.filled >= 0.95 and profile.words < 3


def guess_columns(table: Table) -> Columns:
    """Guess which column holds the text, id, title, product, category, date, rating and channel of the reviews.

    A column takes one role only. Names decide where they are known and the content allows it; for text, date, rating
    and id the content decides where no name does. Nothing is guessed that neither supports.
    """
    rows = max(_FEWEST_ROWS, min(_MOST_ROWS, _SAMPLE_CELLS // max(1, len(table.frame.columns))))
    step = max(1, len(table.frame) // rows)
    sample = table.frame.iloc[::step].head(rows)
    profiles = {str(name): _profile([str(cell) for cell in sample[name]], step) for name in table.frame.columns}
    chosen: dict[str, str] = {}
    scores = [
        (_name_score(name, role), -ROLES.index(role), -position, role, name)
        for position, name in enumerate(profiles)
        for role in ROLES
    ]
    for score, _, _, role, name in sorted(scores, reverse=True):
        if not score or role in chosen or name in chosen.values():
            continue
        profile = profiles[name]
        if _possible_id(name, profile) if role == "id" else _possible(role, profile):
            chosen[role] = name
    for role in ("text", "date", "rating", "id"):
        left = {name: profile for name, profile in profiles.items() if name not in chosen.values()}
        if role not in chosen and (found := _by_content(role, left)):
            chosen[role] = found
    return Columns(**_roles_swapped_by_length(chosen, profiles))


def repeated_id(table: Table, columns: Columns) -> str | None:
    """Return the column whose name says that it holds the ids, but which repeats itself and so is none; None if none.

    Nothing is said of a column that has another role, or where another column holds the ids.
    """
    if columns.id is not None:
        return None
    free = [str(name) for name in table.frame.columns if name not in columns.chosen().values()]
    named = [name for name in free if _name_score(name, "id") >= 2]
    return next((name for name in named if 0 < _profile([str(cell) for cell in table.frame[name]]).distinct < 1), None)


def _by_content(role: str, profiles: Mapping[str, _Profile]) -> str | None:
    own = {name: found for name, found in profiles.items() if not OTHER_NAMES.intersection(plain_name(name).split())}
    if role == "text":
        candidates = {
            name: found.characters * found.distinct
            for name, found in own.items()
            if _possible("text", found) and found.characters >= _SHORTEST_TEXT and found.distinct > 0.3
        }
    elif role == "date":
        candidates = {name: found.dates for name, found in own.items() if found.dates >= 0.9 and found.numbers < 0.5}
    elif role == "rating":
        candidates = {name: found.filled for name, found in own.items() if _is_rating_scale(name, found)}
    else:
        candidates = {name: found.codes for name, found in own.items() if _are_ids(name, found)}
    return max(candidates, key=lambda name: candidates[name], default=None)


def _is_rating_scale(name: str, profile: _Profile) -> bool:
    """Whether the values are a scale of 3 to 11 steps within 0 to 10, too few to be a measure.

    Of few rows in a file without names a scale of 1 to 5 is enough, if it has fewer steps than there are rows.
    """
    values = profile.ratings
    is_scale = 3 <= len(values) <= 11 and values[0] >= 0 and 3 <= values[-1] <= 10
    is_stars = bool(_MADE_UP.fullmatch(name)) and set(values) <= {1, 2, 3, 4, 5} and profile.distinct < 1
    return is_scale and (profile.distinct < 0.5 or is_stars)


def _are_ids(name: str, profile: _Profile) -> bool:
    """Whether a column holds codes of which hardly any is there twice, and its name does not say of what else."""
    if OTHER_IDS.intersection(plain_name(name).split()) or profile.count < _FEWEST_CODES:
        return False
    is_unique = profile.distinct >= 0.99 and profile.filled >= 0.99
    return is_unique and profile.codes >= 0.99 and profile.dates < 0.5 and not profile.counts_rows


def _roles_swapped_by_length(chosen: dict[str, str], profiles: Mapping[str, _Profile]) -> dict[str, str]:
    """Where the title is clearly longer than the text, the two were named the other way round."""
    if {"text", "title"} <= chosen.keys():
        text, title = profiles[chosen["text"]], profiles[chosen["title"]]
        if title.characters * title.filled > 3 * text.characters:
            return chosen | {"text": chosen["title"], "title": chosen["text"]}
    return chosen
