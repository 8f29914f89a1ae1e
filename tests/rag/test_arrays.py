"""Rows appended block by block are what is mapped; what lies behind the count is cut off; damage is said."""

import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from errors import LibraryDamaged
from rag import arrays
from rag.arrays import RowAppender, checksums, read_rows, release
from rag.layout import ArrayFile

WIDE = ArrayFile("rows.f16", 3, "<f2")
SINGLE = ArrayFile("rows.f32", 0, "<f4")
BLOCKS = [np.arange(6).reshape(2, 3), np.empty((0, 3)), np.arange(100, 112).reshape(4, 3)]


def write(folder: Path, file: ArrayFile, *blocks: np.ndarray, rows: int = 0) -> list[int]:
    with RowAppender(folder, file, 3, rows) as appender:
        found = [appender.append(block) for block in blocks]
        appender.sync()
    return found


def test_blocks_become_one_array(tmp_path: Path) -> None:
    write(tmp_path, WIDE, *BLOCKS)
    found = read_rows(tmp_path, WIDE, 3, 6)
    assert found.dtype == np.float16
    np.testing.assert_array_equal(found, np.vstack(BLOCKS))
    assert not found.flags.writeable
    assert (tmp_path / "rows.f16").read_bytes() == np.vstack(BLOCKS).astype("<f2").tobytes()


def test_what_is_released_leaves_memory_and_can_be_read_again(tmp_path: Path) -> None:
    write(tmp_path, SINGLE, np.arange(300_000))
    found = read_rows(tmp_path, SINGLE, 3, 300_000)
    assert float(found.sum(dtype=np.float64)) == 44_999_850_000
    release(found)
    told = Path("/proc/self/smaps")
    if told.exists():
        held = told.read_text().split("rows.f32\n", 1)[1].split("Rss:", 1)[1].split()[0]
        assert held == "0"
    assert float(found[299_999]) == 299_999
    release(np.zeros(3))


def test_one_number_a_row(tmp_path: Path) -> None:
    write(tmp_path, SINGLE, np.array([0.5, 0.25]))
    assert read_rows(tmp_path, SINGLE, 3, 2).tolist() == [0.5, 0.25]


def test_a_reader_sees_only_the_rows_that_count(tmp_path: Path) -> None:
    write(tmp_path, WIDE, *BLOCKS)
    np.testing.assert_array_equal(read_rows(tmp_path, WIDE, 3, 2), BLOCKS[0])
    assert read_rows(tmp_path, WIDE, 3, 0).shape == (0, 3)


def test_the_next_writer_cuts_off_what_does_not_count(tmp_path: Path) -> None:
    write(tmp_path, SINGLE, np.array([1.0, 2.0, 3.0]))
    with (tmp_path / "rows.f32").open("ab") as torn:
        torn.write(b"\x01\x02")
    write(tmp_path, SINGLE, np.array([9.0]), rows=2)
    assert (tmp_path / "rows.f32").read_bytes() == np.array([1, 2, 9], "<f4").tobytes()


def test_a_width_of_none_is_the_dimension(tmp_path: Path) -> None:
    vectors = ArrayFile("vectors.f16", None, "<f2")
    write(tmp_path, vectors, np.ones((2, 3)))
    assert read_rows(tmp_path, vectors, 3, 2).tolist() == [[1.0] * 3] * 2


def test_a_block_of_another_width_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="do not fit"):
        write(tmp_path, WIDE, np.zeros((2, 4)))


def test_checksums_find_the_block_that_changed(tmp_path: Path) -> None:
    written = write(tmp_path, WIDE, BLOCKS[0], BLOCKS[2])
    assert written[0] == zlib.crc32(BLOCKS[0].astype("<f2").tobytes())
    assert checksums(tmp_path, WIDE, 3, [(0, 2), (2, 4)], most_bytes=5) == written
    with (tmp_path / "rows.f16").open("r+b") as file:
        file.seek(13)
        file.write(b"\xff")
    assert [a == b for a, b in zip(checksums(tmp_path, WIDE, 3, [(0, 2), (2, 4)]), written, strict=True)] == [
        True,
        False,
    ]


def test_a_missing_or_short_file_is_damage(tmp_path: Path) -> None:
    with pytest.raises(LibraryDamaged, match=r"rows\.f16 of the library is missing"):
        read_rows(tmp_path, WIDE, 3, 1)
    write(tmp_path, WIDE, BLOCKS[0])
    with pytest.raises(LibraryDamaged, match=r"rows\.f16 of the library holds 12 bytes where at least 18 belong"):
        read_rows(tmp_path, WIDE, 3, 3)
    with pytest.raises(LibraryDamaged, match="at least 18 belong"):
        RowAppender(tmp_path, WIDE, 3, 3)
    assert (tmp_path / "rows.f16").stat().st_size == 12


def test_files_are_read_ahead_unless_they_are_missing_or_fill_the_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    plain = Path.open

    def watched(path: Path, *rest: Any, **named: Any) -> Any:
        opened.append(path.name)
        return plain(path, *rest, **named)

    (tmp_path / "a").write_bytes(b"12345678")
    (tmp_path / "b").write_bytes(b"1234")
    monkeypatch.setattr(Path, "open", watched)
    arrays.read_ahead([tmp_path / "a", tmp_path / "b"]).join()
    assert opened == ["a", "b"]
    arrays.read_ahead([tmp_path / "missing"]).join()
    monkeypatch.setattr(arrays, "_memory_bytes", lambda: 23)
    arrays.read_ahead([tmp_path / "a", tmp_path / "b"]).join()
    assert opened == ["a", "b"]
