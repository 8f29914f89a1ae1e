"""The shape of the code: imports go one way, nothing is pickled, files stay small, listing models stays light."""

import ast
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from tests.source import PRODUCT, ROOT, TOOLS, Source, sources

LAYERS = (
    ("settings", "errors"),
    ("backends",),
    ("model_utils",),
    ("emotion",),
    ("rag",),
    ("chat",),
    ("ui", "api", "streamlit_app"),
)
RANK = {part: rank for rank, parts in enumerate(LAYERS) for part in parts}
MOST_LINES, MOST_LINES_OF_TESTS = 270, 400
HEAVY = ("torch", "torchvision", "transformers", "sentence_transformers", "onnxruntime", "ctranslate2", "faiss")
HEAVY_FOR_LISTING = (*HEAVY, "streamlit", "langchain", "langchain_core", "langchain_community", "pandas", "scipy")
OUTERMOST = "ui/widgets.py"
"""The one place that may catch everything: it logs, and shows a sentence instead of a stack trace."""
PICKLES = {"pickle", "cPickle", "_pickle", "dill", "cloudpickle", "joblib", "shelve", "marshal"}
PICKLING_CALLS = {"read_pickle", "to_pickle"}
PICKLING_ARGUMENTS = {"allow_pickle", "allow_dangerous_deserialization"}


def test_every_part_has_a_layer() -> None:
    assert set(PRODUCT) == set(RANK)


@pytest.mark.parametrize("source", sources(PRODUCT), ids=lambda source: str(source.path))
def test_imports_go_one_way(source: Source) -> None:
    upwards = {part for part in source.parts_imported() if RANK.get(part, -1) > RANK[source.part]}
    assert upwards == set(), f"{source.path} imports from above"


def test_pages_and_routes_do_not_know_each_other() -> None:
    assert [s.path for s in sources(("ui",)) if "api" in s.parts_imported()] == []
    assert [s.path for s in sources(("api",)) if "ui" in s.parts_imported()] == []


def test_the_product_imports_no_tools() -> None:
    found = {str(source.path): source.parts_imported() & set(TOOLS) for source in sources(PRODUCT)}
    assert {path: parts for path, parts in found.items() if parts} == {}


def test_what_is_felt_knows_nothing_of_reviews_and_only_backends_know_engines() -> None:
    allowed = {"rag": {"faiss"}}
    for source in sources(tuple(part for part in PRODUCT if part != "backends")):
        engines = source.parts_imported() & set(HEAVY)
        assert engines <= allowed.get(source.part, set()), f"{source.path} talks to an engine past backends/"


def test_nothing_is_pickled() -> None:
    found: dict[Path, list[str]] = defaultdict(list)
    for source in sources():
        found[source.path] += sorted(source.parts_imported() & PICKLES)
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Attribute) and node.attr in PICKLING_CALLS:
                found[source.path].append(node.attr)
            if isinstance(node, ast.keyword) and node.arg in PICKLING_ARGUMENTS and not _is_false(node.value):
                found[source.path].append(node.arg)
            if isinstance(node, ast.Call) and ast.unparse(node.func) in {"torch.load", "torch.save"}:
                found[source.path].append(ast.unparse(node.func))
    assert {str(path): names for path, names in found.items() if names} == {}


def _is_false(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is False


def test_no_error_is_swallowed_whole() -> None:
    found = []
    for source in sources(PRODUCT):
        for node in ast.walk(source.tree):
            if isinstance(node, ast.ExceptHandler):
                caught = ast.unparse(node.type) if node.type else ""
                reraises = any(isinstance(inner, ast.Raise) for inner in ast.walk(node))
                if caught in {"", "Exception", "BaseException"} and not reraises:
                    found.append(str(source.path))
    assert found == [OUTERMOST]


def test_files_stay_small() -> None:
    most = {part: MOST_LINES_OF_TESTS if part == "tests" else MOST_LINES for part in (*PRODUCT, *TOOLS)}
    assert {str(s.path): s.lines for s in sources() if s.lines > most[s.part]} == {}


def test_every_file_says_what_it_is() -> None:
    silent = [str(s.path) for s in sources() if s.text.strip() and ast.get_docstring(s.tree) is None]
    assert silent == []


def test_listing_models_imports_nothing_heavy() -> None:
    program = (
        "import sys, model_utils\n"
        "cards = model_utils.all_cards()\n"
        f"heavy = [name for name in {HEAVY_FOR_LISTING!r} if name in sys.modules]\n"
        "print(len(cards) > 8, heavy)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "True []"
