"""Every notebook runs from the first cell to the last, and shows what it says it shows."""

from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

FOLDER = Path(__file__).parents[2] / "notebooks"
NOTEBOOKS = sorted(path.name for path in FOLDER.glob("*.ipynb"))


def read(name: str) -> Any:
    """Return a notebook as its file has it."""
    return nbformat.reads((FOLDER / name).read_text("utf-8"), as_version=4)  # type: ignore[no-untyped-call]


def run(name: str) -> Any:
    """Execute a notebook in a fresh kernel and return it with its outputs; a failing cell raises."""
    notebook = read(name)
    NotebookClient(notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": FOLDER}}).execute()
    return notebook


def printed(notebook: Any) -> str:
    outputs = (output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs)
    return "".join(output.get("text", "") for output in outputs)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_is_stored_without_outputs(name: str) -> None:
    notebook = read(name)
    assert [cell.id for cell in notebook.cells if cell.cell_type == "code" and cell.outputs] == []


def test_first_steps_reads_a_smile_and_finds_happy_reviews() -> None:
    text = printed(run("00_first_steps.ipynb"))
    assert "700 reviews of 10 products" in text
    assert "looks happy" in text
    assert "[R0" in text
    assert "70 reviews pass the filters" in text


def test_text_emotion_trains_in_smoke_mode_and_shows_what_ships() -> None:
    notebook = run("02_text_emotion.ipynb")
    text = printed(notebook)
    assert "28 emotions" in text
    assert "encoder.onnx" in text.split("smoke run wrote")[1].splitlines()[0]
    assert "emotion/goemotions" in text
    assert "of 210 reviews" in text
    assert "not English (es), a guess" in text
    assert "happy" in text.splitlines()[-1]
    pictures = [
        output for cell in notebook.cells for output in cell.get("outputs", ()) if "image/png" in output.get("data", {})
    ]
    assert len(pictures) == 2
