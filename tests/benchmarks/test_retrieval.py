"""Files with gold emotions as the retrieval benchmark reads them, and the share it counts."""

from pathlib import Path

import pytest

from benchmarks.retrieval import labelled, share


def test_a_split_of_goemotions_is_read_with_its_groups(tmp_path: Path) -> None:
    path = tmp_path / "dev.tsv"
    path.write_text('I "love it\t18,0\ta1\nsoaked and sad\t25\ta2\nhm\t27\ta3\n', "utf-8")
    reviews, gold = labelled(path, "text", "emotion")
    assert [review.text for review in reviews] == ['I "love it', "soaked and sad", "hm"]
    assert gold == {"T0": frozenset({"happy"}), "T1": frozenset({"sad"}), "T2": frozenset({"neutral"})}


def test_a_csv_names_its_columns_and_may_hold_several_emotions(tmp_path: Path) -> None:
    path = tmp_path / "hotels.csv"
    path.write_text('felt,review\n"angry, fear",Never again\nJoy,Lovely\nsad,  \n', "utf-8")
    reviews, gold = labelled(path, "review", "felt")
    assert [review.text for review in reviews] == ["Never again", "Lovely"]
    assert gold == {"T0": frozenset({"angry", "fear"}), "T1": frozenset({"happy"})}
    with pytest.raises(SystemExit, match="has the columns felt, review: say --text, --emotion"):
        labelled(path, "text", "felt")


def test_unknown_emotions_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "odd.csv"
    path.write_text("text,emotion\nHm,hangry\n", "utf-8")
    with pytest.raises(SystemExit, match="hangry"):
        labelled(path, "text", "emotion")


def test_a_text_counts_for_each_of_its_emotions() -> None:
    gold = {"a": frozenset({"happy", "sad"}), "b": frozenset({"angry"})}
    shares = share(lambda emotion: ["a"] * 5 + ["b"] * 5 if emotion in ("happy", "sad") else [], gold)
    assert (shares["happy"], shares["sad"], shares["angry"]) == (0.5, 0.5, 0.0)
    assert shares["mean"] == round(1 / 7, 3)
