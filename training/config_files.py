"""The TOML files in training/configs: one for each way of training that has a name."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "configs"


def read_values(name_or_path: str, prefix: str, *, checkpoint: bool | None = None) -> dict[str, Any]:
    """Read `training/configs/<name>.toml`, or a TOML file by its path.

    Args:
        prefix: how the names of the configs begin that the script can use, e.g. "face_".
        checkpoint: it can use only those that start from a published checkpoint, or only the others.

    Raises:
        SystemExit: there is none of that name; the message names those there are.
    """
    path = Path(name_or_path)
    if path.is_file():
        return tomllib.loads(path.read_text("utf-8"))
    named = {file.stem: tomllib.loads(file.read_text("utf-8")) for file in sorted(FOLDER.glob(f"{prefix}*.toml"))}
    if checkpoint is not None:
        named = {name: values for name, values in named.items() if ("checkpoint" in values) == checkpoint}
    if name_or_path not in named:
        raise SystemExit(f"No config {name_or_path!r}; choose one of {', '.join(named)}, or give a TOML file.")
    return named[name_or_path]
