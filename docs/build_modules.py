"""Writes the list of all modules into docs/architecture.md: each with the first sentence it says of itself.

python -m docs.build_modules            write it
python -m docs.build_modules --check    say whether it is up to date; exit 1 if not
"""

import argparse
import ast
import re
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "architecture.md"
PARTS = ("ui", "chat", "rag", "emotion", "backends", "training", "benchmarks", "docs")
"""From above to below; what anything may import comes last."""
BEGIN = "<!-- modules: made by `python -m docs.build_modules`; do not edit -->"
END = "<!-- modules end -->"


def first_sentence(path: Path) -> str:
    """Return the first sentence of a module's docstring in one line, without its full stop; "" if it has none."""
    paragraph = (ast.get_docstring(ast.parse(path.read_text("utf-8"))) or "").split("\n\n")[0]
    return re.split(r"\.\s+(?=[A-Z])", " ".join(paragraph.split()), maxsplit=1)[0].removesuffix(".")


def listing(root: Path, parts: Sequence[str] = PARTS) -> str:
    """Return the modules of a repository as Markdown: those at its root, then a heading and a list for each part."""
    lines = ["**At the root**", "", *(_line(path, root) for path in sorted(root.glob("*.py")))]
    for part in parts:
        lines += ["", f"**`{part}/`** {first_sentence(root / part / '__init__.py')}", ""]
        lines += [_line(path, root) for path in sorted((root / part).glob("*.py")) if path.name != "__init__.py"]
    return "\n".join(lines)


def _line(path: Path, root: Path) -> str:
    place = path.relative_to(root).as_posix()
    return f"- [{place}](../{place}): {first_sentence(path)}"


def with_listing(page: str, modules: str) -> str:
    """Return a page with the modules between its two marks.

    Raises:
        ValueError: a mark is missing.
    """
    before, after = page.index(BEGIN) + len(BEGIN), page.index(END)
    return f"{page[:before]}\n{modules}\n{page[after:]}"


def main(argv: Sequence[str] | None = None) -> int:
    """Write or check."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 if the list is not up to date")
    given = parser.parse_args(argv)
    page = PAGE.read_text("utf-8")
    wanted = with_listing(page, listing(ROOT))
    if given.check and wanted != page:
        print("docs/architecture.md does not list the modules as they are: python -m docs.build_modules")
        return 1
    if not given.check:
        PAGE.write_text(wanted, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
