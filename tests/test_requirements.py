"""requirements.txt and the imports agree, both ways; what is installed is what is pinned."""

import importlib.metadata
import re
import sys
from functools import cache

import pytest

from tests.source import PRODUCT, ROOT, TOOLS, sources

LINE = re.compile(r"^([A-Za-z0-9_.-]+)==([^\s;]+)$")
FILES_ONLY = {"mtcnn-runtime"}
"""Pinned for the files inside, which are found without importing the package."""
PROMISED = {"langchain", "torchvision"}
"""langchain: the framework that the retriever and the runnables are made for; the code imports its parts. torchvision:
image checkpoints and transforms of the hub; transformers imports it where it is installed, so its version is held."""


def _pins(name: str) -> dict[str, str]:
    lines = [line.split("#")[0].strip() for line in (ROOT / name).read_text("utf-8").splitlines()]
    matches = [LINE.match(line) for line in lines if line and not line.startswith("-r")]
    assert None not in matches, f"{name} has a line that is not name==version"
    return {match[1].lower(): match[2] for match in matches if match}


@cache
def _distributions() -> dict[str, set[str]]:
    found = importlib.metadata.packages_distributions()
    return {module: {name.lower() for name in names} for module, names in found.items()}


def _third_party(parts: tuple[str, ...]) -> dict[str, set[str]]:
    """Return the third-party modules that these parts import, each with the files that do."""
    own = set(PRODUCT) | set(TOOLS) | set(sys.stdlib_module_names)
    found: dict[str, set[str]] = {}
    for source in sources(parts):
        for module in source.parts_imported() - own:
            found.setdefault(module, set()).add(str(source.path))
    return found


def test_every_import_of_the_product_is_pinned() -> None:
    pins = set(_pins("requirements.txt"))
    missing = {m: files for m, files in _third_party(PRODUCT).items() if not _distributions().get(m, set()) & pins}
    assert missing == {}


def test_every_import_of_the_tools_is_pinned() -> None:
    pins = set(_pins("requirements.txt")) | set(_pins("requirements-dev.txt"))
    missing = {m: files for m, files in _third_party(TOOLS).items() if not _distributions().get(m, set()) & pins}
    assert missing == {}


def test_every_pin_is_imported() -> None:
    imported = {name for module in _third_party(PRODUCT) for name in _distributions().get(module, set())}
    assert set(_pins("requirements.txt")) - imported - FILES_ONLY - PROMISED == set()


@pytest.mark.parametrize("name", sorted(FILES_ONLY))
def test_packages_taken_for_their_files_are_looked_up_by_name(name: str) -> None:
    modules = [module for module, names in _distributions().items() if name in names]
    assert any(f'"{module}"' in source.text for source in sources(("backends",)) for module in modules)


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dev.txt"])
def test_what_is_installed_is_what_is_pinned(file: str) -> None:
    installed = {name: importlib.metadata.version(name).split("+")[0] for name in _pins(file)}
    assert installed == _pins(file)
