"""The crisis classifier as it ships: what it reads of a message, and that damaged weights are refused."""

import itertools
import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from chat import danger, safety
from errors import DamagedModel
from settings import Settings


def test_a_short_message_is_read_whole() -> None:
    assert danger.views("I cut my finger. In the kitchen, with the new knife.") == [
        "I cut my finger. In the kitchen, with the new knife."
    ]
    assert danger.views("") == [""]


def test_every_sentence_of_a_long_message_is_read_with_a_neighbour() -> None:
    sentences = [f"This is sentence number {number} of a long letter." for number in range(20)]
    views = danger.views(" ".join(sentences))
    assert all(len(view.split()) <= danger.WINDOW_WORDS for view in views)
    pairs = [f"{first} {second}" for first, second in itertools.pairwise(sentences)]
    assert all(any(pair in view for view in views) for pair in pairs)


def test_words_without_a_full_stop_are_read_to_the_end() -> None:
    words = [f"word{number}" for number in range(200)]
    views = danger.views(" ".join(words))
    assert {word for view in views for word in view.split()} == set(words)
    assert max(len(view.split()) for view in views) <= danger.WINDOW_WORDS


@pytest.mark.parametrize("place", [0, 9, 19])
def test_one_cry_in_a_long_letter_is_heard(session_settings: Settings, place: int) -> None:
    letter = ["We had tea in the garden and talked about the new curtains."] * 20
    calm, _ = danger.read(" ".join(letter), session_settings)
    letter[place] = "I have decided to end my life on Friday night."
    heard, kind = danger.read(" ".join(letter), session_settings)
    assert (calm < danger.load(session_settings).perhaps, kind) == (True, "self_harm")
    assert heard >= danger.load(session_settings).threshold


def test_a_message_is_read_alike_alone_and_among_others(session_settings: Settings) -> None:
    texts = ["He locks me in every night and keeps the key.", "The kettle is lovely.", "x", "a longer one, " * 12]
    model = danger.load(session_settings)
    together = model.probabilities(texts)
    alone = np.concatenate([model.probabilities([text]) for text in texts])
    np.testing.assert_allclose(together, alone, atol=1e-4)
    np.testing.assert_allclose(together.sum(axis=1), 1, atol=1e-5)
    assert danger.KINDS[int(together[0].argmax())] == "abuse"
    assert model.probabilities([]).shape == (0, 4)


def test_the_offer_comes_before_the_helplines(session_settings: Settings) -> None:
    model = danger.load(session_settings)
    assert 0 < model.perhaps <= model.threshold < 1
    heard = safety.hear("The kettle is lovely.", session_settings)
    assert (heard.crisis, heard.perhaps) == (None, False)


@pytest.mark.parametrize("harm", ["changed", "missing", "no card", "no limits"])
def test_damaged_weights_are_refused(session_settings: Settings, tmp_path: Path, harm: str) -> None:
    folder = tmp_path / "models" / danger.FOLDER
    shutil.copytree(session_settings.data_folder / "models" / danger.FOLDER, folder)
    card = json.loads((folder / "card.json").read_text("utf-8"))
    match harm:
        case "changed":
            (folder / danger.ENCODER_FILE).write_bytes(b"other weights")
        case "missing":
            (folder / danger.ENCODER_FILE).unlink()
        case "no card":
            (folder / "card.json").unlink()
        case _:
            (folder / "card.json").write_text(json.dumps({"files": card["files"]}), "utf-8")
    with pytest.raises(DamagedModel):
        danger.read("hello", session_settings.model_copy(update={"data_folder": tmp_path}))


def test_what_ships_is_small_and_described() -> None:
    folder = Settings().data_folder / "models" / danger.FOLDER
    card = json.loads((folder / "card.json").read_text("utf-8"))
    assert {path.name for path in folder.iterdir()} == {*card["files"], "card.json"}
    assert sum(path.stat().st_size for path in folder.iterdir()) < 25_000_000
    assert tuple(card["labels"]) == danger.KINDS
