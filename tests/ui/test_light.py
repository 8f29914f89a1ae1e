"""The embedded app in its own process: a photo and a click, with the shipped models, and nothing heavy imported."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from settings import PROJECT_FOLDER

if TYPE_CHECKING:
    from rag.library import Library

HEAVY = ("torch", "torchvision", "transformers", "sentence_transformers", "langchain", "langchain_community", "sklearn")
SCRIPT = f"""
import json, sys
from pathlib import Path
from streamlit.testing.v1 import AppTest

app = AppTest.from_file("streamlit_app.py", default_timeout=300)
app.query_params["emotion"] = "sad"
app.run()
cards = [element.value for element in app.html if 'class="ml-card"' in element.value]
app.file_uploader[0].set_value(("face.jpg", Path(sys.argv[1]).read_bytes(), "image/jpeg"))
app.run()
said = [element.value for element in app.markdown if element.value.startswith("### The expression looks")]
print(json.dumps({{
    "cards": len(cards),
    "said": said,
    "errors": [element.value for element in (*app.error, *app.warning, *app.exception)],
    "heavy": [name for name in {HEAVY!r} if name in sys.modules],
}}))
"""


@pytest.fixture(scope="module")
def outcome(
    shipped_library: "Library", session_store: Path, face_photo: bytes, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Any]:
    """What the app showed, as its own process tells."""
    assert len(shipped_library) == 700
    photo = tmp_path_factory.mktemp("photo") / "face.jpg"
    photo.write_bytes(face_photo)
    environment = os.environ | {"MOODLENS_PROFILE": "embedded", "MOODLENS_STORE_FOLDER": str(session_store)}
    finished = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(photo)],
        cwd=PROJECT_FOLDER,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    told: dict[str, Any] = json.loads(finished.stdout.splitlines()[-1])
    return told


def test_embedded_app_imports_nothing_heavy(outcome: dict[str, Any]) -> None:
    assert outcome["heavy"] == []


def test_real_models_answer_a_click_and_read_a_smile(outcome: dict[str, Any]) -> None:
    assert outcome["errors"] == []
    assert outcome["cards"] == 10
    assert len(outcome["said"]) == 1
    assert "😊 happy" in outcome["said"][0]
