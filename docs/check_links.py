"""Checks that every link in the Markdown files that points into the repository leads somewhere, headings included.

python -m docs.check_links
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

ROOT = Path(__file__).resolve().parent.parent
FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`[^`\n]*`")
LINK = re.compile(r"!?\[[^\]]*\]\(<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\)|(?:src|srcset|href)=\"([^\"]+)\"")
HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*$", re.MULTILINE)
ELSEWHERE = re.compile(r"^[a-z][a-z0-9+.-]*:|^//")


def anchors(markdown: str) -> set[str]:
    """Return the anchors of all headings as GitHub names them: lower case, hyphens for spaces, no punctuation."""
    headings = HEADING.findall(FENCE.sub("", markdown))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def links(markdown: str) -> Iterator[str]:
    """Yield the targets of all links and images outside code."""
    for inline, attribute in LINK.findall(CODE.sub("", FENCE.sub("", markdown))):
        yield inline or attribute


def broken(file: Path, root: Path = ROOT) -> list[str]:
    """Return the links of one file that point into the repository and lead nowhere."""
    found = []
    text = file.read_text("utf-8")
    for link in links(text):
        if ELSEWHERE.match(link):
            continue
        path, _, anchor = unquote(link).partition("#")
        target = (file.parent / path).resolve() if path else file
        if not (target.is_relative_to(root) and target.exists() and _has(target, anchor)):
            found.append(link)
    return found


def _has(target: Path, anchor: str) -> bool:
    return not anchor or target.suffix != ".md" or anchor in anchors(target.read_text("utf-8"))


def documents(root: Path = ROOT) -> list[Path]:
    """Return the Markdown files of the repository (what git ignores is left out where there is git)."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"]
    listed = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout
    return sorted(path for name in listed.splitlines() if (path := root / name).exists())


def main() -> int:
    """Print every broken link; return 1 if there is one."""
    problems = [f"{file.relative_to(ROOT)}: {link}" for file in documents() for link in broken(file)]
    for problem in problems:
        sys.stderr.write(f"broken link in {problem}\n")
    return int(bool(problems))


if __name__ == "__main__":
    raise SystemExit(main())
