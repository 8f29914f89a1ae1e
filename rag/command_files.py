"""Small files that commands read and write as a whole, with sentences instead of stack traces."""

from pathlib import Path

from errors import ReviewFileError


def read(path: Path) -> bytes:
    """Return what a file holds.

    Raises:
        ReviewFileError: it cannot be opened.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise ReviewFileError(f"The file {path} cannot be opened: {error.strerror}.") from error


def write(path: Path, data: bytes) -> None:
    """Write a file and say so.

    Raises:
        ReviewFileError: it cannot be written.
    """
    try:
        path.write_bytes(data)
    except OSError as error:
        raise ReviewFileError(f"The file {path} cannot be written: {error.strerror}.") from error
    print(f"Written: {path}")
