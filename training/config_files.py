"""The TOML files in training/configs: one for each way of training that has a name."""

from __future__ import annotations

import dataclasses
import tomllib
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "configs"


_COMMANDS = {"face_": "training.face", "responder_": "training.responder"}
_TEXT_COMMANDS = {False: "training.text", True: "training.text_hub"}


def read_values(name_or_path: str, prefix: str, settings: type, *, checkpoint: bool | None = None) -> dict[str, Any]:
    """Read `training/configs/<name>.toml`, or a TOML file by its path.

    Args:
        prefix: how the names of the configs begin that the script can use, e.g. "face_".
        settings: the dataclass that the values are for.
        checkpoint: it can use only those that start from a published checkpoint, or only the others.

    Raises:
        SystemExit: there is none of that name, or it is for another command or broken; the message says what there is.
    """
    path = Path(name_or_path)
    if path.is_file():
        return _checked(_parsed(path), path.name, settings)
    named = {file.stem: _parsed(file) for file in sorted(FOLDER.glob(f"{prefix}*.toml"))}
    if checkpoint is not None:
        named = {name: values for name, values in named.items() if ("checkpoint" in values) == checkpoint}
    if name_or_path in named:
        return _checked(named[name_or_path], name_or_path, settings)
    other = FOLDER / f"{name_or_path}.toml"
    found = f"{name_or_path!r} is a config of python -m {_command_of(other)}" if other.is_file() else ""
    raise SystemExit(
        f"{found or f'No config {name_or_path!r}'}; choose one of {', '.join(named)}, or give a TOML file."
    )


def _command_of(path: Path) -> str:
    """Return the module that a config of this folder is for."""
    for prefix, module in _COMMANDS.items():
        if path.name.startswith(prefix):
            return module
    return _TEXT_COMMANDS["checkpoint" in _parsed(path)]


def _parsed(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SystemExit(f"{path} is not a TOML file that can be read: {error}.") from error


def _checked(values: dict[str, Any], name: str, settings: type) -> dict[str, Any]:
    """Refuse values of another command's config, which lack what is needed or have what is unknown."""
    fields = {field.name: field for field in dataclasses.fields(settings)}
    for key in values:
        if key not in fields:
            raise SystemExit(f"{name} is not a config of this command: it has {key!r}, which is unknown here.")
    for key, field in fields.items():
        needed = field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
        if needed and key not in values:
            raise SystemExit(f"{name} is not a config of this command: it has no {key!r}.")
    return values
