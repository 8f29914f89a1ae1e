"""The example of docs/add_a_model.md works as it is printed: saved, found, checked by the contract tests, used."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.source import ROOT

BLOCK = re.compile(r"^```python (file=(?P<file>\S+)|run)\n(?P<code>.*?)^```", re.MULTILINE | re.DOTALL)
PAGE = ROOT / "docs" / "add_a_model.md"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what the example needs, with the file of the example in its place."""
    folder = tmp_path_factory.mktemp("project")
    for name in ("settings.py", "errors.py", "model_utils.py"):
        shutil.copy(ROOT / name, folder)
    for name in ("backends", "tests"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    (folder / "data").symlink_to(ROOT / "data")
    for match in BLOCK.finditer(PAGE.read_text("utf-8")):
        if match["file"]:
            (folder / match["file"]).write_text(match["code"], "utf-8")
    return folder


def _run(project: Path, *arguments: str) -> str:
    done = subprocess.run([sys.executable, *arguments], cwd=project, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_page_has_a_file_and_code_to_run() -> None:
    kinds = [bool(match["file"]) for match in BLOCK.finditer(PAGE.read_text("utf-8"))]
    assert kinds == [True, False]


def test_the_code_runs_as_printed(project: Path) -> None:
    code = "\n".join(m["code"] for m in BLOCK.finditer(PAGE.read_text("utf-8")) if not m["file"])
    _run(project, "-c", code)


def test_the_contract_tests_find_and_accept_the_new_model(project: Path) -> None:
    output = _run(project, "-m", "pytest", "-q", "tests/backends/test_contracts.py", "-k", "star-words")
    assert re.search(r"^\d+ passed", output, re.MULTILINE)


def test_the_new_file_is_typed_and_tidy(project: Path) -> None:
    _run(project, "-m", "ruff", "check", "backends/sentiment_star_words.py")
    _run(project, "-m", "mypy", "backends/sentiment_star_words.py")
