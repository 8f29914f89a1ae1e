"""From a photo to a cited answer, exactly as the README prints it, in a process that may not open a single socket."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.source import ROOT

CODE = re.search(r"^```python\n(.*?)^```", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE | re.DOTALL)
BEFORE = "from tests import network\nnetwork.forbid_sockets()\n"
AFTER = """
import json, sys
print("RESULT", json.dumps({
    "emotion": reading.query_emotion,
    "faces": len(reading.faces),
    "hits": [hit.review.id for hit in answer.hits],
    "texts": {hit.review.id: hit.review.text for hit in answer.hits},
    "summary": [[sentence.text, sentence.citations] for sentence in answer.summary.sentences],
    "sentiment_mix": answer.sentiment_mix,
    "models": {**reading.models, **answer.models},
    "heavy": sorted({"torch", "transformers", "cv2", "langchain", "streamlit", "sklearn"} & set(sys.modules)),
}))
"""


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory, face_photo: bytes, session_store: Path) -> dict[str, object]:
    """What the README's code found for the photo of the smiling astronaut."""
    assert CODE is not None
    folder = tmp_path_factory.mktemp("elsewhere")
    (folder / "photo.jpg").write_bytes(face_photo)
    environment = os.environ | {"PYTHONPATH": str(ROOT), "MOODLENS_STORE_FOLDER": str(session_store)}
    command = [sys.executable, "-W", "error", "-c", BEFORE + CODE[1] + AFTER]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout.split("RESULT ")[1]))


def test_the_smile_is_found_and_read(result: dict[str, object]) -> None:
    assert (result["emotion"], result["faces"]) == ("happy", 1)


def test_ten_different_reviews_answer(result: dict[str, object]) -> None:
    hits = result["hits"]
    assert isinstance(hits, list)
    assert len(set(hits)) == len(hits) == 10


def test_every_sentence_of_the_summary_cites_reviews_that_were_found(result: dict[str, object]) -> None:
    summary, hits = result["summary"], result["hits"]
    assert isinstance(summary, list)
    assert isinstance(hits, list)
    assert summary
    for text, citations in summary:
        assert text
        assert citations
        assert set(citations) <= set(hits)


def test_happy_reviews_are_mostly_positive(result: dict[str, object]) -> None:
    mix = result["sentiment_mix"]
    assert isinstance(mix, dict)
    assert mix["positive"] >= 0.7
    assert sum(mix.values()) == pytest.approx(1.0)


def test_the_models_that_ran_are_named(result: dict[str, object]) -> None:
    models = result["models"]
    assert isinstance(models, dict)
    assert {"face_detector", "face", "embedder", "summarizer"} <= set(models)


def test_nothing_heavy_was_needed(result: dict[str, object]) -> None:
    assert result["heavy"] == []
