"""What README.md says about the repository is so."""

import re
import subprocess

from tests.source import ROOT

README = (ROOT / "README.md").read_text("utf-8")
UNLISTED = {".gitignore", ".git", "README.md"}


def _tree() -> dict[str, str]:
    block = re.search(r"^## What is where\n```\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    assert block is not None
    pairs = (line.split(maxsplit=1) for line in block[1].splitlines())
    return {name.rstrip("/"): comment for name, comment in pairs}


def test_the_tree_lists_what_is_there() -> None:
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    files = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    there = {name.split("/")[0] for name in files if (ROOT / name).exists()}
    listed = set(_tree())
    assert there - UNLISTED - listed == set()
    assert {name for name in listed if not (ROOT / name).exists()} == set()
