"""What the codes of records look like, and how they differ from numbers that only count the rows."""

import itertools
import re
from collections.abc import Sequence

_CODE = re.compile(r"#?\d{4,}|(?=.*\d)(?=.*[^\W\d_])[\w:#/-]+")
_LONGEST = 40


def is_code(cell: str) -> bool:
    """Whether a cell is a long whole number, or letters and digits in one word.

    >>> [is_code(cell) for cell in ("A17", "#20311", "gp:AOqT-3", "33", "12:30", "4.5", "Anna", "A 17")]
    [True, True, True, False, False, False, False, False]
    """
    return len(cell) <= _LONGEST and _CODE.fullmatch(cell) is not None


def counts_rows(cells: Sequence[str], step: int = 1) -> bool:
    """Whether the cells are 0 or 1, 2, 3 and so on; a few numbers may be missing, as of rows that cannot be read.

    Args:
        step: there is a cell for every so many rows.

    >>> counts_rows(["1", "2", "4"]), counts_rows(["0", "10", "20"], step=10), counts_rows(["101", "102", "103"])
    (True, True, False)
    """
    if not cells or not all(cell.isdecimal() for cell in cells):
        return False
    numbers = [int(cell) for cell in cells]
    rising = all(earlier < later for earlier, later in itertools.pairwise(numbers))
    return rising and numbers[0] <= 1 and numbers[-1] <= 1.1 * step * len(numbers) + 1
