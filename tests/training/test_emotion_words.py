"""The words of an emotion are those that its comments use more than all others do."""

from pathlib import Path

import pytest

from training.emotion_words import count_words, main, read_comments, strongest

SADNESS, ANGER, JOY = 25, 2, 17


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rows = [f"The leaking box makes me weep {number}\t{SADNESS}\tid" for number in range(60)]
    rows += [f"The box makes me yell {number}\t{ANGER}\tid" for number in range(60)]
    rows += [f"weep and yell\t{SADNESS},{ANGER}\tid", f"The box shines\t{JOY}\tid"]
    (tmp_path / "train.tsv").write_text("\n".join(rows) + "\n", "utf-8")
    return tmp_path


def test_comments_of_two_emotions_are_left_out(folder: Path) -> None:
    comments = read_comments(folder / "train.tsv")
    assert len(comments) == 121
    assert {emotion for emotion, _ in comments} == {"sad", "angry", "happy"}


def test_the_words_of_an_emotion_come_out_and_shared_words_do_not(folder: Path) -> None:
    counts = count_words(read_comments(folder / "train.tsv"))
    assert counts["sad"]["weep"] == 60
    assert set(strongest(counts, "sad")) == {"weep", "leak"}
    assert set(strongest(counts, "angry")) == {"yell"}
    assert strongest(counts, "happy") == {}


def test_a_smoke_run_writes_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("training.emotion_words.OUTPUT", folder / "words.json")
    assert main(["--data", str(folder), "--smoke"]) == 0
    assert not (folder / "words.json").exists()
    assert main(["--data", str(folder)]) == 0
    assert '"weep"' in (folder / "words.json").read_text("utf-8")
