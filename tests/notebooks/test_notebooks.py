"""Every notebook runs from the first cell to the last, and shows what it says it shows."""

import json
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

FOLDER = Path(__file__).parents[2] / "notebooks"
SHIPPED_FACE = FOLDER.parent / "data" / "models" / "face-resnet50"
NOTEBOOKS = sorted(path.name for path in FOLDER.glob("*.ipynb"))


def read(name: str) -> Any:
    """Return a notebook as its file has it."""
    return nbformat.reads((FOLDER / name).read_text("utf-8"), as_version=4)  # type: ignore[no-untyped-call]


def run(name: str) -> Any:
    """Execute a notebook in a fresh kernel and return it with its outputs; a failing cell raises."""
    notebook = read(name)
    NotebookClient(notebook, timeout=600, kernel_name="python3", resources={"metadata": {"path": FOLDER}}).execute()
    return notebook


def printed(notebook: Any) -> str:
    outputs = (output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs)
    return "".join(output.get("text", "") for output in outputs)


def tables(notebook: Any) -> str:
    outputs = (output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs)
    return "".join(output.get("data", {}).get("text/plain", "") for output in outputs)


def pictures(notebook: Any) -> int:
    outputs = (output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs)
    return sum("image/png" in output.get("data", {}) for output in outputs)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_is_stored_without_outputs(name: str) -> None:
    notebook = read(name)
    assert [cell.id for cell in notebook.cells if cell.cell_type == "code" and cell.outputs] == []


def test_the_face_story_shows_the_figures_of_the_shipped_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """With made-up faces; the figures are those of the files that ship."""
    monkeypatch.delenv("MOODLENS_FER2013", raising=False)
    metrics = json.loads((SHIPPED_FACE / "metrics.json").read_text("utf-8"))
    notebook = run("01_face_emotion.ipynb")
    text = printed(notebook)
    assert f"{metrics['split']}, {metrics['n']} pictures of {metrics['input_size']} px" in text
    worst = min(metrics["per_class"], key=lambda row: row["recall"])
    assert f"overlooked most: {worst['label']}, found in {worst['recall']:.0%} of its pictures" in text
    assert f"{metrics['accuracy']:.4f}" in tables(notebook)
    assert "The pictures behind these numbers are FER2013's" in text
    assert "made-up faces: accuracy 1.00; a constant answer would reach 0.14" in text
    assert "largest difference from the shipped file: 0" in text or "e-0" in text.split("shipped file: ")[1][:8]
    assert pictures(notebook) == 6


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


def test_responses_shows_what_is_chosen_and_what_was_measured() -> None:
    results = json.loads((FOLDER.parent / "benchmarks" / "results" / "chat.json").read_text("utf-8"))
    notebook = run("03_responses.ipynb")
    text = printed(notebook)
    assert "cue that fits 'My best friend forgot my birthday' best: 'everyone forgot my birthday'" in text
    assert "smoke run wrote card.json, metrics.json, weights.npz" in text
    assert f"{results['values']['rows']} messages" in text
    assert results["rows"][0]["measured"].split(",")[0] in tables(notebook)
    assert "You told me that your name is Mira." in text
    assert pictures(notebook) == 1
