"""Reviews as an Excel workbook that runs nothing: words are text cells, whatever they begin with.

A text that begins like a formula keeps its words and gets Excel's own "quote prefix" mark, so that it stays text even
when it is edited. Excel holds 32,767 characters in a cell (counted in UTF-16) and 1,048,576 rows in a sheet: longer
texts are cut with a notice, more rows go on in another sheet. Control characters, which no workbook may hold, are left
out.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from rag.export_cells import FORMULA_STARTS
from rag.export_set import COLUMNS, Row, Value

LONGEST_CELL = 32_767
MOST_ROWS = 1_048_576
CUT = " … [cut: a cell holds no more; the CSV and Parquet exports have the whole text]"
_WIDTHS = {"id": 14, "product": 24, "category": 18, "date": 12, "title": 28, "text": 80}
_LOOKS_SPECIAL = (*FORMULA_STARTS, "#")
_LONE = re.compile("[\ud800-\udfff]")


class Excel:
    """A workbook written row by row."""

    def __init__(self, path: Path) -> None:
        self._path, self._book = path, Workbook(write_only=True)
        self._sheets, self._rows, self._cut = 0, 0, 0
        self._sheet: Any = self._next_sheet()

    def write(self, rows: Sequence[Row]) -> None:
        """Append rows, in a new sheet where one is full."""
        for row in rows:
            if self._rows == MOST_ROWS:
                self._sheet = self._next_sheet()
            self._sheet.append([self._cell(value) for value in row])
            self._rows += 1

    def finish(self) -> tuple[str, ...]:
        """Save the workbook; say how many texts were cut and over how many sheets the rows go."""
        with self._path.open("wb") as file:  # a name without .xlsx would be refused
            self._book.save(file)
        notes = [f"{self._cut:,} texts were longer than a cell of Excel holds and were cut."] if self._cut else []
        notes += [f"The reviews fill {self._sheets} sheets: one holds {MOST_ROWS:,} rows."] if self._sheets > 1 else []
        return tuple(notes)

    def close(self) -> None:
        """Let go of the rows that wait in temporary files."""
        self._book.close()

    def _next_sheet(self) -> Any:
        self._sheets += 1
        sheet: Any = self._book.create_sheet("Reviews" if self._sheets == 1 else f"Reviews {self._sheets}")
        sheet.freeze_panes = "A2"
        for place, name in enumerate(COLUMNS, 1):
            sheet.column_dimensions[get_column_letter(place)].width = _WIDTHS.get(name, 13)
        sheet.append([self._heading(sheet, name) for name in COLUMNS])
        self._rows = 1
        return sheet

    @staticmethod
    def _heading(sheet: Any, name: str) -> Any:
        cell = WriteOnlyCell(sheet, name)
        cell.font, cell.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="top")
        return cell

    def _cell(self, value: Value) -> Any:
        """Return a value as the sheet takes it; texts never become formulas, errors or numbers."""
        if not isinstance(value, str):
            return value
        text = fitting(_LONE.sub("\ufffd", ILLEGAL_CHARACTERS_RE.sub("", value)))
        self._cut += text.endswith(CUT) and not value.endswith(CUT)
        if not text.startswith(_LOOKS_SPECIAL):
            return text or None
        cell: Any = WriteOnlyCell(self._sheet, None)
        cell._value, cell.data_type = text, "s"  # past openpyxl's guess, which would make a formula of "=1+1"
        cell.quotePrefix = True
        return cell


def fitting(text: str) -> str:
    """Return a text that fits a cell: itself, or its beginning and the notice CUT."""
    if len(text) * 2 <= LONGEST_CELL or _units(text) <= LONGEST_CELL:
        return text
    kept = text.encode("utf-16-le")[: 2 * (LONGEST_CELL - _units(CUT))]
    return kept.decode("utf-16-le", "ignore") + CUT


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
