"""The replies written for this project: enough of them, apart from each other, and fit to be said."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

import model_utils
from backends.contracts import FACE_EMOTIONS
from backends.occasions import NAMES
from backends.weights import shipped_folder
from backends.written_replies import read_replies, read_rows, texts_of
from errors import DamagedModel
from settings import Settings
from training.replies import write_rows

REPLIES = read_replies(shipped_folder(Settings(), "replies") / "replies.json")


def test_there_are_enough_replies_and_no_two_are_alike() -> None:
    assert len(REPLIES) >= 1_900
    texts = [reply.text for reply in REPLIES] + [reply.question for reply in REPLIES if reply.question]
    assert len(set(texts)) == len(texts)
    assert [(a, b) for a in texts for b in texts if a != b and a in b] == []
    needs = {reply.need for reply in REPLIES}
    assert needs == {"comfort", "celebrate", "calm", "explore", "thank", "apologise", "inform"}


@pytest.mark.parametrize("emotion", FACE_EMOTIONS)
def test_every_emotion_has_general_replies(emotion: str) -> None:
    assert sum(not reply.cues and emotion in reply.emotions for reply in REPLIES) >= 4


def test_replies_are_short_and_claim_to_know_no_feelings_and_no_diagnosis() -> None:
    for reply in REPLIES:
        assert len(reply.text) <= 240, reply.text
        assert not re.search(
            r"(?<![Ii]f )(?<!what )\byou (feel|are (sad|angry|afraid|happy|depressed|anxious))\b", reply.text
        ), reply.text
        assert not re.search(r"\b(you have|suffer from) (depression|anxiety|ptsd|trauma)\b", reply.text), reply.text
        assert not reply.text.endswith("?"), reply.text
        assert reply.question == "" or reply.question.endswith((".", "?")), reply.question


def test_no_two_cues_are_the_same() -> None:
    cues = [cue.casefold() for reply in REPLIES for cue in reply.cues]
    assert len(set(cues)) == len(cues)


def test_every_occasion_is_known_and_has_replies() -> None:
    assert {reply.occasion for reply in REPLIES} - {""} == NAMES
    assert all(not reply.cues and not reply.only_if for reply in REPLIES if reply.occasion)


def test_embeddings_that_are_kept_are_those_of_the_replies(session_settings: Settings) -> None:
    """Every 50th of them, against the embedder itself."""
    folder = shipped_folder(Settings(), "replies")
    kept, texts = read_rows(folder / "rows.npz", REPLIES), texts_of(REPLIES)
    fresh = model_utils.load("embedder", settings=session_settings).embed(texts[::50])
    assert len(kept) == len(texts)
    assert float((kept[::50] * fresh).sum(axis=1).min()) > 0.999


def test_embeddings_of_other_replies_are_refused(tmp_path: Path) -> None:
    write_rows(tmp_path / "rows.npz", np.eye(3, dtype=np.float32))
    with pytest.raises(DamagedModel, match=r"rows\.npz belongs to other replies"):
        read_rows(tmp_path / "rows.npz", REPLIES)
    (tmp_path / "rows.npz").write_bytes(b"no zip")
    with pytest.raises(DamagedModel, match=r"rows\.npz cannot be read"):
        read_rows(tmp_path / "rows.npz", REPLIES)


@pytest.mark.parametrize("content", ["{", "[1]", '[{"need": "calm"}]', json.dumps([{"need": "calm", "emotions": 1}])])
def test_damaged_replies_are_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "replies.json"
    path.write_text(content, "utf-8")
    with pytest.raises(DamagedModel, match=r"replies\.json cannot be read"):
        read_replies(path)
