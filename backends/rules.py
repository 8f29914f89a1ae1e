"""Rules as text: names for parts of a pattern first, then sections of patterns or sentences, one a line.

whose = (?:my|his|her)
[emergency]
pain in <whose> chest
"""

import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path


@cache
def sections(path: Path) -> Mapping[str, tuple[str, ...]]:
    """Return section -> its lines with the names filled in, in the order of the file; lines with # are remarks."""
    names: dict[str, str] = {}
    found: dict[str, list[str]] = {}
    for line in path.read_text("utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        if line.startswith("["):
            lines = found.setdefault(line.strip("[]"), [])
        elif not found:
            name, pattern = line.split(" = ", 1)
            names[f"<{name}>"] = _filled(pattern, names)
        else:
            lines.append(_filled(line, names))
    return {section: tuple(lines) for section, lines in found.items()}


@cache
def read(
    path: Path, whole_words: bool = False, spelling: Callable[[str], str] | None = None
) -> Mapping[str, re.Pattern[str]]:
    """Return section -> one pattern that matches what any of its lines does.

    Args:
        whole_words: what is found must begin and end where words do.
        spelling: how the texts to be searched are spelt, done to the patterns as well; must leave their signs alone.
    """
    form = r"\b(?:{})\b" if whole_words else "{}"
    respelt = spelling or str
    return {section: re.compile(respelt(form.format("|".join(lines)))) for section, lines in sections(path).items()}


def _filled(pattern: str, names: Mapping[str, str]) -> str:
    for name, value in names.items():
        pattern = pattern.replace(name, value)
    return pattern
