"""The project's own Python files as syntax trees, for tests that check how the code is built."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PRODUCT = ("settings", "errors", "model_utils", "streamlit_app", "backends", "emotion", "rag", "chat", "ui", "api")
TOOLS = ("training", "benchmarks", "notebooks", "docs", "tests")


@dataclass(frozen=True)
class Source:
    """One file: its path below the root, its part (top-level folder or module), its text and its tree."""

    path: Path
    part: str
    text: str
    tree: ast.Module

    @property
    def lines(self) -> int:
        return self.text.count("\n")

    def imports(self) -> Iterator[str]:
        """Yield the full name of every module imported anywhere in the file, also inside functions."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                yield node.module
                yield from (f"{node.module}.{alias.name}" for alias in node.names)

    def parts_imported(self) -> set[str]:
        """Return the first part of every imported name: `rag` for `from rag.search import search`."""
        return {name.split(".")[0] for name in self.imports()}

    def functions(self) -> Iterator[tuple[str, int]]:
        """Yield the name and the number of lines of every function."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1


@cache
def sources(parts: tuple[str, ...] = PRODUCT + TOOLS) -> tuple[Source, ...]:
    """Read every Python file of these parts, in a stable order."""
    found: list[Source] = []
    for part in parts:
        module, folder = ROOT / f"{part}.py", ROOT / part
        paths = [module] if module.exists() else sorted(folder.rglob("*.py")) if folder.is_dir() else []
        for path in paths:
            text = path.read_text("utf-8")
            found.append(Source(path.relative_to(ROOT), part, text, ast.parse(text, str(path))))
    return tuple(found)
