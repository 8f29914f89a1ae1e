"""The judge of empathy: its data, its split, what it learns, what it writes."""

import csv
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from backends.contracts import FloatArray
from training import empathy
from training.embeddings import cached
from training.empathy import MECHANISMS


def letters(texts: Sequence[str]) -> FloatArray:
    """A text is how often each letter stands in it: a person can count it."""
    rows = np.array([[text.lower().count(letter) for letter in "abcdefghijklmnopqrstuvwxyz"] for text in texts], float)
    unit = (rows + 1e-3) / np.linalg.norm(rows + 1e-3, axis=1, keepdims=True)
    return np.asarray(unit, np.float32)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    levels = {"emotional-reactions": {"a": 2, "b": 0}, "interpretations": {"a": 1, "b": 0, "c": 2},
              "explorations": {"a": 0, "b": 2}}  # fmt: skip
    for name, rows in levels.items():
        with (tmp_path / f"epitome_{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["sp_id", "rp_id", "seeker_post", "response_post", "level", "rationales"])
            writer.writerows(["p", key, "I'm sad,\nreally", f"reply {key}", level, ""] for key, level in rows.items())
            writer.writerow(["p", "a", "again", "again", 1, ""])
    return tmp_path


def test_pairs_rated_for_all_three_are_read_and_the_first_rating_counts(folder: Path) -> None:
    pairs = empathy.read(folder)
    assert pairs.posts == ["I'm sad,\nreally"] * 2
    assert pairs.replies == ["reply a", "reply b"]
    assert pairs.levels.tolist() == [[2, 1, 0], [0, 0, 2]]


def test_no_post_is_learnt_and_tested() -> None:
    posts = [f"post {number % 50}" for number in range(200)]
    test = empathy.held_out(posts, 1)
    learnt = {post for post, chosen in zip(posts, test, strict=True) if not chosen}
    tested = {post for post, chosen in zip(posts, test, strict=True) if chosen}
    assert (len(learnt), len(tested)) == (40, 10)
    assert learnt & tested == set()
    assert (empathy.held_out(posts, 1) == test).all()


def test_the_marks_of_a_reply() -> None:
    assert empathy.surface("I'm sorry. You too?") == pytest.approx(
        [1 / 3, 1.0, np.log1p(5) / 5, 0.2, 0.2, 1.0, 0.0, 1.0]
    )
    assert empathy.surface("") == pytest.approx([0, 0, np.log1p(1) / 5, 0, 0, 0, 0, 0])
    assert float(np.linalg.norm(empathy.grams("how are you"))) == pytest.approx(empathy.GRAM_WEIGHT)
    assert int((empathy.grams("how are you") > 0).sum()) == 6


def test_what_is_easy_is_learnt() -> None:
    judge, metrics = empathy.train(empathy.made_up(), letters)
    assert (metrics["pairs_learnt"], metrics["pairs_held_out"]) == (72, 18)
    for mechanism in MECHANISMS:
        row = metrics["held_out"][mechanism]
        assert row["accuracy"] == row["macro_f1"] == 1.0
        assert row["accuracy_of_the_commonest_level"] < 0.6
        assert sum(level["support"] for level in row["per_level"].values()) == 18
    rows = empathy.features(
        ["post"], ["Well. I am so sorry, I care. That must be exhausting. What happened then?"], letters
    )
    assert judge.levels(rows).tolist() == [[2, 2, 2]]
    assert judge.chances(rows).sum(axis=2) == pytest.approx(np.ones((1, 3)), abs=1e-5)


def test_a_level_that_never_comes_is_an_error() -> None:
    pairs = empathy.made_up()
    with pytest.raises(ValueError, match="emotional_reactions needs pairs of all 3 levels"):
        empathy.fit(empathy.features(pairs.posts, pairs.replies, letters), np.minimum(pairs.levels, 1))


def test_a_smoke_run_writes_weights_figures_and_card(tmp_path: Path) -> None:
    assert empathy.main(["--smoke", "--out", str(tmp_path)]) == 0
    card = json.loads((tmp_path / "card.json").read_text("utf-8"))
    metrics = json.loads((tmp_path / "metrics.json").read_text("utf-8"))
    assert "academic" in card["licence_data"]
    assert card["metrics"] == {name: metrics["held_out"][name]["macro_f1"] for name in MECHANISMS}
    with np.load(tmp_path / "weights.npz", allow_pickle=False) as file:
        assert file["weights"].shape == (3, 4 * 384 + 8 + empathy.GRAM_COLUMNS, 3)


def test_embeddings_are_made_once_and_kept(tmp_path: Path) -> None:
    asked: list[list[str]] = []

    def embed(texts: Sequence[str]) -> FloatArray:
        asked.append(list(texts))
        return letters(texts)

    first = cached(embed, tmp_path / "kept.npz")
    assert (first(["a", "b", "a"]) == letters(["a", "b", "a"])).all()
    assert (cached(embed, tmp_path / "kept.npz")(["b", "c"]) == letters(["b", "c"])).all()
    assert asked == [["a", "b"], ["c"]]
