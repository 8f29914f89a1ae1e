"""Rows written block by block are what numpy reads; anything that does not fit is refused."""

from pathlib import Path

import numpy as np
import pytest

from errors import LibraryDamaged
from rag.arrays import RowWriter, read_rows


def test_blocks_become_one_array(tmp_path: Path) -> None:
    blocks = [np.arange(6).reshape(2, 3), np.empty((0, 3)), np.arange(100, 112).reshape(4, 3)]
    with RowWriter(tmp_path / "rows.npy", 3, np.float16) as writer:
        for block in blocks:
            writer.append(block)
    found = read_rows(tmp_path / "rows.npy", 6, 3)
    assert found.dtype == np.float16
    np.testing.assert_array_equal(found, np.vstack(blocks))
    np.testing.assert_array_equal(np.load(tmp_path / "rows.npy", allow_pickle=False), np.vstack(blocks))
    assert not found.flags.writeable


def test_one_number_a_row(tmp_path: Path) -> None:
    with RowWriter(tmp_path / "rows.npy", 0, np.float32) as writer:
        writer.append(np.array([0.5, 0.25]))
    assert read_rows(tmp_path / "rows.npy", 2, 0).tolist() == [0.5, 0.25]


def test_an_empty_file_is_read_as_no_rows(tmp_path: Path) -> None:
    with RowWriter(tmp_path / "rows.npy", 3, np.int32):
        pass
    assert read_rows(tmp_path / "rows.npy", 0, 3).shape == (0, 3)


def test_a_block_of_another_width_is_refused(tmp_path: Path) -> None:
    with RowWriter(tmp_path / "rows.npy", 3, np.float32) as writer, pytest.raises(ValueError, match="do not fit"):
        writer.append(np.zeros((2, 4)))


def test_what_was_not_closed_holds_no_rows(tmp_path: Path) -> None:
    def interrupted() -> None:
        with RowWriter(tmp_path / "rows.npy", 3, np.float32) as writer:
            writer.append(np.ones((2, 3)))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    with pytest.raises(LibraryDamaged, match=r"rows\.npy"):
        read_rows(tmp_path / "rows.npy", 2, 3)


def test_objects_are_never_unpickled(tmp_path: Path) -> None:
    np.save(tmp_path / "rows.npy", np.array([{"a": 1}], dtype=object))
    with pytest.raises(LibraryDamaged, match="cannot be read"):
        read_rows(tmp_path / "rows.npy", 1, 0)
