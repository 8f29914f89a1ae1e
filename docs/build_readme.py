"""Writes the measured figures from benchmarks/results/*.json between the markers of README.md.

python -m docs.build_readme            write them
python -m docs.build_readme --check    say whether README.md is up to date; exit 1 if not
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
RESULTS = ROOT / "benchmarks" / "results"
BEGIN = "<!-- figures: made by `make readme` from benchmarks/results/*.json; do not edit -->"
END = "<!-- figures end -->"


def tables(results: Path) -> str:
    """Return one Markdown table per result file, in the order of their names; a result without rows has none."""
    found = [json.loads(path.read_text("utf-8")) for path in sorted(results.glob("*.json"))]
    return "\n\n".join(_table(result) for result in found if result["rows"])


def _table(result: dict[str, Any]) -> str:
    asked = any(row["asked"] for row in result["rows"])
    head = ["Figure", "Measured"] + (["Asked for"] if asked else [])
    lines = [f"**{result['title']}**", "", _line(head), _line(["---"] * len(head))]
    lines += [_line([row["figure"], row["measured"], row["asked"]][: len(head)]) for row in result["rows"]]
    machine = result["machine"]
    lines += [
        "",
        f"`{result['command']}`, {result['date']}, {machine['processor']}, {machine['cores']} cores, "
        f"{machine['memory_gib']} GiB, Python {result['versions']['python']}",
    ]
    return "\n".join(lines)


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def filled(readme: str, figures: str) -> str:
    """Return the README with everything between the markers replaced.

    Raises:
        ValueError: a marker is missing.
    """
    before, begin, rest = readme.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"README.md must hold the two lines {BEGIN} and {END}")
    return f"{before}{BEGIN}\n{figures}\n{END}{after}"


def main(argv: Sequence[str] | None = None, readme: Path = README, results: Path = RESULTS) -> int:
    """Write or check; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m docs.build_readme", description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="change nothing; fail if README.md is stale")
    options = parser.parse_args(argv)
    now = readme.read_text("utf-8")
    wanted = filled(now, tables(results))
    if options.check:
        if now != wanted:
            sys.stderr.write("README.md does not show the figures of benchmarks/results: run make readme\n")
        return int(now != wanted)
    readme.write_text(wanted, "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
