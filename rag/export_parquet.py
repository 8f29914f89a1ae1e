"""Reviews as Parquet: typed columns, chunk by chunk."""

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from rag.export_set import COLUMNS, Row

_WORDS = frozenset(("id", "product", "category", "title", "text", "channel", "language", "sentiment", "emotion"))
_NUMBERS = {"date": pa.date32(), "rating": pa.float64()}
SCHEMA = pa.schema([(name, pa.string() if name in _WORDS else _NUMBERS.get(name, pa.float32())) for name in COLUMNS])
GROUP_ROWS = 20_000


class Parquet:
    """Gathers chunks into groups of at least GROUP_ROWS rows, so that readers can skip and compress well."""

    def __init__(self, path: Path) -> None:
        self._writer = pq.ParquetWriter(path, SCHEMA, compression="zstd")
        self._waiting: list[Row] = []

    def write(self, rows: Sequence[Row]) -> None:
        """Append rows."""
        self._waiting += rows
        if len(self._waiting) >= GROUP_ROWS:
            self._flush()

    def finish(self) -> tuple[str, ...]:
        """Write what waits."""
        self._flush()
        return ()

    def close(self) -> None:
        """Close the file."""
        self._writer.close()

    def _flush(self) -> None:
        if self._waiting:
            columns = zip(*self._waiting, strict=True)
            arrays = [pa.array(values, field.type) for values, field in zip(columns, SCHEMA, strict=True)]
            self._writer.write_table(pa.Table.from_arrays(arrays, schema=SCHEMA))
            self._waiting = []
