"""Rules as text: names for parts of a pattern first, then sections of patterns, one a line.

whose = (?:my|his|her)
[emergency]
pain in <whose> chest
"""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path


@cache
def read(path: Path, whole_words: bool = False) -> Mapping[str, re.Pattern[str]]:
    """Return section -> one pattern, in the order of the file; lines with # are remarks.

    Args:
        whole_words: what is found must begin and end where words do.
    """
    names: dict[str, str] = {}
    sections: dict[str, list[str]] = {}
    for line in path.read_text("utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        if line.startswith("["):
            patterns = sections.setdefault(line.strip("[]"), [])
        elif not sections:
            name, pattern = line.split(" = ", 1)
            names[f"<{name}>"] = _filled(pattern, names)
        else:
            patterns.append(_filled(line, names))
    form = r"\b(?:{})\b" if whole_words else "{}"
    return {section: re.compile(form.format("|".join(patterns))) for section, patterns in sections.items()}


def _filled(pattern: str, names: Mapping[str, str]) -> str:
    for name, value in names.items():
        pattern = pattern.replace(name, value)
    return pattern
